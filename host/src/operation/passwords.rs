//! What becomes of a new password before it is bound, where an application's own table holds hashes.

use serde_json::Value as Json;

use super::{
    application::{Application, Loader},
    desk::Worker,
    failure,
    prepared::unconnected,
    problem::{LoadProblem, Unready},
    report,
    request::{Occasion, Request},
    transforms::location,
    watch::{Origin, Post, Watch},
};
use crate::{
    application::Operation,
    database::{Value, visible},
    plugin::TransformPlace,
    sandbox::{PasswordHashComponent, Refusal, SALT, Sandbox},
    scim::{Error, RequestId, ScimType},
};

/// Characters of what is wrong with the settings that are told.
const WORDS: usize = 1000;
/// What a request and its log call it.
const NAME: &str = "password-hash";

/// The component that hashes an application's passwords, with its settings.
pub struct Passwords {
    component: PasswordHashComponent,
    settings: String,
    watch: Watch,
}

impl Passwords {
    /// Links the component that the application names, if it names one, and has it look at its settings.
    pub(super) async fn load(loader: &Loader<'_>, unready: &mut Unready) -> Option<Self> {
        let application = loader.application;
        let name = application.transforms.password.as_ref()?;
        let location = location(application, TransformPlace::Password);
        let plugin = match loader.catalogue.password_hash(name, &application.name) {
            Ok(found) => found,
            Err(missing) => {
                let remedy = "name a plugin that hashes passwords, that portcullis.toml defines and that is approved for this";
                unready.add(&location, missing, remedy);
                return None;
            }
        };
        let hasher = Self {
            settings: Json::Object(plugin.settings.clone()).to_string(),
            // Nothing of what it is given may be in a file.
            watch: loader.watch(
                &Post {
                    application,
                    operation: NAME,
                    place: &location.key,
                    plugin: name,
                    digest: plugin.digest,
                    origin: Origin::Plugin,
                },
                None,
            ),
            component: plugin.component,
        };
        match hasher.check(loader.sandbox, &application.name).await {
            Ok(()) => Some(hasher),
            Err(message) => {
                let message = format!("plugin {name}: {message}");
                let remedy = format!("mend `settings` in [plugins.{name}]");
                unready.of_plugins.push(LoadProblem::new(&location, message, remedy));
                None
            }
        }
    }

    async fn check(&self, sandbox: &Sandbox, application: &str) -> Result<(), String> {
        let permit = sandbox.permit().await.map_err(|failure| failure.to_string())?;
        let desk = Box::new(unconnected(
            self.worker(application.into(), "load".into()),
            Operation::SetPassword,
        ));
        let answer = self.component.check(&permit, desk, &self.settings).await;
        let checked = answer.result.map_err(|failure| failure.to_string())?;
        checked.map_err(|why| visible(&why, WORDS))
    }

    /// What is bound in place of a password.
    ///
    /// # Errors
    /// The component takes no such password, or it fails.
    pub async fn hash(&self, request: &mut Request, password: &str) -> Result<Value, Error> {
        self.watch.admit()?;
        let mut salt = [0; SALT];
        getrandom::fill(&mut salt).map_err(|_| Error::new(500, "the server has no random numbers for a salt"))?;
        self.salted(request.occasion(), password, &salt).await.map(Value::Text)
    }

    async fn salted(&self, occasion: Occasion<'_>, password: &str, salt: &[u8; SALT]) -> Result<String, Error> {
        let Occasion {
            permit,
            application,
            request,
        } = occasion;
        let plugin = self.component.name();
        let worker = self.worker(application.clone(), request.clone());
        let desk = Box::new(unconnected(worker, Operation::SetPassword));
        let answer = self.component.hash(permit, desk, password, salt, &self.settings).await;
        let hashed = answer.result.map_err(|failed| {
            report::log(application, NAME, request, &failed);
            self.watch.count(&failed, &password);
            failure::call(application, NAME, &failed)
        })?;
        self.watch.answered();
        hashed.map_err(|refusal| match refusal {
            Refusal::TooLong => unfit(format!("password is longer than {plugin} can hash")),
            Refusal::UnfitCharacters => unfit(format!("password has characters that {plugin} cannot hash")),
            Refusal::UnfitSettings => Error::new(500, format!("{plugin} refuses the settings that it took when it was loaded")),
        })
    }

    fn worker(&self, application: std::sync::Arc<str>, request: std::sync::Arc<str>) -> Worker {
        Worker {
            application,
            operation: NAME,
            plugin: self.component.name().into(),
            request,
        }
    }
}

impl Application {
    /// The hash that the application's component makes of a password with this salt, beside any request: for those who look at it
    /// alone. `None`: the application has no such component.
    ///
    /// # Errors
    /// What a client would be answered where the component refuses the password or fails.
    pub async fn hashed(&self, id: &RequestId, password: &str, salt: &[u8; SALT]) -> Result<Option<String>, Error> {
        let Some(passwords) = &self.passwords else { return Ok(None) };
        let request = id.0.as_str().into();
        let permit = self.sandbox.permit().await;
        let permit = permit.map_err(|failure| failure::call(&self.name, NAME, &failure))?;
        let occasion = Occasion {
            permit: &permit,
            application: &self.name,
            request: &request,
        };
        passwords.salted(occasion, password, salt).await.map(Some)
    }
}

fn unfit(detail: String) -> Error {
    Error::bad_request(ScimType::InvalidValue, detail)
}
