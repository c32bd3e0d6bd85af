//! What is wrong with an application, found when its plans are made.

use crate::application::Location;

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
