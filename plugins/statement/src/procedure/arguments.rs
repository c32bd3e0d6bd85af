//! Which value each argument of a procedure has, and what is made of what comes back.

use portcullis_sdk::{
    Argument as Configured, Input, NewId, Parameter, ParameterDirection, Problem, Procedure, Source, Step,
    serde_json::Value as Json,
};

use super::Argument;
use crate::{
    Dialect, identifier,
    memo::{self, Given},
    scope::Scope,
    suggestion,
};

/// The arguments of a call, as far as they can be read.
pub(super) struct Found<'s> {
    pub(super) arguments: Vec<Argument<'s>>,
    pub(super) gives: Vec<Given>,
    pub(super) constants: Vec<(String, Json)>,
    pub(super) problems: Vec<Problem>,
}

pub(super) fn read<'s>(dialect: Dialect, operation: &str, scope: &Scope, step: &Step, procedure: &'s Procedure) -> Found<'s> {
    let mut found = Found {
        arguments: Vec::new(),
        gives: Vec::new(),
        constants: Vec::new(),
        problems: Vec::new(),
    };
    for (index, configured) in procedure.arguments.iter().enumerate() {
        let reader = Reader {
            dialect,
            operation,
            scope,
            step,
            index,
        };
        match reader.argument(configured, &mut found) {
            Ok(parameter) => found.arguments.push(Argument {
                name: configured.name.as_deref(),
                type_name: configured.type_name.as_deref(),
                parameter: Parameter {
                    type_hint: configured.type_name.clone().or(parameter.type_hint),
                    direction: configured.direction,
                    ..parameter
                },
            }),
            Err(problem) => found.problems.push(problem),
        }
    }
    found
}

struct Reader<'r> {
    dialect: Dialect,
    operation: &'r str,
    scope: &'r Scope,
    step: &'r Step,
    index: usize,
}

impl Reader<'_> {
    fn argument(&self, configured: &Configured, found: &mut Found<'_>) -> Result<Parameter, Problem> {
        self.names(configured)?;
        let own = format!("{}.{}", self.step.name, self.label(configured));
        let parameter = match (configured.direction, &configured.source) {
            (ParameterDirection::In | ParameterDirection::InOut, Some(Source::Named(name))) => self.named(name)?,
            (ParameterDirection::In | ParameterDirection::InOut, Some(Source::Constant(value))) => {
                found.constants.push((own.clone(), memo::json(value)));
                Parameter::new(own.clone())
            }
            (ParameterDirection::In | ParameterDirection::InOut, None) => {
                let remedy = "write `value = \"…\"` with the name of an attribute, `constant = …`, or `direction = \"out\"`";
                return Err(self.problem("", "nothing says which value this argument is given", remedy));
            }
            (ParameterDirection::Out, Some(Source::Named(name))) if name == "id" => {
                self.creates()?;
                Parameter::new("id")
            }
            (ParameterDirection::Out, None) => Parameter::new(own.clone()),
            (ParameterDirection::Out, Some(_)) => {
                let remedy =
                    format!("leave it out: later statements call what comes back :{own}; `value = \"id\"` is for a new id");
                return Err(self.problem("value", "an argument that goes out is given no value", remedy));
            }
            (ParameterDirection::Cursor, Some(_)) => {
                return Err(self.problem("value", "a cursor is given no value", "leave it out"));
            }
            (ParameterDirection::Cursor, None) => Parameter::new(own.clone()),
        };
        if matches!(configured.direction, ParameterDirection::Out | ParameterDirection::InOut) {
            let is_id = configured.direction == ParameterDirection::Out && parameter.name == "id";
            let place = found.gives.len();
            found.gives.push(Given {
                name: if is_id { "id".to_owned() } else { own },
                output: Some(parameter.name.clone()),
                column: configured.name.clone(),
                place: Some(place),
            });
        }
        Ok(parameter)
    }

    /// An input, or the result of an earlier step.
    fn named(&self, name: &str) -> Result<Parameter, Problem> {
        let Some(input) = self.scope.input(name) else {
            let known = self.scope.inputs.iter().flat_map(Input::names);
            let remedy = suggestion::remedy(&[name.trim_start_matches(':')], known, "");
            return Err(self.problem("value", &format!("there is no value `{name}`"), remedy));
        };
        if input.list {
            let message = format!("{name} stands for a list of values, which no argument can be");
            return Err(self.problem("value", &message, "write `value = \"id\"`, and the procedure for one"));
        }
        Ok(Parameter {
            type_hint: input.type_name.clone(),
            ..Parameter::new(input.name.clone())
        })
    }

    fn creates(&self) -> Result<(), Problem> {
        if self.operation.starts_with("create-") && self.scope.new_id == Some(NewId::Database) {
            return Ok(());
        }
        let message = format!("{} makes no new id in the database", self.operation);
        let remedy = "leave `value` out, or give it an `id` with `direction = \"in\"`";
        Err(self.problem("value", &message, remedy))
    }

    /// What is written into the statement must be names.
    fn names(&self, configured: &Configured) -> Result<(), Problem> {
        let name = configured.name.as_deref().map(bare);
        if let Some(name) = name.filter(|name| name.contains('.') || !identifier::is_qualified(self.dialect, name)) {
            let message = format!("`{name}` is not the name of an argument");
            return Err(self.problem("name", &message, "write the name that the procedure declares"));
        }
        let type_name = configured.type_name.as_deref();
        if let Some(name) = type_name.filter(|name| !identifier::is_type(self.dialect, name)) {
            let message = format!("`{name}` is not the name of a type");
            return Err(self.problem(
                "type",
                &message,
                "write it as the database does, for example `numeric(10, 2)`",
            ));
        }
        Ok(())
    }

    /// What later steps call what comes back, behind the step's name: its name, or its place.
    fn label(&self, configured: &Configured) -> String {
        let name = configured.name.as_deref().map(bare).filter(|name| identifier::is_plain(name));
        name.map_or_else(|| format!("argument-{}", self.index + 1), str::to_owned)
    }

    fn problem(&self, key: &str, message: &str, remedy: impl Into<String>) -> Problem {
        let dot = if key.is_empty() { "" } else { "." };
        Problem::new(format!("arguments[{}]{dot}{key}", self.index), message, remedy)
    }
}

/// SQL Server's arguments have a sign in front, which is no part of the name here.
fn bare(name: &str) -> &str {
    name.strip_prefix('@').unwrap_or(name)
}
