//! One connection for one request.
//!
//! A session knows whether its connection is fit to be used again. It isn't while a statement is under way (a request that
//! is cancelled drops the session in that state), after a connection error, or inside a transaction that nobody ended: such
//! a connection is closed, and the database undoes what it did. Nor is it after a statement with slots: the driver and the
//! server remember the texts of statements, and what is in slots must not stay anywhere.

mod read;
mod write;

use std::{
    borrow::Cow,
    time::{Duration, Instant},
};

use async_trait::async_trait;
use sqlx::{Database as SqlxDatabase, Executor, IntoArguments, SqlSafeStr as _, SqlStr, pool::PoolConnection};

use super::{
    Access, DatabaseError, ErrorKind, Execution, Kind, RowSink, Session, Statement, Value,
    connections::Connections,
    convert, driver,
    driver::Driver,
    quoting,
    standing::{State, given_up, timed_out, trace},
};

/// Over the statement timeout that the server has, so that the server's comes first.
const NET: Duration = Duration::from_millis(500);

pub(super) struct PooledSession<D: Driver> {
    connection: PoolConnection<D::Db>,
    connections: Connections<D>,
    access: Access,
    limit: Duration,
    state: State,
    /// Whether a statement was run that may have left something behind on the connection.
    lingering: bool,
}

impl<D: Driver> PooledSession<D>
where
    for<'c> &'c mut <D::Db as SqlxDatabase>::Connection: Executor<'c, Database = D::Db>,
    <D::Db as SqlxDatabase>::Arguments: IntoArguments<D::Db>,
{
    /// Takes a connection; for writing, begins a transaction on it. Connections that died in the pool are passed over.
    pub async fn begin(connections: &Connections<D>, access: Access, limit: Duration) -> Result<Self, DatabaseError> {
        let mut passes = connections.passes();
        loop {
            let mut session = Self {
                connection: connections.acquire().await?,
                connections: connections.clone(),
                access,
                limit,
                state: State::Fresh,
                lingering: false,
            };
            if access == Access::Read {
                return Ok(session);
            }
            session.state = State::Busy;
            let since = Instant::now();
            let begun = session
                .connection
                .execute(sqlx::raw_sql(D::BEGIN))
                .await
                .map_err(driver::error::<D>);
            trace(D::KIND, D::BEGIN, since);
            match begun {
                Ok(_) => {
                    session.state = State::Idle;
                    return Ok(session);
                }
                Err(error) if passes.take(&error) => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// A statement as the database knows it, and the values of its parameters as they are sent.
    async fn ready(
        &mut self,
        statement: &Statement,
        values: &[Value],
    ) -> Result<(<D::Db as SqlxDatabase>::Statement, <D::Db as SqlxDatabase>::Arguments), DatabaseError> {
        let (statement, values) = self.filled(statement, values).await?;
        let prepared = self.prepare(&statement).await.map_err(driver::error::<D>)?;
        let arguments = self.arguments(&statement, &prepared, values)?;
        Ok((prepared, arguments))
    }

    async fn prepare(&mut self, statement: &Statement) -> Result<<D::Db as SqlxDatabase>::Statement, sqlx::Error> {
        D::bound(&mut self.connection, self.limit).await?;
        self.connection.prepare(text(statement)).await
    }

    /// Values that don't fit are found before anything is sent: the connection is as it was.
    fn arguments(
        &mut self,
        statement: &Statement,
        prepared: &<D::Db as SqlxDatabase>::Statement,
        values: &[Value],
    ) -> Result<<D::Db as SqlxDatabase>::Arguments, DatabaseError> {
        let is_hinted = statement.parameters.iter().any(|parameter| parameter.type_hint.is_some());
        let arguments = if is_hinted {
            let typed = std::iter::zip(&statement.parameters, values).map(|(parameter, value)| convert::hinted(parameter, value));
            let typed: Result<Vec<Value>, DatabaseError> = typed.collect();
            typed.and_then(|values| D::arguments(statement, prepared, &values))
        } else {
            D::arguments(statement, prepared, values)
        };
        arguments.inspect_err(|_| self.state = State::Idle)
    }

    /// A statement as it is sent, and the values of its parameters.
    async fn filled<'a>(
        &mut self,
        statement: &'a Statement,
        values: &'a [Value],
    ) -> Result<(Cow<'a, Statement>, &'a [Value]), DatabaseError> {
        if statement.slots.is_empty() {
            return Ok((Cow::Borrowed(statement), values));
        }
        self.lingering = true;
        let (values, of_slots) = quoting::split(statement, values);
        let asked = D::quoting(&mut self.connection, of_slots).await;
        let dialect = asked.map_err(driver::error::<D>)?;
        let filled = quoting::filled(statement, of_slots, dialect).inspect_err(|_| self.state = State::Idle)?;
        Ok((filled, values))
    }

    /// What an error means for the connection. After a database's own error the stream has come to its end; after anything
    /// else nobody knows where it stands.
    fn note(&mut self, error: &DatabaseError) {
        if self.state != State::Busy {
            return;
        }
        let known = error.code.is_some() && error.kind != ErrorKind::Unavailable;
        self.state = if known { State::Idle } else { State::Broken };
    }

    fn usable(&self) -> Result<(), DatabaseError> {
        if self.state != State::Broken {
            return Ok(());
        }
        Err(given_up())
    }

    async fn end(&mut self, word: &'static str) -> Result<(), DatabaseError> {
        if self.access == Access::Write && self.state != State::Broken {
            self.state = State::Busy;
            let since = Instant::now();
            let ended = self.connection.execute(sqlx::raw_sql(word)).await;
            trace(D::KIND, word, since);
            ended.map_err(driver::error::<D>)?;
        }
        if self.state != State::Broken {
            self.state = State::Ended;
        }
        Ok(())
    }

    /// A read whose connection died in the pool goes on with another one.
    async fn replace(&mut self) -> Result<(), DatabaseError> {
        self.connection.close_on_drop();
        self.connection = self.connections.acquire().await?;
        self.state = State::Fresh;
        Ok(())
    }
}

#[async_trait]
impl<D: Driver> Session for PooledSession<D>
where
    for<'c> &'c mut <D::Db as SqlxDatabase>::Connection: Executor<'c, Database = D::Db>,
    <D::Db as SqlxDatabase>::Arguments: IntoArguments<D::Db>,
{
    fn kind(&self) -> Kind {
        D::KIND
    }

    async fn query(&mut self, statement: &Statement, values: &[Value], rows: &mut dyn RowSink) -> Result<(), DatabaseError> {
        let mut passes = self.connections.passes();
        self.usable()?;
        loop {
            let fresh = self.state == State::Fresh && self.access == Access::Read;
            self.state = State::Busy;
            self.lingering |= D::lingers(&statement.text);
            let mut given = false;
            let (limit, since) = (self.limit + NET, Instant::now());
            let read = tokio::time::timeout(limit, self.read(statement, values, rows, &mut given)).await;
            trace(D::KIND, &statement.text, since);
            let error = match read {
                Ok(Ok(state)) => {
                    self.state = state;
                    return Ok(());
                }
                Ok(Err(error)) => error,
                Err(_) => timed_out(self.limit),
            };
            self.note(&error);
            if !fresh || given || !passes.take(&error) {
                return Err(error);
            }
            self.replace().await?;
        }
    }

    async fn execute(&mut self, statement: &Statement, values: &[Value], max_rows: usize) -> Result<Execution, DatabaseError> {
        self.usable()?;
        self.state = State::Busy;
        self.lingering |= D::lingers(&statement.text);
        let (limit, since) = (self.limit + NET, Instant::now());
        let written = tokio::time::timeout(limit, self.write(statement, values, max_rows)).await;
        trace(D::KIND, &statement.text, since);
        let error = match written {
            Ok(Ok(execution)) => {
                self.state = State::Idle;
                return Ok(execution);
            }
            Ok(Err(error)) => error,
            Err(_) => timed_out(self.limit),
        };
        self.note(&error);
        Err(error)
    }

    async fn commit(mut self: Box<Self>) -> Result<(), DatabaseError> {
        self.usable()?;
        self.end("COMMIT").await
    }

    async fn rollback(mut self: Box<Self>) -> Result<(), DatabaseError> {
        self.end("ROLLBACK").await
    }
}

impl<D: Driver> Drop for PooledSession<D> {
    fn drop(&mut self) {
        if !self.state.is_clean(self.access) || self.lingering {
            self.connection.close_on_drop();
        }
    }
}

pub(super) fn text(statement: &Statement) -> SqlStr {
    sqlx::AssertSqlSafe(statement.text.clone()).into_sql_str()
}
