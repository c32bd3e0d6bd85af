//! What one call of the built-in statement component costs: a fresh store and instance, the call, one row, and back.
//!
//! The database is a made-up one that answers at once, so that everything measured is the sandbox. `native` does the same
//! row through the same services without a component.

use std::any::Any;

use async_trait::async_trait;
use divan::{Bencher, black_box};
use portcullis::{
    database::{Column, Execution, Kind, Value},
    plugin::builtin_component,
    sandbox::{
        Call, Interface, Limits, LogLevel, OperationComponent, Permit, ResultLimits, ResultSet, Sandbox, SandboxSettings,
        ServiceError, Services,
    },
};
use tokio::runtime::{Builder, Runtime};

/// Runs what is below.
pub fn run() {
    divan::Divan::default().run_benches();
}

/// One user's row, answered at once.
#[derive(Default)]
struct Answering {
    rows: Vec<Vec<Value>>,
}

impl Answering {
    fn row() -> Vec<Value> {
        let text = |text: &str| Value::Text(text.to_owned());
        vec![
            Value::Integer(7),
            text("amara.andersson"),
            text("Amara"),
            text("Andersson"),
            text("amara.andersson@example.com"),
            text("ACTIVE"),
        ]
    }
}

#[async_trait]
impl Services for Answering {
    async fn query(&mut self, _: &str, _: Vec<(String, Value)>, _: ResultLimits) -> Result<ResultSet, ServiceError> {
        Ok(ResultSet {
            columns: Vec::new(),
            rows: vec![Self::row()],
        })
    }

    async fn execute(&mut self, _: &str, _: Vec<(String, Value)>, _: ResultLimits) -> Result<Execution, ServiceError> {
        Ok(Execution {
            affected: 1,
            ..Execution::default()
        })
    }

    async fn forward(&mut self, _: &str, _: Vec<(String, Value)>) -> Result<u64, ServiceError> {
        self.rows.push(Self::row());
        Ok(1)
    }

    fn begin_output(&mut self, _: Vec<Column>) -> Result<(), ServiceError> {
        Ok(())
    }

    fn emit(&mut self, rows: Vec<Vec<Value>>) -> Result<(), ServiceError> {
        self.rows.extend(rows);
        Ok(())
    }

    async fn dynamic_query(&mut self, _: &str, _: Vec<Value>, _: ResultLimits) -> Result<ResultSet, ServiceError> {
        Ok(ResultSet::default())
    }

    async fn dynamic_execute(&mut self, _: &str, _: Vec<Value>, _: ResultLimits) -> Result<Execution, ServiceError> {
        Ok(Execution::default())
    }

    fn log(&mut self, _: LogLevel, message: &str) {
        panic!("the component logged: {message}");
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any + Send> {
        self
    }
}

struct Prepared {
    runtime: Runtime,
    component: OperationComponent,
    permit: Permit,
}

impl Prepared {
    fn new() -> Self {
        let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
        let sandbox = Sandbox::new(SandboxSettings::default(), None).expect("a sandbox");
        let interfaces = [Interface::Log, Interface::Database, Interface::Output].into();
        let component = sandbox
            .load("postgresql", builtin_component(Kind::Postgresql), Limits::default())
            .and_then(|loaded| loaded.operation(&interfaces))
            .expect("the built-in component");
        let permit = runtime.block_on(sandbox.permit()).expect("a permit");
        Self {
            runtime,
            component,
            permit,
        }
    }

    fn run(&self, operation: &str) -> Box<dyn Services> {
        let call = Call {
            operation: operation.to_owned(),
            statement: "main".to_owned(),
            request_id: "a-request".to_owned(),
            inputs: vec![("id".to_owned(), Value::Text("7".to_owned()))],
            changed: Vec::new(),
            memo: String::new(),
        };
        let answer = self
            .runtime
            .block_on(self.component.run(&self.permit, Box::<Answering>::default(), call));
        answer.result.expect("an answer").expect("success");
        answer.services
    }
}

#[divan::bench(args = ["get-user", "update-user"], sample_count = 5000)]
fn instantiate_and_call(bencher: Bencher, operation: &str) {
    let prepared = Prepared::new();
    bencher.bench_local(|| black_box(prepared.run(black_box(operation))));
}

#[divan::bench(sample_count = 5000)]
fn native(bencher: Bencher) {
    let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
    bencher.bench_local(|| {
        let mut services: Box<dyn Services> = Box::<Answering>::default();
        let values = vec![("id".to_owned(), Value::Text("7".to_owned()))];
        runtime.block_on(services.forward(black_box("main"), values)).expect("a row");
        black_box(services)
    });
}
