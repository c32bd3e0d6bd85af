//! From a configuration directory to applications that are ready, or to everything that is wrong with it.

use std::{fmt::Write as _, path::Path, sync::Arc};

use anyhow::anyhow;

use crate::{
    application::{ApplicationSettings, Configuration},
    database,
    operation::Application,
    plugin::Catalogue,
    sandbox::Sandbox,
};

/// A host that can serve.
pub struct Host {
    pub configuration: Configuration,
    pub warnings: Vec<String>,
    pub applications: Vec<Arc<Application>>,
}

/// Loads everything that does not need a database. The error is all mistakes, written for the administrator.
pub async fn host(directory: &Path) -> Result<Host, String> {
    let loaded = Configuration::load(directory).map_err(|problems| problems.to_string())?;
    let warnings = loaded.warnings.iter().map(ToString::to_string).collect();
    let (applications, configuration) = applications(loaded.configuration).await?;
    Ok(Host {
        configuration,
        warnings,
        applications,
    })
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

async fn applications(configuration: Configuration) -> Result<(Vec<Arc<Application>>, Configuration), String> {
    let cache = configuration.server.cache_directory.as_deref();
    let sandbox =
        Sandbox::new(configuration.sandbox, cache).map_err(|error| format!("the sandbox cannot be started: {error:#}\n"))?;
    let sandbox = Arc::new(sandbox);
    let mut mistakes = String::new();
    let catalogue = Catalogue::load(&sandbox, &configuration).map_err(|problems| {
        problems.iter().fold(String::new(), |mut text, problem| {
            let _ = writeln!(text, "{problem}");
            text
        })
    })?;
    let mut applications = Vec::new();
    for settings in &configuration.applications {
        match application(&sandbox, &catalogue, settings).await {
            Ok(application) => applications.push(Arc::new(application)),
            Err(text) => mistakes.push_str(&text),
        }
    }
    if mistakes.is_empty() {
        Ok((applications, configuration))
    } else {
        Err(mistakes)
    }
}

async fn application(
    sandbox: &Arc<Sandbox>,
    catalogue: &Catalogue,
    settings: &ApplicationSettings,
) -> Result<Application, String> {
    let database = database::open(&settings.connection);
    Application::load(sandbox.clone(), catalogue, settings.clone(), database)
        .await
        .map_err(|problems| {
            problems.iter().fold(String::new(), |mut text, problem| {
                let _ = writeln!(text, "{problem}");
                text
            })
        })
}
