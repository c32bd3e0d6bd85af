//! `[replay]` of `portcullis.toml`, decoded.

use std::path::PathBuf;

/// Whether and where replay files are kept, and what of them is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReplaySettings {
    /// `directory`; `None`: nothing is recorded.
    pub directory: Option<PathBuf>,
    /// `files`: so many are kept, the newest.
    pub files: usize,
    /// `size`: bytes of one file; a larger call is not recorded.
    pub size: usize,
    /// `days`: after which a file is removed.
    pub days: u32,
    pub redact: Redact,
}

/// `redact`: which values have placeholders in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Redact {
    Everything,
    /// Those of these attributes or columns.
    Named(Vec<String>),
}

impl ReplaySettings {
    /// The first values, with files in this directory.
    pub fn of(directory: PathBuf) -> Self {
        Self {
            directory: Some(directory),
            files: 50,
            size: 1 << 20,
            days: 30,
            redact: Redact::Everything,
        }
    }

    /// Nothing is recorded.
    pub fn off() -> Self {
        Self {
            directory: None,
            ..Self::of(PathBuf::new())
        }
    }
}
