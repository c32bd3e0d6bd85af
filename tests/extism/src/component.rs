//! The work in a component of Portcullis, and without any: the same services, asked directly.

use std::hint::black_box;

use anyhow::{Context as _, anyhow};
use portcullis::{
    database::{Kind, Value},
    plugin::builtin_component,
    sandbox::{Call, Interface, Limits, OperationComponent, Sandbox, SandboxSettings, Services},
};

use crate::{
    services::{INPUT, OPERATION, REQUEST_ID, Rows, STATEMENT},
    tasks::Work,
};

/// The built-in component that runs an administrator's statements. Every call waits for its place and has a fresh instance.
pub struct Component {
    sandbox: Sandbox,
    component: OperationComponent,
}

impl Component {
    pub fn new() -> anyhow::Result<Self> {
        let sandbox = Sandbox::new(SandboxSettings::default(), None)?;
        let loaded = sandbox.load("postgresql", builtin_component(Kind::Postgresql), Limits::default())?;
        let component = loaded.operation(&[Interface::Log, Interface::Database, Interface::Output].into())?;
        Ok(Self { sandbox, component })
    }
}

impl Work for Component {
    async fn call(&self) -> anyhow::Result<()> {
        let permit = self.sandbox.permit().await.map_err(|failure| anyhow!("{failure}"))?;
        let call = Call {
            operation: OPERATION.to_owned(),
            statement: STATEMENT.to_owned(),
            request_id: REQUEST_ID.to_owned(),
            inputs: inputs(),
            changed: Vec::new(),
            memo: String::new(),
        };
        let answer = self.component.run(&permit, Box::<Rows>::default(), call).await;
        let outcome = answer.result.map_err(|failure| anyhow!("{failure}"))?;
        outcome.map_err(|failure| anyhow!("the component failed: {}", failure.detail))?;
        let rows = answer.services.into_any().downcast::<Rows>();
        rows.ok().context("other services came back than went in")?.hold_one()
    }
}

pub struct Native;

impl Work for Native {
    async fn call(&self) -> anyhow::Result<()> {
        let mut services: Box<dyn Services> = Box::<Rows>::default();
        let answer = services.forward(black_box(STATEMENT), black_box(inputs())).await;
        answer.map_err(|error| anyhow!("{error:?}"))?;
        let rows = services.into_any().downcast::<Rows>();
        rows.ok().context("other services came back than went in")?.hold_one()
    }
}

fn inputs() -> Vec<(String, Value)> {
    let (name, text) = INPUT;
    vec![(name.to_owned(), Value::Text(text.to_owned()))]
}
