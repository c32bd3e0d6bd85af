//! Where something stands, for a person who has to find it.

use std::path::PathBuf;

/// A place in a configuration file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Location {
    /// Relative to the configuration directory.
    pub file: PathBuf,
    /// 1-based.
    pub line: usize,
    /// The key, for example `operations.get-users.sql`.
    pub key: String,
}

impl std::fmt::Display for Location {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}: {}", self.file.display(), self.line, self.key)
    }
}
