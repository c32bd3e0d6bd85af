//! `portcullis serve`

use std::process::ExitCode;

use super::{
    Serve,
    load::{self, Purpose},
    log, memory,
    reload::Reloader,
    tls,
};
use crate::{
    application::{Identity, ServerSettings},
    server::{self, Made},
    state::Store,
};

pub async fn run(options: Serve) -> anyhow::Result<ExitCode> {
    log::start(&options.log)?;
    let directory = &options.directory.path;
    let mut host = match load::host(directory, Purpose::Serve).await {
        Ok(host) => host,
        Err(mistakes) => {
            eprint!("{mistakes}");
            return Ok(ExitCode::FAILURE);
        }
    };
    for warning in &host.warnings {
        tracing::warn!("{warning}");
    }
    for reason in &host.out.reasons {
        tracing::error!("{reason}");
    }
    if let Some(listen) = options.listen {
        host.configuration.server.listen = listen;
        if host.configuration.server.tls.is_none() && !listen.ip().is_loopback() {
            tracing::warn!("`tls = false`, and `--listen {listen}`: tokens and profiles cross the network in clear text");
        }
    }
    let store = Store::open(&host.configuration.state).await?;
    let problems = memory::problems(&store, directory, &host.configuration.applications).await?;
    if !problems.is_empty() {
        for problem in problems {
            eprintln!("{problem}");
        }
        return Ok(ExitCode::FAILURE);
    }
    for warning in memory::without_token(Some(&store), directory, &host.configuration.applications).await? {
        tracing::warn!("{warning}");
    }
    let settings = &host.configuration.server;
    let ready = tls::ready(settings)?;
    let made = ready.as_ref().map(|ready| ready.made);
    if let Some(warning) = ready.as_ref().and_then(|ready| tls::warning(settings, &ready.tls)) {
        tracing::warn!("{warning}");
    }
    let tls = ready.map(|ready| ready.tls);
    let server = server::Server::bind(settings, tls, &host.applications, &host.out.applications, store.clone()).await?;
    println!("listening on {}://{}", settings.scheme(), server.address());
    for application in &host.applications {
        println!(
            "  {} at {}/{}/scim/v2/",
            application.settings().name,
            server.base_url(),
            application.settings().name
        );
    }
    if let Some(line) = made.and_then(|made| self_signed(settings, made)) {
        println!("{line}");
    }
    let reloader = Reloader::new(host, server.places(), store);
    server.run(reloader.run()).await?;
    Ok(ExitCode::SUCCESS)
}

/// Clients must be told to trust a certificate that nobody else vouches for.
fn self_signed(settings: &ServerSettings, made: Made) -> Option<String> {
    let tls = settings.tls.as_ref()?;
    let Identity::SelfSigned { certificate, .. } = &tls.identity else {
        return None;
    };
    let when = match made {
        Made::Now => "made just now",
        Made::Before => "made at an earlier start",
    };
    Some(format!(
        "  self-signed certificate: {} ({when}); clients must trust it: `curl --cacert`, or your identity provider's form",
        certificate.display()
    ))
}
