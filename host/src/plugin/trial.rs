//! Whether a host would take a component with its manifest, before anybody configures it.

use super::{Candidate, TransformPlace, admission};
use crate::sandbox::{Limits, Sandbox};

/// Compiles a component, and links it as each thing that its manifest says it is; gives what it imports.
///
/// # Errors
/// Everything for which no host would take it.
pub fn try_out(sandbox: &Sandbox, candidate: &Candidate) -> Result<Vec<String>, Vec<String>> {
    let manifest = &candidate.manifest;
    let one = |error: anyhow::Error| vec![format!("{error:#}")];
    let loaded = sandbox
        .load(&manifest.name, &candidate.component, Limits::default())
        .map_err(one)?;
    let imports = loaded.imports();
    let asked = manifest.capabilities.keys().copied().collect();
    let interfaces =
        admission::admit(&imports, &asked).map_err(|refusals| refusals.iter().map(ToString::to_string).collect::<Vec<_>>())?;
    let mut refusals = Vec::new();
    let mut note = |world: &str, linked: anyhow::Result<()>| {
        if let Err(error) = linked {
            refusals.push(format!("it is not a component of the world `{world}`: {error:#}"));
        }
    };
    if !manifest.operations.is_empty() {
        note("operation", loaded.operation(&interfaces).map(drop));
    }
    if manifest.transforms.contains(&TransformPlace::Password) {
        note("password-hash", loaded.password_hash().map(drop));
    }
    if manifest.transforms.iter().any(|place| *place != TransformPlace::Password) {
        note("transform", loaded.transform(&interfaces).map(drop));
    }
    match refusals.is_empty() {
        true => Ok(imports),
        false => Err(refusals),
    }
}
