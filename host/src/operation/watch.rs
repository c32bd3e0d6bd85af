//! What a component is watched by while it works at one place of an application: it is not called while it is suspended, and a call
//! that fails is logged, counted, and recorded so that it can be run again.

use std::sync::Arc;

use super::{desk::Desk, failure, report};
use crate::{
    application::ApplicationSettings,
    plugin::{Digest, Guard, SuspensionSettings, Suspensions},
    replay::{Called, Happened, Linked, Preparation, Recorder, Replays, Rules, Trial, secrets},
    sandbox::{CallFailure, Cause, Sandbox, Services},
    scim::Error,
    state::Duty,
};

/// What all components of a host are watched with. Clones share it.
#[derive(Clone)]
pub struct Oversight {
    pub suspensions: Arc<Suspensions>,
    /// `None`: nothing is recorded.
    pub replays: Option<Arc<Replays>>,
}

impl Oversight {
    /// For a program that serves nobody.
    pub fn none() -> Self {
        let settings = SuspensionSettings {
            failures: None,
            ..SuspensionSettings::default()
        };
        Self {
            suspensions: Arc::new(Suspensions::new(settings, Vec::new())),
            replays: None,
        }
    }
}

/// Whose component it is, which decides whether it can be suspended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Without a built-in component nothing of an application would be left, and nobody could give it another version.
    Builtin,
    Plugin,
}

/// Where a component works, and which.
pub struct Post<'a> {
    pub application: &'a ApplicationSettings,
    pub operation: &'static str,
    /// The key of the place in the configuration.
    pub place: &'a str,
    pub plugin: &'a str,
    pub digest: Digest,
    pub origin: Origin,
}

/// The watch over one component at one place.
pub struct Watch {
    application: Arc<str>,
    operation: &'static str,
    sha256: String,
    guard: Option<Arc<Guard>>,
    recording: Option<Recording>,
}

struct Recording {
    replays: Arc<Replays>,
    sandbox: Arc<Sandbox>,
    component: Linked,
    rules: Rules,
    prepared: Option<Preparation>,
}

/// A call that failed.
pub struct Failed<'a> {
    pub failure: &'a CallFailure,
    pub request: &'a str,
    pub called: Called,
    /// What the component was not told and the host bound itself.
    pub secrets: Vec<String>,
}

impl Watch {
    /// `component`: what can be run again; `None`: nothing of it may be recorded.
    pub fn new(oversight: &Oversight, sandbox: &Arc<Sandbox>, post: &Post<'_>, component: Option<Linked>) -> Self {
        let sha256 = post.digest.to_string();
        let guard = (post.origin == Origin::Plugin).then(|| {
            oversight.suspensions.guard(Duty {
                plugin: post.plugin.to_owned(),
                sha256: sha256.clone(),
                application: post.application.name.clone(),
                place: post.place.to_owned(),
            })
        });
        let component = component.filter(|component| !component.asks_hosts());
        let recording = oversight
            .replays
            .clone()
            .zip(component)
            .map(|(replays, component)| Recording {
                rules: Rules::new(&replays.settings().redact, post.application.mapped()),
                replays,
                sandbox: sandbox.clone(),
                component,
                prepared: None,
            });
        Self {
            application: post.application.name.as_str().into(),
            operation: post.operation,
            sha256,
            guard,
            recording,
        }
    }

    /// What the component was prepared with, for its replay files.
    pub fn prepared(&mut self, preparation: Preparation) {
        if let Some(recording) = &mut self.recording {
            recording.prepared = Some(preparation);
        }
    }

    /// Whether the component may be called.
    ///
    /// # Errors
    /// 503 with the reason: it is suspended.
    pub fn admit(&self) -> Result<(), Error> {
        match self.guard.as_ref().and_then(|guard| guard.suspended()) {
            None => Ok(()),
            Some(suspension) => Err(failure::suspended(self.operation, &suspension)),
        }
    }

    /// The services of a call, as they are recorded.
    pub fn services(&self, desk: Desk) -> Box<dyn Services> {
        match &self.recording {
            None => Box::new(desk),
            Some(recording) => Box::new(Recorder::new(Box::new(desk), recording.replays.room())),
        }
    }

    /// A call has ended with an answer, whatever the answer.
    pub fn answered(&self) {
        if let Some(guard) = &self.guard {
            guard.succeeded();
        }
    }

    /// A call has ended without an answer. Gives the recording that is being made of it, which nobody needs to wait for.
    pub fn failed(&self, services: Box<dyn Services>, failed: Failed<'_>) -> (Option<Desk>, Option<tokio::task::JoinHandle<()>>) {
        let Failed {
            failure,
            request,
            called,
            secrets: bound,
        } = failed;
        let (services, recorded) = Recorder::open(services);
        let desk = services.downcast::<Desk>().ok().map(|desk| *desk);
        report::log(&self.application, self.operation, request, failure);
        self.count(failure, &called.input());
        if !matches!(failure.cause, Cause::Trap(_) | Cause::Limit(_) | Cause::Misuse(_)) {
            return (desk, None);
        }
        let made = self.recording.as_ref().and_then(|recording| {
            let mut hidden = bound;
            if let Some(prepared) = &recording.prepared {
                hidden.extend(secrets(&prepared.settings));
            }
            hidden.extend(called.settings().map(secrets).unwrap_or_default());
            let trial = Trial {
                sandbox: recording.sandbox.clone(),
                component: recording.component.clone(),
                rules: recording.rules.clone(),
            };
            let happened = Happened {
                application: self.application.to_string(),
                operation: self.operation,
                request: request.to_owned(),
                sha256: self.sha256.clone(),
                called,
                prepared: recording.prepared.clone(),
                recorded,
                failure: failure.clone(),
                secrets: hidden,
            };
            recording.replays.keep(trial, happened)
        });
        (desk, made)
    }

    /// Counts a failure of the component's own.
    pub fn count(&self, failure: &CallFailure, input: &impl std::hash::Hash) {
        let own = match failure.cause {
            // What can't even be loaded is out of service anyway.
            _ if failure.function == "prepare" => false,
            Cause::Trap(_) | Cause::Misuse(_) => true,
            // The time was the database's.
            Cause::Limit(_) => !failure.report.waited,
            Cause::Busy | Cause::Host(_) => false,
        };
        let Some(guard) = self.guard.as_ref().filter(|_| own) else {
            return;
        };
        if let Some(suspension) = guard.failed(input, &failure.to_string()) {
            let Duty { plugin, place, .. } = &suspension.duty;
            tracing::error!(
                application = %self.application, plugin, place, sha256 = self.sha256,
                "a plugin is suspended, since it failed again and again: `portcullis plugin resume {plugin} --config DIR` lets it work again, and so \
                 does another version. The last failure: {failure}"
            );
        }
    }
}

/// The services of a call that was answered.
pub fn desk(services: Box<dyn Services>) -> Option<Desk> {
    let (services, _) = Recorder::open(services);
    services.downcast::<Desk>().ok().map(|desk| *desk)
}
