//! `portcullis token`: the tokens that clients send.

use std::{path::Path, process::ExitCode, str::FromStr};

use anyhow::bail;
use chrono::{DateTime, NaiveDate, NaiveTime, Utc};

use super::{Token, load};
use crate::{
    application::Configuration,
    database::Secret,
    server::CONFIGURED,
    state::{Added, NewToken, Store, StoredToken, TokenHash, TokenName, random_token},
};

/// When a token ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Expiry(DateTime<Utc>);

impl FromStr for Expiry {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::at(text, Utc::now())
    }
}

impl Expiry {
    fn at(text: &str, now: DateTime<Utc>) -> Result<Self, String> {
        let date = |date: NaiveDate| date.and_time(NaiveTime::MIN).and_utc();
        let from_now = || {
            let time = chrono::TimeDelta::from_std(humantime::parse_duration(text).ok()?).ok()?;
            now.checked_add_signed(time)
        };
        let instant = || Some(DateTime::parse_from_rfc3339(text).ok()?.to_utc());
        let end = NaiveDate::from_str(text).ok().map(date).or_else(instant).or_else(from_now);
        match end {
            None => Err("write a time from now such as 90d, a date such as 2027-01-31, or 2027-01-31T12:00:00Z".to_owned()),
            Some(end) if end <= now => Err("that is not in the future".to_owned()),
            Some(end) => Ok(Self(end)),
        }
    }
}

pub async fn run(command: Token) -> anyhow::Result<ExitCode> {
    match command {
        Token::Create {
            application,
            name,
            expires,
        } => {
            let configuration = load::without_secrets(&application.directory.path)?;
            load::application_settings(&configuration, &application.name)?;
            let store = Store::open(&configuration.state).await?;
            let made = create(&store, &application.name, name, expires).await?;
            store.close().await;
            println!("{}", made.secret.expose());
            eprintln!("{}", made.told(&application.name));
        }
        Token::List { directory, application } => {
            let configuration = load::without_secrets(&directory.path)?;
            if let Some(name) = &application {
                load::application_settings(&configuration, name)?;
            }
            let tokens = match Store::look(&configuration.state).await? {
                Some(store) => store.tokens().await?,
                None => Vec::new(),
            };
            print!("{}", table(&configuration, &tokens, application.as_deref()));
        }
        Token::Revoke { application, name } => revoke(&application.directory.path, &application.name, &name).await?,
    }
    Ok(ExitCode::SUCCESS)
}

/// A token that nobody will see again.
pub struct MadeToken {
    pub name: TokenName,
    pub secret: Secret,
    expires: Option<Expiry>,
}

impl MadeToken {
    fn told(&self, application: &str) -> String {
        let until = match self.expires {
            Some(Expiry(end)) => format!(", until {}", time(end)),
            None => String::new(),
        };
        format!(
            "This is the token {} of {application}{until}. It is not shown again: only its hash is kept.\n\
             Clients send it as `Authorization: Bearer TOKEN`, or as the password of Basic with any user name.",
            self.name
        )
    }
}

/// The numbers of names that are given to nameless tokens.
const NUMBERS: std::ops::Range<u32> = 1..1000;

/// Makes a token; without a name it gets the next free one.
pub async fn create(
    store: &Store,
    application: &str,
    name: Option<TokenName>,
    expires: Option<Expiry>,
) -> anyhow::Result<MadeToken> {
    let secret = random_token().map_err(|error| anyhow::anyhow!("no random numbers for a token: {error}"))?;
    let names: Vec<TokenName> = match name {
        Some(name) => vec![name],
        None => NUMBERS.filter_map(|number| format!("token-{number}").parse().ok()).collect(),
    };
    let given = names.first().filter(|_| names.len() == 1).cloned();
    for name in names {
        let token = NewToken {
            application: application.to_owned(),
            name,
            hash: TokenHash::of(secret.expose()),
            expires: expires.map(|Expiry(end)| end),
        };
        if store.add_token(&token).await? == Added::Yes {
            let name = token.name;
            return Ok(MadeToken { name, secret, expires });
        }
    }
    match given {
        Some(name) => bail!("{application} has a token {name} already: choose another name, or revoke that one first"),
        None => bail!("{application} has no free number for a token: give it a name with `--name NAME`"),
    }
}

async fn revoke(directory: &Path, application: &str, name: &TokenName) -> anyhow::Result<()> {
    let configuration = load::without_secrets(directory)?;
    load::application_settings(&configuration, application)?;
    let store = Store::open(&configuration.state).await?;
    let revoked = store.revoke_token(application, name).await?;
    let others = store.tokens().await?;
    store.close().await;
    if !revoked {
        let others = others.iter().filter(|token| token.application == application);
        let names: Vec<_> = others.map(|token| token.name.as_str()).collect();
        let names = if names.is_empty() {
            "none".to_owned()
        } else {
            names.join(", ")
        };
        bail!("{application} has no token {name}; those that it has: {names}");
    }
    println!("revoked: the token {name} of {application} opens nothing any more");
    Ok(())
}

/// What `list` prints: one line a token, those of the configuration too.
fn table(configuration: &Configuration, tokens: &[StoredToken], only: Option<&str>) -> String {
    let mut lines = vec![["APPLICATION", "NAME", "CREATED", "LAST USED", "EXPIRES"].map(str::to_owned)];
    let wanted = |name: &str| only.is_none_or(|only| only == name);
    for application in configuration.applications.iter().filter(|found| wanted(&found.name)) {
        if application.token.is_some() {
            let unknown = "-".to_owned();
            let from = "configuration".to_owned();
            lines.push([
                application.name.clone(),
                CONFIGURED.to_owned(),
                from,
                unknown.clone(),
                unknown,
            ]);
        }
        for token in tokens.iter().filter(|token| token.application == application.name) {
            let expires = token.expires.map_or("never".to_owned(), |end| {
                let over = if end <= Utc::now() { " (over)" } else { "" };
                format!("{}{over}", time(end))
            });
            let used = token.last_used.map_or("never".to_owned(), time);
            lines.push([
                application.name.clone(),
                token.name.clone(),
                time(token.created),
                used,
                expires,
            ]);
        }
    }
    let mut widths = [0; 5];
    for line in &lines {
        for (width, cell) in widths.iter_mut().zip(line) {
            *width = cell.len().max(*width);
        }
    }
    lines.iter().fold(String::new(), |text, line| {
        let cells: Vec<_> = line
            .iter()
            .zip(widths)
            .map(|(cell, width)| format!("{cell:width$}"))
            .collect();
        text + cells.join("  ").trim_end() + "\n"
    })
}

fn time(at: DateTime<Utc>) -> String {
    at.format("%Y-%m-%dT%H:%M:%SZ").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_of_tokens() {
        let now = "2026-11-24T10:00:00Z".parse().unwrap();
        let end = |text: &str| Expiry::at(text, now).map(|Expiry(end)| time(end));
        for (text, expected) in [
            ("90d", "2027-02-22T10:00:00Z"),
            ("1h 30m", "2026-11-24T11:30:00Z"),
            ("2027-01-31", "2027-01-31T00:00:00Z"),
            ("2027-01-31T12:00:00+02:00", "2027-01-31T10:00:00Z"),
        ] {
            assert_eq!(end(text).as_deref(), Ok(expected), "{text}");
        }
        for text in ["", "soon", "90", "2027-02-30", "0s", "2026-11-24", "9999999999999y", "-1d"] {
            assert!(end(text).is_err(), "{text}: {:?}", end(text));
        }
    }
}
