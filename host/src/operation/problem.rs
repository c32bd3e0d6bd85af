//! What is wrong with an application, found when its plans are made.

use std::collections::BTreeSet;

use crate::{application::Location, plugin::Missing};

/// Why an application is not ready.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Unready {
    /// Mistakes of its configuration.
    pub mistakes: Vec<LoadProblem>,
    /// What its plugins would do and may not, or may and cannot.
    pub of_plugins: Vec<LoadProblem>,
    /// Those of its plugins that cannot be used anywhere.
    pub unusable: BTreeSet<String>,
}

impl Unready {
    pub fn is_empty(&self) -> bool {
        self.mistakes.is_empty() && self.of_plugins.is_empty() && self.unusable.is_empty()
    }

    /// Adds that a place has no component.
    pub fn add(&mut self, location: &Location, missing: Missing, remedy: &str) {
        match missing {
            Missing::Unusable(plugin) => drop(self.unusable.insert(plugin)),
            Missing::Unfit(unfit) => {
                let remedy = unfit.remedy.unwrap_or_else(|| remedy.to_owned());
                self.of_plugins.push(LoadProblem::new(location, unfit.message, remedy));
            }
            Missing::Unknown(message) => self.mistakes.push(LoadProblem::new(location, message, remedy)),
        }
    }

    /// All problems, those of the configuration first.
    pub fn problems(&self) -> impl Iterator<Item = &LoadProblem> {
        self.mistakes.iter().chain(&self.of_plugins)
    }
}

/// One mistake, with its place and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoadProblem {
    pub location: Location,
    pub message: String,
    pub remedy: String,
}

impl LoadProblem {
    pub fn new(location: &Location, message: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self {
            location: location.clone(),
            message: message.into(),
            remedy: remedy.into(),
        }
    }
}

impl std::fmt::Display for LoadProblem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}\n  {}", self.location, self.message, self.remedy)
    }
}
