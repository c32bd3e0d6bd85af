//! What the administrator says: the pattern, and the two statements.

use portcullis_sdk::{Access, Failure, Input, NewId, Plan, Problem, RowEffect, Settings, Step, serde_json};
use portcullis_statement::Dialect;
use serde::{Deserialize, Serialize};

use crate::{candidates::Candidates, pattern::Pattern};

/// As it is in the settings.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Written {
    database: String,
    pattern: String,
    longest: usize,
    taken: String,
    insert: String,
}

/// What a call must know: the plan's memo.
#[derive(Debug, Serialize, Deserialize)]
pub struct Rules {
    pub pattern: Pattern,
    /// How many letters a login name has at most.
    pub longest: usize,
    /// The memo of the statement that inserts.
    pub memo: String,
}

impl Rules {
    /// # Errors
    /// The memo is not one of this component's.
    pub fn of_memo(memo: &str) -> Result<Self, Failure> {
        serde_json::from_str(memo).map_err(|error| Failure::new(500, format!("login-names cannot read its own plan: {error}")))
    }
}

/// The two statements and the memo.
///
/// # Errors
/// The first key that is missing, unknown or of the wrong type; else everything that is wrong in their values.
pub fn plan(settings: &Settings) -> Result<Plan, Vec<Problem>> {
    let value = serde_json::Value::Object(settings.settings.clone());
    let written: Written = serde_json::from_value(value).map_err(|error| {
        let remedy = "write database, pattern, longest, taken and insert";
        vec![Problem::new(
            "settings",
            format!("login-names cannot read them: {error}"),
            remedy,
        )]
    })?;
    let Some(dialect) = Dialect::named(&written.database) else {
        let known = Dialect::ALL.map(Dialect::name).join(", ");
        let message = format!("there is no database \"{}\"", written.database);
        return Err(vec![Problem::new(
            "settings.database",
            message,
            format!("use one of {known}"),
        )]);
    };
    let mut problems = Vec::new();
    let pattern = Pattern::read(&written.pattern, |name| settings.input(name).map(|input| input.name.as_str()));
    let pattern = pattern.map_err(|(message, place)| {
        let remedy =
            "write attributes in braces, {name.familyName} or {name.givenName:1}, and small letters, digits, dots or dashes";
        problems.push(Problem::new("settings.pattern", message, remedy).at(place));
    });
    if written.longest < Candidates::SHORTEST {
        let remedy = format!("give the column {} letters or more", Candidates::SHORTEST);
        problems.push(Problem::new(
            "settings.longest",
            "there is no room for a letter and a number",
            remedy,
        ));
    }
    let taken = statement(dialect, "get-users", "settings.taken", &asking(written.taken));
    let insert = statement(
        dialect,
        "create-user",
        "settings.insert",
        &inserting(settings, written.insert),
    );
    match (pattern, taken, insert) {
        (Ok(pattern), Ok(taken), Ok(insert)) if problems.is_empty() => {
            let mut plan = insert;
            if plan
                .statements
                .iter()
                .all(|statement| statement.parameters.iter().all(|it| it.name != "login"))
            {
                let remedy = "bind :login where the new name belongs";
                return Err(vec![Problem::new(
                    "settings.insert",
                    "it does not insert the login name",
                    remedy,
                )]);
            }
            let statements = taken.statements.into_iter().map(|statement| portcullis_sdk::Statement {
                name: "taken".into(),
                ..statement
            });
            plan.statements.extend(statements);
            let rules = Rules {
                pattern,
                longest: written.longest,
                memo: plan.memo,
            };
            plan.memo = serde_json::to_string(&rules)
                .map_err(|error| vec![Problem::new("settings", error.to_string(), "write them in another way")])?;
            Ok(plan)
        }
        (_, taken, insert) => {
            problems.extend([taken, insert].into_iter().filter_map(Result::err).flatten());
            Err(problems)
        }
    }
}

/// The plan of one statement; `key` is where it stands.
fn statement(dialect: Dialect, operation: &str, key: &str, settings: &Settings) -> Result<Plan, Vec<Problem>> {
    portcullis_statement::prepare(dialect, operation, settings).map_err(|mut problems| {
        for problem in &mut problems {
            problem.key = key.to_owned();
        }
        problems
    })
}

/// Asks the table for names that are taken.
fn asking(text: String) -> Settings {
    Settings {
        steps: vec![step(text, RowEffect::Any)],
        inputs: vec![Input::new("candidates")],
        ..Settings::default()
    }
}

/// Inserts a user.
fn inserting(settings: &Settings, text: String) -> Settings {
    Settings {
        steps: vec![step(text, RowEffect::Exactly(1))],
        access: Access::Write,
        new_id: Some(settings.new_id.unwrap_or(NewId::Database)),
        ..portcullis_statement::with_input(settings, "login")
    }
}

fn step(text: String, rows: RowEffect) -> Step {
    Step {
        rows,
        ..Step::sql("main", text)
    }
}
