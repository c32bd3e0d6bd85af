//! What a component is held to where it is used: its manifest and its approval.

use serde_json::{Map, Value};

use super::{Approval, Capability, DatabaseAccess, Manifest, TransformPlace};
use crate::{
    application::Operation,
    database::{Access, Plan},
};

/// What holds for the component of an operation.
#[derive(Clone, Copy)]
pub enum Terms<'a> {
    /// A component of the program's own, for the administrator's statements.
    Builtin,
    /// A plugin.
    Plugin {
        manifest: &'a Manifest,
        /// `None`: it is being looked at, and never serves.
        approval: Option<&'a Approval>,
    },
}

impl<'a> Terms<'a> {
    /// Whether it holds a capability.
    pub fn hold(&self, capability: Capability) -> bool {
        match self {
            Terms::Builtin => [Capability::Log, Capability::Database, Capability::Output].contains(&capability),
            Terms::Plugin { manifest, .. } => manifest.capabilities.contains_key(&capability),
        }
    }

    /// As it is asked whether a use is one that it fits; `None`: it fits all.
    pub fn of(&self, plugin: &'a str) -> Option<Fit<'a>> {
        match *self {
            Terms::Builtin => None,
            Terms::Plugin { manifest, approval } => Some(Fit {
                plugin,
                manifest,
                approval,
            }),
        }
    }
}

/// Why a plugin does not fit somewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unfit {
    pub message: String,
    /// `None`: another plugin is what would help.
    pub remedy: Option<String>,
}

impl Unfit {
    /// It is the wrong plugin for the place.
    pub fn there(message: String) -> Self {
        Self { message, remedy: None }
    }
}

/// A plugin at a place of the configuration.
#[derive(Clone, Copy)]
pub struct Fit<'a> {
    pub plugin: &'a str,
    pub manifest: &'a Manifest,
    pub approval: Option<&'a Approval>,
}

impl Fit<'_> {
    /// Whether it does this operation, with these settings.
    ///
    /// # Errors
    /// Why it doesn't.
    pub fn operation(&self, operation: Operation, settings: &Map<String, Value>) -> Result<(), Unfit> {
        let (plugin, manifest) = (self.plugin, self.manifest);
        if !manifest.operations.contains(&operation) {
            return Err(Unfit::there(format!(
                "plugin {plugin} does not do {operation}: its manifest says {}",
                manifest.serves().join(", ")
            )));
        }
        if operation.access() == Access::Write && manifest.database == Some(DatabaseAccess::Read) {
            return Err(Unfit::there(format!(
                "plugin {plugin} may only read from the database, and {operation} writes"
            )));
        }
        self.settings(settings).map_err(|message| Unfit {
            message,
            remedy: Some(format!(
                "mend `settings` here, or in [plugins.{plugin}] of portcullis.toml, which hold for all places"
            )),
        })
    }

    /// Whether it can stand in this chain, with these settings.
    ///
    /// # Errors
    /// Why it can't.
    pub fn transform(&self, application: &str, place: TransformPlace, settings: &Map<String, Value>) -> Result<(), Unfit> {
        let (plugin, manifest) = (self.plugin, self.manifest);
        if !manifest.transforms.contains(&place) {
            return Err(Unfit::there(format!(
                "plugin {plugin} is no transform {}: its manifest says {}",
                place.name(),
                manifest.serves().join(", ")
            )));
        }
        self.settings(settings).map_err(|message| Unfit {
            message,
            remedy: Some(format!("mend `settings` in [plugins.{plugin}] of portcullis.toml")),
        })?;
        self.plan(application, &place.key(), &Plan::default()).map_err(Unfit::there)
    }

    /// Whether a plan at this place is the one that was approved.
    ///
    /// # Errors
    /// What is not approved.
    pub fn plan(&self, application: &str, key: &str, plan: &Plan) -> Result<(), String> {
        let Some(approval) = self.approval else { return Ok(()) };
        let plugin = self.plugin;
        approval.hold(application, key, plan).map_err(|found| {
            format!("plugin {plugin} {found}. `portcullis plugin approve {plugin} --config DIR` shows what is new and lets it")
        })
    }

    fn settings(&self, settings: &Map<String, Value>) -> Result<(), String> {
        let plugin = self.plugin;
        let Some(schema) = &self.manifest.settings else {
            return match settings.keys().next() {
                Some(key) => Err(format!("plugin {plugin} has no settings, and `{key}` is one")),
                None => Ok(()),
            };
        };
        let failed = |error| format!("plugin {plugin}: its settings cannot be held against its manifest: {error}");
        let validator = jsonschema::validator_for(schema).map_err(failed)?;
        let instance = Value::Object(settings.clone());
        let mistakes: Vec<String> = validator
            .iter_errors(&instance)
            .map(|error| match error.instance_path().as_str() {
                "" => error.to_string(),
                path => format!("`settings{}`: {error}", path.replace('/', ".")),
            })
            .collect();
        match mistakes.is_empty() {
            true => Ok(()),
            false => Err(format!(
                "plugin {plugin} has settings that it does not take: {}",
                mistakes.join("; ")
            )),
        }
    }
}
