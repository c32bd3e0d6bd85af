//! Rows a second: from the driver alone, through the built-in component's `output.forward`, and through a component that reads rows and emits them.

use std::{
    collections::BTreeSet,
    sync::Arc,
    time::{Duration, Instant},
};

use portcullis::{
    application::Configuration,
    database::{
        self, Access, Author, Column, Database, Kind, Parameter, Plan, RowEffect, RowSink, RowSource, Statement, Stop, Value,
    },
    operation::{
        desk::{Desk, Worker},
        output::{Kept, Output},
    },
    plugin::builtin_component,
    sandbox::{Call, Interface, Limits, OperationComponent, Permit, Sandbox, SandboxSettings},
};
use portcullis_tests::{Database as TestDatabase, database::PASSWORD_VARIABLE, server::PASSWORD};

use crate::figures::median;

/// Rows that one call of the component that emits is given: what it reads it holds in its own memory.
const SLICE: u64 = 5_000;
const ROUNDS: usize = 5;
/// What the component that emits asks for: `tests/fixtures/examples/emitting.rs`.
const STATEMENT: &str = "everybody";

pub fn compare(test_database: &TestDatabase, rows: u64) {
    let runtime = portcullis::server::runtime().expect("a runtime");
    runtime.block_on(async {
        let subject = Subject::new(test_database).await;
        let mut ratios: [Vec<f64>; 2] = Default::default();
        let mut rates: [Vec<f64>; 4] = Default::default();
        for _ in 0..ROUNDS {
            let native = subject.native(rows, rows).await;
            let forwarded = subject.forwarded(rows).await;
            let in_slices = subject.native(rows, SLICE).await;
            let emitted = subject.emitted(rows).await;
            ratios[0].push(forwarded / native);
            ratios[1].push(emitted / in_slices);
            for (all, one) in std::iter::zip(&mut rates, [native, forwarded, in_slices, emitted]) {
                all.push(one);
            }
        }
        let [native, forwarded, in_slices, emitted] = rates.map(median);
        let [forward, emit] = ratios.map(median);
        println!("  {rows} rows, medians of {ROUNDS} rounds:");
        println!("    in one statement     {native:>9.0} rows/s by the driver alone, {forwarded:>9.0} rows/s forwarded, ratio {forward:.2}");
        println!("    {SLICE} a statement     {in_slices:>9.0} rows/s by the driver alone, {emitted:>9.0} rows/s emitted,   ratio {emit:.2}");
    });
}

struct Subject {
    database: Arc<dyn Database>,
    forwarding: OperationComponent,
    emitting: OperationComponent,
    permit: Permit,
    plan: Arc<Plan>,
}

/// Counts rows, and makes sure that they were there.
#[derive(Default)]
struct Counted {
    rows: u64,
    values: usize,
}

impl RowSink for Counted {
    fn columns(&mut self, _: &[Column]) -> Result<(), Stop> {
        Ok(())
    }

    fn row(&mut self, row: Vec<Value>) -> Result<(), Stop> {
        self.rows += 1;
        self.values += std::hint::black_box(row).len();
        Ok(())
    }
}

impl Subject {
    async fn new(test_database: &TestDatabase) -> Self {
        let connection = connection(test_database);
        let database = database::open(&connection);
        let kind = database.kind();
        let sandbox = Sandbox::new(SandboxSettings::default(), None).expect("a sandbox");
        let limits = Limits {
            cpu: Duration::from_secs(600),
            wall: Duration::from_secs(600),
            ..Limits::default()
        };
        let interfaces = BTreeSet::from([Interface::Log, Interface::Database, Interface::Output]);
        let load = |name: &str, bytes: &[u8]| {
            let loaded = sandbox
                .load(name, bytes, limits)
                .and_then(|loaded| loaded.operation(&interfaces));
            loaded.expect("a component")
        };
        let emitting = std::fs::read(portcullis_tests::component_path!(EMITTING)).expect("a component that has been built");
        Self {
            forwarding: load(kind.name(), builtin_component(kind)),
            emitting: load("emitting", &emitting),
            permit: sandbox.permit().await.expect("a permit"),
            plan: Arc::new(Plan {
                statements: vec![statement(kind)],
                memo: String::new(),
            }),
            database,
        }
    }

    /// Rows a second, so many of them a statement.
    async fn native(&self, rows: u64, slice: u64) -> f64 {
        let statement = self.plan.statements.first().expect("a statement");
        let begun = Instant::now();
        let mut counted = Counted::default();
        for from in (0..rows).step_by(usize::try_from(slice).expect("a number")) {
            let mut session = self.database.begin(Access::Read).await.expect("a connection");
            let values = [integer(from), integer(from + slice)];
            session.query(statement, &values, &mut counted).await.expect("rows");
            session.rollback().await.expect("an end");
        }
        assert_eq!(counted.rows, rows);
        rows as f64 / begun.elapsed().as_secs_f64()
    }

    async fn forwarded(&self, rows: u64) -> f64 {
        let begun = Instant::now();
        assert_eq!(self.call(&self.forwarding, 0, rows).await, rows);
        rows as f64 / begun.elapsed().as_secs_f64()
    }

    async fn emitted(&self, rows: u64) -> f64 {
        let begun = Instant::now();
        let mut emitted = 0;
        for from in (0..rows).step_by(SLICE as usize) {
            emitted += self.call(&self.emitting, from, SLICE).await;
        }
        assert_eq!(emitted, rows);
        rows as f64 / begun.elapsed().as_secs_f64()
    }

    /// How many rows came out of a call, none of which is kept.
    async fn call(&self, component: &OperationComponent, from: u64, slice: u64) -> u64 {
        let session = self.database.begin(Access::Read).await.expect("a connection");
        let inputs = vec![("from".to_owned(), integer(from)), ("to".to_owned(), integer(from + slice))];
        let call = Call {
            operation: "get-users".to_owned(),
            statement: STATEMENT.to_owned(),
            request_id: "benchmark".to_owned(),
            inputs: inputs.clone(),
            changed: Vec::new(),
            memo: String::new(),
        };
        let desk = Desk {
            worker: Worker {
                application: "benchmark".into(),
                operation: "get-users",
                plugin: component.name().into(),
                request: "benchmark".into(),
            },
            plan: self.plan.clone(),
            refined: None,
            inputs,
            secrets: Vec::new(),
            session: Some(session),
            access: Access::Read,
            output: Output::new(Kept::Page { skip: 0, take: 0 }, None),
            doomed: None,
            last_error: None,
        };
        let answer = component.run(&self.permit, Box::new(desk), call).await;
        answer.result.expect("an answer").expect("success");
        let mut desk = answer.services.into_any().downcast::<Desk>().expect("the desk");
        if let Some(session) = desk.session.take() {
            session.rollback().await.expect("an end");
        }
        desk.output.into_rows().total
    }
}

fn integer(n: u64) -> Value {
    Value::Integer(i64::try_from(n).expect("a number of users"))
}

fn statement(kind: Kind) -> Statement {
    let (from, to) = match kind {
        Kind::Postgresql => ("$1", "$2"),
        Kind::Sqlserver => ("@P1", "@P2"),
        Kind::Oracle => (":1", ":2"),
        _ => ("?", "?"),
    };
    let text = format!(
        "SELECT user_id, username, first_name, last_name, email, status FROM app_user WHERE user_id > {from} AND user_id <= {to}"
    );
    Statement {
        name: STATEMENT.into(),
        text: text.into(),
        parameters: vec![Parameter::new("from"), Parameter::new("to")],
        access: Access::Read,
        effect: RowEffect::Any,
        rows_from: RowSource::Result,
        slots: Vec::new(),
        author: Author::Administrator,
    }
}

/// As an administrator would have it.
fn connection(test_database: &TestDatabase) -> database::Connection {
    let directory = tempfile::tempdir().expect("a directory");
    super::configure(directory.path(), test_database);
    let environment = |name: &str| (name == PASSWORD_VARIABLE).then(|| PASSWORD.to_owned());
    let loaded = Configuration::load_with(directory.path(), &environment).unwrap_or_else(|problems| panic!("{problems}"));
    let mut connection = loaded
        .configuration
        .applications
        .first()
        .expect("an application")
        .connection
        .clone();
    connection.statement_timeout = Duration::from_secs(600);
    connection
}
