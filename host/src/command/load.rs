//! From a configuration directory to applications that are ready, or to everything that is wrong with it.

use std::{collections::BTreeMap, path::Path, sync::Arc};

use anyhow::anyhow;

use crate::{
    application::{ApplicationSettings, Configuration, PluginSettings},
    database,
    operation::{Application, Ground, Oversight, Unready},
    plugin::{Candidate, Catalogue, Shelf, Stamp, Suspensions, Versions},
    replay::Replays,
    sandbox::Sandbox,
    state::{StateError, Store, Suspension},
};

/// What applications are loaded for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Clients: what fails is counted and recorded.
    Serve,
    /// To look at them.
    Look,
}

/// A host that can serve.
pub struct Host {
    pub configuration: Configuration,
    pub warnings: Vec<String>,
    pub applications: Vec<Arc<Application>>,
    pub out: Out,
    pub sandbox: Arc<Sandbox>,
    pub catalogue: Arc<Catalogue>,
    pub shelf: Shelf,
    pub oversight: Oversight,
    /// How the files of plugins were before anybody looked at them.
    pub stamps: BTreeMap<String, Stamp>,
}

/// What does not serve on account of plugins, while the rest does.
#[derive(Default)]
pub struct Out {
    pub applications: Vec<Ground>,
    /// Why, and what else is wrong with plugins: written for the administrator, a line or two each.
    pub reasons: Vec<String>,
}

/// Loads everything that does not need a database, with the plugins that are approved. The error is all mistakes, written for the
/// administrator; that a plugin may not or cannot be used is none as long as something serves without it.
pub async fn host(directory: &Path, purpose: Purpose) -> Result<Host, String> {
    let loaded = Configuration::load(directory).map_err(|problems| problems.to_string())?;
    let mut warnings: Vec<String> = loaded.warnings.iter().map(ToString::to_string).collect();
    let configuration = loaded.configuration;
    let (shelf, suspended) = match configuration.plugins.is_empty() {
        true => Default::default(),
        false => remembered(&configuration).await.map_err(|error| format!("{error}\n"))?,
    };
    let suspended_now = suspended.iter().filter(|suspension| serves(&shelf, suspension));
    warnings.extend(suspended_now.map(told));
    let oversight = match purpose {
        Purpose::Serve => Oversight {
            suspensions: Arc::new(Suspensions::new(configuration.suspension, suspended)),
            replays: Replays::new(&configuration.replay),
        },
        Purpose::Look => Oversight::none(),
    };
    let stamps = configuration.plugins.iter();
    let stamps = stamps.map(|(name, settings)| (name.clone(), stamp(&configuration, settings)));
    let stamps = stamps.collect();
    let names = configuration.plugins.keys();
    warnings.extend(names.clone().filter_map(|name| waiting(&configuration, &shelf, name)));
    warnings.extend(names.clone().filter_map(|name| lacking(&configuration, &shelf, name)));
    let unusable = names
        .filter_map(|name| unusable(&configuration, &shelf, name))
        .collect::<Vec<_>>();
    let Ready {
        applications,
        mut out,
        sandbox,
        catalogue,
    } = applications(&configuration, Versions::Approved(&shelf), &oversight).await?;
    out.reasons.extend(unusable);
    if applications.is_empty() && !out.reasons.is_empty() {
        return Err(lines(&out.reasons));
    }
    Ok(Host {
        configuration,
        warnings,
        applications,
        out,
        sandbox,
        catalogue: Arc::new(catalogue),
        shelf,
        oversight,
        stamps,
    })
}

/// How the files of a plugin are now.
pub fn stamp(configuration: &Configuration, settings: &PluginSettings) -> Stamp {
    Stamp::of(&configuration.plugin_directory.join(&settings.file))
}

/// Likewise, where nothing may be missing.
pub async fn whole(directory: &Path) -> Result<Host, String> {
    let host = host(directory, Purpose::Look).await?;
    match host.out.reasons.is_empty() {
        true => Ok(host),
        false => Err(lines(&host.out.reasons)),
    }
}

/// What was approved, and what is suspended, by the state store as it is.
async fn remembered(configuration: &Configuration) -> Result<(Shelf, Vec<Suspension>), StateError> {
    let store = Store::look(&configuration.state).await?;
    let shelf = Shelf::read(store.as_ref()).await?;
    let suspended = match &store {
        Some(store) => store.suspensions().await?,
        None => Vec::new(),
    };
    Ok((shelf, suspended))
}

fn serves(shelf: &Shelf, suspension: &Suspension) -> bool {
    let version = shelf.versions().remove(&suspension.duty.plugin);
    version.is_some_and(|version| version.sha256 == suspension.duty.sha256)
}

/// That something is suspended, for the administrator.
pub fn told(suspension: &Suspension) -> String {
    let Suspension { duty, reason, since } = suspension;
    format!(
        "plugins.{}: suspended in {} of application {} since {}: {reason}. `portcullis plugin resume {} --config DIR` lets it work again",
        duty.plugin,
        duty.place,
        duty.application,
        since.format("%Y-%m-%dT%H:%M:%SZ"),
        duty.plugin
    )
}

/// Says that a plugin's file is another one than what serves; `None`: it is the same, or nothing serves.
pub fn waiting(configuration: &Configuration, shelf: &Shelf, name: &str) -> Option<String> {
    let settings = configuration.plugins.get(name)?;
    let approved = shelf.get(name).ok().flatten()?;
    if let Some(pinned) = &settings.oci {
        let same = approved.approval.source.as_ref() == Some(&pinned.to_string());
        return (!same).then(|| {
            format!(
                "portcullis.toml: plugins.{name}: {pinned} is not approved; version {} serves on. `portcullis plugin approve {name} --config DIR` \
                 fetches it, shows what is new and lets it",
                approved.manifest.version
            )
        });
    }
    let line = match Candidate::of(configuration, settings) {
        Ok(found) if found.is(approved) => return None,
        Ok(found) => format!(
            "{} ({} {}) is not approved; version {} serves on. `portcullis plugin approve {name} --config DIR` shows what is new and lets it",
            settings.file.display(),
            found.manifest.version,
            found.digest.short(),
            approved.manifest.version
        ),
        Err(error) => format!(
            "{} is not looked at, and version {} serves on: {error:#}",
            settings.file.display(),
            approved.manifest.version
        ),
    };
    Some(format!("portcullis.toml: plugins.{name}: {line}"))
}

/// Says that nothing of a plugin is approved, and that there is nothing that could be.
fn unusable(configuration: &Configuration, shelf: &Shelf, name: &str) -> Option<String> {
    let settings = configuration.plugins.get(name)?;
    if settings.oci.is_some() || !matches!(shelf.get(name), Ok(None)) {
        return None;
    }
    let error = Candidate::of(configuration, settings).err()?;
    Some(format!(
        "portcullis.toml: plugins.{name}: it could not be approved: {error:#}"
    ))
}

/// Says that what serves of a plugin needs more than it gets.
fn lacking(configuration: &Configuration, shelf: &Shelf, name: &str) -> Option<String> {
    let settings = configuration.plugins.get(name)?;
    let approved = shelf.get(name).ok().flatten()?;
    let lacking = approved.manifest.lacks(&settings.limits)?;
    Some(format!("portcullis.toml: plugins.{name}: {lacking}"))
}

/// What stands for a secret that the environment of a command lacks.
const ABSENT: &str = "a-secret-that-is-not-there";

/// Loads the files alone, for commands that serve nobody and connect to nothing: the secrets of the server's environment need
/// not be in theirs.
pub fn without_secrets(directory: &Path) -> anyhow::Result<Configuration> {
    let environment = |name: &str| std::env::var(name).ok().or_else(|| Some(ABSENT.to_owned()));
    let loaded = Configuration::load_with(directory, &environment);
    loaded
        .map(|loaded| loaded.configuration)
        .map_err(|problems| anyhow!("the configuration has mistakes\n{problems}"))
}

/// An application of a configuration by its name.
pub fn application_settings<'a>(configuration: &'a Configuration, name: &str) -> anyhow::Result<&'a ApplicationSettings> {
    let applications = &configuration.applications;
    applications.iter().find(|found| found.name == name).ok_or_else(|| {
        let names: Vec<_> = applications.iter().map(|found| found.name.as_str()).collect();
        anyhow!("there is no application {name}; the configuration has {}", names.join(", "))
    })
}

/// Applications with their plans, and the components that made them.
pub struct Ready {
    pub applications: Vec<Arc<Application>>,
    pub out: Out,
    pub sandbox: Arc<Sandbox>,
    pub catalogue: Catalogue,
}

/// Makes the plans of all applications with these versions of their plugins. The error is what is wrong besides plugins.
pub async fn applications(configuration: &Configuration, versions: Versions<'_>, oversight: &Oversight) -> Result<Ready, String> {
    let cache = configuration.server.cache_directory.as_deref();
    let sandbox =
        Sandbox::new(configuration.sandbox, cache).map_err(|error| format!("the sandbox cannot be started: {error:#}\n"))?;
    let sandbox = Arc::new(sandbox);
    let catalogue = Catalogue::load(&sandbox, configuration, versions).map_err(|error| format!("{error:#}\n"))?;
    let mut out = Out::default();
    out.reasons.extend(catalogue.problems().iter().map(ToString::to_string));
    let mut applications = Vec::new();
    let mut mistaken = false;
    for settings in &configuration.applications {
        let ground = Ground::new(settings.clone(), database::open(&settings.connection)).watched(oversight);
        match Application::load(sandbox.clone(), &catalogue, ground.clone()).await {
            Ok(application) => applications.push(Arc::new(application)),
            Err(unready) => {
                mistaken |= !unready.mistakes.is_empty();
                out.reasons.extend(reasons(settings, &unready));
                out.applications.push(ground);
            }
        }
    }
    match mistaken {
        true => Err(lines(&out.reasons)),
        false => Ok(Ready {
            applications,
            out,
            sandbox,
            catalogue,
        }),
    }
}

/// Why an application is out of service.
pub fn reasons(settings: &ApplicationSettings, unready: &Unready) -> Vec<String> {
    let mut reasons: Vec<String> = unready.problems().map(ToString::to_string).collect();
    let needed: Vec<&str> = unready.unusable.iter().map(String::as_str).collect();
    reasons.push(match needed.is_empty() {
        true => format!("application {} does not serve before that is mended", settings.name),
        false => format!("application {} does not serve without {}", settings.name, needed.join(", ")),
    });
    reasons
}

fn lines(reasons: &[String]) -> String {
    reasons.iter().fold(String::new(), |mut text, reason| {
        text.push_str(reason);
        text.push('\n');
        text
    })
}
