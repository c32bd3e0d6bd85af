//! SELECT, INSERT, UPDATE, DELETE, and what defines tables, on SQLite.

use std::time::{Duration, Instant};

use rusqlite::ErrorCode;
use sqlparser::ast::Statement as Sql;

use super::{Result, Session, Stop, output::Output};
use crate::{
    error::ServerError,
    sql::{
        Compiled, Place,
        catalogue::Table,
        compiler::{Compiler, Variables},
        typed::Typed,
    },
    value::Value,
    wire::{
        tokens::{Column, Command},
        type_info::Nullability,
    },
};

/// How long a statement waits for others where the client sets no limit. Two that wait for one another would wait for ever.
const PATIENCE: Duration = Duration::from_secs(30);

/// A statement that can be run.
pub(super) struct Translated {
    pub sql: String,
    pub columns: Vec<Column>,
    pub bound: Vec<Value>,
    pub command: Command,
    /// The table that it changes.
    pub table: Option<Table>,
    /// Whether others have to wait for its transaction.
    pub locks: bool,
}

impl Translated {
    /// What is to be done behind it.
    fn triggers(&self) -> Vec<String> {
        let all = self.table.iter().flat_map(|table| &table.triggers);
        let of_this = all.filter(|trigger| trigger.events.contains(&self.command));
        of_this.map(|trigger| trigger.body.clone()).collect()
    }
}

impl Session {
    pub(super) fn execute(&mut self, sql: &Sql, variables: &Variables) -> Result<()> {
        if !matches!(sql, Sql::Query(_) | Sql::Insert(_) | Sql::Update(_) | Sql::Delete(_)) {
            return self.define(sql);
        }
        let translated = self.translate(sql, variables)?;
        if translated.locks {
            self.enter_transaction()?;
        }
        let triggers = translated.triggers();
        if triggers.is_empty() {
            let count = self.run_translated(&translated)?;
            self.count(&translated, count);
            return Ok(());
        }
        if !translated.columns.is_empty() {
            let message = format!(
                "The target table '{}' of the DML statement cannot have any enabled triggers if the statement contains an OUTPUT \
                 clause without INTO clause.",
                translated.table.as_ref().map_or("", |table| &table.name)
            );
            return Err(ServerError::new(334, 16, message).into());
        }
        self.with_triggers(&translated, &triggers)
    }

    /// The statement and what is behind it are one.
    fn with_triggers(&mut self, translated: &Translated, triggers: &[String]) -> Result<()> {
        let own = self.connection.is_autocommit();
        if own {
            let begun = self.patiently(|session| session.connection.execute_batch("BEGIN IMMEDIATE"))?;
            begun.map_err(|error| self.failed(error, None, translated.command))?;
        }
        let done = self.run_translated(translated).and_then(|count| {
            let identity = self.facts.identity;
            self.depth += 1;
            self.attempts += 1;
            let mut none = Variables::new();
            let done = triggers.iter().try_for_each(|body| self.run_text(body, &mut none).map(drop));
            self.attempts -= 1;
            self.depth -= 1;
            self.facts.identity = identity;
            done.map(|()| count)
        });
        if own {
            let word = if done.is_ok() { "COMMIT" } else { "ROLLBACK" };
            let ended = self.connection.execute_batch(word);
            ended.map_err(|error| self.failed(error, None, translated.command))?;
        }
        let count = done?;
        self.count(translated, count);
        Ok(())
    }

    fn run_translated(&mut self, translated: &Translated) -> Result<u64> {
        let deadline = self.deadline();
        loop {
            match self.step(translated) {
                Ok(done) => return done,
                Err(error) if is_busy(&error) => self.wait(deadline)?,
                Err(error) => return Err(self.failed(error, Some(translated), translated.command)),
            }
        }
    }

    /// Tells how many rows it were.
    fn count(&mut self, translated: &Translated, count: u64) {
        self.facts.rows = count as i64;
        let no_count = self.options.no_count;
        let silent = no_count && translated.columns.is_empty() && self.output.frame == super::output::Frame::Procedure;
        if !silent {
            self.output.statement(translated.command, (!no_count).then_some(count));
        }
    }

    /// A statement in SQLite's words, without running it.
    pub(super) fn translate(&self, sql: &Sql, variables: &Variables) -> std::result::Result<Translated, ServerError> {
        let catalogue = self.catalogue();
        let compiler = Compiler::new(&catalogue, variables, &self.facts);
        let ((compiled, table), command) = compile(&compiler, sql)?;
        let Compiled { sql, columns } = compiled;
        Ok(Translated {
            sql,
            columns: columns.iter().map(Column::from).collect(),
            bound: compiler.bound.take(),
            locks: command != Command::Select || compiler.locks.get(),
            command,
            table,
        })
    }

    /// The outer error is SQLite's before anything was sent.
    fn step(&mut self, translated: &Translated) -> rusqlite::Result<Result<u64>> {
        let Self {
            connection,
            output,
            facts,
            interrupt,
            ..
        } = self;
        let mut statement = connection.prepare(&translated.sql)?;
        for (index, value) in translated.bound.iter().enumerate() {
            statement.raw_bind_parameter(index + 1, value.stored())?;
        }
        let columns = &translated.columns;
        let mut rows = statement.raw_query();
        let mut count: u64 = 0;
        let mut row = rows.next()?;
        if !columns.is_empty() {
            output.columns(columns);
        }
        let failure = loop {
            let Some(current) = row else { break None };
            if let Some(reason) = interrupt.reason() {
                break Some(Stop::Interrupted(reason));
            }
            if let Err(error) = send(output, columns, current) {
                break Some(Stop::Error(error));
            }
            count += 1;
            row = match rows.next() {
                Ok(next) => next,
                Err(error)
                    if error.sqlite_error_code() == Some(ErrorCode::OperationInterrupted) && interrupt.reason().is_some() =>
                {
                    break interrupt.reason().map(Stop::Interrupted);
                }
                Err(error) => {
                    break Some(Stop::Error(
                        self.failure
                            .take()
                            .unwrap_or_else(|| ServerError::cannot(format!("why SQLite fails: {error}"))),
                    ));
                }
            };
        };
        drop(rows);
        drop(statement);
        if let Some(stop) = failure {
            return Ok(Err(stop));
        }
        if translated.command != Command::Select {
            count = connection.changes();
        }
        if translated.command == Command::Insert && count > 0 {
            let identity = translated
                .table
                .as_ref()
                .and_then(Table::identity)
                .map(|_| connection.last_insert_rowid());
            facts.identity = identity;
            facts.last_identity = identity;
        }
        Ok(Ok(count))
    }

    fn deadline(&self) -> Instant {
        Instant::now() + self.options.lock_timeout.unwrap_or(PATIENCE)
    }

    fn wait(&mut self, deadline: Instant) -> Result<()> {
        if Instant::now() >= deadline {
            return Err(match self.options.lock_timeout {
                Some(_) => ServerError::lock_timeout(),
                None => ServerError::deadlock(self.facts.process),
            }
            .into());
        }
        self.sleep(Duration::from_millis(3))
    }

    /// Tries again while another connection writes.
    pub(super) fn patiently<T>(
        &mut self,
        mut attempt: impl FnMut(&mut Self) -> rusqlite::Result<T>,
    ) -> Result<rusqlite::Result<T>> {
        let deadline = self.deadline();
        loop {
            match attempt(self) {
                Err(error) if is_busy(&error) => self.wait(deadline)?,
                done => return Ok(done),
            }
        }
    }
}

/// The outcome of translating, by the statement's kind.
pub(super) fn compile(
    compiler: &Compiler<'_>,
    sql: &Sql,
) -> std::result::Result<((Compiled, Option<Table>), Command), ServerError> {
    let change = |(compiled, table): (Compiled, Table)| (compiled, Some(table));
    Ok(match sql {
        Sql::Query(query) => ((compiler.query(query, Place::Statement)?, None), Command::Select),
        Sql::Insert(insert) => (change(compiler.insert(insert)?), Command::Insert),
        Sql::Update(update) => (change(compiler.update(update)?), Command::Update),
        Sql::Delete(delete) => (change(compiler.delete(delete)?), Command::Delete),
        other => return Err(ServerError::cannot(format!("the statement {other}"))),
    })
}

fn is_busy(error: &rusqlite::Error) -> bool {
    matches!(
        error.sqlite_error_code(),
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked)
    )
}

fn send(output: &mut Output, columns: &[Column], row: &rusqlite::Row<'_>) -> std::result::Result<(), ServerError> {
    let values = columns.iter().enumerate().map(|(index, column)| {
        let stored = row
            .get_ref(index)
            .map_err(|error| ServerError::cannot(format!("SQLite's column {index}: {error}")))?;
        Value::from_stored(stored, column.of)
    });
    let values: Vec<Value> = values.collect::<std::result::Result<_, _>>()?;
    output.row(columns, &values)
}

impl From<&Typed> for Column {
    fn from(typed: &Typed) -> Self {
        Self {
            name: typed.name.clone(),
            of: typed.of(),
            nullability: if typed.nullable {
                Nullability::Nullable
            } else {
                Nullability::NotNull
            },
            origin: typed.origin,
        }
    }
}
