//! What differs between drivers; [`super::pools`] and [`super::session`] are the same for all.

use sqlx::{Database, database::HasStatementCache};

use super::{Column, DatabaseError, Kind, Quoting, Statement, Value};

/// A driver's part.
pub(super) trait Driver: Send + Sync + Sized + 'static {
    type Db: Database + HasStatementCache;

    const KIND: Kind;
    /// Begins a transaction that writes.
    const BEGIN: &'static str;

    /// Begins a transaction that only reads, which a cursor needs; `None`: the database gives no cursors.
    const BEGIN_READ: Option<&'static str> = None;

    /// What [`super::Database::excess`] asks.
    const EXCESS: Option<&'static str> = None;

    /// Whether a write that returns rows may report that it changed none.
    const RETURNED_UNCOUNTED: bool = false;

    /// The values in the types that the database asks for.
    ///
    /// # Errors
    /// `InvalidValue`, with the parameter's name and the type wanted; the value itself is not quoted.
    fn arguments(
        statement: &Statement,
        prepared: &<Self::Db as Database>::Statement,
        values: &[Value],
    ) -> Result<<Self::Db as Database>::Arguments, DatabaseError>;

    fn columns(columns: &[<Self::Db as Database>::Column]) -> Vec<Column>;

    fn row(row: &<Self::Db as Database>::Row) -> Result<Vec<Value>, DatabaseError>;

    /// The statement that gives all rows of the cursor that a row holds the name of.
    fn fetch(_: &<Self::Db as Database>::Row) -> Option<String> {
        None
    }

    /// Rows changed, and the id that the database made, if it tells.
    fn result(result: &<Self::Db as Database>::QueryResult, text: &str) -> (u64, Option<Value>);

    /// Reads a database's own error by its code.
    fn classify(error: &dyn sqlx::error::DatabaseError) -> DatabaseError;

    /// Bounds the statement that comes next, where the server doesn't do that by itself.
    fn bound(
        connection: &mut <Self::Db as Database>::Connection,
        limit: std::time::Duration,
    ) -> impl Future<Output = Result<(), sqlx::Error>> + Send;

    /// How this connection reads names and text constants, at least those with these values. A connection is asked only where
    /// it makes a difference.
    fn quoting(
        connection: &mut <Self::Db as Database>::Connection,
        values: &[Value],
    ) -> impl Future<Output = Result<Quoting, sqlx::Error>> + Send;

    /// Whether a statement leaves something behind on its connection that outlives the transaction.
    fn lingers(text: &str) -> bool;
}

/// What went wrong, without secrets.
pub(super) fn error<D: Driver>(error: sqlx::Error) -> DatabaseError {
    use super::ErrorKind::{InvalidValue, Other, Timeout, Unavailable};
    let kind = match &error {
        sqlx::Error::Database(database) => return D::classify(database.as_ref()),
        sqlx::Error::PoolTimedOut => {
            return DatabaseError::new(
                Unavailable,
                "no connection to the database was to be had within `acquire-timeout`",
            );
        }
        sqlx::Error::Io(io) if io.kind() == std::io::ErrorKind::TimedOut => Timeout,
        sqlx::Error::Io(_)
        | sqlx::Error::Tls(_)
        | sqlx::Error::Protocol(_)
        | sqlx::Error::PoolClosed
        | sqlx::Error::WorkerCrashed
        | sqlx::Error::Configuration(_)
        | sqlx::Error::BeginFailed => Unavailable,
        sqlx::Error::Encode(_) | sqlx::Error::Decode(_) | sqlx::Error::ColumnDecode { .. } => InvalidValue,
        _ => Other,
    };
    let message = match kind {
        Unavailable => format!("the connection to the database failed: {error}"),
        _ => error.to_string(),
    };
    DatabaseError::new(kind, message)
}
