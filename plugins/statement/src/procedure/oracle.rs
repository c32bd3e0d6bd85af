//! Oracle: a block, `BEGIN hr.p(:1, p_b => :2); END;`, whose parameters go in and out.
//!
//! What a function gives is a parameter too, `BEGIN :1 := hr.f(:2); END;`, so that it may change something. For an operation
//! that reads, a function is a table, `SELECT * FROM TABLE(hr.f(:1))`; one that gives a cursor has an argument without a name
//! that is one.

use portcullis_sdk::{Parameter, ParameterDirection, Problem, Routine, RowEffect, RowSource, Step};

use super::{Argument, Call, Form, RETURN_CODE, Written};
use crate::writer::Piece;

pub(super) fn write(operation: &str, call: &Call<'_>, step: &Step) -> Result<Written, Problem> {
    uncounted(step)?;
    positions(call)?;
    let gives_cursor = |argument: &Argument<'_>| argument.parameter.direction == ParameterDirection::Cursor;
    let cursor = call.arguments.iter().find(|argument| gives_cursor(argument));
    match call.routine {
        Routine::Procedure if call.success.is_some() => {
            let remedy = "leave `success` out, call RAISE_APPLICATION_ERROR in the procedure, or make it a function with `function = true`";
            Err(Problem::new("success", "procedures of Oracle have no return code", remedy))
        }
        Routine::Procedure => Ok(block(call, None)),
        Routine::Function if cursor.is_none() && operation.starts_with("get-") => table(call),
        Routine::Function => {
            let returned = cursor.filter(|cursor| cursor.name.is_none());
            let result = match returned {
                Some(cursor) => cursor.parameter.clone(),
                None if call.success.is_some() => Parameter::new(RETURN_CODE).going(ParameterDirection::Out).of_type("number"),
                None => {
                    let name = step.returns.first().map_or("result", String::as_str);
                    Parameter::new(name).going(ParameterDirection::Out)
                }
            };
            Ok(block(call, Some(result)))
        }
    }
}

/// A call in a block. `result` is what a function gives.
fn block(call: &Call<'_>, result: Option<Parameter>) -> Written {
    let mut pieces = vec![Piece::from("BEGIN ")];
    let passed: Vec<&Argument<'_>> = call
        .arguments
        .iter()
        .filter(|argument| result.as_ref() != Some(&argument.parameter))
        .collect();
    for argument in &passed {
        if changes_text(argument) {
            pieces.extend([outward(argument), Piece::from(" := "), inward(argument), Piece::from("; ")]);
        }
    }
    if let Some(result) = result {
        pieces.extend([Piece::Bound(result), Piece::from(" := ")]);
    }
    pieces.push(Piece::Text(call.name.to_owned()));
    if !passed.is_empty() {
        pieces.push(Piece::from("("));
        list(&mut pieces, &passed);
        pieces.push(Piece::from(")"));
    }
    pieces.push(Piece::from("; END;"));
    Written {
        pieces,
        rows_from: match call.going(ParameterDirection::Cursor) {
            Some(_) => RowSource::Cursor,
            None => RowSource::Result,
        },
        form: Form::Call,
    }
}

/// A function whose rows can be asked for as those of a table are.
fn table(call: &Call<'_>) -> Result<Written, Problem> {
    let mut outward = call.arguments.iter().map(|argument| argument.parameter.direction);
    if let Some(index) = outward.position(|direction| direction != ParameterDirection::In) {
        let remedy = "leave it out: the rows are what the function gives";
        let key = format!("arguments[{index}].direction");
        return Err(Problem::new(
            key,
            "arguments of a function that is a table only go in",
            remedy,
        ));
    }
    let mut pieces = vec![Piece::Text(format!("SELECT * FROM TABLE({}(", call.name))];
    list(&mut pieces, &call.arguments.iter().collect::<Vec<_>>());
    pieces.push(Piece::from("))"));
    Ok(Written {
        pieces,
        rows_from: RowSource::Result,
        form: Form::Select,
    })
}

fn list(pieces: &mut Vec<Piece>, arguments: &[&Argument<'_>]) {
    for (index, argument) in arguments.iter().enumerate() {
        let separator = if index > 0 { ", " } else { "" };
        let name = argument.name.map_or_else(String::new, |name| format!("{name} => "));
        pieces.push(Piece::Text(format!("{separator}{name}")));
        pieces.push(if changes_text(argument) {
            outward(argument)
        } else {
            Piece::Bound(argument.parameter.clone())
        });
    }
}

/// A text that goes in and comes back longer needs more room than it takes: it is put into a parameter that has it.
fn changes_text(argument: &Argument<'_>) -> bool {
    let hint = argument.parameter.type_hint.as_deref().unwrap_or("text").to_ascii_lowercase();
    let is_text = ["text", "varchar", "char", "string", "nvarchar", "nchar", "clob"]
        .iter()
        .any(|word| hint.starts_with(word));
    argument.parameter.direction == ParameterDirection::InOut && is_text
}

fn inward(argument: &Argument<'_>) -> Piece {
    Piece::Bound(argument.parameter.clone().going(ParameterDirection::In))
}

fn outward(argument: &Argument<'_>) -> Piece {
    Piece::Bound(argument.parameter.clone().going(ParameterDirection::Out))
}

fn uncounted(step: &Step) -> Result<(), Problem> {
    if step.rows == RowEffect::Any {
        return Ok(());
    }
    let remedy = "leave `rows` out, and call RAISE_APPLICATION_ERROR in the procedure where it must";
    Err(Problem::new(
        "rows",
        "Oracle does not tell how many rows a procedure changes",
        remedy,
    ))
}

/// Arguments by place come before those by name; the cursor that a function gives has no place.
fn positions(call: &Call<'_>) -> Result<(), Problem> {
    let mut named = false;
    for (index, argument) in call.arguments.iter().enumerate() {
        let is_result = call.routine == Routine::Function && argument.parameter.direction == ParameterDirection::Cursor;
        if named && argument.name.is_none() && !is_result {
            let message = "this argument has no name, and stands behind one that has";
            let remedy = "give it a name, or move it to the front";
            return Err(Problem::new(format!("arguments[{index}]"), message, remedy));
        }
        named |= argument.name.is_some();
    }
    Ok(())
}
