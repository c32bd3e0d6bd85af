//! `portcullis demo`: an application with about a thousand users on embedded SQLite, configured as an administrator would.

mod people;
mod tables;

use std::{fs, io::Write as _, os::unix::fs::OpenOptionsExt as _, path::Path, process::ExitCode};

use anyhow::{Context as _, bail};

use super::{Demo, load, log};
use crate::{application::TOKEN_LENGTH, database::Secret, server, state::Store};

/// The files of the demo's configuration: a path in the data directory, and what stands there.
const FILES: [(&str, &str); 2] = [
    ("portcullis.toml", include_str!("portcullis.toml")),
    ("applications/demo.toml", include_str!("demo.toml")),
];

pub async fn run(options: Demo) -> anyhow::Result<ExitCode> {
    log::start(&options.log)?;
    let data = &options.data;
    write_files(data)?;
    let token = token(data, options.token)?;
    let host = match load::whole(data).await {
        Ok(host) => host,
        Err(mistakes) => {
            eprint!("{mistakes}");
            return Ok(ExitCode::FAILURE);
        }
    };
    let mut settings = host.configuration.server.clone();
    settings.listen = options.listen;
    // For this machine alone, and for pasting.
    settings.tls = None;
    for application in &host.applications {
        if application.settings().name == "demo" {
            tables::fill(application.database().as_ref()).await?;
        }
    }
    let store = Store::open(&host.configuration.state).await?;
    let server = server::Server::bind(&settings, None, &host.applications, &[], store).await?;
    println!("{}", welcome(data, server.base_url(), &token));
    server.run(std::future::pending()).await?;
    Ok(ExitCode::SUCCESS)
}

/// Writes the configuration where it is missing; what an administrator changed there stays.
fn write_files(data: &Path) -> anyhow::Result<()> {
    for (name, text) in FILES {
        let path = data.join(name);
        if let Some(directory) = path.parent() {
            fs::create_dir_all(directory).with_context(|| format!("cannot make {}", directory.display()))?;
        }
        if !path.exists() {
            fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))?;
        }
    }
    Ok(())
}

/// The token that clients must send: the given one, or the one of an earlier start, or a new one.
fn token(data: &Path, given: Option<String>) -> anyhow::Result<Secret> {
    let path = data.join("token");
    let token = match (given, fs::read_to_string(&path)) {
        (Some(given), _) if given.chars().count() < TOKEN_LENGTH => {
            bail!("--token is shorter than {TOKEN_LENGTH} characters: leave it out, and one is made up")
        }
        (Some(given), _) => given,
        (None, Ok(kept)) => return Ok(Secret::new(kept.trim_end())),
        (None, Err(_)) => random()?,
    };
    let mut options = fs::OpenOptions::new();
    let mut file = options
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&path)
        .with_context(|| format!("cannot write {}", path.display()))?;
    writeln!(file, "{token}")?;
    Ok(Secret::new(token))
}

fn random() -> anyhow::Result<String> {
    use base64::Engine as _;
    let mut bytes = [0; 24];
    getrandom::fill(&mut bytes).map_err(|error| anyhow::anyhow!("no random numbers for a token: {error}"))?;
    Ok(base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes))
}

fn welcome(data: &Path, base_url: &str, token: &Secret) -> String {
    let (token, data) = (token.expose(), data.display());
    let base = format!("{base_url}/demo/scim/v2");
    format!(
        r#"
listening on {base_url}

  SCIM base URL   {base}/
  token           {token}
  configuration   {data}/applications/demo.toml

Three users:
  curl -s -H 'Authorization: Bearer {token}' '{base}/Users?count=3'

One user, found by the database:
  curl -s -H 'Authorization: Bearer {token}' -G '{base}/Users' --data-urlencode 'filter=userName eq "{user}"'

Deactivate a user and give two roles:
  curl -s -H 'Authorization: Bearer {token}' -H 'Content-Type: application/scim+json' -X PATCH '{base}/Users/7' -d '{{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{{"op":"replace","path":"active","value":false}},{{"op":"add","path":"roles","value":[{{"value":"auditor"}},{{"value":"reporting"}}]}}]}}'

Ctrl-C stops; a second start keeps the data.
"#,
        user = people::user_name(7),
    )
}
