//! Why something could not be remembered.

use std::path::{Path, PathBuf};

/// For the administrator: names the file and what to do.
#[derive(Clone, Debug, thiserror::Error)]
pub enum StateError {
    #[error(
        "the state store {path} cannot be opened: {reason}. It must be a file that may be written, in a directory that may be \
         written; `[state] path` in portcullis.toml chooses another"
    )]
    Closed { path: PathBuf, reason: String },
    #[error("the state store {path} has version {found}, and this program knows versions up to {known}: run the newer program")]
    Newer { path: PathBuf, found: i64, known: usize },
    #[error("the state store {path} failed: {reason}")]
    Failed { path: PathBuf, reason: String },
}

impl StateError {
    pub(super) fn closed(path: &Path, error: &sqlx::Error) -> Self {
        Self::Closed {
            path: path.to_owned(),
            reason: reason(error),
        }
    }

    pub(super) fn failed(path: &Path, error: &sqlx::Error) -> Self {
        Self::Failed {
            path: path.to_owned(),
            reason: reason(error),
        }
    }
}

/// What SQLite says, without the driver's words around it.
fn reason(error: &sqlx::Error) -> String {
    match error.as_database_error() {
        Some(error) => error.message().to_owned(),
        None => error.to_string(),
    }
}
