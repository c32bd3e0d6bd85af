//! The file: JSON, whose format has a number. `sdk/README.md` documents it for whoever reads one.

use serde::{Deserialize, Serialize};

use super::{
    bounds::Bounds,
    exchange::Exchange,
    outcome::Outcome,
    value::{Bytes, Named},
};
use crate::{
    database::{Shape, Statement},
    sandbox::Readings,
};

/// The format that this program writes, and the only one that it reads.
pub const FORMAT: u32 = 1;

/// What a component was given in one call, what came of it, and whose it was.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Replay {
    #[serde(rename = "portcullis-replay")]
    pub format: u32,
    /// When it failed, RFC 3339.
    pub recorded: String,
    /// The version of the program.
    pub host: String,
    pub application: String,
    pub operation: String,
    pub request: String,
    pub plugin: String,
    /// Of the component, in hexadecimal.
    pub sha256: String,
    pub limits: Bounds,
    pub call: Called,
    /// What it was prepared with, and what came of that; absent where it is what the call is about, and of transforms.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prepared: Option<Preparation>,
    /// What it asked for, in order, and was answered.
    pub exchanges: Vec<Exchange>,
    pub readings: WrittenReadings,
    pub outcome: Outcome,
    pub redaction: Redaction,
}

/// Which export was called, with what.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "function", deny_unknown_fields)]
pub enum Called {
    Prepare {
        operation: String,
        settings: String,
    },
    Refine {
        operation: String,
        settings: String,
        statement: String,
        shape: Shape,
    },
    #[serde(rename_all = "kebab-case")]
    Run {
        operation: String,
        statement: String,
        request_id: String,
        inputs: Vec<Named>,
        changed: Vec<String>,
        memo: String,
    },
    Transform {
        direction: Way,
        document: String,
        settings: String,
    },
}

/// Which way a document went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Way {
    ToApplication,
    FromApplication,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Preparation {
    pub settings: String,
    pub plan: Vec<Planned>,
}

/// A statement of the plan, for whoever reads the file; a replay runs none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Planned {
    pub name: String,
    pub text: String,
    pub parameters: Vec<String>,
}

/// What the clocks said, in nanoseconds, and what chance gave.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct WrittenReadings {
    pub wall: Vec<u64>,
    pub monotonic: Vec<u64>,
    pub random: Bytes,
}

/// What has placeholders, and whether the call ends with them as it did without.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Redaction {
    /// Empty: every value.
    pub attributes: Vec<String>,
    pub verified: Verified,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Verified {
    /// It was run again with the placeholders and ended the same.
    Same,
    /// It ended otherwise: with these values the failure does not show.
    Different { instead: String },
}

/// Why a text is no replay that can be run.
#[derive(Debug, thiserror::Error)]
pub enum Unreadable {
    #[error("it is not a replay file: {0}")]
    NotOne(String),
    #[error(
        "it is a replay file of format {found}, and this program reads format {FORMAT}: use the version of Portcullis that wrote it, {host}"
    )]
    Format { found: u64, host: String },
    #[error("it is a replay file that is damaged or was changed: {0}")]
    Damaged(serde_json::Error),
}

impl Replay {
    /// Reads a file's text.
    ///
    /// # Errors
    /// It is none of this format.
    pub fn read(text: &str) -> Result<Self, Unreadable> {
        #[derive(Deserialize)]
        struct Head {
            #[serde(rename = "portcullis-replay")]
            format: Option<u64>,
            #[serde(default)]
            host: serde_json::Value,
        }
        let head: Head = serde_json::from_str(text).map_err(|error| Unreadable::NotOne(error.to_string()))?;
        match head.format {
            Some(format) if format == u64::from(FORMAT) => serde_json::from_str(text).map_err(Unreadable::Damaged),
            Some(found) => Err(Unreadable::Format {
                found,
                host: head.host.as_str().unwrap_or("which it does not say").to_owned(),
            }),
            None => Err(Unreadable::NotOne("it has no number `portcullis-replay`".to_owned())),
        }
    }
}

impl Called {
    /// What tells one call from another that is given something else. The host's own choice of an id for what is new does not.
    pub fn input(&self) -> String {
        let mut call = self.clone();
        if let Called::Run {
            operation,
            request_id,
            inputs,
            ..
        } = &mut call
        {
            request_id.clear();
            if operation.starts_with("create-") {
                inputs.retain(|input| input.name != "id");
            }
        }
        serde_json::to_string(&call).unwrap_or_default()
    }

    /// The settings that are given with it; `run` has none.
    pub fn settings(&self) -> Option<&str> {
        match self {
            Called::Prepare { settings, .. } | Called::Refine { settings, .. } | Called::Transform { settings, .. } => {
                Some(settings)
            }
            Called::Run { .. } => None,
        }
    }
}

impl From<&Statement> for Planned {
    fn from(statement: &Statement) -> Self {
        Self {
            name: statement.name.clone(),
            text: statement.text.to_string(),
            parameters: statement.names().map(str::to_owned).collect(),
        }
    }
}

impl From<Readings> for WrittenReadings {
    fn from(readings: Readings) -> Self {
        Self {
            wall: readings.wall,
            monotonic: readings.monotonic,
            random: Bytes(readings.random),
        }
    }
}

impl From<WrittenReadings> for Readings {
    fn from(written: WrittenReadings) -> Self {
        Self {
            wall: written.wall,
            monotonic: written.monotonic,
            random: written.random.0,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// Whatever a file holds, it is refused in words and nothing else happens.
        #[test]
        fn what_is_no_replay_is_refused(text in any::<String>(), number in any::<u64>()) {
            prop_assert!(Replay::read(&text).is_err());
            let numbered = format!("{{\"portcullis-replay\": {number}}}");
            prop_assert!(Replay::read(&numbered).is_err());
        }
    }

    #[test]
    fn what_is_wrong_with_a_file_is_said() {
        let texts = [
            "",
            "[]",
            "{}",
            "{\"portcullis-replay\": \"1\"}",
            "{\"portcullis-replay\": 2, \"host\": \"0.9.0\"}",
            "{\"portcullis-replay\": 1, \"host\": \"0.1.0\"}",
            "{\"portcullis-replay\": 1, \"file\": \"/etc/passwd\"}",
        ];
        let said: Vec<String> = texts
            .iter()
            .map(|text| format!("{text}\n  {}", Replay::read(text).unwrap_err()))
            .collect();
        insta::assert_snapshot!(said.join("\n"));
    }
}
