//! Statements, as they are run on a connection's thread.

use oracledb::{Connection, Cursor, Row, Statement as Prepared, ToDbValue};
use tokio::sync::mpsc::Sender;

use super::{bind, errors, rows, text::Verb};
use crate::database::{
    Column, DatabaseError, Description, ErrorKind, Execution, ParameterDirection, Quoting, RowSource, Statement, Value, quoting,
};

/// Rows that the database sends at a time, and that go on to the session at a time: a page of users comes in one round trip.
const BATCH: u32 = 250;

/// What a parameter is called that says whether a procedure has done what it should.
const RETURN_CODE: &str = "return-code";

/// What a query sends to its session.
pub(super) enum Part {
    Columns(Vec<Column>),
    Rows(Vec<Vec<Value>>),
}

/// Runs a statement and sends its rows.
pub(super) fn query(
    connection: &Connection,
    statement: &Statement,
    values: &[Value],
    parts: &Sender<Part>,
) -> Result<(), DatabaseError> {
    let cursor = match started(connection, statement, values)? {
        Started::Rows(cursor) => cursor,
        Started::Done(done) => done
            .cursor
            .ok_or_else(|| DatabaseError::new(ErrorKind::Statement, format!("statement `{}` gives no rows", statement.name)))?,
    };
    // Who gets the rows may want no more of them.
    if parts.blocking_send(Part::Columns(rows::columns(cursor.columns()))).is_err() {
        return Ok(());
    }
    let mut batch = Vec::new();
    for row in cursor {
        batch.push(rows::row(row.map_err(|error| errors::classify(&error))?)?);
        if batch.len() >= BATCH as usize && parts.blocking_send(Part::Rows(std::mem::take(&mut batch))).is_err() {
            return Ok(());
        }
    }
    let _ = parts.blocking_send(Part::Rows(batch));
    Ok(())
}

/// Runs a statement and gives what it did.
pub(super) fn execute(
    connection: &Connection,
    statement: &Statement,
    values: &[Value],
    max_rows: usize,
) -> Result<Execution, DatabaseError> {
    let (mut execution, cursor) = match started(connection, statement, values)? {
        Started::Rows(cursor) => (Execution::default(), Some(cursor)),
        Started::Done(done) => (done.execution, done.cursor),
    };
    if let Some(cursor) = cursor {
        execution.columns = rows::columns(cursor.columns());
        for row in cursor {
            execution
                .rows
                .push(rows::row(row.map_err(|error| errors::classify(&error))?)?);
            if execution.rows.len() > max_rows {
                break;
            }
        }
        execution.affected = execution.affected.max(execution.rows.len() as u64);
    }
    if execution.rows.len() > max_rows {
        let message = format!("statement `{}` returns more than {max_rows} rows", statement.name);
        return Err(DatabaseError::new(ErrorKind::Statement, message));
    }
    Ok(execution)
}

/// Has the database parse a statement.
pub(super) fn describe(connection: &Connection, statement: &Statement) -> Result<Description, DatabaseError> {
    if Verb::of(&statement.text) == Verb::Other {
        let message = "the database runs a statement of this kind when it is to be parsed, so that it was not asked";
        return Err(DatabaseError::new(ErrorKind::Statement, message));
    }
    let mut prepared = prepared(connection, &statement.text)?;
    prepared.ensure_fully_parsed().map_err(|error| errors::classify(&error))?;
    Ok(Description {
        parameters: prepared.bind_names().len(),
        columns: if prepared.is_query() {
            rows::columns(prepared.out_metadata())
        } else {
            Vec::new()
        },
    })
}

enum Started {
    Rows(Cursor),
    Done(Done),
}

struct Done {
    execution: Execution,
    /// The first cursor that came back.
    cursor: Option<Cursor>,
}

fn prepared(connection: &Connection, text: &str) -> Result<Prepared, DatabaseError> {
    let builder = connection.statement(text).map_err(|error| errors::classify(&error))?;
    let built = builder.prefetch_rows(BATCH).fetch_array_size(BATCH).build();
    built.map_err(|error| errors::classify(&error))
}

fn started(connection: &Connection, statement: &Statement, values: &[Value]) -> Result<Started, DatabaseError> {
    let (values, of_slots) = quoting::split(statement, values);
    let statement = &*quoting::filled(statement, of_slots, Quoting::Oracle)?;
    let bound = bind::bound(&statement.parameters, values)?;
    let named: Vec<(&str, &dyn ToDbValue)> = bound.iter().map(|(name, value)| (name.as_str(), value.as_ref())).collect();
    let mut prepared = prepared(connection, &statement.text)?;
    if prepared.is_query() {
        let cursor = prepared.query_named(&named).map_err(|error| errors::classify(&error))?;
        return Ok(Started::Rows(cursor));
    }
    let mut result = prepared.execute_named(&named).map_err(|error| errors::classify(&error))?;
    let mut done = Done {
        execution: Execution {
            affected: if prepared.is_plsql() { 0 } else { result.rows_affected() },
            ..Execution::default()
        },
        cursor: None,
    };
    if prepared.is_dml_returning() {
        returned(&mut done.execution, statement, result.returned_data())?;
    } else {
        outputs(&mut done, statement, result.out_bind_data())?;
        as_row(&mut done.execution);
    }
    Ok(Started::Done(done))
}

/// `RETURNING … INTO`: a row for each that was changed, in the columns of the parameters behind `INTO`.
fn returned(execution: &mut Execution, statement: &Statement, changed: Vec<Row>) -> Result<(), DatabaseError> {
    let columns = changed.first().map(|row| rows::columns(row.columns())).unwrap_or_default();
    let named = |column: Column| Column {
        name: parameter(statement, &column.name).map_or(column.name, |parameter| parameter.name.clone()),
        ..column
    };
    execution.columns = columns.into_iter().map(named).collect();
    execution.rows = changed.into_iter().map(rows::row).collect::<Result<_, _>>()?;
    let names = execution.columns.iter().map(|column| column.name.clone());
    let first = execution.rows.first().cloned().unwrap_or_default();
    execution.outputs = names.zip(first).collect();
    Ok(())
}

/// What the parameters of a block hold afterwards.
fn outputs(done: &mut Done, statement: &Statement, mut row: Row) -> Result<(), DatabaseError> {
    let columns = rows::columns(row.columns());
    for (index, column) in columns.iter().enumerate() {
        let Some(parameter) = parameter(statement, &column.name) else {
            continue;
        };
        match parameter.direction {
            ParameterDirection::In => {}
            ParameterDirection::Cursor => {
                let cursor: Option<Cursor> = row.take(index).map_err(|error| errors::classify(&error))?;
                if statement.rows_from == RowSource::Cursor {
                    done.cursor = done.cursor.take().or(cursor);
                }
            }
            ParameterDirection::Out | ParameterDirection::InOut => {
                done.execution
                    .outputs
                    .push((parameter.name.clone(), rows::value(&mut row, index)?));
            }
        }
    }
    Ok(())
}

/// What a block gives is the one row of its result as well, as other databases have it: the first value is what was made. A
/// return code is no part of it.
fn as_row(execution: &mut Execution) {
    let given = execution.outputs.iter().filter(|(name, _)| name != RETURN_CODE);
    let (columns, row): (Vec<_>, Vec<_>) = given
        .map(|(name, value)| {
            let column = Column {
                name: name.clone(),
                type_name: String::new(),
            };
            (column, value.clone())
        })
        .unzip();
    if !columns.is_empty() {
        execution.columns = columns;
        execution.rows = vec![row];
    }
}

/// The parameter whose placeholder has this number for a name.
fn parameter<'a>(statement: &'a Statement, number: &str) -> Option<&'a crate::database::Parameter> {
    let index = number.parse::<usize>().ok()?.checked_sub(1)?;
    statement.parameters.get(index)
}
