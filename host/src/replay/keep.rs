//! The directory of replay files: few, small, and none that is half.
//!
//! A failure becomes a file beside the requests, one at a time. It is redacted, tried in the sandbox as it will be written, and then
//! put into its place at once, readable for its owner alone. A failure like one of the last minute is not recorded again, so that a
//! client that has a component fail all day costs neither time nor files.

use std::{
    collections::HashMap,
    fs::{self, DirBuilder},
    io::{self, Write as _},
    os::unix::fs::DirBuilderExt as _,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant, SystemTime},
};

use anyhow::Context as _;
use chrono::{DateTime, Utc};
use tokio::{sync::Semaphore, task::JoinHandle};

use super::{
    bounds::Bounds,
    file::{Called, FORMAT, Preparation, Redaction, Replay, Verified},
    outcome::{Outcome, Output},
    record::Recorded,
    redaction::{self, Rules},
    run::{Linked, run},
    settings::ReplaySettings,
};
use crate::sandbox::{CallFailure, Sandbox};

/// How long a failure of the same kind is not recorded again.
const INTERVAL: Duration = Duration::from_secs(60);
/// Kinds of failures that are remembered for that.
const KINDS: usize = 256;
/// The end of a file's name.
const ENDING: &str = "replay.json";

/// Where replay files are kept.
pub struct Replays {
    directory: PathBuf,
    settings: ReplaySettings,
    turn: Arc<Semaphore>,
    /// What was recorded lately, by its kind.
    recent: Mutex<HashMap<String, Instant>>,
}

/// A call that failed.
pub struct Happened {
    pub application: String,
    pub operation: &'static str,
    pub request: String,
    /// Of the component, in hexadecimal.
    pub sha256: String,
    pub called: Called,
    pub prepared: Option<Preparation>,
    pub recorded: Option<Recorded>,
    pub failure: CallFailure,
    /// What may stand nowhere in a file.
    pub secrets: Vec<String>,
}

/// What a failed call is run again with.
pub struct Trial {
    pub sandbox: Arc<Sandbox>,
    pub component: Linked,
    pub rules: Rules,
}

impl Replays {
    /// `None`: nothing is to be recorded.
    pub fn new(settings: &ReplaySettings) -> Option<Arc<Self>> {
        let directory = settings.directory.clone()?;
        Some(Arc::new(Self {
            directory,
            settings: settings.clone(),
            turn: Arc::new(Semaphore::new(1)),
            recent: Mutex::default(),
        }))
    }

    /// Bytes that a recording may have.
    pub fn room(&self) -> usize {
        self.settings.size
    }

    pub fn settings(&self) -> &ReplaySettings {
        &self.settings
    }

    /// Makes a file of a failure, beside whatever else goes on; `None`: not of this one.
    pub fn keep(self: &Arc<Self>, trial: Trial, happened: Happened) -> Option<JoinHandle<()>> {
        let (application, operation, request) = (happened.application.clone(), happened.operation, happened.request.clone());
        let plugin = happened.failure.plugin.clone();
        let Some(turn) = self.turn.clone().try_acquire_owned().ok().filter(|_| self.is_new(&happened)) else {
            tracing::info!(
                application,
                operation,
                plugin,
                request,
                "no replay file: one like it was made lately, or is being made"
            );
            return None;
        };
        let replays = self.clone();
        Some(tokio::spawn(async move {
            match replays.record(trial, happened).await {
                Ok((file, Verified::Same)) => tracing::error!(
                    application, operation, plugin, request, file = %file.display(),
                    "recorded: `portcullis plugin replay FILE` runs it again"
                ),
                Ok((file, Verified::Different { instead })) => tracing::warn!(
                    application, operation, plugin, request, file = %file.display(),
                    "recorded, but with placeholders for values it ends otherwise ({instead}): `redact` in [replay] says which have one"
                ),
                Err(error) => tracing::warn!(application, operation, plugin, request, "no replay file: {error:#}"),
            }
            drop(turn);
        }))
    }

    fn is_new(&self, happened: &Happened) -> bool {
        let kind = format!(
            "{} {} {} {:?} {:?}",
            happened.sha256, happened.application, happened.operation, happened.failure.cause, happened.failure.report.frames
        );
        let now = Instant::now();
        let mut recent = self.lock();
        recent.retain(|_, at| now.duration_since(*at) < INTERVAL);
        let new = recent.len() < KINDS && !recent.contains_key(&kind);
        if new {
            recent.insert(kind, now);
        }
        new
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Instant>> {
        self.recent.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn record(&self, trial: Trial, happened: Happened) -> anyhow::Result<(PathBuf, Verified)> {
        let now = Utc::now();
        let permit = trial.sandbox.place_for_loading().await?;
        let bounds = Bounds::of(&trial.component.limits(), trial.sandbox.settings().stack);
        let secrets = happened.secrets.clone();
        let mut replay = replay(happened, &trial.rules, bounds, now).with_context(|| self.too_large())?;
        let mut key = [0; 32];
        getrandom::fill(&mut key).context("the system has no random numbers for placeholders")?;
        redaction::redact(&mut replay, &trial.rules, &secrets, key);
        let again = run(&trial.component, &permit, &replay).await.map_err(anyhow::Error::msg)?;
        drop(permit);
        let mut found = again.outcome;
        // The rows of the call itself were not kept.
        let expected = Outcome {
            output: found.output.clone(),
            stderr: found.stderr.clone(),
            ..replay.outcome.clone()
        };
        let verified = match expected.is(&found) {
            true => {
                std::mem::swap(&mut replay.outcome, &mut found);
                Verified::Same
            }
            false => {
                // It may quote values that have no placeholder yet.
                replay.outcome.stderr.clear();
                Verified::Different {
                    instead: found.ended.to_string(),
                }
            }
        };
        replay.redaction.verified = verified.clone();
        let text = serde_json::to_string_pretty(&replay)?;
        if text.len() > self.settings.size {
            anyhow::bail!(self.too_large());
        }
        let name = name(&replay, now);
        let (directory, settings) = (self.directory.clone(), self.settings.clone());
        let written = tokio::task::spawn_blocking(move || {
            let file = write(&directory, &name, &text).with_context(|| format!("cannot write into {}", directory.display()))?;
            clear(&directory, &settings).with_context(|| format!("cannot clear {}", directory.display()))?;
            anyhow::Ok(file)
        });
        Ok((written.await??, verified))
    }

    fn too_large(&self) -> String {
        format!(
            "what was said is more than `size` in [replay], {} bytes, and half of it would be no use",
            self.settings.size
        )
    }
}

/// The file as it is before anything is hidden; `None`: too much was said.
fn replay(happened: Happened, rules: &Rules, limits: Bounds, now: DateTime<Utc>) -> Option<Replay> {
    let Recorded { exchanges, readings } = happened.recorded?;
    Some(Replay {
        format: FORMAT,
        recorded: now.to_rfc3339_opts(chrono::SecondsFormat::Secs, true),
        host: env!("CARGO_PKG_VERSION").to_owned(),
        application: happened.application,
        operation: happened.operation.to_owned(),
        request: happened.request,
        plugin: happened.failure.plugin.clone(),
        sha256: happened.sha256,
        limits,
        call: happened.called,
        prepared: happened.prepared,
        exchanges,
        readings: readings.into(),
        outcome: Outcome::failed(&happened.failure, Output::default()),
        redaction: Redaction {
            attributes: rules.attributes().to_vec(),
            verified: Verified::Same,
        },
    })
}

/// By time, so that the last of them by name is the newest.
fn name(replay: &Replay, now: DateTime<Utc>) -> String {
    let plain = |text: &str| -> String {
        let characters = text.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-');
        characters.take(40).collect()
    };
    format!(
        "{}-{}-{}-{}.{ENDING}",
        now.format("%Y%m%dT%H%M%S%3f"),
        plain(&replay.plugin),
        plain(&replay.operation),
        plain(&replay.request)
    )
}

/// The whole file or none; for its owner alone.
fn write(directory: &Path, name: &str, text: &str) -> io::Result<PathBuf> {
    DirBuilder::new().recursive(true).mode(0o700).create(directory)?;
    let mut file = tempfile::Builder::new().prefix(".replay").tempfile_in(directory)?;
    file.write_all(text.as_bytes())?;
    file.as_file().sync_all()?;
    let path = directory.join(name);
    file.persist(&path)?;
    Ok(path)
}

/// Removes what is too old, and the oldest of what is too many.
fn clear(directory: &Path, settings: &ReplaySettings) -> io::Result<()> {
    let mut files = Vec::new();
    for entry in fs::read_dir(directory)? {
        let entry = entry?;
        let name = entry.file_name();
        if name.to_str().is_some_and(|name| name.ends_with(ENDING)) {
            files.push((name, entry.path(), entry.metadata()?.modified()?));
        }
    }
    files.sort();
    let surplus = files.len().saturating_sub(settings.files);
    let longest = Duration::from_secs(u64::from(settings.days) * 24 * 60 * 60);
    let now = SystemTime::now();
    for (index, (_, path, modified)) in files.iter().enumerate() {
        let old = now.duration_since(*modified).is_ok_and(|age| age > longest);
        if index < surplus || old {
            fs::remove_file(path)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn few_files_are_kept_and_none_for_others() {
        let root = tempfile::tempdir().unwrap();
        let directory = root.path().join("replays");
        let settings = ReplaySettings {
            files: 2,
            ..ReplaySettings::of(directory.clone())
        };
        for n in 1..=4 {
            let path = write(&directory, &format!("2026{n}.{ENDING}"), "{}").unwrap();
            assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
            clear(&directory, &settings).unwrap();
        }
        fs::write(directory.join("notes.txt"), "an administrator's own").unwrap();
        clear(&directory, &settings).unwrap();
        let mut names: Vec<String> = fs::read_dir(&directory)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        assert_eq!(
            names,
            [format!("20263.{ENDING}"), format!("20264.{ENDING}"), "notes.txt".to_owned()]
        );
        assert_eq!(fs::metadata(&directory).unwrap().permissions().mode() & 0o777, 0o700);
        let aged = ReplaySettings { days: 0, ..settings };
        std::thread::sleep(Duration::from_millis(5));
        clear(&directory, &aged).unwrap();
        assert_eq!(fs::read_dir(&directory).unwrap().count(), 1, "only what is not ours");
    }
}
