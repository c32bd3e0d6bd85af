//! Calls of procedures, by a message of their own or by EXEC.

use super::{
    Result, Session, Stop,
    call::{Body, Call, Procedure, bare},
    output::Frame,
};
use crate::{
    error::{Ends, ServerError},
    sql::{
        compiler::Variables,
        convert::{self, Purpose},
        declaration::{self, Declaration},
        statement::{Execute, Passed},
    },
    types::SqlType,
    value::Value,
    wire::rpc::{self, Argument, Direction},
};

/// What came of a call.
#[derive(Default)]
pub(super) struct Outcome {
    pub status: i32,
    /// What the caller wants to know: the place among the arguments, and the value in the argument's type.
    pub outputs: Vec<(usize, Value)>,
}

impl Session {
    /// A call by a message of its own.
    pub(super) fn rpc(&mut self, call: &rpc::Call) -> Result<()> {
        self.output.frame = Frame::Procedure;
        if call.without_metadata {
            return self.outcome(Err(ServerError::cannot("results without a description").into()));
        }
        let text = call.statement().unwrap_or(&call.procedure).to_owned();
        let done = self.meet(&text).and_then(|()| self.invoke(&call.procedure, &call.arguments));
        match done {
            Ok(outcome) => {
                self.output.return_status(outcome.status);
                for (index, value) in outcome.outputs {
                    let argument = &call.arguments[index];
                    self.output
                        .return_value(index as u16, &argument.name, returned(argument), &value)?;
                }
                self.output.procedure(false);
                Ok(())
            }
            Err(Stop::Error(error)) => {
                let number = error.number;
                self.outcome(Err(Stop::Error(error)))?;
                self.output.return_status(number);
                self.output.procedure(true);
                Ok(())
            }
            Err(stop) => Err(stop),
        }
    }

    /// `EXEC`
    pub(super) fn execute_procedure(&mut self, execute: &Execute, variables: &mut Variables) -> Result<()> {
        let mut arguments = Vec::new();
        let mut targets = Vec::new();
        for Passed { name, value, output } in &execute.arguments {
            let target = value.as_ref().filter(|_| *output).map(ToString::to_string);
            let (of, value) = match value {
                None => (SqlType::Int, Value::Null),
                Some(expression) => self.evaluate(variables, |compiler| {
                    let typed = compiler.value(expression)?;
                    let of = typed.of();
                    Ok((typed.sql, of))
                })?,
            };
            let direction = match (&target, &execute.arguments[arguments.len()].value) {
                (Some(_), _) => Direction::Output,
                (None, None) => Direction::Default,
                (None, Some(_)) => Direction::In,
            };
            arguments.push(Argument {
                name: name.clone().unwrap_or_default(),
                of,
                value,
                direction,
            });
            targets.push(target);
        }
        let frame = std::mem::replace(&mut self.output.frame, Frame::Procedure);
        let done = self.invoke(&execute.procedure, &arguments);
        self.output.frame = frame;
        let outcome = done?;
        if self.depth == 0 {
            self.output.return_status(outcome.status);
            self.output.procedure(false);
        }
        for (index, value) in outcome.outputs {
            let target = targets[index].clone().unwrap_or_default().to_lowercase();
            let (of, slot) = variables.get_mut(&target).ok_or_else(|| ServerError::undeclared(&target))?;
            *slot = convert::convert(&value, arguments[index].of, *of, Purpose::Cast)?;
        }
        if let Some(name) = &execute.returns {
            let (of, slot) = variables
                .get_mut(&name.to_lowercase())
                .ok_or_else(|| ServerError::undeclared(name))?;
            *slot = convert::convert(&Value::Integer(outcome.status.into()), SqlType::Int, *of, Purpose::Cast)?;
        }
        Ok(())
    }

    pub(super) fn invoke(&mut self, name: &str, arguments: &[Argument]) -> Result<Outcome> {
        if self.depth >= 32 {
            let message = "Maximum stored procedure, function, trigger, or view nesting level exceeded (limit 32).";
            return Err(ServerError::new(217, 16, message).ends(Ends::Batch).into());
        }
        match bare(name).as_str() {
            "sp_executesql" => self.execute_sql(arguments, 0, 1, 2),
            "sp_prepare" => self.prepare(arguments),
            "sp_execute" => self.execute_prepared(arguments),
            "sp_prepexec" => self.prepare_and_execute(arguments),
            "sp_unprepare" => self.unprepare(arguments),
            "sp_describe_first_result_set" => self.describe_result(arguments),
            "sp_describe_undeclared_parameters" => self.describe_parameters(arguments),
            other if other.starts_with("sp_") && self.shared.procedures.get(other).is_none() => {
                Err(ServerError::cannot(format!("the procedure {name}")).into())
            }
            _ => {
                let procedure = self
                    .shared
                    .procedures
                    .get(name)
                    .ok_or_else(|| ServerError::no_procedure(name))?;
                let bound = bound(name, &procedure.parameters, arguments)?;
                self.run_procedure(name, &procedure, arguments, bound)
            }
        }
    }

    /// `text` and `declared`: the places of the statement and of the declaration of its parameters; `first`: of the first value.
    pub(super) fn execute_sql(&mut self, arguments: &[Argument], text: usize, declared: usize, first: usize) -> Result<Outcome> {
        let text = text_argument(arguments, text)?.ok_or_else(|| {
            ServerError::new(
                214,
                16,
                "Procedure expects parameter '@statement' of type 'ntext/nchar/nvarchar'.",
            )
        })?;
        let parameters = match text_argument(arguments, declared)? {
            None => Vec::new(),
            Some(text) => declaration::declarations(&text)?,
        };
        let given = arguments.get(first..).unwrap_or_default();
        let bound = bound_statement(&text, &parameters, given)?;
        let procedure = Procedure::of_text(parameters, text);
        let mut outcome = self.run_procedure("", &procedure, given, bound)?;
        outcome.outputs.iter_mut().for_each(|(index, _)| *index += first);
        Ok(outcome)
    }

    fn run_procedure(&mut self, name: &str, procedure: &Procedure, arguments: &[Argument], mut bound: Bound) -> Result<Outcome> {
        let options = self.options.clone();
        let transactions = self.facts.transactions;
        let identity = self.facts.identity.take();
        let within = std::mem::replace(&mut self.procedure, name.to_owned());
        self.depth += 1;
        let done = match &procedure.body {
            Body::Text(text) => self.run_text(text, &mut bound.variables),
            Body::Code(code) => code(&mut Call {
                session: self,
                variables: &mut bound.variables,
            })
            .map(Some),
        };
        let done = done.map_err(|stop| match stop {
            Stop::Error(error) if error.procedure.is_empty() => Stop::Error(ServerError {
                procedure: name.to_owned(),
                ..error
            }),
            stop => stop,
        });
        self.depth -= 1;
        self.procedure = within;
        self.facts.identity = identity;
        self.options = options;
        let status = done?;
        if self.facts.transactions != transactions {
            let message = format!(
                "Transaction count after EXECUTE indicates a mismatching number of BEGIN and COMMIT statements. Previous count = \
                 {transactions}, current count = {}.",
                self.facts.transactions
            );
            self.fail(&ServerError {
                procedure: name.to_owned(),
                ..ServerError::new(266, 16, message).state(2)
            });
        }
        let status = status.unwrap_or(if name.is_empty() { self.facts.error } else { 0 });
        let mut outputs = Vec::new();
        for (index, parameter) in bound.places {
            let argument = &arguments[index];
            if argument.direction != Direction::Output {
                continue;
            }
            let Some((of, value)) = bound.variables.get(&procedure.parameters[parameter].name.to_lowercase()) else {
                continue;
            };
            outputs.push((index, convert::convert(value, *of, returned(argument), Purpose::Cast)?));
        }
        Ok(Outcome { status, outputs })
    }
}

/// The type in which a value goes back: that of the argument.
fn returned(argument: &Argument) -> SqlType {
    argument.of
}

/// Parameters with their values.
pub(super) struct Bound {
    pub variables: Variables,
    /// Which argument is which parameter.
    pub places: Vec<(usize, usize)>,
}

pub(super) fn text_argument(arguments: &[Argument], index: usize) -> std::result::Result<Option<String>, ServerError> {
    match arguments.get(index).map(|argument| &argument.value) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Text(text)) => Ok(Some(text.clone())),
        Some(_) => Err(ServerError::new(214, 16, "Procedure expects parameter of type 'ntext/nchar/nvarchar'.").state(2)),
    }
}

fn bound_statement(text: &str, parameters: &[Declaration], arguments: &[Argument]) -> std::result::Result<Bound, ServerError> {
    if let Some(missing) = parameters
        .iter()
        .enumerate()
        .find(|(index, parameter)| !is_given(parameter, *index, arguments))
    {
        let list: Vec<String> = parameters.iter().map(|each| format!("{} {}", each.name, each.of)).collect();
        let message = format!(
            "The parameterized query '({}){text}' expects the parameter '{}', which was not supplied.",
            list.join(","),
            missing.1.name
        );
        return Err(ServerError::new(8178, 16, message));
    }
    bound("sp_executesql", parameters, arguments)
}

fn is_given(parameter: &Declaration, index: usize, arguments: &[Argument]) -> bool {
    let by_name = arguments
        .iter()
        .any(|argument| argument.name.eq_ignore_ascii_case(&parameter.name));
    by_name || arguments.get(index).is_some_and(|argument| argument.name.is_empty())
}

fn bound(name: &str, parameters: &[Declaration], arguments: &[Argument]) -> std::result::Result<Bound, ServerError> {
    let mut variables = Variables::new();
    let mut places = Vec::new();
    for (index, argument) in arguments.iter().enumerate() {
        let place = if argument.name.is_empty() {
            if index >= parameters.len() {
                return Err(ServerError::new(
                    8144,
                    16,
                    format!("Procedure or function {name} has too many arguments specified."),
                )
                .state(2));
            }
            index
        } else {
            let found = parameters
                .iter()
                .position(|parameter| parameter.name.eq_ignore_ascii_case(&argument.name));
            found.ok_or_else(|| {
                ServerError::new(
                    8145,
                    16,
                    format!("{} is not a parameter for procedure {name}.", argument.name),
                )
            })?
        };
        let parameter = &parameters[place];
        if argument.direction == Direction::Output && !parameter.output {
            let message = format!(
                "The formal parameter \"{}\" was not declared as an OUTPUT parameter, but the actual parameter passed in requested output.",
                parameter.name
            );
            return Err(ServerError::new(8162, 16, message).state(2));
        }
        if argument.direction == Direction::Default {
            continue;
        }
        let value =
            convert::convert(&argument.value, argument.of, parameter.of, Purpose::Cast).map_err(|error| match error.number {
                245 | 241 | 206 | 8169 => {
                    let message = format!(
                        "Error converting data type {} to {}.",
                        argument.of.name(),
                        parameter.of.name()
                    );
                    ServerError::new(8114, 16, message).state(if error.number == 245 { 1 } else { 5 })
                }
                _ => error,
            })?;
        if variables
            .insert(parameter.name.to_lowercase(), (parameter.of, value))
            .is_some()
        {
            return Err(ServerError::new(
                8143,
                16,
                format!("Parameter '{}' was supplied multiple times.", parameter.name),
            ));
        }
        places.push((index, place));
    }
    for parameter in parameters {
        if variables.contains_key(&parameter.name.to_lowercase()) {
            continue;
        }
        let Some(default) = &parameter.default else {
            let message = format!(
                "Procedure or function '{name}' expects parameter '{}', which was not supplied.",
                parameter.name
            );
            return Err(ServerError::new(201, 16, message).state(4));
        };
        let text = default
            .trim_start_matches(['N', 'n'])
            .strip_prefix('\'')
            .and_then(|text| text.strip_suffix('\''));
        let value = match text {
            Some(text) => Value::Text(text.replace("''", "'")),
            None if default.eq_ignore_ascii_case("NULL") => Value::Null,
            None => Value::Text(default.clone()),
        };
        let value = convert::convert(&value, SqlType::TEXT, parameter.of, Purpose::Cast)?;
        variables.insert(parameter.name.to_lowercase(), (parameter.of, value));
    }
    Ok(Bound { variables, places })
}
