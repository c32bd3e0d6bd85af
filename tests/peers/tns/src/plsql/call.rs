//! What the body of a procedure sees and can do.

use std::collections::HashMap;

use super::Procedures;
use crate::{
    Failure, Type, Value,
    sql::{Verb, read, translate},
    store::{Rows, Store},
};

/// One call of a procedure, in the caller's session and transaction.
pub struct Call<'c> {
    pub(super) store: &'c mut Store,
    pub(super) procedures: &'c Procedures,
    pub(super) schema: &'c str,
    pub(super) inputs: HashMap<String, Value>,
    pub(super) outputs: HashMap<String, Value>,
    pub(super) cursors: HashMap<String, Rows>,
    pub(super) result: Value,
    pub(super) result_cursor: Option<Rows>,
}

impl Call<'_> {
    /// What came in for an argument; NULL if nothing did.
    pub fn input(&self, name: &str) -> Value {
        self.inputs.get(&name.to_uppercase()).cloned().unwrap_or(Value::Null)
    }

    /// What came in, as a text; `None` for NULL.
    pub fn text(&self, name: &str) -> Option<String> {
        match self.input(name).into_type(Type::Varchar) {
            Ok(Value::Text(text)) => Some(text),
            _ => None,
        }
    }

    /// What goes out of an argument.
    pub fn output(&mut self, name: &str, value: impl Into<Value>) {
        self.outputs.insert(name.to_uppercase(), value.into());
    }

    /// What a function returns.
    pub fn result(&mut self, value: impl Into<Value>) {
        self.result = value.into();
    }

    /// Changes rows, and gives their number. Values are bound in the order in which they stand.
    ///
    /// # Errors
    /// As the database's.
    pub fn run(&mut self, sql: &str, values: &[Value]) -> Result<u64, Failure> {
        let statement = translate(&read(sql)?, self.schema)?;
        if statement.verb == Verb::Select {
            return Err(Failure::unsupported("a query where a change should be"));
        }
        self.store.change_rows(&statement, values).map(|changed| changed.rows)
    }

    /// Changes rows with a statement that ends with `RETURNING … INTO …`, and gives what it returned.
    ///
    /// # Errors
    /// As the database's.
    pub fn run_returning(&mut self, sql: &str, values: &[Value]) -> Result<Vec<Vec<Value>>, Failure> {
        let statement = translate(&read(sql)?, self.schema)?;
        self.store.change_rows(&statement, values).map(|changed| changed.returned)
    }

    /// The rows of a query.
    ///
    /// # Errors
    /// As the database's.
    pub fn rows(&mut self, sql: &str, values: &[Value]) -> Result<Vec<Vec<Value>>, Failure> {
        self.query(sql, values).map(|found| found.rows)
    }

    /// Opens a cursor that goes out of an argument.
    ///
    /// # Errors
    /// As the database's.
    pub fn open(&mut self, name: &str, sql: &str, values: &[Value]) -> Result<(), Failure> {
        let rows = self.query(sql, values)?;
        self.cursors.insert(name.to_uppercase(), rows);
        Ok(())
    }

    /// Opens the cursor that a function returns.
    ///
    /// # Errors
    /// As the database's.
    pub fn open_result(&mut self, sql: &str, values: &[Value]) -> Result<(), Failure> {
        self.result_cursor = Some(self.query(sql, values)?);
        Ok(())
    }

    /// Takes some time, unless the client breaks the call off.
    ///
    /// # Errors
    /// ORA-01013: it did.
    pub fn sleep(&mut self, duration: std::time::Duration) -> Result<(), Failure> {
        self.store.broken().wait(duration)
    }

    fn query(&mut self, sql: &str, values: &[Value]) -> Result<Rows, Failure> {
        let statement = translate(&read(sql)?, self.schema)?;
        if statement.verb != Verb::Select {
            return Err(Failure::unsupported("a change where a query should be"));
        }
        self.store.query(&statement, values)
    }
}
