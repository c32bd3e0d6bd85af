//! The steps of an operation, as a component is told them.

use serde::Serialize;
use serde_json::Value;

use crate::{
    application::{self, Action, Routine, Source},
    database::{ParameterDirection, RowEffect},
};

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct Step<'a> {
    name: &'a str,
    key: &'a str,
    #[serde(flatten)]
    action: Written<'a>,
    rows: Rows,
    #[serde(skip_serializing_if = "Option::is_none")]
    when: Option<&'a str>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    returns: &'a [String],
}

#[derive(Serialize)]
#[serde(untagged)]
enum Written<'a> {
    Statement {
        sql: &'a str,
        parameters: &'a [String],
    },
    Procedure {
        procedure: &'a str,
        arguments: Vec<Argument<'a>>,
        function: bool,
        #[serde(skip_serializing_if = "Option::is_none")]
        success: Option<i64>,
    },
    Update {
        update: Table<'a>,
    },
}

#[derive(Serialize)]
struct Table<'a> {
    table: &'a str,
}

#[derive(Serialize)]
struct Argument<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    constant: Option<&'a Value>,
    direction: &'static str,
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    type_name: Option<&'a str>,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
enum Rows {
    Any,
    Exactly(u64),
    AtMost(u64),
}

impl<'a> From<&'a application::Step> for Step<'a> {
    fn from(step: &'a application::Step) -> Self {
        Self {
            name: &step.name,
            key: &step.key,
            action: written(&step.action),
            rows: match step.effect {
                RowEffect::Any => Rows::Any,
                RowEffect::Exactly(n) => Rows::Exactly(n),
                RowEffect::AtMost(n) => Rows::AtMost(n),
            },
            when: step.when.as_deref(),
            returns: &step.returns,
        }
    }
}

fn written(action: &Action) -> Written<'_> {
    match action {
        Action::Statement { text, parameters } => Written::Statement { sql: text, parameters },
        Action::Procedure {
            name,
            routine,
            arguments,
            success,
        } => Written::Procedure {
            procedure: name,
            arguments: arguments.iter().map(argument).collect(),
            function: *routine == Routine::Function,
            success: *success,
        },
        Action::Update { table } => Written::Update { update: Table { table } },
    }
}

fn argument(argument: &application::Argument) -> Argument<'_> {
    let (value, constant) = match &argument.source {
        Some(Source::Named(name)) => (Some(name.as_str()), None),
        Some(Source::Constant(constant)) => (None, Some(constant)),
        None => (None, None),
    };
    Argument {
        name: argument.name.as_deref(),
        value,
        constant,
        direction: match argument.direction {
            ParameterDirection::In => "in",
            ParameterDirection::Out => "out",
            ParameterDirection::InOut => "in-out",
            ParameterDirection::Cursor => "cursor",
        },
        type_name: argument.type_name.as_deref(),
    }
}
