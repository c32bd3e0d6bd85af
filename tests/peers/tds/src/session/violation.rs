//! From SQLite's errors to SQL Server's.

use rusqlite::{ErrorCode, ffi};

use super::{Session, Stop, execute::Translated};
use crate::{
    error::ServerError,
    sql::{
        catalogue::{Catalogue, Column, Key, KeyKind, Table, same},
        typed::quoted,
    },
    value::Value,
    wire::tokens::Command,
};

impl Session {
    pub(super) fn failed(&mut self, error: rusqlite::Error, translated: Option<&Translated>, command: Command) -> Stop {
        if let Some(error) = self.failure.take() {
            return error.into();
        }
        let rusqlite::Error::SqliteFailure(code, words) = &error else {
            return ServerError::cannot(format!("why SQLite fails: {error}")).into();
        };
        if code.code == ErrorCode::OperationInterrupted
            && let Some(reason) = self.interrupt.reason()
        {
            return Stop::Interrupted(reason);
        }
        let words = words.clone().unwrap_or_default();
        let about = words.split_once(": ").map_or("", |(_, about)| about);
        let database = self.facts.database.clone();
        let violation = match code.extended_code {
            ffi::SQLITE_CONSTRAINT_UNIQUE | ffi::SQLITE_CONSTRAINT_PRIMARYKEY | ffi::SQLITE_CONSTRAINT_ROWID => {
                let broken = broken_key(&self.catalogue(), about);
                broken.map(|(table, key)| {
                    let value = translated.and_then(|translated| self.duplicate(translated, &table, &key));
                    duplicate(&table.name, &key, value.as_deref())
                })
            }
            ffi::SQLITE_CONSTRAINT_NOTNULL => {
                let (table, column) = about.split_once('.').unwrap_or(("", about));
                let message = format!(
                    "Cannot insert the value NULL into column '{column}', table '{database}.dbo.{table}'; column does not allow nulls. {} \
                     fails.",
                    verb(command)
                );
                Some(ServerError::new(515, 16, message).state(2))
            }
            ffi::SQLITE_CONSTRAINT_CHECK => {
                let table = translated.and_then(|translated| translated.table.clone());
                let name = table.as_ref().map(|table| table.name.clone()).unwrap_or_default();
                let check = table.and_then(|table| table.checks.into_iter().find(|(name, _)| same(name, about)));
                let column = check.and_then(|(_, column)| column);
                Some(conflict(command, "CHECK", about, &database, &name, column.as_deref()))
            }
            ffi::SQLITE_CONSTRAINT_FOREIGNKEY => translated.and_then(|translated| self.broken_reference(translated)),
            _ => None,
        };
        violation
            .unwrap_or_else(|| ServerError::cannot(format!("why SQLite fails: {error}")))
            .into()
    }

    /// The value that there is already: what stands in the row that the statement would write over the other. Known where it
    /// writes one row.
    fn duplicate(&self, translated: &Translated, table: &Table, key: &Key) -> Option<String> {
        let plain = match translated.columns.as_slice() {
            [] => translated.sql.as_str(),
            _ => translated.sql.rsplit_once(" RETURNING ")?.0,
        };
        let (verb, rest) = plain.split_once(' ')?;
        let columns: Vec<&Column> = key.columns.iter().map(|name| table.column(name)).collect::<Option<_>>()?;
        let names: Vec<String> = columns.iter().map(|column| quoted(&column.name)).collect();
        let sql = format!("{verb} OR REPLACE {rest} RETURNING {}", names.join(", "));
        self.connection.execute_batch("SAVEPOINT look").ok()?;
        let rows = self.look(&sql, translated, &columns);
        self.connection.execute_batch("ROLLBACK TO look; RELEASE look").ok()?;
        match rows.ok()?.as_slice() {
            [row] => Some(row.join(", ")),
            _ => None,
        }
    }

    fn look(&self, sql: &str, translated: &Translated, columns: &[&Column]) -> rusqlite::Result<Vec<Vec<String>>> {
        let mut statement = self.connection.prepare(sql)?;
        for (index, value) in translated.bound.iter().enumerate() {
            statement.raw_bind_parameter(index + 1, value.stored())?;
        }
        let mut rows = statement.raw_query();
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            let mut values = Vec::new();
            for (index, column) in columns.iter().enumerate() {
                let value = Value::from_stored(row.get_ref(index)?, column.of).ok();
                values.push(value.and_then(|value| value.text()).unwrap_or_else(|| "<NULL>".to_owned()));
            }
            found.push(values);
        }
        Ok(found)
    }

    /// Which foreign key it is. SQLite doesn't say, but looks when it is asked: so the statement runs once more, and is undone.
    fn broken_reference(&mut self, translated: &Translated) -> Option<ServerError> {
        let run = |session: &Self| -> rusqlite::Result<Option<(String, String, usize)>> {
            session.connection.execute_batch("PRAGMA defer_foreign_keys = ON")?;
            let mut statement = session.connection.prepare(&translated.sql)?;
            for (index, value) in translated.bound.iter().enumerate() {
                statement.raw_bind_parameter(index + 1, value.stored())?;
            }
            let mut rows = statement.raw_query();
            while rows.next()?.is_some() {}
            drop(rows);
            drop(statement);
            let mut check = session.connection.prepare("PRAGMA foreign_key_check")?;
            let mut rows = check.query([])?;
            match rows.next()? {
                None => Ok(None),
                Some(row) => Ok(Some((row.get(0)?, row.get(2)?, row.get::<_, i64>(3)? as usize))),
            }
        };
        self.connection.execute_batch("SAVEPOINT look").ok()?;
        let found = run(self);
        self.connection
            .execute_batch("ROLLBACK TO look; RELEASE look; PRAGMA defer_foreign_keys = OFF")
            .ok()?;
        let (child, parent, number) = found.ok()??;
        let catalogue = self.catalogue();
        let reference = catalogue.table(&child)?.references.get(number)?;
        let changes_child = translated.table.as_ref().is_some_and(|table| same(&table.name, &child));
        let (kind, table, columns) = if changes_child {
            ("FOREIGN KEY", &parent, &reference.referred)
        } else {
            ("REFERENCE", &child, &reference.columns)
        };
        let keys = catalogue.table(&parent).map(|table| &table.keys);
        let primary = keys.and_then(|keys| keys.iter().find(|key| key.kind == KeyKind::Primary));
        let columns = match primary {
            Some(key) if columns.is_empty() => &key.columns,
            _ => columns,
        };
        let column = match columns.as_slice() {
            [only] => Some(only.as_str()),
            _ => None,
        };
        let database = &self.facts.database;
        Some(conflict(translated.command, kind, &reference.name, database, table, column))
    }
}

/// 547. The column is named where there is one only.
fn conflict(command: Command, kind: &str, name: &str, database: &str, table: &str, column: Option<&str>) -> ServerError {
    let column = column.map(|column| format!(", column '{column}'")).unwrap_or_default();
    let message = format!(
        "The {} statement conflicted with the {kind} constraint \"{name}\". The conflict occurred in database \"{database}\", \
         table \"dbo.{table}\"{column}.",
        verb(command)
    );
    ServerError::new(547, 16, message).state(0)
}

/// `about`: `app_user.username`, several of them, or `index 'name'`.
fn broken_key(catalogue: &Catalogue, about: &str) -> Option<(Table, Key)> {
    let found = match about.strip_prefix("index '") {
        Some(name) => {
            let name = name.trim_end_matches('\'');
            let of_name = |table: &'_ Table| table.keys.iter().position(|key| same(&key.name, name));
            catalogue.tables().find_map(|table| Some((table, of_name(table)?)))?
        }
        None => {
            let columns: Vec<&str> = about
                .split(", ")
                .filter_map(|column| Some(column.rsplit_once('.')?.1))
                .collect();
            let table = catalogue.table(about.split_once('.')?.0)?;
            (table, table.keys.iter().position(|key| key.is_of(&columns))?)
        }
    };
    Some((found.0.clone(), found.0.keys.get(found.1)?.clone()))
}

/// 2627 or 2601.
fn duplicate(table: &str, key: &Key, value: Option<&str>) -> ServerError {
    let name = &key.name;
    let value = value
        .map(|value| format!(" The duplicate key value is ({value})."))
        .unwrap_or_default();
    let of = match key.kind {
        KeyKind::Primary => "PRIMARY KEY",
        KeyKind::Unique => "UNIQUE KEY",
        KeyKind::Index => {
            let message = format!("Cannot insert duplicate key row in object 'dbo.{table}' with unique index '{name}'.{value}");
            return ServerError::new(2601, 14, message);
        }
    };
    let message = format!("Violation of {of} constraint '{name}'. Cannot insert duplicate key in object 'dbo.{table}'.{value}");
    ServerError::new(2627, 14, message)
}

fn verb(command: Command) -> &'static str {
    match command {
        Command::Update => "UPDATE",
        Command::Delete => "DELETE",
        _ => "INSERT",
    }
}
