//! `CREATE TABLE`: what the table is, and how SQLite makes it.

use super::{Cursor, Token, hidden, table_parts};
use crate::{Failure, declared::Declared};

/// A table, its names as SQLite has them.
#[derive(Clone, Debug)]
pub(crate) struct Table {
    pub(crate) name: String,
    pub(crate) columns: Vec<Column>,
    pub(crate) constraints: Vec<Constraint>,
}

#[derive(Clone, Debug)]
pub(crate) struct Column {
    pub(crate) name: String,
    pub(crate) declared: Declared,
    /// The type as it was written.
    pub(crate) written: String,
    pub(crate) required: bool,
    /// For SQLite.
    pub(crate) default: Option<String>,
    pub(crate) identity: bool,
}

#[derive(Clone, Debug)]
pub(crate) struct Constraint {
    pub(crate) name: String,
    pub(crate) rule: Rule,
}

#[derive(Clone, Debug)]
pub(crate) enum Rule {
    Primary(Vec<String>),
    Unique(Vec<String>),
    Foreign {
        columns: Vec<String>,
        parent: String,
        parents: Vec<String>,
        /// ` ON DELETE CASCADE`, or nothing.
        deleted: &'static str,
    },
    /// For SQLite.
    Check(String),
}

/// What follows `CREATE TABLE`.
///
/// # Errors
/// It is no table, or one that this peer can't make.
pub(crate) fn read_table(tokens: &[Token], schema: &str) -> Result<Table, Failure> {
    let mut cursor = Cursor::new(tokens);
    let mut table = Table {
        name: hidden(&cursor.qualified()?),
        columns: Vec::new(),
        constraints: Vec::new(),
    };
    let inside = cursor
        .brackets()
        .map_err(|_| Failure::unsupported("CREATE TABLE without columns"))?;
    if !cursor.is_empty() {
        return Err(Failure::unsupported("CREATE TABLE with more than columns and constraints"));
    }
    let mut parts = Cursor::new(inside);
    while !parts.is_empty() {
        let mut part = Cursor::new(parts.until(&[","]));
        parts.next();
        let constraint = ["CONSTRAINT", "PRIMARY", "UNIQUE", "FOREIGN", "CHECK"];
        if part
            .peek()
            .is_some_and(|token| constraint.iter().any(|word| token.is_word(word)))
        {
            table_parts::constraint(&mut table, &mut part, schema)?;
        } else {
            table_parts::column(&mut table, &mut part, schema)?;
        }
    }
    Ok(table)
}

impl Table {
    /// Names a constraint as Oracle does where nobody gave it a name.
    pub(super) fn add(&mut self, name: Option<String>, rule: Rule) {
        let name = name.unwrap_or_else(|| format!("SYS_C_{}_{}", self.name, self.constraints.len() + 1));
        self.constraints.push(Constraint { name, rule });
    }

    /// Further columns, and the statements that make them in SQLite.
    ///
    /// # Errors
    /// What is added is no columns.
    pub(crate) fn add_columns(&mut self, tokens: &[Token], schema: &str) -> Result<Vec<String>, Failure> {
        let before = (self.columns.len(), self.constraints.len());
        let mut parts = Cursor::new(tokens);
        while !parts.is_empty() {
            let mut part = Cursor::new(parts.until(&[","]));
            parts.next();
            table_parts::column(self, &mut part, schema)?;
        }
        let name = &self.name;
        let mut statements = Vec::new();
        for column in self.columns.iter().skip(before.0) {
            let mut part = self.part(column);
            for Constraint { name, rule } in self.constraints.iter().skip(before.1) {
                match rule {
                    Rule::Check(condition) => part.push_str(&format!(" CONSTRAINT \"{name}\" CHECK ({condition})")),
                    Rule::Foreign { columns, .. } if columns.contains(&column.name) => {
                        part.push_str(&format!(" CONSTRAINT \"{name}\" {}", references(rule)));
                    }
                    Rule::Unique(_) | Rule::Foreign { .. } => {}
                    Rule::Primary(_) => return Err(Failure::unsupported("ALTER TABLE with a primary key")),
                }
            }
            statements.push(format!("ALTER TABLE \"{name}\" ADD COLUMN {part}"));
        }
        statements.extend(self.unique(before.1));
        statements.push(format!(
            "DROP TRIGGER IF EXISTS \"ORA_INSERT_{name}\"; DROP TRIGGER IF EXISTS \"ORA_UPDATE_{name}\""
        ));
        statements.extend(self.rounding());
        Ok(statements)
    }

    /// Takes a constraint away, and gives the statement that does so in SQLite.
    ///
    /// # Errors
    /// ORA-02443: there is none of that name; ORA-03001: it is none that makes something unique.
    pub(crate) fn drop_constraint(&mut self, name: &str) -> Result<String, Failure> {
        let place = self.constraints.iter().position(|constraint| constraint.name == name);
        let place = place.ok_or_else(|| Failure::new(2443, "Cannot drop constraint  - nonexistent constraint"))?;
        match self.constraints.remove(place).rule {
            Rule::Unique(_) => Ok(format!("DROP INDEX \"{name}\"")),
            _ => Err(Failure::unsupported("DROP CONSTRAINT of another kind than UNIQUE")),
        }
    }

    /// The statements that make it in SQLite.
    pub(crate) fn statements(&self) -> Vec<String> {
        let mut parts: Vec<String> = self.columns.iter().map(|column| self.part(column)).collect();
        for Constraint { name, rule } in &self.constraints {
            let rule = match rule {
                Rule::Primary(columns) if self.is_identity(columns) => continue,
                Rule::Primary(columns) => format!("PRIMARY KEY ({})", list(columns)),
                // By an index, which can be dropped.
                Rule::Unique(_) => continue,
                Rule::Foreign { columns, .. } => format!("FOREIGN KEY ({}) {}", list(columns), references(rule)),
                Rule::Check(condition) => format!("CHECK ({condition})"),
            };
            parts.push(format!("CONSTRAINT \"{name}\" {rule}"));
        }
        let mut statements = vec![format!("CREATE TABLE \"{}\" ({})", self.name, parts.join(", "))];
        statements.extend(self.unique(0));
        statements.extend(self.rounding());
        statements
    }

    /// Indexes for the constraints, from some one on, that make columns unique.
    fn unique(&self, from: usize) -> Vec<String> {
        let index = |constraint: &Constraint| match &constraint.rule {
            Rule::Unique(columns) => Some(format!(
                "CREATE UNIQUE INDEX \"{}\" ON \"{}\" ({})",
                constraint.name,
                self.name,
                list(columns)
            )),
            _ => None,
        };
        self.constraints.iter().skip(from).filter_map(index).collect()
    }

    fn is_identity(&self, columns: &[String]) -> bool {
        let [name] = columns else {
            return false;
        };
        self.columns.iter().any(|column| column.identity && column.name == *name)
    }

    fn part(&self, column: &Column) -> String {
        let name = &column.name;
        if column.identity {
            return format!("\"{name}\" INTEGER PRIMARY KEY AUTOINCREMENT");
        }
        let mut part = format!("\"{name}\" \"{}\"", column.written);
        if column.required {
            part.push_str(" NOT NULL");
        }
        if let Some(default) = &column.default {
            part.push_str(&format!(" DEFAULT ({default})"));
        }
        let described = format!("{}.{}", self.name, name);
        part.push_str(&format!(
            " CONSTRAINT \"ORA_FITS\" CHECK (ORA_FITS(\"{name}\", '{}', '{described}') = 1)",
            column.written
        ));
        part
    }

    /// DATE has no fraction of a second, NUMBER a certain number of decimals: what is stored is rounded, as Oracle does.
    fn rounding(&self) -> Option<String> {
        let rounded: Vec<String> = self
            .columns
            .iter()
            .filter(|column| !column.identity)
            .map(|column| format!("\"{0}\" = ORA_STORED(\"{0}\", '{1}')", column.name, column.written))
            .collect();
        let changed: Vec<String> = self
            .columns
            .iter()
            .filter(|column| !column.identity)
            .map(|column| {
                format!(
                    "NEW.\"{0}\" IS NOT ORA_STORED(NEW.\"{0}\", '{1}')",
                    column.name, column.written
                )
            })
            .collect();
        if rounded.is_empty() {
            return None;
        }
        let one = |event: &str| {
            format!(
                "CREATE TRIGGER \"ORA_{event}_{0}\" AFTER {event} ON \"{0}\" WHEN {1} BEGIN UPDATE \"{0}\" SET {2} WHERE rowid = NEW.rowid; END;",
                self.name,
                changed.join(" OR "),
                rounded.join(", ")
            )
        };
        Some(format!("{} {}", one("INSERT"), one("UPDATE")))
    }
}

fn list(names: &[String]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("\"{name}\"")).collect();
    quoted.join(", ")
}

fn references(rule: &Rule) -> String {
    let Rule::Foreign {
        parent,
        parents,
        deleted,
        ..
    } = rule
    else {
        return String::new();
    };
    let parents = if parents.is_empty() {
        String::new()
    } else {
        format!("({})", list(parents))
    };
    format!("REFERENCES \"{parent}\"{parents}{deleted}")
}
