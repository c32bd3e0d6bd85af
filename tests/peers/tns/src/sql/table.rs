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
        if self.constraints.len() > before.1 {
            return Err(Failure::unsupported("ALTER TABLE with constraints"));
        }
        let name = &self.name;
        let added = self.columns.iter().skip(before.0);
        let mut statements: Vec<String> = added
            .map(|column| format!("ALTER TABLE \"{name}\" ADD COLUMN {}", self.part(column)))
            .collect();
        statements.push(format!(
            "DROP TRIGGER IF EXISTS \"ORA_INSERT_{name}\"; DROP TRIGGER IF EXISTS \"ORA_UPDATE_{name}\""
        ));
        statements.extend(self.rounding());
        Ok(statements)
    }

    /// The statements that make it in SQLite.
    pub(crate) fn statements(&self) -> Vec<String> {
        let quoted = |name: &String| format!("\"{name}\"");
        let list = |names: &[String]| names.iter().map(quoted).collect::<Vec<_>>().join(", ");
        let mut parts: Vec<String> = self.columns.iter().map(|column| self.part(column)).collect();
        for Constraint { name, rule } in &self.constraints {
            let rule = match rule {
                Rule::Primary(columns) if self.is_identity(columns) => continue,
                Rule::Primary(columns) => format!("PRIMARY KEY ({})", list(columns)),
                Rule::Unique(columns) => format!("UNIQUE ({})", list(columns)),
                Rule::Foreign {
                    columns,
                    parent,
                    parents,
                    deleted,
                } => {
                    let parents = if parents.is_empty() {
                        String::new()
                    } else {
                        format!("({})", list(parents))
                    };
                    format!("FOREIGN KEY ({}) REFERENCES \"{parent}\"{parents}{deleted}", list(columns))
                }
                Rule::Check(condition) => format!("CHECK ({condition})"),
            };
            parts.push(format!("CONSTRAINT \"{name}\" {rule}"));
        }
        let mut statements = vec![format!("CREATE TABLE \"{}\" ({})", self.name, parts.join(", "))];
        statements.extend(self.rounding());
        statements
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
