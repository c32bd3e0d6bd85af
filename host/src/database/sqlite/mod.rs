//! SQLite, embedded. One connection writes, many read; in WAL mode they don't wait for each other.
//!
//! SQLite has no server to bound a statement: a progress handler ends it when its time is over.

mod errors;
mod rows;
mod script;

use std::{
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

use sqlx::{
    Arguments as _, ConnectOptions as _, Sqlite,
    sqlite::{
        SqliteArguments, SqliteColumn, SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqliteQueryResult, SqliteRow,
        SqliteStatement,
    },
};

pub use script::sqlite_script;

use super::{
    Column, Connection, Database, DatabaseError, Kind, Quoting, Statement, Value,
    connections::Connections,
    convert,
    driver::Driver,
    pools::{self, Pools},
};

/// Instructions of SQLite's machine between two looks at the clock.
const INSTRUCTIONS: i32 = 10_000;

/// SQLite has no type for points in time: this is the text that its own functions give and `CURRENT_TIMESTAMP` stores, in
/// UTC. Compared as text it has the order of time.
const TIMESTAMP: &str = "%Y-%m-%d %H:%M:%S%.f";

pub(super) struct SqliteDriver;

pub(super) fn open(connection: &Connection, path: &Path, create: bool) -> Arc<dyn Database> {
    let options = SqliteConnectOptions::new()
        .filename(path)
        .foreign_keys(true)
        .busy_timeout(connection.statement_timeout)
        .disable_statement_logging();
    let read = options.clone().read_only(true);
    // Only a connection that may write can make the file and set its journal mode.
    let write = options.create_if_missing(create).journal_mode(SqliteJournalMode::Wal);
    pools::shared(Pools::<SqliteDriver> {
        read: Connections::new(pools::options(connection).connect_lazy_with(read)),
        write: Connections::new(pools::options(connection).max_connections(1).connect_lazy_with(write)),
        statement_timeout: connection.statement_timeout,
    })
}

impl Driver for SqliteDriver {
    type Db = Sqlite;

    const KIND: Kind = Kind::Sqlite;
    const BEGIN: &'static str = "BEGIN IMMEDIATE";

    fn arguments(statement: &Statement, _: &SqliteStatement, values: &[Value]) -> Result<SqliteArguments, DatabaseError> {
        let mut arguments = SqliteArguments::default();
        for (index, value) in values.iter().enumerate() {
            let added = match value {
                Value::Null => arguments.add(None::<String>),
                Value::Boolean(b) => arguments.add(*b),
                Value::Integer(i) => arguments.add(*i),
                Value::Float(f) => arguments.add(*f),
                Value::Bytes(bytes) => arguments.add(bytes.clone()),
                Value::Timestamp(_) => match convert::instant(value) {
                    Some(instant) => arguments.add(instant.format(TIMESTAMP).to_string()),
                    None => return Err(convert::refused(statement.parameters.get(index), "timestamp")),
                },
                Value::Decimal(text)
                | Value::Text(text)
                | Value::Date(text)
                | Value::Uuid(text)
                | Value::Json(text)
                | Value::Extension { text, .. } => arguments.add(text.clone()),
            };
            added.map_err(|_| convert::refused(statement.parameters.get(index), "value that can be sent"))?;
        }
        Ok(arguments)
    }

    fn columns(columns: &[SqliteColumn]) -> Vec<Column> {
        rows::columns(columns)
    }

    fn row(row: &SqliteRow) -> Result<Vec<Value>, DatabaseError> {
        rows::row(row)
    }

    /// SQLite keeps the last row's id for ever; only an insert's own counts.
    fn result(result: &SqliteQueryResult, text: &str) -> (u64, Option<Value>) {
        let text = text.trim_start().to_ascii_lowercase();
        let inserts = text.starts_with("insert") || text.starts_with("replace") || text.starts_with("with");
        let id = (inserts && result.rows_affected() > 0).then(|| Value::Integer(result.last_insert_rowid()));
        (result.rows_affected(), id)
    }

    fn classify(error: &dyn sqlx::error::DatabaseError) -> DatabaseError {
        errors::classify(error)
    }

    async fn bound(connection: &mut SqliteConnection, limit: Duration) -> Result<(), sqlx::Error> {
        let deadline = Instant::now() + limit;
        let mut handle = connection.lock_handle().await?;
        handle.set_progress_handler(INSTRUCTIONS, move || Instant::now() < deadline);
        Ok(())
    }

    async fn quoting(_: &mut SqliteConnection, _: &[Value]) -> Result<Quoting, sqlx::Error> {
        Ok(Quoting::Sqlite)
    }

    fn lingers(text: &str) -> bool {
        let text = text.to_ascii_lowercase();
        ["pragma", "attach", "temp", "temporary"]
            .iter()
            .any(|word| text.split(|c: char| !c.is_ascii_alphanumeric()).any(|found| found == *word))
    }
}
