//! What `run` must know of an operation's steps: the plan's memo.
//!
//! An operation of one plain statement has an empty memo: nothing is to be read then, in a call that takes microseconds.

use portcullis_sdk::{
    RowEffect, Value,
    serde_json::{self, Value as Json},
};
use serde::{Deserialize, Serialize};

use crate::condition::Condition;

/// The steps of an operation, in their order.
#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Memo {
    pub(crate) steps: Vec<Step>,
}

/// What is done for one step.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Step {
    /// What the administrator calls it.
    pub(crate) name: String,
    /// What the plan calls its statement.
    pub(crate) statement: String,
    pub(crate) way: Way,
    pub(crate) when: Option<Condition>,
    /// Values of the configuration, by the parameters that take them.
    pub(crate) constants: Vec<(String, Json)>,
    /// Which of its parameters are results of earlier steps.
    pub(crate) takes: Vec<String>,
    pub(crate) gives: Vec<Given>,
    pub(crate) code: Option<Code>,
}

/// How a statement is run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Way {
    /// Its rows are those of the operation.
    Forward,
    /// It only reads, and must give so many rows.
    Query(Rows),
    Execute,
}

/// How many rows a step that reads must give.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Rows {
    Any,
    Exactly(u64),
    AtMost(u64),
}

/// A result of a step.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Given {
    /// What later steps call it: `made.user_id`, or `id`.
    pub(crate) name: String,
    /// The output parameter that holds it, where the driver gives it by name.
    pub(crate) output: Option<String>,
    /// The column that holds it, where it comes as a row.
    pub(crate) column: Option<String>,
    /// Which of the columns of that row it is where it has no name, counted from 0.
    pub(crate) place: Option<usize>,
}

/// The return code that a procedure must give.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Code {
    pub(crate) procedure: String,
    pub(crate) success: i64,
}

impl Given {
    /// Whether it comes through a parameter and in no other way.
    pub(crate) fn is_output(&self) -> bool {
        self.output.is_some() && self.column.is_none() && self.place.is_none()
    }
}

impl Memo {
    pub(crate) fn read(text: &str) -> Result<Self, String> {
        serde_json::from_str(text).map_err(|error| format!("the plan's memo cannot be read: {error}"))
    }

    /// # Errors
    /// Never, as it is: there is nothing in a memo that JSON has no word for.
    pub(crate) fn text(&self) -> Result<String, String> {
        serde_json::to_string(self).map_err(|error| format!("the plan's memo cannot be written: {error}"))
    }
}

impl From<RowEffect> for Rows {
    fn from(effect: RowEffect) -> Self {
        match effect {
            RowEffect::Any => Rows::Any,
            RowEffect::Exactly(rows) => Rows::Exactly(rows),
            RowEffect::AtMost(rows) => Rows::AtMost(rows),
        }
    }
}

impl Rows {
    pub(crate) fn allows(self, rows: u64) -> bool {
        match self {
            Rows::Any => true,
            Rows::Exactly(wanted) => rows == wanted,
            Rows::AtMost(most) => rows <= most,
        }
    }
}

/// A constant as JSON has it.
pub(crate) fn json(value: &Value) -> Json {
    match value {
        Value::Boolean(truth) => Json::from(*truth),
        Value::Integer(number) => Json::from(*number),
        Value::Float(number) => Json::from(*number),
        other => other.as_text().map_or(Json::Null, Json::from),
    }
}

/// The constant again.
pub(crate) fn value(json: &Json) -> Value {
    match json {
        Json::Bool(truth) => Value::Boolean(*truth),
        Json::Number(number) => match number.as_i64() {
            Some(integer) => Value::Integer(integer),
            None => number.as_f64().map_or(Value::Null, Value::Float),
        },
        Json::String(text) => Value::Text(text.clone()),
        Json::Null | Json::Array(_) | Json::Object(_) => Value::Null,
    }
}
