//! CREATE TABLE, CREATE INDEX, DROP TABLE.

use sqlparser::ast::{
    CheckConstraint, ColumnDef, ColumnOption, CreateIndex, CreateTable, Expr, ForeignKeyConstraint, Ident, IndexColumn,
    ReferentialAction, TableConstraint,
};

use super::{
    catalogue::{Catalogue, Column, Key, KeyKind, Reference, Table},
    collation::Collation,
    compiler::{Compiler, Facts, Result, Scope, Source, Variables},
    declaration,
    typed::{collating, quoted},
};
use crate::{error::ServerError, types::Storage};

/// Puts a table together.
struct Definition<'a> {
    compiler: Compiler<'a>,
    table: Table,
    /// What goes into SQLite's brackets.
    columns: Vec<String>,
    constraints: Vec<String>,
}

/// A table, and what stands in brackets behind its name in SQLite.
///
/// # Errors
/// What SQL Server refuses, or the peer doesn't know.
pub fn create_table(catalogue: &Catalogue, facts: &Facts, create: &CreateTable) -> Result<(Table, String)> {
    let name = Compiler::new(catalogue, &Variables::new(), facts).object(&create.name)?;
    if catalogue.table(&name).is_some() {
        return Err(ServerError::new(
            2714,
            16,
            format!("There is already an object named '{name}' in the database."),
        )
        .state(6));
    }
    define(catalogue, facts, create)
}

/// The same for a table that may be there already, in another form.
///
/// # Errors
/// What SQL Server refuses, or the peer doesn't know.
pub fn define(catalogue: &Catalogue, facts: &Facts, create: &CreateTable) -> Result<(Table, String)> {
    let variables = Variables::new();
    let compiler = Compiler::new(catalogue, &variables, facts);
    let name = compiler.object(&create.name)?;
    if name.starts_with('#') || create.query.is_some() {
        return Err(ServerError::cannot("temporary tables, and tables made of a query"));
    }
    let table = Table {
        definition: create.clone(),
        indexes: Vec::new(),
        triggers: Vec::new(),
        name,
        columns: Vec::new(),
        keys: Vec::new(),
        references: Vec::new(),
        checks: Vec::new(),
    };
    let mut definition = Definition {
        compiler,
        table,
        columns: Vec::new(),
        constraints: Vec::new(),
    };
    for column in &create.columns {
        definition.describe(column)?;
    }
    for (column, text) in create.columns.iter().zip(definition.table.columns.clone()) {
        definition.column(column, &text)?;
    }
    for constraint in &create.constraints {
        match constraint {
            TableConstraint::PrimaryKey(key) => definition.key(key.name.as_ref(), &names(&key.columns)?, KeyKind::Primary),
            TableConstraint::Unique(key) => definition.key(key.name.as_ref(), &names(&key.columns)?, KeyKind::Unique),
            TableConstraint::ForeignKey(key) => definition.reference(key, &key.columns)?,
            TableConstraint::Check(check) => definition.check(check, None)?,
            other => return Err(ServerError::cannot(format!("the constraint {other}"))),
        }
    }
    definition.finished()
}

impl Definition<'_> {
    /// What the column is. All of them are known before anything that may name them is read.
    fn describe(&mut self, column: &ColumnDef) -> Result<()> {
        let of = declaration::sql_type(&column.data_type.to_string())?;
        let mut described = Column {
            name: column.name.value.clone(),
            of,
            collation: Collation::CaseInsensitive,
            nullable: true,
            identity: false,
            default: None,
        };
        for option in &column.options {
            match &option.option {
                ColumnOption::NotNull | ColumnOption::PrimaryKey(_) => described.nullable = false,
                ColumnOption::Collation(name) => described.collation = Collation::named(&name.to_string())?,
                ColumnOption::Identity(kind) => {
                    let property = kind.to_string().trim().to_owned();
                    if !matches!(property.as_str(), "IDENTITY" | "IDENTITY(1, 1)") || !of.is_integer() {
                        return Err(ServerError::cannot(format!("{property} of {of}")));
                    }
                    described.identity = true;
                    described.nullable = false;
                }
                _ => {}
            }
        }
        self.table.columns.push(described);
        Ok(())
    }

    fn column(&mut self, column: &ColumnDef, described: &Column) -> Result<()> {
        let name = std::slice::from_ref(&column.name);
        let mut default = None;
        for option in &column.options {
            let named = option.name.as_ref();
            match &option.option {
                ColumnOption::Null | ColumnOption::NotNull | ColumnOption::Collation(_) | ColumnOption::Identity(_) => {}
                ColumnOption::Default(value) => default = Some(self.default(value, described)?),
                ColumnOption::PrimaryKey(key) => {
                    self.key(
                        key.name.as_ref().or(named),
                        std::slice::from_ref(&column.name.value),
                        KeyKind::Primary,
                    );
                }
                ColumnOption::Unique(key) => {
                    self.key(
                        key.name.as_ref().or(named),
                        std::slice::from_ref(&column.name.value),
                        KeyKind::Unique,
                    );
                }
                ColumnOption::ForeignKey(key) => {
                    let key = ForeignKeyConstraint {
                        name: key.name.clone().or(option.name.clone()),
                        ..key.clone()
                    };
                    self.reference(&key, name)?;
                }
                ColumnOption::Check(check) => {
                    let check = CheckConstraint {
                        name: check.name.clone().or(option.name.clone()),
                        ..check.clone()
                    };
                    self.check(&check, Some(&described.name))?;
                }
                other => return Err(ServerError::cannot(format!("{other} of a column"))),
            }
        }
        if let Some(default) = default {
            let known = self.table.columns.iter_mut().find(|column| column.name == described.name);
            if let Some(known) = known {
                known.default = Some(default);
            }
        }
        Ok(())
    }

    fn default(&self, value: &Expr, column: &Column) -> Result<String> {
        let value = self.compiler.value(value)?;
        let place = format!("{}.dbo.{}.{}", self.compiler.facts.database, self.table.name, column.name);
        let value = self.compiler.in_type(value, column.of);
        Ok(format!(
            "({})",
            super::expression::conversion(&value.sql, value.of(), column.of, "column", &place)
        ))
    }

    fn key(&mut self, name: Option<&Ident>, columns: &[String], kind: KeyKind) {
        let prefix = if kind == KeyKind::Primary { "PK" } else { "UQ" };
        let name = name.map_or_else(
            || format!("{prefix}__{}__{:08X}", self.table.name, self.table.keys.len() + 1),
            |name| name.value.clone(),
        );
        if kind == KeyKind::Primary {
            let of_key = |column: &&mut Column| columns.iter().any(|name| super::catalogue::same(name, &column.name));
            self.table
                .columns
                .iter_mut()
                .filter(of_key)
                .for_each(|column| column.nullable = false);
        }
        self.table.keys.push(Key {
            name,
            columns: columns.to_vec(),
            kind,
        });
    }

    fn reference(&mut self, key: &ForeignKeyConstraint, columns: &[Ident]) -> Result<()> {
        let target = self.compiler.object(&key.foreign_table)?;
        let own = super::catalogue::same(&target, &self.table.name);
        if !own && self.compiler.catalogue.table(&target).is_none() {
            let message = format!("Foreign key references invalid table '{target}'.");
            return Err(ServerError::new(1767, 16, message));
        }
        let number = self.table.references.len() + 1;
        let name = key
            .name
            .as_ref()
            .map_or_else(|| format!("FK__{}__{number:08X}", self.table.name), |name| name.value.clone());
        let list = |names: &[Ident]| names.iter().map(|name| quoted(&name.value)).collect::<Vec<_>>().join(", ");
        let mut sql = format!("FOREIGN KEY ({}) REFERENCES {}", list(columns), quoted(&target));
        if !key.referred_columns.is_empty() {
            sql += &format!("({})", list(&key.referred_columns));
        }
        for (event, action) in [("DELETE", &key.on_delete), ("UPDATE", &key.on_update)] {
            match action {
                None | Some(ReferentialAction::NoAction) => {}
                Some(ReferentialAction::Cascade) => sql += &format!(" ON {event} CASCADE"),
                Some(ReferentialAction::SetNull) => sql += &format!(" ON {event} SET NULL"),
                Some(other) => return Err(ServerError::cannot(format!("ON {event} {other}"))),
            }
        }
        let texts = |names: &[Ident]| names.iter().map(|name| name.value.clone()).collect();
        let (columns, referred) = (texts(columns), texts(&key.referred_columns));
        self.table.references.push(Reference { name, columns, referred });
        self.constraints.push(sql);
        Ok(())
    }

    fn check(&mut self, check: &CheckConstraint, column: Option<&str>) -> Result<()> {
        let number = self.constraints.len() + 1;
        let name = check
            .name
            .as_ref()
            .map_or_else(|| format!("CK__{}__{number:08X}", self.table.name), |name| name.value.clone());
        let source = Source::table(&self.table, &self.table.name, String::new());
        self.compiler.scopes.borrow_mut().push(Scope { sources: vec![source] });
        let condition = self.compiler.condition(&check.expr);
        self.compiler.scopes.borrow_mut().pop();
        self.constraints
            .push(format!("CONSTRAINT {} CHECK {}", quoted(&name), condition?));
        self.table.checks.push((name, column.map(str::to_owned)));
        Ok(())
    }

    fn finished(mut self) -> Result<(Table, String)> {
        let own_number = self.table.identity().map(|column| column.name.clone());
        let mut only_one_null = Vec::new();
        for column in &self.table.columns {
            if column.identity {
                self.columns
                    .push(format!("{} INTEGER PRIMARY KEY AUTOINCREMENT", quoted(&column.name)));
                continue;
            }
            let storage = match column.of.storage() {
                Storage::Integer => "INTEGER",
                Storage::Real => "REAL",
                Storage::Blob => "BLOB",
                _ => "TEXT",
            };
            let mut sql = format!("{} {storage}", quoted(&column.name));
            if let Some(collation) = collating(column.of, column.collation) {
                sql += &format!(" COLLATE {collation}");
            }
            if !column.nullable {
                sql += " NOT NULL";
            }
            if let Some(default) = &column.default {
                sql += &format!(" DEFAULT {default}");
            }
            self.columns.push(sql);
        }
        for key in &self.table.keys {
            // The number that SQLite makes is its primary key.
            let is_own = own_number
                .as_deref()
                .is_some_and(|own| matches!(key.columns.as_slice(), [only] if super::catalogue::same(only, own)));
            if is_own {
                continue;
            }
            let columns: Vec<String> = key.columns.iter().map(|name| quoted(name)).collect();
            self.constraints.push(format!("UNIQUE ({})", columns.join(", ")));
            let nullable = |name: &&String| self.table.column(name).is_some_and(|column| column.nullable);
            match (key.columns.iter().any(|name| nullable(&name)), columns.as_slice()) {
                (false, _) => {}
                (true, [column]) => only_one_null.push(one_null(&key.name, &self.table.name, column)),
                (true, _) => return Err(ServerError::cannot("a key of several columns of which one can be NULL")),
            }
        }
        // SQLite numbers foreign keys from the last to the first.
        self.table.references.reverse();
        let parts: Vec<String> = self.columns.into_iter().chain(self.constraints).collect();
        let sql = format!("({}) STRICT", parts.join(", "));
        self.table.indexes = only_one_null;
        Ok((self.table, sql))
    }
}

/// In SQL Server, two NULLs are the same where values must be different.
fn one_null(key: &str, table: &str, column: &str) -> String {
    format!(
        "CREATE UNIQUE INDEX {} ON {} (({column} IS NULL)) WHERE {column} IS NULL;",
        quoted(key),
        quoted(table)
    )
}

/// An index: its table's name, its key if no two rows may share it, and SQLite's statement.
///
/// # Errors
/// What SQL Server refuses, or the peer doesn't know.
pub fn create_index(catalogue: &Catalogue, facts: &Facts, create: &CreateIndex) -> Result<(String, Option<Key>, String)> {
    let variables = Variables::new();
    let compiler = Compiler::new(catalogue, &variables, facts);
    let table = compiler.table(&create.table_name, "SELECT")?;
    let name = create
        .name
        .as_ref()
        .map(ToString::to_string)
        .unwrap_or_default()
        .trim_matches(['[', ']'])
        .to_owned();
    let columns = names(&create.columns)?;
    // SQLite's indexes let NULL stand in as many rows as there are, which is what the one condition that is known asks for.
    let present = match &create.predicate {
        None => false,
        Some(Expr::IsNotNull(column)) => match (&**column, columns.as_slice()) {
            (Expr::Identifier(column), [only]) if super::catalogue::same(&column.value, only) => true,
            _ => return Err(ServerError::cannot("an index of these rows")),
        },
        Some(_) => return Err(ServerError::cannot("an index of these rows")),
    };
    if let Some(unknown) = columns.iter().find(|column| table.column(column).is_none()) {
        return Err(ServerError::new(
            1911,
            16,
            format!("Column name '{unknown}' does not exist in the target table or view."),
        ));
    }
    let quoted_columns: Vec<String> = columns.iter().map(|name| quoted(name)).collect();
    let nullable = columns
        .iter()
        .any(|name| table.column(name).is_some_and(|column| column.nullable));
    if create.unique && nullable && !present {
        return Err(ServerError::cannot(
            "a unique index of a column that can be NULL; make it a constraint, or of the rows where it is NOT NULL",
        ));
    }
    let sql = format!(
        "CREATE {}INDEX {} ON {} ({})",
        if create.unique { "UNIQUE " } else { "" },
        quoted(&name),
        quoted(&table.name),
        quoted_columns.join(", ")
    );
    let key = create.unique.then_some(Key {
        name,
        columns,
        kind: KeyKind::Index,
    });
    Ok((table.name.clone(), key, sql))
}

fn names(columns: &[IndexColumn]) -> Result<Vec<String>> {
    let name = |column: &IndexColumn| match &column.column.expr {
        Expr::Identifier(name) => Ok(name.value.clone()),
        other => Err(ServerError::cannot(format!("a key of {other}"))),
    };
    columns.iter().map(name).collect()
}
