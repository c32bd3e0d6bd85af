//! MySQL and MariaDB: `CALL p(?, ?)`, arguments by their place. What goes out is a placeholder too; its value comes back as the
//! last result. A function gives one value.

use portcullis_sdk::{ParameterDirection, Problem, Routine, RowSource, Step};

use super::{Call, Form, Written};
use crate::writer::Piece;

pub(super) fn write(call: &Call<'_>, step: &Step) -> Result<Written, Problem> {
    if let Some((index, _)) = call.going(ParameterDirection::Cursor) {
        let remedy = "let the procedure end with a SELECT: its rows are the result";
        let key = format!("arguments[{index}].direction");
        return Err(Problem::new(key, "MySQL and MariaDB give no cursor to a caller", remedy));
    }
    let begin = match call.routine {
        Routine::Procedure => {
            if call.success.is_some() {
                let remedy =
                    "leave `success` out, SIGNAL an error in the procedure, or make it a function with `function = true`";
                return Err(Problem::new(
                    "success",
                    "procedures of MySQL and MariaDB have no return code",
                    remedy,
                ));
            }
            format!("CALL {}(", call.name)
        }
        Routine::Function => {
            let mut outward = call.arguments.iter().map(|argument| argument.parameter.direction);
            if let Some(index) = outward.position(|direction| direction != ParameterDirection::In) {
                let remedy = "leave it out: the function's value is the result";
                let key = format!("arguments[{index}].direction");
                return Err(Problem::new(key, "arguments of a function only go in", remedy));
            }
            format!("SELECT {}(", call.name)
        }
    };
    let mut pieces = vec![Piece::Text(begin)];
    for (index, argument) in call.arguments.iter().enumerate() {
        if index > 0 {
            pieces.push(Piece::from(", "));
        }
        pieces.push(Piece::Bound(argument.parameter.clone()));
    }
    pieces.push(Piece::Text(match call.routine {
        Routine::Procedure => ")".to_owned(),
        Routine::Function => format!(") AS {}", step.returns.first().map_or("result", String::as_str)),
    }));
    Ok(Written {
        pieces,
        rows_from: RowSource::Result,
        form: match call.routine {
            Routine::Procedure => Form::Call,
            Routine::Function => Form::Select,
        },
    })
}
