//! `sp_prepare` and its relatives: statements that have a number.

use super::{
    Result, Session, Stop,
    assignment::assigned,
    call::Body,
    execute,
    invoke::{Outcome, text_argument},
};
use crate::{
    error::ServerError,
    sql::{
        compiler::{Compiler, Variables},
        declaration,
        statement::{self, Statement, StatementKind},
    },
    types::SqlType,
    value::Value,
    wire::{
        rpc::{Argument, Direction},
        tokens::{Column, Command},
    },
};

type Plain<T> = std::result::Result<T, ServerError>;

/// A statement that was prepared.
#[derive(Clone)]
pub(super) struct Prepared {
    declared: Option<String>,
    text: String,
}

impl Session {
    /// (handle OUTPUT, parameters, statement, options)
    pub(super) fn prepare(&mut self, arguments: &[Argument]) -> Result<Outcome> {
        let (handle, prepared) = self.keep(arguments)?;
        let columns = self.columns_of(&prepared)?;
        if !columns.is_empty() {
            self.output.columns(&columns);
            self.output.statement(Command::Select, None);
        }
        Ok(Outcome {
            status: 0,
            outputs: vec![(0, Value::Integer(handle.into()))],
        })
    }

    /// (handle OUTPUT, parameters, statement, values …)
    pub(super) fn prepare_and_execute(&mut self, arguments: &[Argument]) -> Result<Outcome> {
        let (handle, _) = self.keep(arguments)?;
        let mut outcome = self.execute_sql(arguments, 2, 1, 3)?;
        outcome.outputs.insert(0, (0, Value::Integer(handle.into())));
        Ok(outcome)
    }

    /// (handle, values …)
    pub(super) fn execute_prepared(&mut self, arguments: &[Argument]) -> Result<Outcome> {
        let prepared = self.prepared_by(arguments)?;
        self.meet(&prepared.text)?;
        let text = |text: Option<&str>| Argument {
            name: String::new(),
            of: SqlType::NVarChar(crate::types::Length::Max),
            value: text.map_or(Value::Null, |text| Value::Text(text.to_owned())),
            direction: Direction::In,
        };
        let mut all = vec![text(Some(&prepared.text)), text(prepared.declared.as_deref())];
        all.extend(arguments.iter().skip(1).cloned());
        let mut outcome = self.execute_sql(&all, 0, 1, 2)?;
        outcome.outputs.iter_mut().for_each(|(index, _)| *index -= 1);
        Ok(outcome)
    }

    /// (handle)
    pub(super) fn unprepare(&mut self, arguments: &[Argument]) -> Result<Outcome> {
        self.prepared_by(arguments)?;
        if let Some(Value::Integer(handle)) = arguments.first().map(|argument| &argument.value) {
            self.prepared.remove(&(*handle as i32));
        }
        Ok(Outcome::default())
    }

    fn keep(&mut self, arguments: &[Argument]) -> Result<(i32, Prepared)> {
        if arguments.first().is_none_or(|handle| handle.direction != Direction::Output) {
            return Err(ServerError::new(214, 16, "Procedure expects parameter '@handle' of type 'int'.").into());
        }
        let text = text_argument(arguments, 2)?
            .ok_or_else(|| ServerError::new(214, 16, "Procedure expects parameter '@stmt' of type 'ntext/nchar/nvarchar'."))?;
        let prepared = Prepared {
            declared: text_argument(arguments, 1)?,
            text,
        };
        let handle = self.next_handle;
        self.next_handle += 1;
        self.prepared.insert(handle, prepared.clone());
        Ok((handle, prepared))
    }

    fn prepared_by(&self, arguments: &[Argument]) -> Result<Prepared> {
        let handle = match arguments.first().map(|argument| &argument.value) {
            Some(Value::Integer(handle)) => *handle as i32,
            _ => 0,
        };
        let prepared = self.prepared.get(&handle).cloned();
        prepared.ok_or_else(|| {
            Stop::Error(ServerError::new(8179, 16, format!("Could not find prepared statement with handle {handle}.")).state(2))
        })
    }

    /// The columns of the first statement that has some. The parameters hold NULL.
    fn columns_of(&self, prepared: &Prepared) -> std::result::Result<Vec<Column>, ServerError> {
        let declared = declaration::declarations(prepared.declared.as_deref().unwrap_or_default())?;
        let variables: Variables = declared
            .into_iter()
            .map(|each| (each.name.to_lowercase(), (each.of, Value::Null)))
            .collect();
        self.first_columns(&prepared.text, &variables)
    }

    pub(super) fn first_columns(&self, text: &str, variables: &Variables) -> Plain<Vec<Column>> {
        let found = self.first_of(&statement::statements(text)?, &mut variables.clone(), 0)?;
        Ok(found.unwrap_or_default())
    }

    fn first_of(&self, statements: &[Statement], variables: &mut Variables, depth: usize) -> Plain<Option<Vec<Column>>> {
        for statement in statements {
            let found = match &statement.kind {
                StatementKind::Declare(list) => {
                    let declared = list.iter().map(|(name, of, _)| (name.to_lowercase(), (*of, Value::Null)));
                    variables.extend(declared);
                    None
                }
                StatementKind::Block(inside) => self.first_of(inside, variables, depth)?,
                StatementKind::If { then, otherwise, .. } => {
                    let found = self.first_of(std::slice::from_ref(then), variables, depth)?;
                    match (found, otherwise) {
                        (None, Some(otherwise)) => self.first_of(std::slice::from_ref(otherwise), variables, depth)?,
                        (found, _) => found,
                    }
                }
                StatementKind::Execute(execute) => self.first_of_procedure(&execute.procedure, depth)?,
                StatementKind::Sql(sql) if !is_definition(sql) && assigned(sql).is_none() => {
                    let catalogue = self.catalogue();
                    let compiler = Compiler::new(&catalogue, variables, &self.facts);
                    let ((compiled, _), _) = execute::compile(&compiler, sql)?;
                    let columns: Vec<Column> = compiled.columns.iter().map(Column::from).collect();
                    (!columns.is_empty()).then_some(columns)
                }
                _ => None,
            };
            if found.is_some() {
                return Ok(found);
            }
        }
        Ok(None)
    }

    fn first_of_procedure(&self, name: &str, depth: usize) -> Plain<Option<Vec<Column>>> {
        let procedure = self
            .shared
            .procedures
            .get(name)
            .ok_or_else(|| ServerError::no_procedure(name))?;
        let Body::Text(text) = &procedure.body else {
            let message = format!("The metadata could not be determined because the procedure '{name}' contains dynamic SQL.");
            return Err(ServerError::new(11_514, 16, message));
        };
        if depth >= 32 {
            return Err(ServerError::cannot("a procedure that calls itself"));
        }
        let declared = procedure.parameters.iter();
        let mut variables = declared
            .map(|each| (each.name.to_lowercase(), (each.of, Value::Null)))
            .collect();
        self.first_of(&statement::statements(text)?, &mut variables, depth + 1)
    }
}

fn is_definition(sql: &sqlparser::ast::Statement) -> bool {
    use sqlparser::ast::Statement;
    !matches!(
        sql,
        Statement::Query(_) | Statement::Insert(_) | Statement::Update(_) | Statement::Delete(_)
    )
}
