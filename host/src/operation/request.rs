//! One request at work: its place in the sandbox, its connection, and the calls that it makes.
//!
//! A request that writes is one transaction. It is committed by [`Request::commit`] alone; whatever else happens to it, an
//! early return included, rolls it back.

use std::{collections::BTreeMap, sync::Arc};

use super::{
    desk::{Desk, Worker},
    failure,
    output::{Kept, Output, Rows},
    prepared::{MAIN, Prepared},
    report,
    watch::{self, Failed},
};
use crate::{
    application::Operation,
    database::{Access, Database, DatabaseError, Session, Shape, Statement, Value},
    replay::{Called, written},
    sandbox::{Call, Outcome, Permit, Sandbox},
    scim::{Error, RequestId},
};

/// A request to one application.
pub struct Request {
    pub application: Arc<str>,
    pub id: Arc<str>,
    pub permit: Permit,
    names: Arc<ColumnNames>,
    session: Option<Box<dyn Session>>,
    /// The last error of the database.
    refusal: Option<DatabaseError>,
}

/// For whom a component is called beside the database: by a transform's or a password's caller.
#[derive(Clone, Copy)]
pub struct Occasion<'a> {
    pub permit: &'a Permit,
    pub application: &'a Arc<str>,
    pub request: &'a Arc<str>,
}

/// The attributes of users by their columns, in lower case.
pub type ColumnNames = BTreeMap<String, String>;

/// What a call is given.
pub struct Inputs {
    pub values: Vec<(String, Value)>,
    /// Which of them differ from what the resource has.
    pub changed: Vec<String>,
    /// Bound by the host alone; the component never sees them.
    pub secrets: Vec<(String, Value)>,
}

impl Inputs {
    pub fn new(values: Vec<(String, Value)>) -> Self {
        Self {
            values,
            changed: Vec::new(),
            secrets: Vec::new(),
        }
    }

    /// The id of a user and nothing else.
    pub fn id(id: &str) -> Self {
        Self::new(vec![("id".to_owned(), Value::Text(id.to_owned()))])
    }
}

/// What a call has done.
pub struct Done {
    pub outcome: Outcome,
    pub rows: Rows,
}

impl Request {
    /// Takes a place in the sandbox, and then a connection.
    pub async fn begin(
        sandbox: &Sandbox,
        database: &dyn Database,
        application: &Arc<str>,
        names: &Arc<ColumnNames>,
        id: &RequestId,
        access: Access,
    ) -> Result<Self, Error> {
        let permit = sandbox
            .permit()
            .await
            .map_err(|failure| failure::call(application, "request", &failure))?;
        let session = database
            .begin(access)
            .await
            .map_err(|error| failure::connection(application, &error))?;
        Ok(Self {
            application: application.clone(),
            id: id.0.as_str().into(),
            permit,
            names: names.clone(),
            session: Some(session),
            refusal: None,
        })
    }

    /// Has an operation done with its main statement.
    pub async fn run(&mut self, prepared: &Prepared, inputs: Inputs) -> Result<Done, Error> {
        self.call(prepared, None, inputs, Output::new(Kept::Everything, None)).await
    }

    /// Has an operation that reads done with a statement of another shape; `None` if its component cannot derive one.
    pub async fn run_shaped(&mut self, prepared: &Prepared, shape: &Shape, inputs: Inputs) -> Result<Option<Done>, Error> {
        let output = Output::new(Kept::Everything, None);
        self.run_shaped_into(prepared, shape, inputs, output).await
    }

    /// The same, with what becomes of the rows.
    pub async fn run_shaped_into(
        &mut self,
        prepared: &Prepared,
        shape: &Shape,
        inputs: Inputs,
        output: Output,
    ) -> Result<Option<Done>, Error> {
        prepared.watch.admit()?;
        let worker = self.worker(prepared);
        let refined = match prepared.refine(&self.permit, &worker, shape).await {
            Ok(Ok(statement)) => statement,
            Ok(Err(reason)) => {
                tracing::debug!(application = %self.application, operation = prepared.operation.name(), reason, "not derived");
                return Ok(None);
            }
            Err(failure) => return Err(failure::call(&self.application, prepared.operation.name(), &failure)),
        };
        self.call(prepared, Some(refined), inputs, output).await.map(Some)
    }

    /// Has an operation that reads done with its main statement, and keeps the rows that `output` lets through.
    pub async fn run_into(&mut self, prepared: &Prepared, inputs: Inputs, output: Output) -> Result<Done, Error> {
        self.call(prepared, None, inputs, output).await
    }

    async fn call(
        &mut self,
        prepared: &Prepared,
        refined: Option<Arc<Statement>>,
        inputs: Inputs,
        output: Output,
    ) -> Result<Done, Error> {
        prepared.watch.admit()?;
        let operation = prepared.operation.name();
        let call = Call {
            operation: operation.to_owned(),
            statement: refined
                .as_ref()
                .map_or_else(|| MAIN.to_owned(), |statement| statement.name.clone()),
            request_id: self.id.as_ref().to_owned(),
            inputs: inputs.values.clone(),
            changed: inputs.changed,
            memo: prepared.plan.memo.clone(),
        };
        let secrets: Vec<String> = inputs.secrets.iter().filter_map(|(_, value)| value.to_text()).collect();
        let desk = Desk {
            worker: self.worker(prepared),
            plan: prepared.plan.clone(),
            refined,
            inputs: inputs.values,
            secrets: inputs.secrets,
            session: self.session.take(),
            access: prepared.operation.access(),
            output,
            doomed: None,
            last_error: None,
        };
        let answer = prepared
            .component
            .run(&self.permit, prepared.watch.services(desk), call.clone())
            .await;
        let desk = match &answer.result {
            Ok(_) => {
                prepared.watch.answered();
                watch::desk(answer.services)
            }
            Err(failure) => {
                let failed = Failed {
                    failure,
                    request: &self.id,
                    called: called(call),
                    secrets,
                };
                prepared.watch.failed(answer.services, failed).0
            }
        };
        let Some(desk) = desk else {
            return Err(Error::new(500, "the services of a call were lost"));
        };
        self.session = desk.session;
        self.refusal = desk
            .doomed
            .clone()
            .or_else(|| desk.last_error.clone())
            .or(self.refusal.take());
        let result = match answer.result {
            Err(failure) => return Err(failure::call(&self.application, operation, &failure)),
            Ok(result) => result,
        };
        match (result, desk.doomed) {
            (Err(answered), doomed) => {
                let cause = doomed.as_ref().or(desk.last_error.as_ref());
                report::log_answer(&self.application, operation, &self.id, &answered, cause);
                let error = failure::answered(operation, prepared.component.name(), answered);
                Err(self.named(prepared.operation, error, cause))
            }
            (Ok(_), Some(error)) => Err(failure::swallowed(operation, prepared.component.name(), &error)),
            (Ok(outcome), None) => {
                let rows = desk.output.into_rows();
                match rows.overflowed {
                    false => Ok(Done { outcome, rows }),
                    true => Err(failure::too_much(operation)),
                }
            }
        }
    }

    /// With the attribute that a column is which the database complains about.
    fn named(&self, operation: Operation, error: Error, cause: Option<&DatabaseError>) -> Error {
        let column = cause.and_then(|cause| cause.column.as_deref());
        let attribute = column.and_then(|column| self.names.get(&column.to_ascii_lowercase()));
        match (column, attribute) {
            (Some(column), Some(attribute)) if error.status < 500 && Operation::OF_USERS.contains(&operation) => {
                failure::with_attribute(error, column, attribute)
            }
            _ => error,
        }
    }

    pub fn worker(&self, prepared: &Prepared) -> Worker {
        Worker {
            application: self.application.clone(),
            operation: prepared.operation.name(),
            plugin: prepared.component.name().into(),
            request: self.id.clone(),
        }
    }

    pub fn occasion(&self) -> Occasion<'_> {
        Occasion {
            permit: &self.permit,
            application: &self.application,
            request: &self.id,
        }
    }

    /// What the database last refused to do, if anything.
    pub fn refusal(&self) -> Option<&DatabaseError> {
        self.refusal.as_ref()
    }

    /// Keeps what the request did.
    pub async fn commit(mut self) -> Result<(), DatabaseError> {
        match self.session.take() {
            Some(session) => session.commit().await,
            None => Ok(()),
        }
    }

    /// Undoes what the request did, or gives the connection of a read back.
    pub async fn rollback(mut self) {
        if let Some(session) = self.session.take()
            && let Err(error) = session.rollback().await
        {
            tracing::warn!(application = %self.application, request = %self.id, code = error.code, "rollback failed; the connection is closed");
        }
    }
}

/// A call, to be recorded.
fn called(call: Call) -> Called {
    Called::Run {
        operation: call.operation,
        statement: call.statement,
        request_id: call.request_id,
        inputs: written(&call.inputs),
        changed: call.changed,
        memo: call.memo,
    }
}
