//! A statement that gives rows: those of its first result, or those of the cursor that it opens.

use futures_util::TryStreamExt as _;
use sqlx::{Database as SqlxDatabase, Either, Executor, IntoArguments, Row as _, SqlSafeStr as _, Statement as _};

use super::PooledSession;
use crate::database::{
    Access, Author, DatabaseError, ErrorKind, RowSink, RowSource, Statement, Stop, Value,
    driver::{self, Driver},
    standing::State,
};

impl<D: Driver> PooledSession<D>
where
    for<'c> &'c mut <D::Db as SqlxDatabase>::Connection: Executor<'c, Database = D::Db>,
    <D::Db as SqlxDatabase>::Arguments: IntoArguments<D::Db>,
{
    /// `given`: whether the database answered, so that the statement must not be tried again.
    pub(super) async fn read(
        &mut self,
        statement: &Statement,
        values: &[Value],
        rows: &mut dyn RowSink,
        given: &mut bool,
    ) -> Result<State, DatabaseError> {
        match D::BEGIN_READ {
            Some(begin) if self.needs_transaction(statement) => self.read_inside(begin, statement, values, rows, given).await,
            None if statement.rows_from == RowSource::Cursor => {
                let message = format!(
                    "statement `{}` gives a cursor, which this database does not have",
                    statement.name
                );
                self.state = State::Idle;
                Err(DatabaseError::new(ErrorKind::Statement, message))
            }
            _ => self.read_result(statement, values, rows, given).await,
        }
    }

    /// A cursor lives as long as its transaction. So does what a function sets for its session: a plugin's statement that calls one
    /// (`set_config`) could let its session write otherwise, and all later ones on the connection.
    fn needs_transaction(&self, statement: &Statement) -> bool {
        statement.rows_from == RowSource::Cursor || (statement.author == Author::Plugin && self.access == Access::Read)
    }

    async fn read_result(
        &mut self,
        statement: &Statement,
        values: &[Value],
        rows: &mut dyn RowSink,
        given: &mut bool,
    ) -> Result<State, DatabaseError> {
        let (prepared, arguments) = self.ready(statement, values).await?;
        let mut result = FirstResult::new(rows);
        if !prepared.columns().is_empty() && result.columns::<D>(prepared.columns()).is_err() {
            return Ok(State::Idle);
        }
        let mut stream = self.connection.fetch_many(prepared.query_with(arguments));
        while let Some(step) = stream.try_next().await.map_err(driver::error::<D>)? {
            *given = true;
            if result.take::<D>(step)?.is_err() {
                // Rows are still on their way; the connection is not waited for.
                return Ok(State::Broken);
            }
        }
        Ok(State::Idle)
    }

    /// In a transaction of its own where there is none, of which nothing is kept.
    async fn read_inside(
        &mut self,
        begin: &'static str,
        statement: &Statement,
        values: &[Value],
        rows: &mut dyn RowSink,
        given: &mut bool,
    ) -> Result<State, DatabaseError> {
        let own = self.access == Access::Read;
        if own {
            let begun = self.connection.execute(sqlx::raw_sql(begin)).await;
            begun.map_err(driver::error::<D>)?;
            *given = true;
        }
        let read = match statement.rows_from {
            RowSource::Cursor => self.follow(statement, values, rows, given).await,
            RowSource::Result => self.read_result(statement, values, rows, given).await,
        };
        // Nobody may get a connection that is inside of a transaction.
        if own && !matches!(read, Ok(State::Broken)) && self.connection.execute(sqlx::raw_sql("ROLLBACK")).await.is_err() {
            self.state = State::Broken;
        }
        match (read, self.state) {
            (Ok(_), State::Broken) => Ok(State::Broken),
            (read, _) => read,
        }
    }

    async fn follow(
        &mut self,
        statement: &Statement,
        values: &[Value],
        rows: &mut dyn RowSink,
        given: &mut bool,
    ) -> Result<State, DatabaseError> {
        let (prepared, arguments) = self.ready(statement, values).await?;
        let mut cursor = None;
        {
            let mut stream = self.connection.fetch_many(prepared.query_with(arguments));
            while let Some(step) = stream.try_next().await.map_err(driver::error::<D>)? {
                *given = true;
                if let (Either::Right(row), None) = (step, &cursor) {
                    cursor = Some(D::fetch(&row).ok_or_else(|| {
                        let message = format!("statement `{}` gives no open cursor", statement.name);
                        DatabaseError::new(ErrorKind::Statement, message)
                    })?);
                }
            }
        }
        let Some(fetch) = cursor else {
            return Ok(State::Idle);
        };
        let text = sqlx::AssertSqlSafe(fetch).into_sql_str();
        // The cursor's name is another one each time: the statement is not worth keeping.
        let query = sqlx::query::<D::Db>(text).persistent(false);
        let mut result = FirstResult::new(rows);
        let mut stream = self.connection.fetch_many(query);
        while let Some(step) = stream.try_next().await.map_err(driver::error::<D>)? {
            if result.take::<D>(step)?.is_err() {
                return Ok(State::Broken);
            }
        }
        Ok(State::Idle)
    }
}

/// Hands on the rows of the first result, and nothing of those behind it: a procedure may give several.
struct FirstResult<'s> {
    rows: &'s mut dyn RowSink,
    told: Told,
    ended: Ended,
}

/// Whether the receiver knows the columns. Of a procedure's result they are known when its first row is there.
#[derive(PartialEq, Eq)]
enum Told {
    Yes,
    No,
}

/// Whether the first result is over.
#[derive(PartialEq, Eq)]
enum Ended {
    Yes,
    No,
}

impl<'s> FirstResult<'s> {
    fn new(rows: &'s mut dyn RowSink) -> Self {
        Self {
            rows,
            told: Told::No,
            ended: Ended::No,
        }
    }

    fn columns<D: Driver>(&mut self, columns: &[<D::Db as SqlxDatabase>::Column]) -> Result<(), Stop> {
        self.told = Told::Yes;
        self.rows.columns(&D::columns(columns))
    }

    fn take<D: Driver>(
        &mut self,
        step: Either<<D::Db as SqlxDatabase>::QueryResult, <D::Db as SqlxDatabase>::Row>,
    ) -> Result<Result<(), Stop>, DatabaseError> {
        let row = match step {
            Either::Right(row) if self.ended == Ended::No => row,
            Either::Right(_) => return Ok(Ok(())),
            Either::Left(_) => {
                self.ended = Ended::Yes;
                return Ok(Ok(()));
            }
        };
        if self.told == Told::No && self.columns::<D>(row.columns()).is_err() {
            return Ok(Err(Stop));
        }
        Ok(self.rows.row(D::row(&row)?))
    }
}
