//! Statements one after the other, and what T-SQL has around them.

use std::time::Duration;

use sqlparser::ast::Expr;

use super::{Result, Session, Stop, assignment::assigned};
use crate::{
    error::{Ends, ServerError},
    sql::{
        compiler::{Compiler, Variables},
        convert::{self, Purpose},
        statement::{self, Statement, StatementKind},
    },
    types::SqlType,
    value::Value,
    wire::tokens::Command,
};

/// What comes after a statement.
pub(super) enum Flow {
    Next,
    Return(Option<i32>),
}

impl Session {
    /// Runs a batch, or what a procedure does. Gives what it returned.
    pub(super) fn run_text(&mut self, text: &str, variables: &mut Variables) -> Result<Option<i32>> {
        let statements = statement::statements(text)?;
        match self.run_all(&statements, variables)? {
            Flow::Next => Ok(None),
            Flow::Return(status) => Ok(status),
        }
    }

    fn run_all(&mut self, statements: &[Statement], variables: &mut Variables) -> Result<Flow> {
        for statement in statements {
            self.check_interrupt()?;
            match self.run_statement(statement, variables) {
                Ok(Flow::Next) => {}
                Ok(done) => return Ok(done),
                Err(Stop::Error(error)) => {
                    let error = self.located(error, statement.line);
                    if self.attempts > 0 || error.ends != Ends::Statement || self.options.abort {
                        return Err(Stop::Error(error));
                    }
                    self.fail(&error);
                }
                Err(stop) => return Err(stop),
            }
        }
        Ok(Flow::Next)
    }

    /// Tells the client of an error, and that the statement is at its end.
    pub(super) fn fail(&mut self, error: &ServerError) {
        self.facts.error = error.number;
        self.facts.rows = 0;
        // Hanging up needs no words.
        if error.number == 0 {
            return;
        }
        self.output.error(error);
        if matches!(error.number, 515 | 547 | 2601 | 2627 | 2628 | 8152 | 1222) {
            self.output.information(3621, 0, "The statement has been terminated.");
        }
        self.output.statement_failed(Command::Other);
    }

    fn located(&self, error: ServerError, line: u32) -> ServerError {
        if !error.procedure.is_empty() {
            return error;
        }
        ServerError {
            line: error.line.max(line),
            procedure: self.procedure.clone(),
            ..error
        }
    }

    fn run_statement(&mut self, statement: &Statement, variables: &mut Variables) -> Result<Flow> {
        let error = std::mem::take(&mut self.facts.error);
        match &statement.kind {
            StatementKind::Sql(sql) => match assigned(sql) {
                Some((values, names)) => self.assign_row(&values, &names, variables)?,
                None => self.execute(sql, variables)?,
            },
            StatementKind::Option(words) => self.set(words)?,
            StatementKind::Assign { variable, value } => {
                self.facts.error = error;
                self.assign(variable, value, variables)?;
            }
            StatementKind::Declare(list) => {
                for (name, of, value) in list {
                    let known = variables.insert(name.to_lowercase(), (*of, Value::Null));
                    if known.is_some() {
                        let message = format!("The variable name '{name}' has already been declared.");
                        return Err(ServerError::new(134, 15, message).ends(Ends::Batch).into());
                    }
                    if let Some(value) = value {
                        self.assign(name, value, variables)?;
                    }
                }
            }
            StatementKind::Begin => self.begin(),
            StatementKind::Commit => self.commit()?,
            StatementKind::Rollback => self.roll_back_statement()?,
            StatementKind::Execute(execute) => self.execute_procedure(execute, variables)?,
            StatementKind::If {
                condition,
                then,
                otherwise,
            } => {
                self.facts.error = error;
                let holds = self.evaluate(variables, |compiler| {
                    Ok((
                        format!("CASE WHEN {} THEN 1 ELSE 0 END", compiler.condition(condition)?),
                        SqlType::Int,
                    ))
                })?;
                let chosen = if holds.1 == Value::Integer(1) {
                    Some(then)
                } else {
                    otherwise.as_ref()
                };
                if let Some(statement) = chosen {
                    return self.run_all(std::slice::from_ref(statement), variables);
                }
            }
            StatementKind::Block(statements) => return self.run_all(statements, variables),
            StatementKind::Try { body, catch } => return self.attempt(body, catch, variables),
            StatementKind::Return(value) => {
                let status = match value {
                    None => None,
                    Some(value) => match self.value(value, SqlType::Int, variables)? {
                        Value::Integer(status) => Some(status as i32),
                        _ => Some(0),
                    },
                };
                return Ok(Flow::Return(status));
            }
            StatementKind::Print(message) => {
                let text = self.value(message, SqlType::TEXT, variables)?.text().unwrap_or_default();
                self.output.information(0, 0, &text);
            }
            StatementKind::RaiseError { message, class, state } => self.raise(message, class, state, variables)?,
            StatementKind::Throw(None) => {
                let error = self
                    .caught
                    .clone()
                    .ok_or_else(|| ServerError::syntax("THROW outside of a CATCH block"))?;
                return Err(error.into());
            }
            StatementKind::Throw(Some((number, message, state))) => {
                let (number, state) = (self.integer(number, variables)?, self.integer(state, variables)?);
                let message = self.value(message, SqlType::TEXT, variables)?.text().unwrap_or_default();
                return Err(ServerError::new(number as i32, 16, message)
                    .state(state as u8)
                    .ends(Ends::Batch)
                    .into());
            }
            StatementKind::WaitFor(delay) => {
                let delay = self.value(delay, SqlType::Time(7), variables)?;
                if let Value::Time(time) = delay {
                    let duration = (time - chrono::NaiveTime::default()).to_std().unwrap_or(Duration::ZERO);
                    self.sleep(duration)?;
                }
            }
            StatementKind::Use(database) => {
                if !crate::sql::catalogue::same(database, &self.facts.database) {
                    return Err(ServerError::new(
                        911,
                        16,
                        format!("Database '{database}' does not exist. Make sure that the name is entered correctly."),
                    )
                    .ends(Ends::Batch)
                    .into());
                }
            }
            StatementKind::CreateProcedure { name, parameters, body } => {
                self.shared
                    .procedures
                    .add(name, super::Procedure::of_text(parameters.clone(), body.clone()));
            }
            StatementKind::CreateTrigger {
                name,
                table,
                events,
                body,
            } => self.create_trigger(name, table, events, body)?,
            StatementKind::CreateFunction(function) => self.catalogue_mut().add_function(function.clone()),
            StatementKind::DropFunction { name } => {
                let bare = super::call::bare(name);
                if !self.catalogue_mut().remove_function(&bare) {
                    let message =
                        format!("Cannot drop the function '{name}', because it does not exist or you do not have permission.");
                    return Err(ServerError::new(3701, 11, message).state(5).into());
                }
            }
            StatementKind::DropTrigger { name } => self.drop_trigger(name)?,
            StatementKind::DropProcedure { name } => {
                if !self.shared.procedures.remove(name) {
                    let message =
                        format!("Cannot drop the procedure '{name}', because it does not exist or you do not have permission.");
                    return Err(ServerError::new(3701, 11, message).state(5).into());
                }
            }
        }
        Ok(Flow::Next)
    }

    fn attempt(&mut self, body: &[Statement], catch: &[Statement], variables: &mut Variables) -> Result<Flow> {
        if self.options.abort {
            return Err(ServerError::cannot("TRY while XACT_ABORT is on").into());
        }
        self.attempts += 1;
        let done = self.run_all(body, variables);
        self.attempts -= 1;
        match done {
            Err(Stop::Error(error)) if error.ends == Ends::Statement || (error.ends == Ends::Batch && error.number >= 50_000) => {
                self.facts.error = error.number;
                let before = self.caught.replace(error);
                let done = self.run_all(catch, variables);
                self.caught = before;
                done
            }
            other => other,
        }
    }

    fn assign(&mut self, name: &str, value: &Expr, variables: &mut Variables) -> Result<()> {
        let of = variables
            .get(&name.to_lowercase())
            .map(|(of, _)| *of)
            .ok_or_else(|| ServerError::undeclared(name))?;
        let value = self.value(value, of, variables)?;
        variables.insert(name.to_lowercase(), (of, value));
        Ok(())
    }

    /// What an expression comes to, in a type.
    pub(super) fn value(&mut self, expression: &Expr, to: SqlType, variables: &Variables) -> Result<Value> {
        let (from, value) = self.evaluate(variables, |compiler| {
            let typed = compiler.value(expression)?;
            let of = typed.known().unwrap_or(to);
            Ok((typed.sql, of))
        })?;
        Ok(convert::convert(&value, from, to, Purpose::Cast)?)
    }

    fn integer(&mut self, expression: &Expr, variables: &Variables) -> Result<i64> {
        match self.value(expression, SqlType::BigInt, variables)? {
            Value::Integer(number) => Ok(number),
            _ => Ok(0),
        }
    }

    /// What an expression comes to, and its type.
    pub(super) fn evaluate(
        &mut self,
        variables: &Variables,
        compile: impl FnOnce(&Compiler<'_>) -> std::result::Result<(String, SqlType), ServerError>,
    ) -> Result<(SqlType, Value)> {
        let (sql, of, bound) = {
            let catalogue = self.catalogue();
            let compiler = Compiler::new(&catalogue, variables, &self.facts);
            let (sql, of) = compile(&compiler)?;
            (format!("SELECT {sql}"), of, compiler.bound.take())
        };
        let value = self.patiently(|session| {
            let mut statement = session.connection.prepare(&sql)?;
            for (index, value) in bound.iter().enumerate() {
                statement.raw_bind_parameter(index + 1, value.stored())?;
            }
            let mut rows = statement.raw_query();
            match rows.next()? {
                None => Ok(Ok(Value::Null)),
                Some(row) => Ok(Value::from_stored(row.get_ref(0)?, of)),
            }
        })?;
        let value = value.map_err(|error| self.failed(error, None, Command::Select))?;
        Ok((of, value?))
    }

    fn raise(&mut self, message: &Expr, class: &Expr, state: &Expr, variables: &Variables) -> Result<()> {
        let (class, state) = (self.integer(class, variables)?, self.integer(state, variables)?);
        let message = self.value(message, SqlType::TEXT, variables)?.text().unwrap_or_default();
        if class <= 10 {
            self.output.information(50_000, class as u8, &message);
            return Ok(());
        }
        Err(ServerError::new(50_000, class as u8, message).state(state as u8).into())
    }

    fn set(&mut self, words: &[String]) -> Result<()> {
        let on = || match words.last().map(String::as_str) {
            Some("ON") => Ok(true),
            Some("OFF") => Ok(false),
            _ => Err(ServerError::syntax(format!("near 'SET {}'", words.join(" ")))),
        };
        match words.first().map(String::as_str).unwrap_or_default() {
            "NOCOUNT" => self.options.no_count = on()?,
            "XACT_ABORT" => self.options.abort = on()?,
            "LOCK_TIMEOUT" => {
                let milliseconds: i64 = words[1].parse().map_err(|_| ServerError::syntax("near 'LOCK_TIMEOUT'"))?;
                self.options.lock_timeout = u64::try_from(milliseconds).ok().map(Duration::from_millis);
            }
            "IDENTITY_INSERT" => {
                let table = words.get(1).map(|name| name.rsplit('.').next().unwrap_or(name).to_owned());
                self.facts.identity_insert = if on()? { table } else { None };
            }
            // What these say is how the peer does it anyway, or has no meaning for it.
            "TRANSACTION" | "TEXTSIZE" | "LANGUAGE" | "DATEFORMAT" | "DATEFIRST" | "DEADLOCK_PRIORITY" => {}
            "ANSI_NULLS"
            | "QUOTED_IDENTIFIER"
            | "ANSI_WARNINGS"
            | "ANSI_PADDING"
            | "ANSI_NULL_DFLT_ON"
            | "CONCAT_NULL_YIELDS_NULL"
            | "ARITHABORT"
                if on()? => {}
            "IMPLICIT_TRANSACTIONS" | "NUMERIC_ROUNDABORT" | "CURSOR_CLOSE_ON_COMMIT" if !on()? => {}
            "ROWCOUNT" if words.get(1).is_some_and(|count| count == "0") => {}
            _ => return Err(ServerError::cannot(format!("SET {}", words.join(" "))).into()),
        }
        Ok(())
    }
}
