//! How registries are reached, as the configuration says.

use std::{collections::BTreeMap, path::PathBuf, time::Duration};

use anyhow::Context as _;

use crate::database::Secret;

/// `[registries]` of `portcullis.toml`, by host and port; one that is not named is asked by HTTPS, as nobody in particular.
pub type Registries = BTreeMap<String, Registry>;

/// How a registry is reached.
#[derive(Clone, Debug)]
pub struct Registry {
    /// Who asks; `None`: nobody in particular.
    pub account: Option<(String, Password)>,
    /// Its certificate's authorities, in PEM form, instead of those that the system knows.
    pub ca: Option<PathBuf>,
    /// From one part of an answer to the next; all of it may take six times as long.
    pub timeout: Duration,
    /// Plain HTTP.
    pub plain: bool,
}

impl Default for Registry {
    fn default() -> Self {
        Self {
            account: None,
            ca: None,
            timeout: Duration::from_secs(20),
            plain: false,
        }
    }
}

/// Where a password is. It is read when it is needed, so that a server does without.
#[derive(Clone, Debug)]
pub enum Password {
    Environment(String),
    File(PathBuf),
}

impl Password {
    /// # Errors
    /// It is not there.
    pub fn read(&self) -> anyhow::Result<Secret> {
        let text = match self {
            Password::Environment(name) => {
                std::env::var(name).with_context(|| format!("the environment variable {name} is not set, or not UTF-8"))?
            }
            Password::File(path) => std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?,
        };
        Ok(Secret::new(text.trim_end_matches(['\r', '\n']).to_owned()))
    }
}
