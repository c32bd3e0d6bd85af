//! A made-up database that has one user's row and answers at once, so that everything measured is the way to it.

use std::any::Any;

use async_trait::async_trait;
use portcullis::{
    database::{Column, Execution, Value},
    sandbox::{LogLevel, ResultLimits, ResultSet, ServiceError, Services},
};

/// What every call is about.
pub const OPERATION: &str = "get-user";
pub const STATEMENT: &str = "main";
pub const REQUEST_ID: &str = "a-request";
pub const INPUT: (&str, &str) = ("id", "7");

/// The rows that a call has put out.
#[derive(Default)]
pub struct Rows(Vec<Vec<Value>>);

impl Rows {
    /// Puts the row out that the statement gives. Gives the number of rows.
    pub fn forward(&mut self, statement: &str) -> Result<u64, ServiceError> {
        if statement != STATEMENT {
            return Err(ServiceError::Misuse(format!("there is no statement `{statement}`")));
        }
        let text = |text: &str| Value::Text(text.to_owned());
        self.0.push(vec![
            Value::Integer(7),
            text("amara.andersson"),
            text("Amara"),
            text("Andersson"),
            text("amara.andersson@example.com"),
            text("ACTIVE"),
        ]);
        Ok(1)
    }

    /// # Errors
    /// The call did not do its work: there is another number of rows than one.
    pub fn hold_one(&self) -> anyhow::Result<()> {
        anyhow::ensure!(self.0.len() == 1, "a call put out {} rows, not one", self.0.len());
        Ok(())
    }
}

fn other<T>() -> Result<T, ServiceError> {
    Err(ServiceError::Misuse("an operation that reads asks for rows alone".to_owned()))
}

#[async_trait]
impl Services for Rows {
    async fn forward(&mut self, statement: &str, _: Vec<(String, Value)>) -> Result<u64, ServiceError> {
        Rows::forward(self, statement)
    }

    async fn query(&mut self, _: &str, _: Vec<(String, Value)>, _: ResultLimits) -> Result<ResultSet, ServiceError> {
        other()
    }

    async fn execute(&mut self, _: &str, _: Vec<(String, Value)>, _: ResultLimits) -> Result<Execution, ServiceError> {
        other()
    }

    fn begin_output(&mut self, _: Vec<Column>) -> Result<(), ServiceError> {
        other()
    }

    fn emit(&mut self, _: Vec<Vec<Value>>) -> Result<(), ServiceError> {
        other()
    }

    async fn dynamic_query(&mut self, _: &str, _: Vec<Value>, _: ResultLimits) -> Result<ResultSet, ServiceError> {
        other()
    }

    async fn dynamic_execute(&mut self, _: &str, _: Vec<Value>, _: ResultLimits) -> Result<Execution, ServiceError> {
        other()
    }

    fn log(&mut self, _: LogLevel, message: &str) {
        eprintln!("the component logged: {message}");
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any + Send> {
        self
    }
}
