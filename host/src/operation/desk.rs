//! The desk at which a component asks for statements: which may run, with which values, in which transaction.
//!
//! - Only statements of the plan run (and the refined one that the call is about), unless the plugin holds `dynamic-sql`.
//! - A parameter takes its value from what the component gives, else from the call's inputs, else from the secrets, which
//!   the component never sees. So does a slot, but a secret never becomes a name.
//! - A write is held to its declared row effect. After any error of a write nothing of the request is kept, whatever the
//!   component makes of it: some databases undo the whole transaction at that point and would report the commit as done.

use std::{any::Any, sync::Arc};

use async_trait::async_trait;

use super::{output::Output, rules::behaves, secrets::are_told};
use crate::{
    database::{
        Access, Author, Column, DatabaseError, ErrorKind, Execution, Parameter, Plan, RowSink, Session, SlotKind, Statement,
        Stop, Value, visible,
    },
    sandbox::{LogLevel, ResultLimits, ResultSet, ServiceError, Services},
};

/// Characters of a statement's name that are told where there is no such statement.
const NAME: usize = 200;

/// Who is at work, for log lines.
#[derive(Clone, Debug)]
pub struct Worker {
    pub application: Arc<str>,
    pub operation: &'static str,
    pub plugin: Arc<str>,
    pub request: Arc<str>,
}

/// The services of one call.
pub struct Desk {
    pub worker: Worker,
    pub plan: Arc<Plan>,
    pub refined: Option<Arc<Statement>>,
    pub inputs: Vec<(String, Value)>,
    pub secrets: Vec<(String, Value)>,
    /// `None` where nothing may be asked of the database: `prepare`, `refine`, `transform`.
    pub session: Option<Box<dyn Session>>,
    pub access: Access,
    pub output: Output,
    /// Why nothing of this request may be kept.
    pub doomed: Option<DatabaseError>,
    /// The last error of the database.
    pub last_error: Option<DatabaseError>,
}

impl Desk {
    /// A statement with its values, and whether one of them is a secret. What is refused here counts like what the database
    /// refuses.
    fn asked(
        &mut self,
        name: &str,
        access: Access,
        given: &[(String, Value)],
    ) -> Result<(Statement, Vec<Value>, bool), ServiceError> {
        let asked = self.statement(name, access).and_then(|statement| {
            let (values, secret) = self.bind(&statement, given)?;
            Ok((statement, values, secret))
        });
        asked.map_err(|error| self.failed(error, false))
    }

    fn statement(&self, name: &str, access: Access) -> Result<Statement, DatabaseError> {
        let refined = self.refined.as_deref().filter(|statement| statement.name == name);
        let Some(statement) = refined.or_else(|| self.plan.statement(name)) else {
            return Err(DatabaseError::new(
                ErrorKind::NotPlanned,
                format!(
                    "no statement `{}` is in the plan of {}",
                    visible(name, NAME),
                    self.worker.operation
                ),
            ));
        };
        if statement.access != access {
            let (is, want) = match statement.access {
                Access::Read => ("reads", "database.query or output.forward"),
                Access::Write => ("writes", "database.execute"),
            };
            return Err(DatabaseError::new(
                ErrorKind::NotPlanned,
                format!("statement `{name}` {is}: it is run with {want}"),
            ));
        }
        Ok(statement.clone())
    }

    /// One value for each parameter and then one for each slot, and whether one of them is a secret.
    fn bind(&self, statement: &Statement, given: &[(String, Value)]) -> Result<(Vec<Value>, bool), DatabaseError> {
        let mut secret = false;
        let mut values = Vec::with_capacity(statement.parameters.len() + statement.slots.len());
        for parameter in &statement.parameters {
            if !parameter.direction.takes_value() {
                values.push(Value::Null);
                continue;
            }
            let value = self.open(&parameter.name, given).or_else(|| {
                let value = self.secret(&parameter.name);
                secret |= value.is_some();
                value
            });
            values.push(value.ok_or_else(|| {
                DatabaseError::new(
                    ErrorKind::MissingValue,
                    format!("parameter `{}` has no value in this call", parameter.name),
                )
            })?);
        }
        for slot in &statement.slots {
            let value = self.open(&slot.name, given).or_else(|| {
                let value = self.secret(&slot.name).filter(|_| slot.kind == SlotKind::Literal);
                secret |= value.is_some();
                value
            });
            values.push(value.filter(|value| !value.is_null()).ok_or_else(|| {
                DatabaseError::new(
                    ErrorKind::MissingValue,
                    format!("slot `{}` has no value in this call", slot.name),
                )
            })?);
        }
        Ok((values, secret))
    }

    /// What the component gives, or the call's input.
    fn open(&self, name: &str, given: &[(String, Value)]) -> Option<Value> {
        named(given, name).or_else(|| named(&self.inputs, name))
    }

    fn secret(&self, name: &str) -> Option<Value> {
        named(&self.secrets, name)
    }

    fn session(&mut self) -> Result<&mut Box<dyn Session>, ServiceError> {
        self.session
            .as_mut()
            .ok_or_else(|| ServiceError::Misuse("it asked for the database where it must not".into()))
    }

    /// What a statement gives has nothing of a secret in it.
    fn kept_secret<'v>(&self, statement: &Statement, given: impl Iterator<Item = &'v Value>) -> Result<(), ServiceError> {
        match are_told(&self.secrets, given) {
            false => Ok(()),
            true => Err(ServiceError::Misuse(format!(
                "statement `{}` gave back the password that it was to store",
                statement.name
            ))),
        }
    }

    /// Remembers an error for the log, and keeps the database's words from the component where they may quote a secret.
    fn failed(&mut self, mut error: DatabaseError, secret: bool) -> ServiceError {
        if secret {
            error.message = "the database's words are withheld because the statement binds a secret".into();
        }
        if self.access == Access::Write && self.doomed.is_none() {
            self.doomed = Some(error.clone());
        }
        self.last_error = Some(error.clone());
        ServiceError::Database(error)
    }

    async fn read(
        &mut self,
        statement: &Statement,
        values: &[Value],
        secret: bool,
        limits: ResultLimits,
    ) -> Result<ResultSet, ServiceError> {
        let mut result = Held::new(limits);
        let ended = self.session()?.query(statement, values, &mut result).await;
        match (ended, result.exceeded) {
            (Err(error), _) => Err(self.failed(error, secret)),
            (Ok(()), Some(exceeded)) => Err(exceeded),
            (Ok(()), None) => {
                self.kept_secret(statement, result.set.rows.iter().flatten())?;
                Ok(result.set)
            }
        }
    }

    async fn write(
        &mut self,
        statement: &Statement,
        values: &[Value],
        secret: bool,
        limits: ResultLimits,
    ) -> Result<Execution, ServiceError> {
        let ended = self.session()?.execute(statement, values, limits.rows).await;
        let execution = ended.map_err(|error| self.failed(error, secret))?;
        let outputs = execution.outputs.iter().map(|(_, value)| value);
        let held = execution.rows.iter().flatten().chain(outputs);
        self.kept_secret(statement, held.clone())?;
        if held.map(Value::size).sum::<usize>() > limits.bytes {
            return Err(ServiceError::Bytes);
        }
        if statement.effect.allows(execution.affected) {
            return Ok(execution);
        }
        let message = format!(
            "statement `{}` of {} changed {} rows where it must change {}; nothing was kept",
            statement.name, self.worker.operation, execution.affected, statement.effect
        );
        Err(self.failed(DatabaseError::new(ErrorKind::RowEffect, message), false))
    }

    fn dynamic(&mut self, text: &str, values: usize, access: Access) -> Result<Statement, ServiceError> {
        let kind = self.session()?.kind();
        if let Err(what) = behaves(kind, text) {
            let error = DatabaseError::new(ErrorKind::NotPlanned, format!("a statement {what}"));
            return Err(self.failed(error, false));
        }
        if access == Access::Write && self.access == Access::Read {
            return Err(DatabaseError::new(
                ErrorKind::NotPlanned,
                format!("{} reads: it cannot execute a statement that writes", self.worker.operation),
            )
            .into());
        }
        let parameters = (1..=values).map(|n| Parameter::new(n.to_string()));
        Ok(Statement {
            parameters: parameters.collect(),
            author: Author::Plugin,
            ..Statement::new("dynamic", text, access)
        })
    }
}

#[async_trait]
impl Services for Desk {
    async fn query(
        &mut self,
        statement: &str,
        values: Vec<(String, Value)>,
        limits: ResultLimits,
    ) -> Result<ResultSet, ServiceError> {
        let (statement, values, secret) = self.asked(statement, Access::Read, &values)?;
        self.read(&statement, &values, secret, limits).await
    }

    async fn execute(
        &mut self,
        statement: &str,
        values: Vec<(String, Value)>,
        limits: ResultLimits,
    ) -> Result<Execution, ServiceError> {
        let (statement, values, secret) = self.asked(statement, Access::Write, &values)?;
        self.write(&statement, &values, secret, limits).await
    }

    async fn forward(&mut self, statement: &str, values: Vec<(String, Value)>) -> Result<u64, ServiceError> {
        let (statement, values, secret) = self.asked(statement, Access::Read, &values)?;
        let Some(session) = self.session.as_mut() else {
            return Err(ServiceError::Misuse("it asked for the database where it must not".into()));
        };
        let mut counted = Counted {
            output: &mut self.output,
            rows: 0,
        };
        let ended = session.query(&statement, &values, &mut counted).await;
        let rows = counted.rows;
        match (ended, self.output.take_error()) {
            (Err(error), _) => Err(self.failed(error, secret)),
            (Ok(()), Some(error)) => Err(error),
            (Ok(()), None) => Ok(rows),
        }
    }

    fn begin_output(&mut self, columns: Vec<Column>) -> Result<(), ServiceError> {
        self.output.begin(&columns)
    }

    fn emit(&mut self, rows: Vec<Vec<Value>>) -> Result<(), ServiceError> {
        rows.into_iter().try_for_each(|row| self.output.push(row))
    }

    async fn dynamic_query(&mut self, text: &str, values: Vec<Value>, limits: ResultLimits) -> Result<ResultSet, ServiceError> {
        let statement = self.dynamic(text, values.len(), Access::Read)?;
        self.read(&statement, &values, false, limits).await
    }

    async fn dynamic_execute(&mut self, text: &str, values: Vec<Value>, limits: ResultLimits) -> Result<Execution, ServiceError> {
        let statement = self.dynamic(text, values.len(), Access::Write)?;
        self.write(&statement, &values, false, limits).await
    }

    fn log(&mut self, level: LogLevel, message: &str) {
        let Worker {
            application,
            operation,
            plugin,
            request,
        } = &self.worker;
        let message = printable(message);
        match level {
            LogLevel::Debug => tracing::debug!(%application, operation, %plugin, %request, "plugin: {message}"),
            LogLevel::Info => tracing::info!(%application, operation, %plugin, %request, "plugin: {message}"),
            LogLevel::Warn => tracing::warn!(%application, operation, %plugin, %request, "plugin: {message}"),
            LogLevel::Error => tracing::error!(%application, operation, %plugin, %request, "plugin: {message}"),
        }
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any + Send> {
        self
    }
}

fn named(values: &[(String, Value)], name: &str) -> Option<Value> {
    let found = values.iter().find(|(found, _)| found == name);
    found.map(|(_, value)| value.clone())
}

/// A line of a component's is one line of the log, whatever is in it.
fn printable(message: &str) -> String {
    message
        .trim_end()
        .chars()
        .map(|c| if c.is_control() { '\u{fffd}' } else { c })
        .collect()
}

/// A result held in memory, up to its limits.
struct Held {
    set: ResultSet,
    limits: ResultLimits,
    bytes: usize,
    exceeded: Option<ServiceError>,
}

impl Held {
    fn new(limits: ResultLimits) -> Self {
        Self {
            set: ResultSet::default(),
            limits,
            bytes: 0,
            exceeded: None,
        }
    }
}

impl RowSink for Held {
    fn columns(&mut self, columns: &[Column]) -> Result<(), Stop> {
        self.set.columns = columns.to_vec();
        Ok(())
    }

    fn row(&mut self, row: Vec<Value>) -> Result<(), Stop> {
        self.bytes += row.iter().map(Value::size).sum::<usize>();
        if self.set.rows.len() >= self.limits.rows {
            self.exceeded = Some(ServiceError::Rows);
        } else if self.bytes > self.limits.bytes {
            self.exceeded = Some(ServiceError::Bytes);
        } else {
            self.set.rows.push(row);
            return Ok(());
        }
        Err(Stop)
    }
}

/// Counts rows on their way.
struct Counted<'a> {
    output: &'a mut Output,
    rows: u64,
}

impl RowSink for Counted<'_> {
    fn columns(&mut self, columns: &[Column]) -> Result<(), Stop> {
        self.output.columns(columns)
    }

    fn row(&mut self, row: Vec<Value>) -> Result<(), Stop> {
        self.rows += 1;
        self.output.row(row)
    }
}
