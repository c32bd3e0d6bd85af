//! Where a page that a client asks for by cursor begins, and how that is written down for the next one.
//!
//! In the order of the ids a place is an id: whoever is created or deleted meanwhile makes nobody else be given twice or not at
//! all. In another order, and where the rows can't be had in the order of the ids, it is a number of rows.

use crate::{
    database::Value,
    scim::{self, Error, invalid_cursor},
};

#[derive(Clone, Debug, PartialEq)]
pub enum Position {
    /// Behind the row with this id.
    After(Value),
    /// Before the row with this id.
    Before(Value),
    /// Behind so many rows.
    Offset(u64),
}

impl Position {
    /// Behind a row, or before it; `None` if it has no id.
    pub fn at(id: Option<&Value>, place: fn(Value) -> Self) -> Option<Self> {
        match id? {
            Value::Null => None,
            Value::Integer(id) => Some(place(Value::Integer(*id))),
            other => other.to_text().map(Value::Text).map(place),
        }
    }

    pub fn write(&self) -> scim::Position {
        let id = |value: &Value| {
            let kind = if matches!(value, Value::Integer(_)) { 'i' } else { 't' };
            format!("{kind}{}", value.to_text().unwrap_or_default())
        };
        scim::Position(match self {
            Position::After(value) => format!(">{}", id(value)),
            Position::Before(value) => format!("<{}", id(value)),
            Position::Offset(rows) => format!("+{rows}"),
        })
    }

    /// # Errors
    /// `invalidCursor`: it is no position.
    pub fn read(written: &scim::Position) -> Result<Self, Error> {
        let value = |text: &str| match text.split_at_checked(1) {
            Some(("i", digits)) => digits.parse().ok().map(Value::Integer),
            Some(("t", text)) if !text.contains('\0') => Some(Value::Text(text.to_owned())),
            _ => None,
        };
        let position = match written.0.split_at_checked(1) {
            Some((">", id)) => value(id).map(Position::After),
            Some(("<", id)) => value(id).map(Position::Before),
            Some(("+", rows)) => rows.parse::<u32>().ok().map(|rows| Position::Offset(rows.into())),
            _ => None,
        };
        position.ok_or_else(|| invalid_cursor("it names no place in a list"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_read_as_it_is_written() {
        for position in [
            Position::After(Value::Integer(-7)),
            Position::Before(Value::Text("i7 \u{e9}".to_owned())),
            Position::After(Value::Text(String::new())),
            Position::Offset(0),
            Position::Offset(4_000_000_000),
        ] {
            assert_eq!(Position::read(&position.write()), Ok(position));
        }
    }

    #[test]
    fn what_is_none_is_refused() {
        for text in [
            "",
            ">",
            "<x7",
            ">i",
            ">i7x",
            "+",
            "+-1",
            "+99999999999",
            ">t\0",
            "7",
            "\u{e9}",
        ] {
            let error = Position::read(&scim::Position(text.to_owned())).unwrap_err();
            assert_eq!(error.scim_type.unwrap().as_str(), "invalidCursor", "{text:?}");
        }
    }
}
