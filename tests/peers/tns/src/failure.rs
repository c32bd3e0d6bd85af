//! What a server says when it refuses.

use std::fmt;

/// An error of the database's, as it goes over the wire.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Failure {
    /// `1` is ORA-00001.
    pub code: u32,
    /// With the code in front.
    pub message: String,
}

impl Failure {
    pub fn new(code: u32, text: impl fmt::Display) -> Self {
        Self {
            code,
            message: format!("ORA-{code:05}: {text}"),
        }
    }

    /// What Oracle can do and this peer cannot: an error, so that nobody takes it for the right answer.
    pub(crate) fn unsupported(what: impl fmt::Display) -> Self {
        Self::new(3001, format_args!("unimplemented feature: {what}"))
    }

    /// What is said of a client whose message could not be read.
    pub(crate) fn protocol(what: impl fmt::Display) -> Self {
        Self::new(3120, format_args!("two-task conversion routine: {what}"))
    }

    /// A break of the client's came through.
    pub(crate) fn broken() -> Self {
        Self::new(1013, "user requested cancel of current operation")
    }
}
