//! `tests/laws.toml`: what generated users are like, and what is right although a law says otherwise.

use std::{collections::BTreeMap, path::Path};

use anyhow::{Context as _, bail};
use serde::Deserialize;

use super::Law;
use crate::{harness::files, scim::AttributePath};

/// The file's name.
const FILE: &str = "laws.toml";

/// ```toml
/// may-change = ["userName"]      # attributes that a user has otherwise than was asked for
/// may-lose = ["roles"]           # attributes that a transform takes away
/// journals = ["role_audit"]      # tables that only grow: what is done and undone leaves rows there
///
/// [skip]                         # laws that are not this plugin's, each with the reason
/// idempotence = "counts how often a user was changed"
///
/// [values]                       # what generated users have; anything else is made up
/// title = ["Engineer", "Manager"]
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Exceptions {
    pub may_change: Vec<String>,
    pub may_lose: Vec<String>,
    pub journals: Vec<String>,
    pub skip: BTreeMap<String, String>,
    pub values: BTreeMap<String, Vec<String>>,
}

impl Exceptions {
    /// Those of a directory of tests; without the file there are none.
    ///
    /// # Errors
    /// The file is not as it should be.
    pub fn read(tests: &Path) -> anyhow::Result<Self> {
        let path = tests.join(FILE);
        let Some(text) = files::text_if_any(&path)? else {
            return Ok(Self::default());
        };
        let exceptions: Self = toml::from_str(&text).with_context(|| path.display().to_string())?;
        for (name, reason) in &exceptions.skip {
            if !Law::ALL.iter().any(|law| law.name() == name) {
                let names = Law::ALL.map(Law::name).join(", ");
                bail!("{}: there is no law `{name}` to skip; there are {names}", path.display());
            }
            if reason.trim().is_empty() {
                bail!("{}: say why `{name}` is not this plugin's law", path.display());
            }
        }
        let attributes = exceptions
            .may_change
            .iter()
            .chain(&exceptions.may_lose)
            .chain(exceptions.values.keys());
        for attribute in attributes {
            if attribute.parse::<AttributePath>().is_err() {
                bail!("{}: `{attribute}` is not the path of an attribute", path.display());
            }
        }
        if let Some((attribute, _)) = exceptions.values.iter().find(|(_, values)| values.is_empty()) {
            bail!("{}: `{attribute}` has no values", path.display());
        }
        Ok(exceptions)
    }

    /// Whether an attribute may come out as something else.
    pub fn may_change(&self, path: &str) -> bool {
        covers(&self.may_change, path)
    }

    /// Whether an attribute may be lost.
    pub fn may_lose(&self, path: &str) -> bool {
        covers(&self.may_lose, path)
    }
}

/// Whether one of the paths is this one or leads there.
fn covers(paths: &[String], path: &str) -> bool {
    paths.iter().any(|known| {
        let rest = path.get(known.len()..);
        path.get(..known.len()).is_some_and(|start| start.eq_ignore_ascii_case(known))
            && rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[', ':']))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Exceptions, String> {
        let directory = tempfile::tempdir().unwrap();
        std::fs::write(directory.path().join(FILE), text).unwrap();
        Exceptions::read(directory.path()).map_err(|error| format!("{error:#}"))
    }

    #[test]
    fn exceptions_are_held_to_what_there_is() {
        assert_eq!(Exceptions::read(Path::new("/nowhere")).unwrap(), Exceptions::default());
        let right = read("may-change = ['userName']\nmay-lose = ['emails']\n[skip]\nidempotence = 'it counts'").unwrap();
        assert!(
            right.may_change("username") && !right.may_change("userName2") && right.may_lose("emails[type eq \"work\"].value")
        );
        for (text, says) in [
            ("[skip]\nidempotent = 'it counts'", "there is no law `idempotent`"),
            ("[skip]\nidempotence = ' '", "say why"),
            ("may-loose = []", "may-loose"),
            ("may-change = ['a b']", "`a b` is not the path"),
            ("[values]\ntitle = []", "`title` has no values"),
        ] {
            let said = read(text).unwrap_err();
            assert!(said.contains(says), "{said}");
        }
    }
}
