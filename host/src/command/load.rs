//! From a configuration directory to applications that are ready, or to everything that is wrong with it.

use std::{fmt::Write as _, path::Path, sync::Arc};

use crate::{application::Configuration, database, operation::Application, plugin::Catalogue, sandbox::Sandbox};

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
    settings: &crate::application::ApplicationSettings,
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
