//! The laws of hashing passwords.

use std::cell::Cell;

use proptest::strategy::Strategy as _;

use super::{
    Law, Tried,
    search::{self, Breach},
};
use crate::{
    harness::installation::Installation,
    sandbox::SALT,
    scim::{Error, RequestId},
};

/// How many passwords are made up: a good hash takes its time.
const COUNT: u32 = 8;
/// The longest hash in bytes: a column holds it.
const LONGEST: usize = 1_024;

/// Tries the laws of hashing, if the application's passwords are hashed.
///
/// # Errors
/// They cannot be tried.
pub(super) async fn hold(installation: &Installation) -> anyhow::Result<Vec<Tried>> {
    if installation.application.settings().transforms.password.is_none() {
        return Ok(Vec::new());
    }
    let passwords = "[ -~äöüß€]{1,24}".boxed();
    let mut laws = Vec::new();
    for law in [Law::NoDifference, Law::HashesDiffer] {
        let refused = Cell::new(0);
        let breaks = async |password: &String| Ok(breach(installation, law, password, &refused).await);
        let found = search::counterexample(&passwords, COUNT, breaks).await?;
        let tried = found.as_ref().map_or(COUNT, |found| found.tried + 1);
        laws.push(Tried {
            law,
            with: "passwords",
            tried,
            broken: match found {
                Some(found) => Some(format!("{}\nThe password was {:?}", found.how, found.value)),
                None if refused.get() >= COUNT => Some("every password was refused, so that nothing was tried".to_owned()),
                None => None,
            },
        });
    }
    Ok(laws)
}

async fn breach(installation: &Installation, law: Law, password: &str, refused: &Cell<u32>) -> Option<Breach> {
    let hash = async |password: &str, salt: u8| {
        let id = RequestId("law".to_owned());
        let hashed = installation.application.hashed(&id, password, &[salt; SALT]).await;
        hashed.map(Option::unwrap_or_default)
    };
    let first = match hash(password, 1).await {
        // A word for why not, and no hash.
        Err(error) if error.status < 500 => {
            refused.set(refused.get() + 1);
            return None;
        }
        Err(error) => {
            let how = format!("a password is hashed or refused, and this is neither: {error}");
            return Some(Breach::Crash(how));
        }
        Ok(first) => first,
    };
    let broken = match law {
        Law::NoDifference => match hash(password, 1).await {
            Ok(again) if again == first => None,
            again => Some(format!("with the same salt it is {first} and then {}", told(again))),
        },
        _ if first.is_empty() || first.len() > LONGEST || first.chars().any(char::is_control) => Some(format!(
            "its hash is no single line of 1 to {LONGEST} bytes: {}",
            first.escape_default()
        )),
        _ if first.contains(password) && password.len() > 3 => Some(format!("its hash shows it: {first}")),
        _ => match (hash(password, 2).await, hash(&format!("{password}x"), 1).await) {
            (Ok(salted), _) if salted == first => Some(format!("with another salt its hash is {first} as well")),
            (_, Ok(other)) if other == first => Some(format!("with an x behind it its hash is {first} as well")),
            _ => None,
        },
    };
    broken.map(Breach::Outcome)
}

fn told(hashed: Result<String, Error>) -> String {
    hashed.unwrap_or_else(|error| error.to_string())
}
