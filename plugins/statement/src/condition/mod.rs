//! The condition of a step: `title pr`, `not (title pr)`, `title changed`, joined by `and` and `or`.
//!
//! `pr` says that an attribute has a value, as in a filter (RFC 7644 §3.4.2.2): neither NULL nor an empty text. `changed`
//! says that it differs from what the resource has, and of a new resource that it has a value. `and` binds more closely
//! than `or`.

mod parse;

pub(crate) use parse::parse;
use portcullis_sdk::{Call, Value};
use serde::{Deserialize, Serialize};

/// A condition on the inputs of a call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Condition {
    Present(String),
    Changed(String),
    Not(Box<Condition>),
    All(Vec<Condition>),
    Any(Vec<Condition>),
}

impl Condition {
    pub(crate) fn holds(&self, call: &Call) -> bool {
        match self {
            Condition::Present(name) => call.input(name).is_some_and(is_present),
            Condition::Changed(name) => call.changed.contains(name),
            Condition::Not(condition) => !condition.holds(call),
            Condition::All(conditions) => conditions.iter().all(|condition| condition.holds(call)),
            Condition::Any(conditions) => conditions.iter().any(|condition| condition.holds(call)),
        }
    }
}

fn is_present(value: &Value) -> bool {
    !value.is_null() && value.as_text() != Some("")
}
