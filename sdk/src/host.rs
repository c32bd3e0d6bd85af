//! What a component talks to, as ordinary traits: the host's imports in a component, a fake in a test.

use crate::{Column, DatabaseError, Execution, Level, NamedValue, ResultSet, Row, Value};

/// Planned statements, run in the request's transaction.
///
/// A parameter takes its value from `values` if it is named there, else from the call's inputs, else from the secrets that
/// only the host holds. So `&[]` is right wherever the inputs are what should be bound.
pub trait Database {
    /// Runs a statement and gives its whole result.
    ///
    /// # Errors
    /// What the database says, or `NotPlanned` and `MissingValue`. More rows or bytes than the limits allow end the call.
    fn query(&mut self, statement: &str, values: &[NamedValue]) -> Result<ResultSet, DatabaseError>;

    /// Runs a statement that writes.
    ///
    /// # Errors
    /// As for `query`; and `RowEffect` if the rows changed are not as many as the plan declares. Nothing of the request
    /// will be kept then.
    fn execute(&mut self, statement: &str, values: &[NamedValue]) -> Result<Execution, DatabaseError>;
}

/// Where the rows of an operation that reads go.
pub trait Output {
    /// Runs a planned statement and puts out its rows without their passing through the component. Gives their number.
    ///
    /// # Errors
    /// As for [`Database::query`].
    fn forward(&mut self, statement: &str, values: &[NamedValue]) -> Result<u64, DatabaseError>;

    /// Names the columns of the rows that `emit` will put out. Once a call, before the first `emit`.
    fn begin(&mut self, columns: &[Column]);

    /// Puts out rows, each with one value per column.
    fn emit(&mut self, rows: &[Row]);
}

/// Lines for the operator's log. The host adds application, operation, plugin and request.
pub trait Log {
    /// Writes a line. Never write a value that a user gave.
    fn write(&mut self, level: Level, message: &str);
}

/// Statements that no plan holds, for components with the capability `dynamic-sql`.
pub trait DynamicSql {
    /// Runs a statement that reads, with values bound to the database's own placeholders in order.
    ///
    /// # Errors
    /// What the database says.
    fn query_text(&mut self, text: &str, values: &[Value]) -> Result<ResultSet, DatabaseError>;

    /// Runs a statement that writes.
    ///
    /// # Errors
    /// What the database says.
    fn execute_text(&mut self, text: &str, values: &[Value]) -> Result<Execution, DatabaseError>;
}

/// All that an operation may use.
pub trait Host: Database + Output + Log {}

impl<T: Database + Output + Log> Host for T {}
