//! `portcullis plugin replay`: what a component did that failed, once more.

use std::{fs::File, io::Read as _, path::Path, process::ExitCode, sync::Arc};

use anyhow::{Context as _, anyhow, bail};

use crate::{
    command::load,
    database::Kind,
    plugin::{Capability, Digest, admit, builtin_component},
    replay::{self, Called, Ended, Linked, Replay, Verified, renew},
    sandbox::{LogLevel, Sandbox},
    state::Store,
};

/// No file that a server makes is larger than this, and no component.
const LARGEST: u64 = 256 << 20;

pub async fn run(file: &Path, component: Option<&Path>, directory: Option<&Path>) -> anyhow::Result<ExitCode> {
    let text =
        String::from_utf8(bytes(file)?).with_context(|| format!("{} is not a replay file: it is not UTF-8", file.display()))?;
    let mut replay = Replay::read(&text).map_err(|error| anyhow!("{}: {error}", file.display()))?;
    let component = match component {
        Some(file) => bytes(file)?,
        None => recorded(&replay, directory).await?,
    };
    let found = Digest::of(&component);
    let is_recorded = found.to_string() == replay.sha256;
    let settings = replay.limits.sandbox().map_err(|why| anyhow!("{}: {why}", file.display()))?;
    let sandbox = Sandbox::new(settings, None)?;
    let loaded = sandbox
        .load(&replay.plugin, &component, settings.limits)
        .context("the component cannot be compiled")?;
    let interfaces = admit(&loaded.imports(), &Capability::ALL.into()).map_err(|refusals| {
        anyhow!(
            "the component cannot be linked: {}",
            refusals.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
        )
    })?;
    let linked = match &replay.call {
        Called::Transform { .. } => Linked::Transform(Arc::new(loaded.transform(&interfaces)?)),
        Called::Prepare { .. } | Called::Refine { .. } | Called::Run { .. } => {
            Linked::Operation(Arc::new(loaded.operation(&interfaces)?))
        }
    };
    head(&replay, &found, is_recorded);
    let permit = sandbox.permit().await?;
    if !is_recorded {
        renew(&linked, &permit, &mut replay).await.map_err(anyhow::Error::msg)?;
    }
    let again = replay::run(&linked, &permit, &replay).await.map_err(anyhow::Error::msg)?;
    for (level, line) in &again.lines {
        println!("  {}: {}", word(*level), line.trim_end().escape_debug());
    }
    print!("{}", again.outcome);
    if is_recorded {
        return Ok(match replay.outcome.is(&again.outcome) {
            true => {
                println!("That is how it ended when it was recorded.");
                ExitCode::SUCCESS
            }
            false => {
                println!("When it was recorded it ended otherwise:\n{}", replay.outcome);
                ExitCode::FAILURE
            }
        });
    }
    Ok(match (&again.astray, &again.outcome.ended) {
        (Some(what), _) => {
            println!("The recording has no answer for this component: {what}.");
            ExitCode::FAILURE
        }
        (None, Ended::Answered(_)) => {
            println!("The recorded one ended otherwise: {}", replay.outcome.ended);
            ExitCode::SUCCESS
        }
        (None, _) => ExitCode::FAILURE,
    })
}

fn bytes(file: &Path) -> anyhow::Result<Vec<u8>> {
    let opened = File::open(file).with_context(|| format!("cannot open {}", file.display()))?;
    let mut bytes = Vec::new();
    let read = opened.take(LARGEST + 1).read_to_end(&mut bytes);
    read.with_context(|| format!("cannot read {}", file.display()))?;
    if bytes.len() as u64 > LARGEST {
        bail!("{} is larger than {LARGEST} bytes", file.display());
    }
    Ok(bytes)
}

/// The component whose call it was.
async fn recorded(replay: &Replay, directory: Option<&Path>) -> anyhow::Result<Vec<u8>> {
    let is = |component: &&[u8]| Digest::of(component).to_string() == replay.sha256;
    if let Some(builtin) = Kind::ALL.into_iter().map(builtin_component).find(is) {
        return Ok(builtin.to_vec());
    }
    let stored = match directory {
        Some(directory) => {
            let configuration = load::without_secrets(directory)?;
            match Store::look(&configuration.state).await? {
                Some(store) => store.plugin_component(&replay.plugin, &replay.sha256).await?,
                None => None,
            }
        }
        None => None,
    };
    stored.filter(|component| is(&component.as_slice())).with_context(|| {
        format!(
            "the component of {} with the SHA-256 {} is not at hand: give its file with --component, or with --config the configuration \
             directory of a server where it was approved",
            replay.plugin, replay.sha256
        )
    })
}

fn head(replay: &Replay, found: &Digest, is_recorded: bool) {
    let Replay {
        application,
        operation,
        request,
        recorded,
        host,
        plugin,
        ..
    } = replay;
    println!("{operation} of application {application}, request {request}, recorded {recorded} by Portcullis {host}");
    match is_recorded {
        true => println!("component {plugin} {}, the one that was recorded", found.short()),
        false => println!(
            "component {}, which is not the one that was recorded ({plugin} {}): it may end otherwise",
            found.short(),
            Digest::shortened(&replay.sha256)
        ),
    }
    if let Verified::Different { instead } = &replay.redaction.verified {
        println!(
            "with the placeholders of this file it ended otherwise when it was recorded ({instead}); the failure was: {}",
            replay.outcome.ended
        );
    }
}

fn word(level: LogLevel) -> &'static str {
    match level {
        LogLevel::Debug => "debug",
        LogLevel::Info => "info",
        LogLevel::Warn => "warn",
        LogLevel::Error => "error",
    }
}
