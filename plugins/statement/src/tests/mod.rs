//! Hand-kept cases, what people read, and laws.

mod cases;
mod everybody;
mod laws;
mod lists;
mod oracle;
mod oracle_procedures;
mod problems;
mod procedures;
mod refined;
mod runs;
mod sqlserver;
mod sqlserver_procedures;
mod steps;

use std::fmt::Write as _;

use portcullis_sdk::{Access, Action, Input, Plan, Problem, RowEffect, RowSource, Settings, Step};

use crate::{Dialect, prepare};

/// The inputs that an application with a few attributes declares.
pub(crate) fn settings(sql: &str, parameters: &[&str]) -> Settings {
    let email = Input {
        aliases: vec!["email".into()],
        ..Input::new("emails[type eq \"work\"].value")
    };
    let ids = Input {
        list: true,
        ..Input::new("ids")
    };
    let plain = ["id", "userName", "name.givenName", "entitlement-id", "password"].map(Input::new);
    Settings {
        steps: vec![Step {
            action: Action::Sql {
                text: sql.to_owned(),
                parameters: parameters.iter().map(|&name| name.to_owned()).collect(),
            },
            rows: RowEffect::Exactly(1),
            ..Step::sql("main", "")
        }],
        inputs: plain.into_iter().chain([email, ids]).collect(),
        access: Access::Write,
        id_column: Some("user_id".into()),
        ..Settings::default()
    }
}

pub(crate) fn prepared(dialect: Dialect, sql: &str, parameters: &[&str]) -> Result<Plan, Vec<Problem>> {
    prepare(dialect, "update-user", &settings(sql, parameters))
}

/// What an administrator reads.
pub(crate) fn shown(problems: &[Problem]) -> String {
    let mut text = String::new();
    for problem in problems {
        let place = problem.offset.map_or(String::new(), |offset| format!(" at {offset}"));
        writeln!(text, "{}{place}: {}. {}.", problem.key, problem.message, problem.remedy).unwrap();
    }
    text
}

/// The plan on each of these databases: each statement with its parameters, and the memo.
pub(crate) fn planned(dialects: &[Dialect], operation: &str, settings: &Settings) -> String {
    let mut text = String::new();
    for &dialect in dialects {
        let plan = prepare(dialect, operation, settings).unwrap_or_else(|problems| panic!("{dialect:?}\n{}", shown(&problems)));
        writeln!(text, "{dialect:?}").unwrap();
        for statement in &plan.statements {
            let rows = match statement.rows_from {
                RowSource::Result => "",
                RowSource::Cursor => ", rows from a cursor",
            };
            let (access, effect) = (statement.access, statement.effect);
            writeln!(
                text,
                "  {}: {access:?}, {effect:?}{rows}\n    {}",
                statement.name, statement.text
            )
            .unwrap();
            for parameter in &statement.parameters {
                let hint = parameter
                    .type_hint
                    .as_deref()
                    .map_or(String::new(), |hint| format!(" as {hint}"));
                writeln!(text, "    {:?} {}{hint}", parameter.direction, parameter.name).unwrap();
            }
        }
        if !plan.memo.is_empty() {
            let memo: portcullis_sdk::serde_json::Value = portcullis_sdk::serde_json::from_str(&plan.memo).unwrap();
            for step in memo["steps"].as_array().unwrap() {
                writeln!(text, "  {step}").unwrap();
            }
        }
    }
    text
}
