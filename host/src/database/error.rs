//! What went wrong in the database, recognised by the database's own codes and never by the words of a message.

use serde::{Deserialize, Serialize};

/// The kinds of error, as in `error-kind` of `wit/types.wit`, which documents each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ErrorKind {
    Unique,
    ForeignKey,
    NotNull,
    Check,
    TooLong,
    InvalidValue,
    Conflict,
    Permission,
    Timeout,
    Unavailable,
    Statement,
    RowEffect,
    NotPlanned,
    MissingValue,
    Other,
}

/// An error of the database, or of the way to it.
///
/// `message` is the database's own and may quote values of the request, so it goes to the client that sent them and not
/// into the log. It never holds a password or a connection string.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{message}")]
pub struct DatabaseError {
    pub kind: ErrorKind,
    /// SQLSTATE, or the database's native code.
    pub code: Option<String>,
    /// The constraint that was violated, where the database names it.
    pub constraint: Option<String>,
    /// The column that it is about, where the database names one and no more.
    pub column: Option<String>,
    pub message: String,
}

impl DatabaseError {
    /// An error that the host itself found, without a code of the database.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            code: None,
            constraint: None,
            column: None,
            message: message.into(),
        }
    }
}
