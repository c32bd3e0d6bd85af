//! What the state store says about a configuration.

use std::path::Path;

use chrono::Utc;

use crate::{
    application::{ApplicationSettings, EntitlementSettings},
    operation::LoadProblem,
    state::{Holding, ServedType, StateError, Store, StoredToken},
};

/// What contradicts that clients have discovered something else.
///
/// # Errors
/// The store cannot be read.
pub async fn problems(
    store: &Store,
    directory: &Path,
    applications: &[ApplicationSettings],
) -> Result<Vec<LoadProblem>, StateError> {
    let mut problems = Vec::new();
    for settings in applications {
        for served in store.served(&settings.name).await? {
            let configured = settings.entitlements.iter().find(|found| found.name == served.name);
            if let Some(configured) = configured.filter(|found| holding(found) != served.holding) {
                problems.push(changed(directory, settings, configured, &served));
            }
        }
    }
    Ok(problems)
}

fn holding(entitlement: &EntitlementSettings) -> Holding {
    match entitlement.single {
        Some(_) => Holding::One,
        None => Holding::Several,
    }
}

fn changed(
    directory: &Path,
    application: &ApplicationSettings,
    entitlement: &EntitlementSettings,
    served: &ServedType,
) -> LoadProblem {
    let (were, write) = match served.holding {
        Holding::One => ("at most one", "`single = \"refuse\"` or `\"replace\"`"),
        Holding::Several => ("several", "`single = false`"),
    };
    let mut location = entitlement.location.clone();
    if !location.key.ends_with(".single") {
        location.key.push_str(".single");
    }
    let name = &entitlement.name;
    let message = format!(
        "since {} clients have read {name} as something of which a user holds {were}, and they keep what they discovered",
        served.since.format("%Y-%m-%d")
    );
    let remedy = format!(
        "write {write} again. To change it, remove the application's entitlements at every client, then run `portcullis state \
         forget --config {} --application {} --type {name}`",
        directory.display(),
        application.name
    );
    LoadProblem::new(&location, message, remedy)
}

/// A warning for each application that nobody can come into; `None`: there is no store yet, and so no token in it.
///
/// # Errors
/// The store cannot be read.
pub async fn without_token(
    store: Option<&Store>,
    directory: &Path,
    applications: &[ApplicationSettings],
) -> Result<Vec<String>, StateError> {
    let tokens = match store {
        Some(store) => store.tokens().await?,
        None => Vec::new(),
    };
    let now = Utc::now();
    let has_none = |settings: &ApplicationSettings| {
        let opens = |token: &StoredToken| token.application == settings.name && token.expires.is_none_or(|end| end > now);
        settings.token.is_none() && !tokens.iter().any(opens)
    };
    let without = applications.iter().filter(|settings| has_none(settings));
    let warning = |settings: &ApplicationSettings| {
        let name = &settings.name;
        let directory = directory.display();
        format!(
            "application {name} has no token: nobody can come in\n  make one with `portcullis token create --config {directory} \
             --application {name}`"
        )
    };
    Ok(without.map(warning).collect())
}
