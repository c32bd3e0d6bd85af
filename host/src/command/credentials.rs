//! `portcullis credentials`: what an identity provider's form asks for.

use std::{fmt::Write as _, process::ExitCode};

use super::{Application, load, tls, token};
use crate::{
    application::{ApplicationSettings, Configuration, Identity, ServerSettings},
    server,
    state::Store,
};

/// The token that this command makes where an application has none.
const NAME: &str = "credentials";

pub async fn run(options: &Application) -> anyhow::Result<ExitCode> {
    let configuration = load::without_secrets(&options.directory.path)?;
    let application = load::application_settings(&configuration, &options.name)?;
    tls::ready(&configuration.server)?;
    let store = Store::open(&configuration.state).await?;
    let token = token(&store, options, application).await;
    store.close().await;
    print!("{}", text(&configuration, application, &token?)?);
    Ok(ExitCode::SUCCESS)
}

/// A new token, or where the ones are that there are.
async fn token(store: &Store, options: &Application, application: &ApplicationSettings) -> anyhow::Result<String> {
    let name = &application.name;
    let tokens = store.tokens().await?;
    let names: Vec<_> = tokens
        .iter()
        .filter(|token| token.application == *name)
        .map(|token| token.name.as_str())
        .collect();
    let another = format!(
        "`portcullis token create --config {} --application {name}` makes another",
        options.directory.path.display()
    );
    if !names.is_empty() {
        return Ok(format!(
            "there is one, which is not shown again ({}); {another}",
            names.join(", ")
        ));
    }
    if application.token.is_some() {
        return Ok(format!(
            "the one that {} in the configuration names; {another}",
            server::CONFIGURED
        ));
    }
    let made = token::create(store, name, NAME.parse().ok(), None).await?;
    Ok(format!(
        "{}\n                  (called {}; it is not shown again)",
        made.secret.expose(),
        made.name
    ))
}

fn text(configuration: &Configuration, application: &ApplicationSettings, token: &str) -> Result<String, std::fmt::Error> {
    let settings = &configuration.server;
    let mut text = String::new();
    let base = base_url(settings);
    writeln!(text, "SCIM base URL     {base}/{}/scim/v2/", application.name)?;
    if settings.base_url.is_none() {
        writeln!(
            text,
            "                  (`base-url` in [server] says it if clients know the server by another name)"
        )?;
    }
    writeln!(text, "Token             {token}")?;
    writeln!(
        text,
        "Authentication    `Authorization: Bearer TOKEN`, or Basic with any user name and the token as password"
    )?;
    if let Some(tls) = &settings.tls {
        let certificate = tls.identity.certificate().display();
        match tls.identity {
            Identity::SelfSigned { .. } => writeln!(
                text,
                "Certificate       {certificate}, self-signed: import it where clients connect from"
            )?,
            Identity::Given { .. } => writeln!(text, "Certificate       {certificate}")?,
        }
        if let Some(authority) = &tls.client_ca {
            writeln!(text, "Client            needs a certificate by {}", authority.display())?;
        }
    }
    Ok(text)
}

/// What clients call, as far as the configuration says.
fn base_url(settings: &ServerSettings) -> String {
    if let Some(base) = &settings.base_url {
        return base.clone();
    }
    let (ip, port) = (settings.listen.ip(), settings.listen.port());
    if !ip.is_unspecified() {
        return format!("{}://{}", settings.scheme(), settings.listen);
    }
    let name = server::names(settings)
        .into_iter()
        .next()
        .unwrap_or_else(|| "localhost".to_owned());
    format!("{}://{name}:{port}", settings.scheme())
}
