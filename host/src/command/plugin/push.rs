//! `portcullis plugin push`

use std::{path::Path, process::ExitCode};

use anyhow::anyhow;

use super::source;
use crate::{
    command::load,
    registry::{Client, Named, Registries},
};

/// Pushes a component with its manifest and signature, and says what it is called by its digest.
pub async fn run(file: &str, name: &str, directory: Option<&Path>) -> anyhow::Result<ExitCode> {
    let registries = match directory {
        Some(directory) => load::without_secrets(directory)?.registries,
        None => Registries::new(),
    };
    let Some(name) = Named::read(name) else {
        return Err(anyhow!(
            "{name} is not the name of an artifact in a registry: write for example `oci://registry.acme.example/acme/roles:1.2.0`"
        ));
    };
    let candidate = source::candidate(file, directory).await?;
    let pinned = Client::new(name.registry(), &registries)?.push(&candidate, &name).await?;
    println!(
        "pushed {} {} ({}). Where it is to be used, [plugins.{}] of portcullis.toml says\n",
        candidate.manifest.name,
        candidate.manifest.version,
        candidate.digest.short(),
        candidate.manifest.name
    );
    println!("oci = \"{pinned}\"");
    Ok(ExitCode::SUCCESS)
}
