//! One connection for one request.
//!
//! A transaction begins with the first statement that changes something, by itself. A session for reading is on a connection
//! that the database holds to reading where it can; it is refused here what is not a query or a block, and what a block did is
//! undone when the session ends, since nothing of it is ever committed.

use std::time::{Duration, Instant};

use async_trait::async_trait;
use tokio::sync::mpsc;

use super::{
    errors,
    pool::{Held, Pool},
    run::{self, Part},
    text::Verb,
    worker::Fate,
};
use crate::database::{
    Access, DatabaseError, ErrorKind, Execution, Kind, RowSink, Session, Statement, Value,
    standing::{State, given_up, timed_out, trace},
};

/// Over the statement timeout that the driver has, so that the driver's comes first: it interrupts the database.
const NET: Duration = Duration::from_millis(500);

/// Batches of rows on their way.
const AHEAD: usize = 2;

/// Makes what PL/SQL left in packages new: 2 is `DBMS_SESSION.REINITIALIZE`.
const RESET: &str = "BEGIN DBMS_SESSION.MODIFY_PACKAGE_STATE(2); END;";

pub(super) struct OracleSession {
    /// `None`: it was given up, or given back.
    held: Option<Held>,
    pool: Pool,
    access: Access,
    limit: Duration,
    state: State,
    /// Whether a transaction may be open on a connection for reading.
    open: bool,
    /// Whether PL/SQL was run, which may have left something behind.
    lingering: bool,
    /// Whether a statement with slots was run, whose text the driver remembers with what was in them.
    slotted: bool,
}

impl OracleSession {
    pub async fn begin(pool: &Pool, access: Access, limit: Duration) -> Result<Self, DatabaseError> {
        Ok(Self {
            held: Some(pool.acquire().await?),
            pool: pool.clone(),
            access,
            limit,
            state: State::Fresh,
            open: false,
            lingering: false,
            slotted: false,
        })
    }

    fn held(&self) -> Result<&Held, DatabaseError> {
        self.held.as_ref().ok_or_else(given_up)
    }

    /// Notes what a statement may do, or refuses it.
    fn admit(&mut self, statement: &Statement) -> Result<(), DatabaseError> {
        self.slotted |= !statement.slots.is_empty();
        match (Verb::of(&statement.text), self.access) {
            (Verb::Select, _) => {}
            (Verb::Lock, _) => self.open = true,
            (Verb::Block, _) => {
                self.open = true;
                self.lingering = true;
            }
            (Verb::Change, Access::Write) => {}
            (Verb::Change, Access::Read) => {
                let message = format!("statement `{}` changes something, and is to read only", statement.name);
                return Err(DatabaseError::new(ErrorKind::Statement, message));
            }
            (Verb::Other, _) => {
                let message = format!(
                    "statement `{}` is none that a transaction can undo: the database commits before and after it",
                    statement.name
                );
                return Err(DatabaseError::new(ErrorKind::Statement, message));
            }
        }
        Ok(())
    }

    /// Gives the rows on. `Ok(false)`: the receiver wants no more of them.
    async fn read(
        &self,
        statement: &Statement,
        values: &[Value],
        rows: &mut dyn RowSink,
        given: &mut bool,
    ) -> Result<bool, DatabaseError> {
        let (parts, mut received) = mpsc::channel(AHEAD);
        let (statement, values) = (statement.clone(), values.to_vec());
        let ended = self
            .held()?
            .worker
            .call(move |connection| run::query(connection, &statement, &values, &parts));
        while let Some(part) = received.recv().await {
            let stopped = match part {
                Part::Columns(columns) => rows.columns(&columns),
                Part::Rows(batch) => {
                    *given |= !batch.is_empty();
                    batch.into_iter().try_for_each(|row| rows.row(row))
                }
            };
            if stopped.is_err() {
                return Ok(false);
            }
        }
        ended.await.map(|()| true)
    }

    /// What an error means for the connection: after a database's own error it is as it was.
    fn note(&mut self, error: &DatabaseError) {
        let known = error.code.is_some() && !matches!(error.kind, ErrorKind::Unavailable | ErrorKind::Timeout);
        // Values that don't fit are found before anything is sent.
        if known || error.kind == ErrorKind::InvalidValue && error.code.is_none() {
            self.state = State::Idle;
        } else {
            self.held = None;
        }
    }

    /// A read whose connection died in the pool goes on with another one.
    async fn replace(&mut self) -> Result<(), DatabaseError> {
        self.held = None;
        self.held = Some(self.pool.acquire().await?);
        self.state = State::Fresh;
        Ok(())
    }

    async fn end(
        &mut self,
        word: &'static str,
        end: fn(&oracledb::Connection) -> Result<(), oracledb::Error>,
    ) -> Result<(), DatabaseError> {
        if self.access == Access::Write {
            let Some(held) = &self.held else { return Ok(()) };
            self.state = State::Busy;
            let since = Instant::now();
            let ended = held
                .worker
                .call(move |connection| end(connection).map_err(|error| errors::classify(&error)));
            let ended = ended.await;
            trace(Kind::Oracle, word, since);
            ended.inspect_err(|_| self.held = None)?;
        }
        self.state = State::Ended;
        Ok(())
    }
}

#[async_trait]
impl Session for OracleSession {
    fn kind(&self) -> Kind {
        Kind::Oracle
    }

    async fn query(&mut self, statement: &Statement, values: &[Value], rows: &mut dyn RowSink) -> Result<(), DatabaseError> {
        let mut passes = self.pool.passes();
        self.admit(statement)?;
        loop {
            let replaceable = self.held()?.reused && self.state == State::Fresh && self.access == Access::Read;
            self.state = State::Busy;
            let mut given = false;
            let since = Instant::now();
            let read = tokio::time::timeout(self.limit + NET, self.read(statement, values, rows, &mut given)).await;
            trace(Kind::Oracle, &statement.text, since);
            let error = match read {
                Ok(Ok(all)) => {
                    self.state = State::Idle;
                    if !all {
                        // Rows are still on their way; the connection is not waited for.
                        self.held = None;
                    }
                    return Ok(());
                }
                Ok(Err(error)) => error,
                Err(_) => timed_out(self.limit),
            };
            self.note(&error);
            if !replaceable || given || !passes.take(&error) {
                return Err(error);
            }
            self.replace().await?;
        }
    }

    async fn execute(&mut self, statement: &Statement, values: &[Value], max_rows: usize) -> Result<Execution, DatabaseError> {
        self.admit(statement)?;
        self.state = State::Busy;
        let since = Instant::now();
        let (sent, values) = (statement.clone(), values.to_vec());
        let ended = self
            .held()?
            .worker
            .call(move |connection| run::execute(connection, &sent, &values, max_rows));
        let written = tokio::time::timeout(self.limit + NET, ended).await;
        trace(Kind::Oracle, &statement.text, since);
        let written = written.unwrap_or_else(|_| Err(timed_out(self.limit)));
        match &written {
            Ok(_) => self.state = State::Idle,
            Err(error) => self.note(error),
        }
        written
    }

    async fn commit(mut self: Box<Self>) -> Result<(), DatabaseError> {
        self.held()?;
        self.end("COMMIT", oracledb::Connection::commit).await
    }

    async fn rollback(mut self: Box<Self>) -> Result<(), DatabaseError> {
        self.end("ROLLBACK", oracledb::Connection::rollback).await
    }
}

impl Drop for OracleSession {
    fn drop(&mut self) {
        let Some(held) = self.held.take() else { return };
        if !self.state.is_clean(self.access) || self.slotted {
            // Dropped with its way to it, the thread closes the connection.
            return;
        }
        let (rolls_back, resets) = (self.open && self.access == Access::Read, self.lingering);
        if rolls_back || resets {
            held.worker.queue(move |connection| restored(connection, rolls_back, resets));
        }
        self.pool.give_back(held);
    }
}

/// Takes back what a session left on its connection, after the request.
fn restored(connection: &oracledb::Connection, rolls_back: bool, resets: bool) -> Fate {
    let rolled_back = if rolls_back { connection.rollback() } else { Ok(()) };
    let reset = match rolled_back {
        Ok(()) if resets => connection.execute(RESET, &[]).map(|_| ()),
        other => other,
    };
    match reset {
        Ok(()) => Fate::Kept,
        Err(error) => {
            let error = errors::classify(&error);
            tracing::debug!(error = error.message, "a connection could not be made new, and is closed");
            Fate::Closed
        }
    }
}
