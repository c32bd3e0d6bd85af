//! SQL Server: `EXEC hr.p @P1, @b = @P2 OUTPUT`, with `EXEC @P1 = hr.p …` where the return code matters. What goes out is a
//! parameter that goes out.
//!
//! A function gives rows to an operation that reads, and one value to any other; its arguments have no names in a call.

use portcullis_sdk::{Parameter, ParameterDirection, Problem, Routine, RowSource, Step};

use super::{Call, Form, RETURN_CODE, Written};
use crate::{identifier, writer::Piece};

pub(super) fn write(operation: &str, call: &Call<'_>, step: &Step) -> Result<Written, Problem> {
    if let Some((index, _)) = call.going(ParameterDirection::Cursor) {
        let remedy = "let the procedure SELECT the rows: they are the result";
        let key = format!("arguments[{index}].direction");
        return Err(Problem::new(key, "SQL Server gives no cursor to a client", remedy));
    }
    match call.routine {
        Routine::Procedure => procedure(call),
        Routine::Function => function(operation, call, step),
    }
}

fn procedure(call: &Call<'_>) -> Result<Written, Problem> {
    let mut pieces = vec![Piece::from("EXEC ")];
    if call.success.is_some() {
        let code = Parameter::new(RETURN_CODE).going(ParameterDirection::Out).of_type("int");
        pieces.push(Piece::Bound(code));
        pieces.push(Piece::from(" = "));
    }
    pieces.push(Piece::Text(call.name.to_owned()));
    let mut named = false;
    for (index, argument) in call.arguments.iter().enumerate() {
        let separator = if index > 0 { ", " } else { " " };
        let name = match argument.name.map(|name| name.strip_prefix('@').unwrap_or(name)) {
            Some(name) if identifier::is_plain(name) => format!("@{name} = "),
            Some(name) => {
                let key = format!("arguments[{index}].name");
                let message = format!("`{name}` is not the name of a parameter");
                return Err(Problem::new(
                    key,
                    message,
                    "write it as the procedure does, with or without its @",
                ));
            }
            None if named => {
                let key = format!("arguments[{index}]");
                let message = "this argument has no name, and stands behind one that has";
                return Err(Problem::new(key, message, "give it a name, or move it to the front"));
            }
            None => String::new(),
        };
        named |= argument.name.is_some();
        pieces.push(Piece::Text(format!("{separator}{name}")));
        pieces.push(Piece::Bound(argument.parameter.clone()));
        if argument.parameter.direction != ParameterDirection::In {
            pieces.push(Piece::from(" OUTPUT"));
        }
    }
    Ok(Written {
        pieces,
        rows_from: RowSource::Result,
        form: Form::Call,
    })
}

fn function(operation: &str, call: &Call<'_>, step: &Step) -> Result<Written, Problem> {
    let mut outward = call.arguments.iter().map(|argument| argument.parameter.direction);
    if let Some(index) = outward.position(|direction| direction != ParameterDirection::In) {
        let remedy = "leave it out: what the function gives is the result";
        let key = format!("arguments[{index}].direction");
        return Err(Problem::new(key, "arguments of a function only go in", remedy));
    }
    let reads = operation.starts_with("get-");
    let begin = if reads { "SELECT * FROM " } else { "SELECT " };
    let mut pieces = vec![Piece::Text(format!("{begin}{}(", call.name))];
    for (index, argument) in call.arguments.iter().enumerate() {
        if index > 0 {
            pieces.push(Piece::from(", "));
        }
        pieces.push(Piece::Bound(argument.parameter.clone()));
    }
    pieces.push(Piece::Text(if reads {
        ")".to_owned()
    } else {
        format!(") AS {}", step.returns.first().map_or("result", String::as_str))
    }));
    Ok(Written {
        pieces,
        rows_from: RowSource::Result,
        form: Form::Select,
    })
}
