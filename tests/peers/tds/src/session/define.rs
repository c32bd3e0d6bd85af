//! Tables, indexes and triggers that come, change and go. SQLite can change little of a table, so that it is made anew and filled
//! from the old one.

use sqlparser::ast::{AlterTableOperation, ColumnOption, CreateTable, ObjectName, ObjectType, Statement as Sql, TableConstraint};

use super::{Result, Session, Stop};
use crate::{
    error::ServerError,
    sql::{
        catalogue::{Key, KeyKind, Trigger, same},
        compiler::{Compiler, Variables},
        definition,
        typed::quoted,
    },
    wire::tokens::Command,
};

impl Session {
    pub(super) fn define(&mut self, sql: &Sql) -> Result<()> {
        if self.transaction.is_some() {
            return Err(ServerError::cannot("tables that come and go in a transaction").into());
        }
        match sql {
            Sql::CreateTable(create) => {
                let (table, body) = definition::create_table(&self.catalogue(), &self.facts, create)?;
                let indexes = table.indexes.concat();
                self.define_by(&format!("CREATE TABLE {} {body}; {indexes}", quoted(&table.name)))?;
                self.catalogue_mut().add(table);
            }
            Sql::CreateIndex(create) => {
                let (table, key, sql) = definition::create_index(&self.catalogue(), &self.facts, create)?;
                self.define_by(&sql)?;
                if let Some(table) = self.catalogue_mut().table_mut(&table) {
                    table.keys.extend(key);
                    table.indexes.push(sql + ";");
                }
            }
            Sql::AlterTable(alter) => {
                for operation in &alter.operations {
                    self.alter(&alter.name, operation)?;
                }
            }
            Sql::Drop {
                object_type: ObjectType::Table,
                if_exists,
                names,
                ..
            } => {
                for name in names {
                    self.drop_table(name, *if_exists)?;
                }
            }
            Sql::Truncate(truncate) => {
                for target in &truncate.table_names {
                    let table = self.named(&target.name)?;
                    self.define_by(&format!("DELETE FROM {}", quoted(&table)))?;
                }
            }
            other => return Err(ServerError::cannot(format!("{other}")).into()),
        }
        Ok(())
    }

    fn named(&self, name: &ObjectName) -> Result<String> {
        let catalogue = self.catalogue();
        let bare = Compiler::new(&catalogue, &Variables::new(), &self.facts).object(name)?;
        let table = catalogue.table(&bare).ok_or_else(|| ServerError::no_object(&bare))?;
        Ok(table.name.clone())
    }

    fn drop_table(&mut self, name: &ObjectName, if_exists: bool) -> Result<()> {
        let table = match self.named(name) {
            Ok(table) => table,
            Err(_) if if_exists => return Ok(()),
            Err(_) => {
                let message = format!("Cannot drop the table '{name}', because it does not exist or you do not have permission.");
                return Err(ServerError::new(3701, 11, message).state(5).into());
            }
        };
        self.define_by(&format!("DROP TABLE {}", quoted(&table)))?;
        self.catalogue_mut().remove(&table);
        Ok(())
    }

    fn define_by(&mut self, sql: &str) -> Result<()> {
        let done = self.patiently(|session| session.connection.execute_batch(sql))?;
        done.map_err(|error| self.failed(error, None, Command::Other))
    }

    fn alter(&mut self, name: &ObjectName, operation: &AlterTableOperation) -> Result<()> {
        let name = self.named(name)?;
        let before = self
            .catalogue()
            .table(&name)
            .cloned()
            .ok_or_else(|| ServerError::no_object(&name))?;
        let mut wanted = before.definition.clone();
        match operation {
            AlterTableOperation::AddColumn {
                column_keyword: false,
                column_def,
                ..
            } => wanted.columns.push(column_def.clone()),
            AlterTableOperation::AddColumn { .. } => return Err(ServerError::syntax("near 'COLUMN'").into()),
            AlterTableOperation::AddConstraint { constraint, .. } => wanted.constraints.push(constraint.clone()),
            AlterTableOperation::DropConstraint { name, .. } => without_constraint(&mut wanted, &name.value)?,
            AlterTableOperation::DropColumn { column_names, .. } => {
                for name in column_names {
                    wanted.columns.retain(|column| !same(&column.name.value, &name.value));
                }
            }
            other => return Err(ServerError::cannot(format!("ALTER TABLE … {other}")).into()),
        }
        let (mut table, body) = definition::define(&self.catalogue(), &self.facts, &wanted)?;
        let added = before
            .indexes
            .iter()
            .filter(|index| index.starts_with("CREATE INDEX") || is_of_key(index, &before.keys));
        table.indexes.extend(added.cloned());
        table
            .keys
            .extend(before.keys.iter().filter(|key| key.kind == KeyKind::Index).cloned());
        table.triggers = before.triggers;

        // What is new and may be NULL is NULL, whatever its default.
        let mut names = Vec::new();
        let mut values = Vec::new();
        for column in &table.columns {
            match before.columns.iter().any(|old| same(&old.name, &column.name)) {
                true => values.push(quoted(&column.name)),
                false if column.nullable => values.push("NULL".to_owned()),
                false => continue,
            }
            names.push(quoted(&column.name));
        }
        let (old, new) = (quoted(&table.name), quoted(&format!("{} anew", table.name)));
        let script = format!(
            "CREATE TABLE {new} {body}; INSERT INTO {new} ({}) SELECT {} FROM {old}; DROP TABLE {old}; ALTER TABLE {new} RENAME TO {old}; {}",
            names.join(", "),
            values.join(", "),
            table.indexes.concat()
        );
        self.rebuild(&script)?;
        self.catalogue_mut().add(table);
        Ok(())
    }

    fn rebuild(&mut self, script: &str) -> Result<()> {
        self.define_by("PRAGMA foreign_keys = OFF")?;
        let done = self.define_by("BEGIN IMMEDIATE").and_then(|()| {
            let done = self.connection.execute_batch(&format!("{script} COMMIT"));
            done.map_err(|error| {
                let stop = self.failed(error, None, Command::Other);
                let _ = self.connection.execute_batch("ROLLBACK");
                stop
            })
        });
        self.define_by("PRAGMA foreign_keys = ON")?;
        done
    }

    pub(super) fn create_trigger(&mut self, name: &str, table: &str, events: &[Command], body: &str) -> Result<()> {
        let mut catalogue = self.catalogue_mut();
        let table = catalogue.table_mut(table).ok_or_else(|| ServerError::no_object(table))?;
        table.triggers.retain(|trigger| !same(&trigger.name, name));
        table.triggers.push(Trigger {
            name: name.to_owned(),
            events: events.to_vec(),
            body: body.to_owned(),
        });
        Ok(())
    }

    pub(super) fn drop_trigger(&mut self, name: &str) -> Result<()> {
        let mut found = false;
        for table in self.catalogue_mut().tables_mut() {
            let before = table.triggers.len();
            table.triggers.retain(|trigger| !same(&trigger.name, name));
            found |= table.triggers.len() < before;
        }
        if found {
            return Ok(());
        }
        let message = format!("Cannot drop the trigger '{name}', because it does not exist or you do not have permission.");
        Err(Stop::Error(ServerError::new(3701, 11, message).state(5)))
    }
}

/// Whether SQLite's statement makes the index of one of these keys.
fn is_of_key(index: &str, keys: &[Key]) -> bool {
    keys.iter()
        .filter(|key| key.kind == KeyKind::Index)
        .any(|key| index.starts_with(&format!("CREATE UNIQUE INDEX {} ", quoted(&key.name))))
}

fn without_constraint(table: &mut CreateTable, name: &str) -> std::result::Result<(), ServerError> {
    let is = |other: Option<&sqlparser::ast::Ident>| other.is_some_and(|other| same(&other.value, name));
    let mut found = false;
    table.constraints.retain(|constraint| {
        let named = match constraint {
            TableConstraint::Unique(key) => key.name.as_ref(),
            TableConstraint::PrimaryKey(key) => key.name.as_ref(),
            TableConstraint::ForeignKey(key) => key.name.as_ref(),
            TableConstraint::Check(check) => check.name.as_ref(),
            _ => None,
        };
        found |= is(named);
        !is(named)
    });
    for column in &mut table.columns {
        column.options.retain(|option| {
            let inside = match &option.option {
                ColumnOption::Unique(key) => key.name.as_ref(),
                ColumnOption::PrimaryKey(key) => key.name.as_ref(),
                ColumnOption::ForeignKey(key) => key.name.as_ref(),
                ColumnOption::Check(check) => check.name.as_ref(),
                _ => None,
            };
            let named = is(option.name.as_ref()) || is(inside);
            found |= named;
            !named
        });
    }
    if found {
        Ok(())
    } else {
        Err(ServerError::new(3728, 16, format!("'{name}' is not a constraint.")))
    }
}
