//! A database that writes down which statements it is asked for.

use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use serde_json::{Value as Json, json};

use super::rows;
use crate::database::{Access, Database, DatabaseError, Description, Execution, Kind, RowSink, Session, Statement, Value};

/// What was asked for, in order. Clones share it.
#[derive(Clone, Default)]
pub struct Record(Arc<Mutex<Vec<Json>>>);

/// A database with a record.
pub struct Recorded {
    inner: Arc<dyn Database>,
    record: Record,
}

struct RecordedSession {
    inner: Box<dyn Session>,
    record: Record,
}

impl Record {
    /// What was asked for since the last time.
    pub fn take(&self) -> Vec<Json> {
        std::mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn add(&self, statement: &Statement, values: &[Value]) {
        let text = statement.text.split_whitespace().collect::<Vec<_>>().join(" ");
        let values: Vec<Json> = values.iter().map(rows::json).collect();
        let entry = json!({ "statement": text, "values": values });
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(entry);
    }
}

impl Recorded {
    pub fn new(inner: Arc<dyn Database>, record: Record) -> Self {
        Self { inner, record }
    }
}

#[async_trait]
impl Database for Recorded {
    fn kind(&self) -> Kind {
        self.inner.kind()
    }

    async fn begin(&self, access: Access) -> Result<Box<dyn Session>, DatabaseError> {
        Ok(Box::new(RecordedSession {
            inner: self.inner.begin(access).await?,
            record: self.record.clone(),
        }))
    }

    async fn describe(&self, statement: &Statement) -> Result<Description, DatabaseError> {
        self.inner.describe(statement).await
    }

    fn excess(&self) -> Option<&'static str> {
        self.inner.excess()
    }

    async fn close(&self) {
        self.inner.close().await;
    }
}

#[async_trait]
impl Session for RecordedSession {
    fn kind(&self) -> Kind {
        self.inner.kind()
    }

    async fn query(&mut self, statement: &Statement, values: &[Value], rows: &mut dyn RowSink) -> Result<(), DatabaseError> {
        self.record.add(statement, values);
        self.inner.query(statement, values, rows).await
    }

    async fn execute(&mut self, statement: &Statement, values: &[Value], max_rows: usize) -> Result<Execution, DatabaseError> {
        self.record.add(statement, values);
        self.inner.execute(statement, values, max_rows).await
    }

    async fn commit(self: Box<Self>) -> Result<(), DatabaseError> {
        self.inner.commit().await
    }

    async fn rollback(self: Box<Self>) -> Result<(), DatabaseError> {
        self.inner.rollback().await
    }
}
