//! SELECT, INSERT, UPDATE, DELETE, and what defines tables, on SQLite.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use rusqlite::ErrorCode;
use sqlparser::ast::{ObjectType, Statement as Sql};

use super::{Result, Session, Stop, output::Output};
use crate::{
    error::ServerError,
    sql::{
        Compiled, Place,
        catalogue::Table,
        compiler::{Compiler, Variables},
        definition,
        typed::{Typed, quoted},
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
}

impl Session {
    pub(super) fn execute(&mut self, sql: &Sql, variables: &Variables) -> Result<()> {
        if matches!(
            sql,
            Sql::CreateTable(_) | Sql::CreateIndex(_) | Sql::Drop { .. } | Sql::Truncate(_)
        ) {
            return self.define(sql);
        }
        let translated = self.translate(sql, variables)?;
        self.enter_transaction()?;
        let deadline = self.deadline();
        loop {
            match self.step(&translated) {
                Ok(done) => return done,
                Err(error) if is_busy(&error) => self.wait(deadline)?,
                Err(error) => return Err(self.failed(error, Some(&translated), translated.command)),
            }
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
            command,
            table,
        })
    }

    /// The outer error is SQLite's before anything was sent.
    fn step(&mut self, translated: &Translated) -> rusqlite::Result<Result<()>> {
        let Self {
            connection,
            output,
            facts,
            options,
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
        facts.rows = count as i64;
        if translated.command == Command::Insert && count > 0 {
            let identity = translated
                .table
                .as_ref()
                .and_then(Table::identity)
                .map(|_| connection.last_insert_rowid());
            facts.identity = identity;
            facts.last_identity = identity;
        }
        let silent = options.no_count && translated.columns.is_empty() && output.frame == super::output::Frame::Procedure;
        if !silent {
            output.statement(translated.command, (!options.no_count).then_some(count));
        }
        Ok(Ok(()))
    }

    fn define(&mut self, sql: &Sql) -> Result<()> {
        if self.transaction.is_some() {
            return Err(ServerError::cannot("tables that come and go in a transaction").into());
        }
        let shared = Arc::clone(&self.shared);
        match sql {
            Sql::CreateTable(create) => {
                let (table, sql) = definition::create_table(&self.catalogue(), &self.facts, create)?;
                self.define_by(&sql)?;
                self.catalogue_mut().add(table);
            }
            Sql::CreateIndex(create) => {
                let (table, key, sql) = definition::create_index(&self.catalogue(), &self.facts, create)?;
                self.define_by(&sql)?;
                if let (Some(key), Some(table)) = (key, self.catalogue_mut().table_mut(&table)) {
                    table.keys.push(key);
                }
            }
            Sql::Drop {
                object_type: ObjectType::Table,
                if_exists,
                names,
                ..
            } => {
                for name in names {
                    let bare = Compiler::new(&self.catalogue(), &Variables::new(), &self.facts).object(name)?;
                    let known = self.catalogue().table(&bare).is_some();
                    if !known && *if_exists {
                        continue;
                    }
                    if !known {
                        let message =
                            format!("Cannot drop the table '{bare}', because it does not exist or you do not have permission.");
                        return Err(ServerError::new(3701, 11, message).state(5).into());
                    }
                    self.define_by(&format!("DROP TABLE {}", quoted(&bare)))?;
                    self.catalogue_mut().remove(&bare);
                }
            }
            Sql::Truncate(truncate) => {
                for target in &truncate.table_names {
                    let bare = Compiler::new(&self.catalogue(), &Variables::new(), &self.facts).object(&target.name)?;
                    let table = self
                        .catalogue()
                        .table(&bare)
                        .cloned()
                        .ok_or_else(|| ServerError::no_object(&bare))?;
                    self.define_by(&format!("DELETE FROM {}", quoted(&table.name)))?;
                }
            }
            other => return Err(ServerError::cannot(format!("{other}")).into()),
        }
        drop(shared);
        Ok(())
    }

    fn define_by(&mut self, sql: &str) -> Result<()> {
        let done = self.patiently(|session| session.connection.execute_batch(sql))?;
        done.map_err(|error| self.failed(error, None, Command::Other))
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
