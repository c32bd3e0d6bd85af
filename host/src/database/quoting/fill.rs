//! A statement with its slots filled.

use super::Quoting;
use crate::database::{DatabaseError, ErrorKind, Slot, SlotKind, Statement, Value};

/// The text with one value in each slot.
///
/// # Errors
/// `InvalidValue`: a value that cannot stand there, without the value itself; `Statement`: the slots are misplaced.
pub(in crate::database) fn fill(statement: &Statement, values: &[Value], quoting: Quoting) -> Result<String, DatabaseError> {
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
