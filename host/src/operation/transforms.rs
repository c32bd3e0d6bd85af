//! Components that change documents on their way to the application and from it.

use std::sync::Arc;

use serde_json::Value;

use super::{
    application::{Application, Loader},
    desk::Worker,
    failure,
    prepared::unconnected,
    problem::Unready,
    report,
    request::{Occasion, Request},
    watch::{Failed, Origin, Post, Watch},
};
use crate::{
    application::{ApplicationSettings, Location, Operation},
    plugin::TransformPlace,
    replay::{Called, Linked, Way},
    sandbox::{CallFailure, Direction, Failure, Permit, TransformComponent},
    scim::{Document, Error, RequestId},
};

/// What a request and its log call it.
const TRANSFORM: &str = "transform";

/// A transform with its settings.
pub struct Transformer {
    pub(super) component: Arc<TransformComponent>,
    pub(super) settings: String,
    watch: Watch,
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
            request: request.clone(),
        };
        let services = self.watch.services(unconnected(worker, Operation::GetUser));
        let answer = self
            .component
            .transform(permit, services, direction, document, &self.settings)
            .await;
        match &answer.result {
            Ok(_) => self.watch.answered(),
            Err(failure) => {
                let failed = Failed {
                    failure,
                    request: &request,
                    called: Called::Transform {
                        direction: match direction {
                            Direction::ToApplication => Way::ToApplication,
                            Direction::FromApplication => Way::FromApplication,
                        },
                        document: document.to_owned(),
                        settings: self.settings.clone(),
                    },
                    secrets: Vec::new(),
                };
                self.watch.failed(answer.services, failed);
            }
        }
        answer.result
    }
}

/// Links the transforms of one chain.
pub(super) fn load(loader: &Loader<'_>, place: TransformPlace, unready: &mut Unready) -> Vec<Transformer> {
    let application = loader.application;
    let mut transformers = Vec::new();
    for name in place.names(&application.transforms) {
        match loader.catalogue.transform(name, &application.name, place) {
            Ok(plugin) => {
                let component = Arc::new(plugin.component);
                let post = Post {
                    application,
                    operation: TRANSFORM,
                    place: &place.key(),
                    plugin: name,
                    digest: plugin.digest,
                    origin: Origin::Plugin,
                };
                transformers.push(Transformer {
                    watch: loader.watch(&post, Some(Linked::Transform(component.clone()))),
                    component,
                    settings: Value::Object(plugin.settings.clone()).to_string(),
                });
            }
            Err(missing) => {
                let remedy = "name a transform that portcullis.toml defines and that is approved for this";
                unready.add(&location(application, place), missing, remedy);
            }
        }
    }
    transformers
}

/// Where an application names its transforms.
pub fn location(application: &ApplicationSettings, place: TransformPlace) -> Location {
    Location {
        file: format!("applications/{}.toml", application.name).into(),
        line: 1,
        key: place.key(),
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
    transformer.watch.admit()?;
    let plugin = transformer.component.name();
    // A password is the application's own secret: it goes round the transform, not through it.
    let mut document = document;
    let password = document.remove("password");
    let id = document.get("id").cloned();
    let text = Value::Object(document).to_string();
    let given = transformer.given(permit, application.clone(), request.clone(), direction, &text);
    let changed = given.await.map_err(|failed| failure::call(application, TRANSFORM, &failed))?;
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
    if changed.contains_key("password") {
        return Err(Error::new(
            500,
            format!("transform ({plugin}): it gave the user a password, which is not its to set"),
        ));
    }
    if let Some(password) = password {
        changed.insert("password".into(), password);
    }
    Ok(changed)
}
