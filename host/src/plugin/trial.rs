//! Whether a host would take a component with its manifest, before anybody configures it.

use super::{Candidate, TransformPlace, admission};
use crate::sandbox::{Limits, Sandbox};

/// What is found out about a component before anybody configures it.
pub struct Trial {
    pub imports: Vec<String>,
    /// Everything for which no host would take it; empty: one would.
    pub refusals: Vec<String>,
}

/// Compiles a component, and links it as each thing that its manifest says it is.
///
/// # Errors
/// It cannot be compiled.
pub fn try_out(sandbox: &Sandbox, candidate: &Candidate) -> anyhow::Result<Trial> {
    let manifest = &candidate.manifest;
    let loaded = sandbox.load(&manifest.name, &candidate.component, Limits::default())?;
    let imports = loaded.imports();
    let asked = manifest.capabilities.keys().copied().collect();
    let interfaces = match admission::admit(&imports, &asked) {
        Ok(interfaces) => interfaces,
        Err(refusals) => {
            let refusals = refusals.iter().map(ToString::to_string).collect();
            return Ok(Trial { imports, refusals });
        }
    };
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
    Ok(Trial { imports, refusals })
}
