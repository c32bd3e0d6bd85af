//! `portcullis serve`

use std::process::ExitCode;

use super::{Serve, load, log};
use crate::server;

pub async fn run(options: Serve) -> anyhow::Result<ExitCode> {
    log::start(&options.log)?;
    let mut host = match load::host(&options.directory.path).await {
        Ok(host) => host,
        Err(mistakes) => {
            eprint!("{mistakes}");
            return Ok(ExitCode::FAILURE);
        }
    };
    for warning in &host.warnings {
        tracing::warn!("{warning}");
    }
    if let Some(listen) = options.listen {
        host.configuration.server.listen = listen;
    }
    let server = server::Server::bind(&host.configuration.server, &host.applications).await?;
    println!("listening on http://{}", server.address());
    for application in &host.applications {
        println!(
            "  {} at {}/{}/scim/v2/",
            application.settings().name,
            server.base_url(),
            application.settings().name
        );
    }
    server.run().await?;
    Ok(ExitCode::SUCCESS)
}
