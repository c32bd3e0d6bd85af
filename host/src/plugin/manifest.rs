//! What the author of a plugin says of it: who made it, what it does, and what it needs, with a reason each.
//!
//! A file beside the component (`acme-roles.toml` for `acme-roles.wasm`), or a custom section inside it. Nothing of it is
//! believed: what a plugin may do is what an administrator approves of it, and what it imports is read from the component.

use std::collections::{BTreeMap, BTreeSet};

use semver::Version;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Capability;
use crate::{
    application::{Operation, Transforms},
    outbound::Origin,
    sandbox::{Limits, NamedLimits, Shortfall},
};

/// A manifest, as `application` decodes it.
#[derive(Clone, Debug)]
pub struct Manifest {
    /// The plugin's name in `[plugins.NAME]`.
    pub name: String,
    pub version: Version,
    pub author: String,
    /// One sentence.
    pub description: String,
    /// The version of `portcullis:plugin` that it was written against.
    pub wit: Version,
    pub operations: BTreeSet<Operation>,
    pub transforms: BTreeSet<TransformPlace>,
    /// What it needs, each with the reason.
    pub capabilities: BTreeMap<Capability, String>,
    /// How far it needs the database; `None`: it does not.
    pub database: Option<DatabaseAccess>,
    /// The hosts that it sends requests to; empty: it asks for none.
    pub hosts: BTreeSet<Origin>,
    /// The JSON Schema of its settings; `None`: it has none.
    pub settings: Option<Value>,
    /// What a call of it needs at most, as the manifest says it: lowers what it gets, and raises nothing.
    pub limits: NamedLimits,
}

/// Where a transform can stand: in the chains of either direction, or where new passwords are hashed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TransformPlace {
    ToApplication,
    FromApplication,
    Password,
}

impl TransformPlace {
    pub const ALL: [TransformPlace; 3] = [
        TransformPlace::ToApplication,
        TransformPlace::FromApplication,
        TransformPlace::Password,
    ];

    /// The plugins that an application has there, in their order.
    pub fn names(self, transforms: &Transforms) -> &[String] {
        match self {
            TransformPlace::ToApplication => &transforms.to_application,
            TransformPlace::FromApplication => &transforms.from_application,
            TransformPlace::Password => transforms.password.as_slice(),
        }
    }

    /// The key of its place in an application's configuration.
    pub fn key(self) -> String {
        format!("transforms.{}", self.name())
    }

    /// The word for it in a manifest, and the key in `[transforms]`.
    pub fn name(self) -> &'static str {
        match self {
            TransformPlace::ToApplication => "to-application",
            TransformPlace::FromApplication => "from-application",
            TransformPlace::Password => "password",
        }
    }
}

/// How far a plugin may use the database. One that may only read can do only operations that read: the database itself
/// holds their sessions to that.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DatabaseAccess {
    Read,
    Write,
}

impl DatabaseAccess {
    pub const fn name(self) -> &'static str {
        match self {
            DatabaseAccess::Read => "read",
            DatabaseAccess::Write => "write",
        }
    }
}

impl Manifest {
    /// Says which limits it needs and does not get, and what gives it these; `None`: it gets what it needs.
    pub fn lacks(&self, given: &Limits) -> Option<String> {
        let shortfalls = self.limits.beyond(given);
        let list = |entry: fn(&Shortfall) -> String| shortfalls.iter().map(entry).collect::<Vec<_>>().join(", ");
        let wishes = list(|lacking| format!("{} = {} (it gets {})", lacking.setting, lacking.wished, lacking.given));
        let entries = list(|lacking| format!("`{}`", lacking.entry()));
        let name = &self.name;
        (!shortfalls.is_empty()).then(|| {
            format!(
                "its manifest needs {wishes}: to give it that, write {entries} into [plugins.{name}.limits] of portcullis.toml"
            )
        })
    }

    /// The words for what it does.
    pub fn serves(&self) -> Vec<&'static str> {
        let operations = self.operations.iter().map(|operation| operation.name());
        let transforms = self.transforms.iter().map(|place| place.name());
        operations.chain(transforms).collect()
    }
}
