//! From SQLite's errors to SQL Server's.

use rusqlite::{ErrorCode, ffi};

use super::{Session, Stop, execute::Translated};
use crate::{
    error::ServerError,
    sql::catalogue::{Catalogue, KeyKind, same},
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
                duplicate(&self.catalogue(), about)
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

/// `about`: `app_user.username`, several of them, or `index 'name'`. The value, which SQL Server would say as well, isn't known.
fn duplicate(catalogue: &Catalogue, about: &str) -> Option<ServerError> {
    let (table, key) = match about.strip_prefix("index '") {
        Some(name) => {
            let name = name.trim_end_matches('\'');
            catalogue
                .tables()
                .find_map(|table| Some((table, table.keys.iter().find(|key| same(&key.name, name))?)))?
        }
        None => {
            let columns: Vec<&str> = about
                .split(", ")
                .filter_map(|column| Some(column.rsplit_once('.')?.1))
                .collect();
            let table = catalogue.table(about.split_once('.')?.0)?;
            (table, table.key(&columns)?)
        }
    };
    let (kind, key) = (key.kind, &key.name);
    let table = &table.name;
    Some(match kind {
        KeyKind::Primary => ServerError::new(
            2627,
            14,
            format!("Violation of PRIMARY KEY constraint '{key}'. Cannot insert duplicate key in object 'dbo.{table}'."),
        ),
        KeyKind::Unique => ServerError::new(
            2627,
            14,
            format!("Violation of UNIQUE KEY constraint '{key}'. Cannot insert duplicate key in object 'dbo.{table}'."),
        ),
        KeyKind::Index => ServerError::new(
            2601,
            14,
            format!("Cannot insert duplicate key row in object 'dbo.{table}' with unique index '{key}'."),
        ),
    })
}

fn verb(command: Command) -> &'static str {
    match command {
        Command::Update => "UPDATE",
        Command::Delete => "DELETE",
        _ => "INSERT",
    }
}
