//! What crosses between the host and a component, in the host's own types, and what a component's imports reach.

use async_trait::async_trait;

use super::Tape;
use crate::database::{Column, DatabaseError, Execution, Value};

/// One call of an operation.
#[derive(Clone, Debug)]
pub struct Call {
    pub operation: String,
    /// Which statement the call is about: `main`, or the name of a refined one.
    pub statement: String,
    pub request_id: String,
    pub inputs: Vec<(String, Value)>,
    /// Which inputs are new: those whose attribute is to differ from what the resource has.
    pub changed: Vec<String>,
    pub memo: String,
}

/// What a call has achieved besides the rows that it put out.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Outcome {
    pub generated_id: Option<Value>,
}

/// Why a component says that a call cannot be done. The status is one of 400 to 599.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    pub status: u16,
    pub scim_type: Option<String>,
    pub detail: String,
}

/// One mistake that a component found in what the administrator wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The key in the operation's settings.
    pub key: String,
    /// The byte in that key's value where the mistake begins.
    pub offset: Option<u32>,
    pub message: String,
    pub remedy: String,
}

/// Which way a document goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    ToApplication,
    FromApplication,
}

impl Direction {
    /// The word for it in a configuration.
    pub const fn name(self) -> &'static str {
        match self {
            Direction::ToApplication => "to-application",
            Direction::FromApplication => "from-application",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogLevel {
    Debug,
    Info,
    Warn,
    Error,
}

/// A result that is held in memory.
#[derive(Clone, Debug, Default)]
pub struct ResultSet {
    pub columns: Vec<Column>,
    pub rows: Vec<Vec<Value>>,
}

/// How much of a result may be held in memory.
#[derive(Clone, Copy, Debug)]
pub struct ResultLimits {
    pub rows: usize,
    pub bytes: usize,
}

/// Why a service did not do what a component asked.
#[derive(Clone, Debug)]
pub enum ServiceError {
    /// The component is told.
    Database(DatabaseError),
    /// More rows than a result may have; the call ends.
    Rows,
    /// More bytes than a result may have; the call ends.
    Bytes,
    /// The component broke the contract, in the way that the sentence says; the call ends.
    Misuse(String),
}

impl From<DatabaseError> for ServiceError {
    fn from(error: DatabaseError) -> Self {
        ServiceError::Database(error)
    }
}

/// What a component's imports reach. The sandbox counts statements and carries values across; everything else (which
/// statements may run, in which transaction, with which effect) is decided behind this trait.
#[async_trait]
pub trait Services: Send {
    /// `database.query`
    async fn query(
        &mut self,
        statement: &str,
        values: Vec<(String, Value)>,
        limits: ResultLimits,
    ) -> Result<ResultSet, ServiceError>;

    /// `database.execute`
    async fn execute(
        &mut self,
        statement: &str,
        values: Vec<(String, Value)>,
        limits: ResultLimits,
    ) -> Result<Execution, ServiceError>;

    /// `output.forward`
    async fn forward(&mut self, statement: &str, values: Vec<(String, Value)>) -> Result<u64, ServiceError>;

    /// `output.begin`
    fn begin_output(&mut self, columns: Vec<Column>) -> Result<(), ServiceError>;

    /// `output.emit`
    fn emit(&mut self, rows: Vec<Vec<Value>>) -> Result<(), ServiceError>;

    /// `dynamic-sql.query`
    async fn dynamic_query(&mut self, text: &str, values: Vec<Value>, limits: ResultLimits) -> Result<ResultSet, ServiceError>;

    /// `dynamic-sql.execute`
    async fn dynamic_execute(&mut self, text: &str, values: Vec<Value>, limits: ResultLimits) -> Result<Execution, ServiceError>;

    /// `log.write`
    fn log(&mut self, level: LogLevel, message: &str);

    /// Where a component's clocks and random numbers come from; asked for when it first uses any.
    fn tape(&mut self) -> Tape {
        Tape::live()
    }

    /// For taking the services back when the call has ended.
    fn into_any(self: Box<Self>) -> Box<dyn std::any::Any + Send>;
}
