//! From a project's sources to a component beside its manifest that a host would take.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::Context as _;

use super::{
    layout::{DIST, Project},
    toolchain,
};
use crate::{
    plugin::{self, Candidate},
    sandbox::Sandbox,
};

/// A component that was built.
pub struct Built {
    /// Its file; the manifest is beside it.
    pub file: PathBuf,
    pub candidate: Candidate,
    /// What it imports.
    pub imports: Vec<String>,
}

/// Builds the component of a project, and puts it with its manifest into the project's `dist/`. Whatever was there before stays unless
/// everything succeeds.
///
/// # Errors
/// It is no project, a tool is missing or fails, or no host would take what it made.
pub fn build(directory: &Path, sandbox: &Sandbox) -> anyhow::Result<Built> {
    let project = Project::open(directory)?;
    let name = &project.manifest.name;
    let dist = project.directory.join(DIST);
    let cannot = || format!("cannot write {}", dist.display());
    fs::create_dir_all(&dist).with_context(cannot)?;
    // Of two builds at once the second waits: they would install the same tools in the same place.
    let turn = fs::File::open(&dist).with_context(cannot)?;
    turn.lock().with_context(cannot)?;
    let building = tempfile::Builder::new()
        .prefix(".building-")
        .tempdir_in(&dist)
        .with_context(cannot)?;
    let (component, manifest) = (format!("{name}.wasm"), format!("{name}.toml"));
    let made = building.path().join(&component);
    toolchain::componentize(&project, &made)?;
    fs::write(building.path().join(&manifest), &project.manifest_text).with_context(cannot)?;

    let candidate = Candidate::at(&made).context("what was built cannot be used")?;
    let trial = match plugin::try_out(sandbox, &candidate) {
        Ok(trial) if trial.refusals.is_empty() => trial,
        Ok(trial) => return Err(refusal(&project, &trial.refusals)),
        Err(error) => return Err(refusal(&project, &[format!("{error:#}")])),
    };
    for file in [&manifest, &component] {
        fs::rename(building.path().join(file), dist.join(file)).with_context(cannot)?;
    }
    Ok(Built {
        file: dist.join(component),
        candidate,
        imports: trial.imports,
    })
}

fn refusal(project: &Project, refusals: &[String]) -> anyhow::Error {
    let place = project.directory.join(format!("{}.toml", project.manifest.name));
    let lines: Vec<_> = refusals.iter().map(|refusal| format!("\n  {refusal}")).collect();
    anyhow::anyhow!("what was built does not fit {}:{}", place.display(), lines.concat())
}
