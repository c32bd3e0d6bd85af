//! Which world of `wit/` a component is of, by what its manifest says that it does.

use anyhow::bail;
use clap::ValueEnum;

use crate::plugin::{Capability, Manifest, TransformPlace};

/// The worlds that there are templates for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum World {
    Transform,
    Operation,
}

impl World {
    /// As in `wit/`, and the name of its directory of templates.
    pub const fn name(self) -> &'static str {
        match self {
            World::Transform => "transform",
            World::Operation => "operation",
        }
    }
}

/// The name of the one world that a component with this manifest exports.
///
/// # Errors
/// It is several components.
pub fn of(manifest: &Manifest) -> anyhow::Result<&'static str> {
    let password = manifest.transforms.contains(&TransformPlace::Password);
    let document = manifest
        .transforms
        .iter()
        .any(|direction| *direction != TransformPlace::Password);
    let operation = match manifest.capabilities.contains_key(&Capability::DynamicSql) {
        true => "dynamic-operation",
        false => "operation",
    };
    match (manifest.operations.is_empty(), document, password) {
        (false, false, false) => Ok(operation),
        (true, true, false) => Ok("transform"),
        (true, false, true) => Ok("password-hash"),
        _ => bail!(
            "its manifest says that it does {}: a component does operations, or changes documents, or hashes passwords",
            manifest.serves().join(", ")
        ),
    }
}
