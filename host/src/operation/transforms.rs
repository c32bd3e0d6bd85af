//! Components that change documents on their way to the application and from it.

use std::sync::Arc;

use serde_json::Value;

use super::{
    application::Application,
    desk::Worker,
    failure,
    prepared::unconnected,
    problem::Unready,
    report,
    request::{Occasion, Request},
};
use crate::{
    application::{ApplicationSettings, Location, Operation},
    plugin::{Catalogue, TransformDirection},
    sandbox::{CallFailure, Direction, Failure, Permit, TransformComponent},
    scim::{Document, Error, RequestId},
};

/// What a request and its log call it.
const TRANSFORM: &str = "transform";

/// A transform with its settings.
pub struct Transformer {
    pub(super) component: TransformComponent,
    pub(super) settings: String,
}

impl Transformer {
    /// What it makes of a document; both are JSON text.
    pub async fn given(
        &self,
        permit: &Permit,
        application: Arc<str>,
        request: Arc<str>,
        direction: Direction,
        document: &str,
    ) -> Result<Result<String, Failure>, CallFailure> {
        let worker = Worker {
            application,
            operation: TRANSFORM,
            plugin: self.component.name().into(),
            request,
        };
        let desk = Box::new(unconnected(worker, Operation::GetUser));
        let answer = self
            .component
            .transform(permit, desk, direction, document, &self.settings)
            .await;
        answer.result
    }
}

/// Links the transforms of one direction.
pub fn load(
    catalogue: &Catalogue,
    application: &ApplicationSettings,
    direction: TransformDirection,
    unready: &mut Unready,
) -> Vec<Transformer> {
    let mut transformers = Vec::new();
    for name in direction.names(&application.transforms) {
        match catalogue.transform(name, &application.name, direction) {
            Ok((component, settings)) => transformers.push(Transformer {
                component,
                settings: Value::Object(settings.clone()).to_string(),
            }),
            Err(missing) => {
                let remedy = "name a transform that portcullis.toml defines and that is approved for this";
                unready.add(&location(application, direction), missing, remedy);
            }
        }
    }
    transformers
}

/// Where an application names its transforms.
pub fn location(application: &ApplicationSettings, direction: TransformDirection) -> Location {
    Location {
        file: format!("applications/{}.toml", application.name).into(),
        line: 1,
        key: direction.key(),
    }
}

/// Sends a document through a chain, in its order.
pub async fn apply(
    request: &mut Request,
    chain: &[Transformer],
    direction: Direction,
    document: Document,
) -> Result<Document, Error> {
    through(request.occasion(), chain, direction, document).await
}

impl Application {
    /// What the application's chain makes of a document, beside any request: for those who look at transforms alone.
    ///
    /// # Errors
    /// What a client would be answered where a transform refuses the document or fails.
    pub async fn transformed(&self, id: &RequestId, direction: Direction, document: Document) -> Result<Document, Error> {
        let request = id.0.as_str().into();
        let permit = self.sandbox.permit().await;
        let permit = permit.map_err(|failure| failure::call(&self.name, TRANSFORM, &failure))?;
        let occasion = Occasion {
            permit: &permit,
            application: &self.name,
            request: &request,
        };
        let chain = match direction {
            Direction::ToApplication => &self.to_application,
            Direction::FromApplication => &self.from_application,
        };
        through(occasion, chain, direction, document).await
    }
}

async fn through(
    occasion: Occasion<'_>,
    chain: &[Transformer],
    direction: Direction,
    mut document: Document,
) -> Result<Document, Error> {
    for transformer in chain {
        document = one(occasion, transformer, direction, document).await?;
    }
    Ok(document)
}

async fn one(
    occasion: Occasion<'_>,
    transformer: &Transformer,
    direction: Direction,
    document: Document,
) -> Result<Document, Error> {
    let Occasion {
        permit,
        application,
        request,
    } = occasion;
    let plugin = transformer.component.name();
    // A password is the application's own secret: it goes round the transform, not through it.
    let mut document = document;
    let password = document.remove("password");
    let id = document.get("id").cloned();
    let text = Value::Object(document).to_string();
    let given = transformer.given(permit, application.clone(), request.clone(), direction, &text);
    let changed = given.await.map_err(|failed| {
        report::log(application, TRANSFORM, request, &failed);
        failure::call(application, TRANSFORM, &failed)
    })?;
    let changed = changed.map_err(|answered| {
        report::log_answer(application, TRANSFORM, request, &answered, None);
        failure::answered(TRANSFORM, plugin, answered)
    })?;
    let Ok(Value::Object(mut changed)) = serde_json::from_str(&changed) else {
        return Err(Error::new(
            500,
            format!("transform ({plugin}): what it gave is not a JSON object"),
        ));
    };
    if changed.get("id") != id.as_ref() {
        return Err(Error::new(
            500,
            format!("transform ({plugin}): it changed the id of the document, which is not its to change"),
        ));
    }
    if let Some(password) = password {
        changed.insert("password".into(), password);
    }
    Ok(changed)
}
