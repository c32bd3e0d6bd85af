//! `portcullis plugin rollback`, `resume` and `remove`

use std::{fs, io, path::Path, process::ExitCode};

use anyhow::{Context as _, bail};

use crate::{
    command::load,
    plugin::{Digest, signer_of},
    state::Store,
};

/// Has the version serve that was approved before the one that does, and served.
pub async fn rollback(name: &str, directory: &Path) -> anyhow::Result<ExitCode> {
    let configuration = load::without_secrets(directory)?;
    let store = Store::open(&configuration.state).await?;
    let versions = store.plugin_versions().await?;
    let mut of_plugin = versions.iter().filter(|version| version.plugin == name);
    if !of_plugin.any(|version| version.serving) {
        bail!("no version of {name} is approved");
    }
    let Some(earlier) = of_plugin.find(|version| version.served) else {
        bail!("no earlier version of {name} that served is kept");
    };
    let signer = signer_of(earlier, &configuration.signatures);
    if let Err(why) = configuration.signatures.admit(&signer) {
        bail!("{name} {} would not serve: {why}", Digest::shortened(&earlier.sha256));
    }
    store.serve_plugin(name, &earlier.sha256).await?;
    store.close().await;
    println!(
        "{name} is {} again, as {} approved it on {}. A server that runs takes it within seconds.",
        Digest::shortened(&earlier.sha256),
        earlier.by,
        earlier.approved.format("%Y-%m-%d")
    );
    Ok(ExitCode::SUCCESS)
}

/// Lets a plugin work again that was suspended.
pub async fn resume(name: &str, directory: &Path) -> anyhow::Result<ExitCode> {
    let configuration = load::without_secrets(directory)?;
    let store = Store::open(&configuration.state).await?;
    let resumed = store.resume_plugin(name).await?;
    store.close().await;
    if resumed.is_empty() {
        bail!("{name} is not suspended anywhere");
    }
    for suspension in resumed {
        println!(
            "{name}: {} of application {} is resumed. A server that runs takes it up within seconds.",
            suspension.duty.place, suspension.duty.application
        );
    }
    Ok(ExitCode::SUCCESS)
}

/// Has the version serve that is in the shadow.
pub async fn promote(name: &str, directory: &Path) -> anyhow::Result<ExitCode> {
    let configuration = load::without_secrets(directory)?;
    let store = Store::open(&configuration.state).await?;
    let Some(version) = store.shadow_plugins().await?.remove(name) else {
        bail!("no version of {name} is in the shadow");
    };
    store.serve_plugin(name, &version.sha256).await?;
    store.close().await;
    println!("{name}: what was in the shadow serves. A server that runs takes it within seconds.");
    Ok(ExitCode::SUCCESS)
}

/// Takes a version out of the shadow; the one that serves stays.
pub async fn drop_shadow(name: &str, directory: &Path) -> anyhow::Result<ExitCode> {
    let configuration = load::without_secrets(directory)?;
    let store = Store::open(&configuration.state).await?;
    let dropped = store.drop_shadow(name).await?;
    store.close().await;
    if !dropped {
        bail!("no version of {name} is in the shadow");
    }
    println!("{name}: nothing is in the shadow any more");
    Ok(ExitCode::SUCCESS)
}

/// Takes away what lies in the plugins directory, and every approval.
pub async fn remove(name: &str, directory: &Path) -> anyhow::Result<ExitCode> {
    let configuration = load::without_secrets(directory)?;
    let settings = configuration.plugins.get(name);
    let file = settings.map_or_else(|| format!("{name}.wasm").into(), |settings| settings.file.clone());
    let file = configuration.plugin_directory.join(file);
    let mut removed = false;
    for file in [file.with_extension("toml"), file.with_extension("sig"), file] {
        match fs::remove_file(&file) {
            Ok(()) => removed = true,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error).with_context(|| format!("cannot remove {}", file.display())),
        }
    }
    let store = Store::open(&configuration.state).await?;
    removed |= store.remove_plugin(name).await?;
    store.close().await;
    if !removed {
        bail!("there is no plugin {name}: it has no file, and no version of it is approved");
    }
    println!("removed: {name}, with its approvals");
    if configuration.plugins.contains_key(name) {
        println!("portcullis.toml still has [plugins.{name}]: a server will not start before that is gone, too");
    }
    Ok(ExitCode::SUCCESS)
}
