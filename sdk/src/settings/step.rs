//! One thing that an operation does in the database: a statement, a procedure, or an update of what has changed.

use serde::Deserialize;
use serde_json::Value as Json;

use super::argument::{Argument, Arguments};
use crate::{RowEffect, Value};

/// A step of an operation. The steps of an operation are done in their order, in the request's one transaction.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(try_from = "Written")]
pub struct Step {
    /// What later steps call it: its results are `:name.column` to them.
    pub name: String,
    /// The key of what it does in the operation's table, for example `sql` or `statements[1].procedure`.
    pub key: String,
    pub action: Action,
    /// How many rows it must change.
    pub rows: RowEffect,
    /// The condition on which it is done.
    pub when: Option<String>,
    /// The columns of its result that later steps may name.
    pub returns: Vec<String>,
}

/// What a step does.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// Runs what the administrator wrote.
    Sql {
        text: String,
        /// What each `?` of the text stands for; empty where the text names its parameters.
        parameters: Vec<String>,
    },
    /// Calls a stored procedure.
    Procedure(Procedure),
    /// Sets the mapped columns of a table that are to change.
    Update { table: String },
}

/// A stored procedure and what it is called with.
#[derive(Clone, Debug, PartialEq)]
pub struct Procedure {
    /// Its name, with a schema or package in front where it needs one.
    pub name: String,
    pub routine: Routine,
    pub arguments: Vec<Argument>,
    /// The only return code that means success, if its code means anything.
    pub success: Option<i64>,
}

/// The two kinds of stored routine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Routine {
    /// Is called.
    Procedure,
    /// Gives a value or rows.
    Function,
}

impl Step {
    /// A statement that names its parameters, and may change any number of rows.
    pub fn sql(name: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            key: "sql".into(),
            action: Action::Sql {
                text: text.into(),
                parameters: Vec::new(),
            },
            rows: RowEffect::Any,
            when: None,
            returns: Vec::new(),
        }
    }

    /// Another key of the same step, for a [`Problem`](crate::Problem): `when` beside `statements[1].sql` is
    /// `statements[1].when`.
    pub fn key_of(&self, key: &str) -> String {
        match self.key.rsplit_once('.') {
            Some((step, _)) => format!("{step}.{key}"),
            None => key.to_owned(),
        }
    }
}

/// As it is in the JSON.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Written {
    name: String,
    key: String,
    sql: Option<String>,
    #[serde(default)]
    parameters: Vec<String>,
    procedure: Option<String>,
    #[serde(default)]
    arguments: Arguments,
    #[serde(default)]
    function: bool,
    success: Option<i64>,
    update: Option<Table>,
    #[serde(default)]
    rows: Option<RowEffect>,
    when: Option<String>,
    #[serde(default)]
    returns: Vec<String>,
}

#[derive(Deserialize)]
struct Table {
    table: String,
}

impl TryFrom<Written> for Step {
    type Error = String;

    fn try_from(written: Written) -> Result<Self, String> {
        let action = match (written.sql, written.procedure, written.update) {
            (Some(text), None, None) => Action::Sql {
                text,
                parameters: written.parameters,
            },
            (None, Some(name), None) => Action::Procedure(Procedure {
                name,
                routine: if written.function {
                    Routine::Function
                } else {
                    Routine::Procedure
                },
                arguments: written.arguments,
                success: written.success,
            }),
            (None, None, Some(update)) => Action::Update { table: update.table },
            _ => return Err(format!("step {} is not one of sql, procedure and update", written.name)),
        };
        Ok(Self {
            name: written.name,
            key: written.key,
            action,
            rows: written.rows.unwrap_or(RowEffect::Any),
            when: written.when,
            returns: written.returns,
        })
    }
}

/// A value of the configuration as SQL has it; `None`: a list or an object, which it has no word for.
pub(super) fn constant(json: &Json) -> Option<Value> {
    Some(match json {
        Json::Null => Value::Null,
        Json::Bool(truth) => Value::Boolean(*truth),
        Json::Number(number) => match number.as_i64() {
            Some(integer) => Value::Integer(integer),
            None => Value::Float(number.as_f64()?),
        },
        Json::String(text) => Value::Text(text.clone()),
        Json::Array(_) | Json::Object(_) => return None,
    })
}
