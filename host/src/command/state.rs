//! `portcullis state`: what the server remembers, changed on purpose.

use std::process::ExitCode;

use anyhow::bail;

use super::{State, load};
use crate::state::Store;

pub async fn run(command: State) -> anyhow::Result<ExitCode> {
    let State::Forget { application, type_name } = command;
    let configuration = load::without_secrets(&application.directory.path)?;
    load::application_settings(&configuration, &application.name)?;
    let store = Store::open(&configuration.state).await?;
    let forgotten = store.forget_served(&application.name, &type_name).await?;
    let others: Vec<_> = store
        .served(&application.name)
        .await?
        .into_iter()
        .map(|served| served.name)
        .collect();
    store.close().await;
    if !forgotten {
        let others = if others.is_empty() {
            "none".to_owned()
        } else {
            others.join(", ")
        };
        bail!(
            "no entitlement type {type_name} of {} is remembered; those that are: {others}",
            application.name
        );
    }
    println!(
        "forgotten: {type_name} of {} can be configured anew. A server that runs has to be started again.",
        application.name
    );
    Ok(ExitCode::SUCCESS)
}
