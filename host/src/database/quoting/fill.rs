//! A statement with its slots filled.

use std::borrow::Cow;

use super::Quoting;
use crate::database::{DatabaseError, ErrorKind, Slot, SlotKind, Statement, Value};

/// The values of a statement's parameters, and those of its slots, which come behind them.
pub(in crate::database) fn split<'v>(statement: &Statement, values: &'v [Value]) -> (&'v [Value], &'v [Value]) {
    values.split_at_checked(statement.parameters.len()).unwrap_or((values, &[]))
}

/// The statement as it is sent. That it has slots still says that its text is for this once.
///
/// # Errors
/// `InvalidValue`: a value that cannot stand there, without the value itself; `Statement`: the slots are misplaced.
pub(in crate::database) fn filled<'s>(
    statement: &'s Statement,
    values: &[Value],
    quoting: Quoting,
) -> Result<Cow<'s, Statement>, DatabaseError> {
    if statement.slots.is_empty() {
        return Ok(Cow::Borrowed(statement));
    }
    Ok(Cow::Owned(Statement {
        text: fill(statement, values, quoting)?.into(),
        ..statement.clone()
    }))
}

fn fill(statement: &Statement, values: &[Value], quoting: Quoting) -> Result<String, DatabaseError> {
    if let Some(message) = super::misplaced(statement) {
        return Err(DatabaseError::new(ErrorKind::Statement, message));
    }
    let mut text = String::with_capacity(statement.text.len() + 32 * values.len());
    let mut done = 0;
    for (index, slot) in statement.slots.iter().enumerate() {
        let quoted = match values.get(index).and_then(Value::to_text) {
            Some(value) => quoting.quoted(slot.kind, &value).map_err(|why| refused(slot, &why))?,
            None => return Err(refused(slot, "there is none")),
        };
        text.push_str(statement.text.get(done..slot.offset).unwrap_or_default());
        text.push_str(&quoted);
        done = slot.offset;
    }
    text.push_str(statement.text.get(done..).unwrap_or_default());
    Ok(text)
}

fn refused(slot: &Slot, why: &str) -> DatabaseError {
    let what = match slot.kind {
        SlotKind::Identifier => "a name in the database",
        SlotKind::Literal => "a text constant in the database",
    };
    DatabaseError::new(
        ErrorKind::InvalidValue,
        format!("the value of `{}` cannot be {what}: {why}", slot.name),
    )
}
