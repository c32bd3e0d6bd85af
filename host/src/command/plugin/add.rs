//! `portcullis plugin add`: a component on its way into the plugins directory.

use std::{fs, path::Path, process::ExitCode};

use anyhow::{Context as _, bail};

use super::{Decision, approve, source};
use crate::command::load;

pub async fn run(what: &str, directory: &Path, decision: &Decision) -> anyhow::Result<ExitCode> {
    let configuration = load::without_secrets(directory)?;
    let candidate = source::candidate(what, Some(directory)).await?;
    let plugin = &candidate.manifest.name;
    if let Some(pinned) = configuration.plugins.get(plugin).and_then(|settings| settings.oci.as_ref()) {
        bail!(
            "[plugins.{plugin}] of portcullis.toml says that it is {pinned}: write another reference there, and run `portcullis \
             plugin approve {plugin}`"
        );
    }
    let (target, largest) = match configuration.plugins.get(plugin) {
        Some(settings) => (settings.file.clone(), settings.component_size),
        None => (format!("{plugin}.wasm").into(), configuration.sandbox.component_size),
    };
    if let Some(why) = candidate.too_large(largest) {
        bail!("{what} is not added: {why}");
    }
    fs::create_dir_all(&configuration.plugin_directory)?;
    let target = configuration.plugin_directory.join(target);
    put(&target, &candidate.component)?;
    let manifest = (!candidate.manifest_inside).then_some(&candidate.manifest_text);
    put_or_remove(&target.with_extension("toml"), manifest)?;
    put_or_remove(&target.with_extension("sig"), candidate.signature.as_ref())?;
    println!("copied {what} to {}", target.display());
    if configuration.plugins.contains_key(plugin) {
        return approve::run(std::slice::from_ref(plugin), directory, decision).await;
    }
    println!(
        "To use it, write [plugins.{plugin}] into portcullis.toml and `plugin = \"{plugin}\"` into an operation, or its name into \
         [transforms]; then run `portcullis plugin approve {plugin} --config {}`",
        directory.display()
    );
    Ok(ExitCode::SUCCESS)
}

/// What an earlier version had beside it, and this one has not, goes.
fn put_or_remove(target: &Path, text: Option<&impl ToString>) -> anyhow::Result<()> {
    match (text, target.try_exists()?) {
        (Some(text), _) => put(target, text.to_string().as_bytes()),
        (None, true) => fs::remove_file(target).with_context(|| format!("cannot remove {}", target.display())),
        (None, false) => Ok(()),
    }
}

/// Nobody sees half of a file.
fn put(target: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    let Some(directory) = target.parent() else {
        bail!("{} is not a file in a directory", target.display());
    };
    let cannot = || format!("cannot write {}", target.display());
    let mut file = tempfile::NamedTempFile::new_in(directory).with_context(cannot)?;
    std::io::Write::write_all(&mut file, bytes).with_context(cannot)?;
    file.persist(target).with_context(cannot)?;
    Ok(())
}
