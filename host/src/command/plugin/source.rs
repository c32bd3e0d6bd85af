//! A component that a command is given: a file, or an artifact in a registry.

use std::path::Path;

use anyhow::bail;

use crate::{
    command::load,
    plugin::Candidate,
    registry::{Client, Named, Pinned, Registries},
};

/// Reads a component from a file, or fetches it; the configuration says how registries are reached.
///
/// # Errors
/// It can't be had, or is none.
pub async fn candidate(what: &str, directory: Option<&Path>) -> anyhow::Result<Candidate> {
    if !Pinned::is_meant(what) {
        return Candidate::at(Path::new(what));
    }
    let registries = match directory {
        Some(directory) => load::without_secrets(directory)?.registries,
        None => Registries::new(),
    };
    match what.parse() {
        Ok(wanted) => fetched(&wanted, Candidate::LARGEST, &registries).await,
        Err(why) => bail!("{what} {}", told(why, what, &registries).await),
    }
}

/// An artifact out of its registry.
///
/// # Errors
/// It can't be had, or is no plugin.
pub async fn fetched(wanted: &Pinned, largest: u64, registries: &Registries) -> anyhow::Result<Candidate> {
    let (component, artifact) = Client::new(wanted.registry(), registries)?.fetch(wanted, largest).await?;
    Candidate::fetched(component, artifact, wanted)
}

/// What to write instead of a name: what its registry says it stands for now, if that can be found out.
async fn told(why: String, what: &str, registries: &Registries) -> String {
    let Some(name) = Named::read(what) else { return why };
    let resolved = match Client::new(name.registry(), registries) {
        Ok(client) => client.resolve(&name).await,
        Err(error) => Err(error),
    };
    match resolved {
        Ok(pinned) => format!(
            "names no digest, and a tag can be given to something else tomorrow. It is {pinned} now: write `oci://{pinned}`"
        ),
        Err(error) => format!("{why}. What it stands for now is not to be found out: {error:#}"),
    }
}
