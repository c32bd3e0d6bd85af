//! How a call ended, as far as it can be the same again.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::sandbox::{CallFailure, Cause};

/// What came of a call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Outcome {
    pub ended: Ended,
    /// The component's functions at the moment of a failure, the innermost first.
    pub frames: Vec<String>,
    /// The last lines of stderr, or what the component logged at level error.
    pub stderr: String,
    /// The rows that it put out itself.
    pub output: Output,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Ended {
    /// The component answered, in short.
    Answered(String),
    Limit {
        setting: String,
        figure: String,
    },
    Trap(String),
    Misuse(String),
    /// The sandbox failed.
    Host(String),
}

/// Rows by their number and the SHA-256 over them and their columns.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Output {
    pub rows: u64,
    pub sha256: String,
}

impl Outcome {
    /// Of a call that ended without an answer.
    pub fn failed(failure: &CallFailure, output: Output) -> Self {
        Self {
            ended: Ended::from(&failure.cause),
            frames: failure.report.frames.clone(),
            stderr: failure.report.stderr.clone(),
            output,
        }
    }

    /// Whether two calls ended the same. A bound of time is reached at whatever place the machine has come to by then.
    pub fn is(&self, other: &Outcome) -> bool {
        match (&self.ended, &other.ended) {
            (Ended::Limit { setting, .. }, _) if ["cpu", "wall"].contains(&setting.as_str()) => self.ended == other.ended,
            _ => self == other,
        }
    }
}

impl From<&Cause> for Ended {
    fn from(cause: &Cause) -> Self {
        match cause {
            Cause::Limit(bound) => Ended::Limit {
                setting: bound.setting.to_owned(),
                figure: bound.figure.clone(),
            },
            Cause::Trap(message) => Ended::Trap(message.clone()),
            Cause::Misuse(what) => Ended::Misuse(what.clone()),
            Cause::Busy => Ended::Host("no place for the call".to_owned()),
            Cause::Host(message) => Ended::Host(message.clone()),
        }
    }
}

impl fmt::Display for Ended {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Ended::Answered(answer) => write!(f, "it answered: {answer}"),
            Ended::Limit { setting, figure } => write!(f, "it used more than its limit `{setting} = {figure}`"),
            Ended::Trap(message) => write!(f, "it crashed: {message}"),
            Ended::Misuse(what) => write!(f, "it broke its contract: {what}"),
            Ended::Host(message) => write!(f, "it could not be run: {message}"),
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.ended)?;
        for frame in &self.frames {
            writeln!(f, "  in {frame}")?;
        }
        for line in self.stderr.lines() {
            writeln!(f, "  stderr: {}", line.escape_debug())?;
        }
        match self.output.rows {
            0 => Ok(()),
            rows => writeln!(f, "  output: {rows} rows, SHA-256 {}", self.output.sha256),
        }
    }
}
