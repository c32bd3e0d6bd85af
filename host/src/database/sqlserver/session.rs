//! One connection for one request.
//!
//! A connection is used again only after a session that has come to a known end. After anything else, a request that was
//! cancelled in the middle of a statement, a time-out, a connection error, the server is told to stop (an attention) and the
//! connection is closed off the request's path; the server undoes what was not committed.

use std::{borrow::Cow, time::Instant};

use async_trait::async_trait;
use deadpool::managed::Object;

use super::{
    Shared,
    arguments::Argument,
    client::{Client, Item, cut_off},
    describe,
    pool::{Manager, Pool},
    undone::{UNDO, undone},
};
use crate::database::{
    Access, DatabaseError, ErrorKind, Execution, Kind, ParameterDirection, Quoting, RowSink, Session, Statement, Value, quoting,
    standing::{State, given_up, timed_out, trace},
};

pub(super) struct PooledSession {
    /// Missing once it was given up.
    connection: Option<Object<Manager>>,
    pool: Pool,
    shared: std::sync::Arc<Shared>,
    access: Access,
    state: State,
}

impl PooledSession {
    /// Takes a connection; for writing, begins a transaction on it. Connections that died in the pool are passed over.
    pub async fn begin(pool: &Pool, shared: &std::sync::Arc<Shared>, access: Access) -> Result<Self, DatabaseError> {
        let mut passes = pool.passes();
        loop {
            let mut session = Self {
                connection: Some(pool.acquire().await?),
                pool: pool.clone(),
                shared: shared.clone(),
                access,
                state: State::Fresh,
            };
            if access == Access::Read {
                return Ok(session);
            }
            session.state = State::Busy;
            let since = Instant::now();
            let begun = session.bounded(async |client| client.begin().await).await;
            trace(Kind::Sqlserver, "BEGIN TRANSACTION", since);
            match begun {
                Ok(()) => {
                    session.state = State::Idle;
                    return Ok(session);
                }
                Err(error) if passes.take(&error) => {}
                Err(error) => return Err(error),
            }
        }
    }

    fn client(&mut self) -> Result<&mut Client, DatabaseError> {
        if self.state == State::Broken {
            return Err(given_up());
        }
        self.connection.as_deref_mut().ok_or_else(given_up)
    }

    /// Within `statement-timeout`, which the server does not know by itself.
    async fn bounded<T>(&mut self, work: impl AsyncFnOnce(&mut Client) -> Result<T, DatabaseError>) -> Result<T, DatabaseError> {
        let limit = self.shared.statement_timeout;
        let client = self.client()?;
        match tokio::time::timeout(limit, work(client)).await {
            Ok(done) => done,
            Err(_) => Err(timed_out(limit)),
        }
    }

    /// What an error means for the connection. After an error of the server the answer has come to its end; after anything else
    /// nobody knows where it stands. A server that has undone the transaction must not take a further statement for one of it.
    fn note(&mut self, error: &DatabaseError, progress: Progress) {
        if self.state != State::Busy {
            return;
        }
        let known = progress == Progress::Quiet
            || error.code.is_some() && !matches!(error.kind, ErrorKind::Unavailable | ErrorKind::Conflict);
        self.state = if known { State::Idle } else { State::Broken };
    }

    /// After an error of the server nobody knows whether it has come to the end of what was asked of it, where a transaction that
    /// only reads is rolled back.
    async fn undo(&mut self, error: &DatabaseError) {
        if self.access == Access::Write || self.state != State::Idle || error.code.is_none() {
            return;
        }
        self.state = State::Busy;
        let since = Instant::now();
        let done = self.bounded(async |client| client.undo().await).await;
        trace(Kind::Sqlserver, UNDO, since);
        self.state = if done.is_ok() { State::Idle } else { State::Broken };
    }

    async fn end(
        &mut self,
        word: &'static str,
        work: impl AsyncFnOnce(&mut Client) -> Result<(), DatabaseError>,
    ) -> Result<(), DatabaseError> {
        if self.state == State::Broken {
            return Ok(());
        }
        if self.access == Access::Write {
            self.state = State::Busy;
            let since = Instant::now();
            let ended = self.bounded(work).await;
            trace(Kind::Sqlserver, word, since);
            ended?;
        }
        self.state = State::Ended;
        Ok(())
    }

    /// A read whose connection died in the pool goes on with another one.
    async fn replace(&mut self) -> Result<(), DatabaseError> {
        if let Some(dead) = self.connection.take() {
            drop(Object::take(dead));
        }
        self.connection = Some(self.pool.acquire().await?);
        self.state = State::Fresh;
        Ok(())
    }
}

/// How far a statement has come, which says what an error means for the connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Progress {
    /// The server owes no answer.
    Quiet,
    Asked,
    /// Somebody has got rows of it.
    Given,
}

/// The values, of the types that the server asks for. Those that don't fit are found while the server owes nothing.
async fn arguments(
    client: &mut Client,
    shared: &Shared,
    statement: &Statement,
    values: &[Value],
    progress: &mut Progress,
) -> Result<Vec<Argument>, DatabaseError> {
    *progress = Progress::Asked;
    let types = shared.types.of(client, statement).await?;
    *progress = Progress::Quiet;
    let arguments = describe::arguments(&types, statement, values)?;
    *progress = Progress::Asked;
    Ok(arguments)
}

/// What the server is sent for a statement in a session.
fn sent(statement: &Statement, access: Access) -> Cow<'_, str> {
    match access {
        Access::Read => undone(&statement.text).into(),
        Access::Write => Cow::Borrowed(&statement.text),
    }
}

/// Sends the rows of the first result on. Gives the state of the connection.
async fn read(
    client: &mut Client,
    shared: &Shared,
    access: Access,
    statement: &Statement,
    values: &[Value],
    rows: &mut dyn RowSink,
    progress: &mut Progress,
) -> Result<State, DatabaseError> {
    let (values, of_slots) = quoting::split(statement, values);
    let statement = &*quoting::filled(statement, of_slots, Quoting::Sqlserver)?;
    let arguments = arguments(client, shared, statement, values, progress).await?;
    let mut reply = client.run(&sent(statement, access), arguments).await?;
    let mut result = 0_usize;
    while let Some(item) = reply.next().await? {
        let wanted = match item {
            Item::Columns(columns) => {
                result += 1;
                result > 1 || rows.columns(&columns).is_ok()
            }
            Item::Row(row) if result == 1 => {
                *progress = Progress::Given;
                rows.row(row).is_ok()
            }
            _ => true,
        };
        if !wanted {
            // Rows are still on their way; they are not waited for.
            return Ok(State::Broken);
        }
    }
    if result == 0 {
        let _ = rows.columns(&[]);
    }
    Ok(State::Idle)
}

async fn write(
    client: &mut Client,
    shared: &Shared,
    access: Access,
    statement: &Statement,
    values: &[Value],
    max_rows: usize,
    progress: &mut Progress,
) -> Result<Execution, DatabaseError> {
    let (values, of_slots) = quoting::split(statement, values);
    let statement = &*quoting::filled(statement, of_slots, Quoting::Sqlserver)?;
    let arguments = arguments(client, shared, statement, values, progress).await?;
    let mut reply = client.run(&sent(statement, access), arguments).await?;
    let mut execution = Execution::default();
    let (mut result, mut returned) = (0_usize, false);
    while let Some(item) = reply.next().await? {
        match item {
            Item::Columns(columns) => {
                result += 1;
                if result == 1 {
                    execution.columns = columns;
                }
            }
            Item::Row(_) if result > 1 => {}
            Item::Row(row) if execution.rows.len() < max_rows => execution.rows.push(row),
            Item::Row(_) => {
                let message = format!("statement `{}` returns more than {max_rows} rows", statement.name);
                return Err(DatabaseError::new(ErrorKind::Statement, message));
            }
            // The statement's own count is the last: what its triggers did is counted before.
            Item::Affected(count) if !returned => execution.affected = count,
            Item::Affected(_) => {}
            Item::Returned => returned = true,
            Item::Output(index, value) => {
                if let Some(parameter) = statement.parameters.get(index) {
                    execution.outputs.push((parameter.name.clone(), value));
                }
            }
        }
    }
    let expected = statement
        .parameters
        .iter()
        .filter(|parameter| parameter.direction != ParameterDirection::In);
    if expected.count() != execution.outputs.len() {
        return Err(cut_off());
    }
    Ok(execution)
}

#[async_trait]
impl Session for PooledSession {
    fn kind(&self) -> Kind {
        Kind::Sqlserver
    }

    async fn query(&mut self, statement: &Statement, values: &[Value], rows: &mut dyn RowSink) -> Result<(), DatabaseError> {
        let mut passes = self.pool.passes();
        loop {
            let fresh = self.state == State::Fresh && self.access == Access::Read;
            self.client()?;
            self.state = State::Busy;
            let mut progress = Progress::Quiet;
            let since = Instant::now();
            let (shared, access) = (self.shared.clone(), self.access);
            let read = self
                .bounded(async |client| read(client, &shared, access, statement, values, rows, &mut progress).await)
                .await;
            trace(Kind::Sqlserver, &statement.text, since);
            let error = match read {
                Ok(state) => {
                    self.state = state;
                    return Ok(());
                }
                Err(error) => error,
            };
            self.note(&error, progress);
            self.undo(&error).await;
            if !fresh || progress == Progress::Given || !passes.take(&error) {
                return Err(error);
            }
            self.replace().await?;
        }
    }

    async fn execute(&mut self, statement: &Statement, values: &[Value], max_rows: usize) -> Result<Execution, DatabaseError> {
        self.client()?;
        self.state = State::Busy;
        let since = Instant::now();
        let (shared, access) = (self.shared.clone(), self.access);
        let mut progress = Progress::Quiet;
        let written = self
            .bounded(async |client| write(client, &shared, access, statement, values, max_rows, &mut progress).await)
            .await;
        trace(Kind::Sqlserver, &statement.text, since);
        match written {
            Ok(execution) => {
                self.state = State::Idle;
                Ok(execution)
            }
            Err(error) => {
                self.note(&error, progress);
                self.undo(&error).await;
                Err(error)
            }
        }
    }

    async fn commit(mut self: Box<Self>) -> Result<(), DatabaseError> {
        self.client()?;
        self.end("COMMIT", async |client| client.commit().await).await
    }

    async fn rollback(mut self: Box<Self>) -> Result<(), DatabaseError> {
        self.end("ROLLBACK", async |client| client.rollback().await).await
    }
}

impl Drop for PooledSession {
    fn drop(&mut self) {
        let Some(connection) = self.connection.take() else {
            return;
        };
        match self.state {
            state if state.is_clean(self.access) => {}
            // Nothing is under way: closing the connection is all that it takes.
            State::Ended | State::Fresh | State::Idle => drop(Object::take(connection)),
            State::Busy | State::Broken => {
                let client = Object::take(connection);
                if let Ok(runtime) = tokio::runtime::Handle::try_current() {
                    runtime.spawn(client.cancel());
                }
            }
        }
    }
}
