//! PostgreSQL: `CALL p($1, NULL)` for procedures, whose output comes back as the one row of the result, and
//! `SELECT * FROM f($1)` for functions, of which only what goes in is passed.
//!
//! A cursor is a column of type `refcursor`; the driver fetches from it.

use portcullis_sdk::{ParameterDirection, Problem, Routine, RowEffect, RowSource, Step};

use super::{Argument, Call, Form, Written};
use crate::writer::Piece;

pub(super) fn write(call: &Call<'_>, step: &Step) -> Result<Written, Problem> {
    positions(call)?;
    let rows_from = match call.going(ParameterDirection::Cursor) {
        Some(_) => RowSource::Cursor,
        None => RowSource::Result,
    };
    let form = match (call.routine, rows_from) {
        (Routine::Function, RowSource::Result) => Form::Select,
        _ => Form::Call,
    };
    if call.routine == Routine::Procedure {
        if call.success.is_some() {
            let remedy = "leave `success` out, raise an exception in the procedure, or make it a function with `function = true`";
            return Err(Problem::new(
                "success",
                "procedures of PostgreSQL have no return code",
                remedy,
            ));
        }
        if step.rows != RowEffect::Any {
            let remedy = "leave `rows` out, and raise an exception in the procedure where it must";
            return Err(Problem::new(
                "rows",
                "PostgreSQL does not tell how many rows a procedure changes",
                remedy,
            ));
        }
    }
    let begin = match call.routine {
        Routine::Procedure => format!("CALL {}(", call.name),
        Routine::Function => format!("SELECT * FROM {}(", call.name),
    };
    let mut pieces = vec![Piece::Text(begin)];
    let passed = |argument: &&Argument<'_>| call.routine == Routine::Procedure || argument.parameter.direction.takes_value();
    for (index, argument) in call.arguments.iter().filter(passed).enumerate() {
        let separator = if index > 0 { ", " } else { "" };
        let name = argument.name.map_or_else(String::new, |name| format!("{name} => "));
        pieces.push(Piece::Text(format!("{separator}{name}")));
        if argument.parameter.direction.takes_value() {
            // What the server infers is the type of the argument; the row that comes back has the name.
            pieces.push(Piece::Parameter(argument.parameter.name.clone()));
        } else {
            pieces.push(Piece::from("NULL"));
        }
        if let Some(type_name) = argument.type_name {
            pieces.push(Piece::Text(format!("::{type_name}")));
        }
    }
    pieces.push(Piece::from(")"));
    Ok(Written { pieces, rows_from, form })
}

/// Arguments by place come before those by name.
fn positions(call: &Call<'_>) -> Result<(), Problem> {
    let passed =
        |argument: &&(usize, &Argument<'_>)| call.routine == Routine::Procedure || argument.1.parameter.direction.takes_value();
    let arguments: Vec<(usize, &Argument<'_>)> = call.arguments.iter().enumerate().collect();
    let mut named = false;
    for (index, argument) in arguments.iter().filter(passed) {
        if named && argument.name.is_none() {
            let message = "this argument has no name, and stands behind one that has";
            return Err(Problem::new(
                format!("arguments[{index}]"),
                message,
                "give it a name, or move it to the front",
            ));
        }
        named |= argument.name.is_some();
    }
    Ok(())
}
