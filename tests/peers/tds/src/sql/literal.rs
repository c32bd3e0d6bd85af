//! Literals: numbers, texts, bytes, NULL.

use sqlparser::ast::Value as Literal;

use super::{
    compiler::{Compiler, Result},
    convert,
    typed::{Kind, Typed, literal},
};
use crate::{
    error::ServerError,
    types::{Length, SqlType},
};

impl Compiler<'_> {
    pub(super) fn literal(&self, value: &Literal) -> Result<Typed> {
        Ok(match value {
            Literal::Number(digits, _) => number(digits)?,
            Literal::SingleQuotedString(text) => Typed::constant(literal(text), convert::literal(text, false)),
            Literal::NationalStringLiteral(text) => Typed::constant(literal(text), convert::literal(text, true)),
            Literal::HexStringLiteral(digits) => {
                let length = Length::Of((digits.len() / 2).max(1) as u16);
                let digits = if digits.len() % 2 == 0 {
                    digits.clone()
                } else {
                    format!("0{digits}")
                };
                Typed::constant(format!("X'{digits}'"), SqlType::VarBinary(length))
            }
            Literal::Null => Typed {
                nullable: true,
                ..Typed::constant("NULL".to_owned(), SqlType::Int).of_kind(Kind::Null)
            },
            Literal::Placeholder(name) => self.variable(name)?,
            other => return Err(ServerError::cannot(format!("the literal {other}"))),
        })
    }
}

fn number(digits: &str) -> Result<Typed> {
    if digits.contains(['e', 'E']) {
        return Ok(Typed::constant(digits.to_owned(), SqlType::Float));
    }
    if digits.parse::<i32>().is_ok() {
        return Ok(Typed::constant(digits.to_owned(), SqlType::Int));
    }
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let whole = whole.trim_start_matches('0');
    let (precision, scale) = ((whole.len() + fraction.len()).max(1), fraction.len());
    if precision > 38 {
        return Err(ServerError::new(
            1007,
            15,
            format!("The number '{digits}' is out of the range for numeric representation (maximum precision 38)."),
        ));
    }
    let text = if digits.starts_with('.') {
        format!("0{digits}")
    } else {
        digits.trim_end_matches('.').to_owned()
    };
    Ok(Typed::constant(
        literal(&text),
        SqlType::Decimal {
            precision: precision as u8,
            scale: scale as u8,
        },
    ))
}
