//! What columns are, and their rows.

use crate::{
    Failure, Type, Value,
    store::Described,
    wire::{Writer, write_value},
};

const DESCRIPTION: u8 = 16;
const HEADER: u8 = 6;
pub(super) const ROW: u8 = 7;
const UTF8: u16 = 873;
const UTF16: u16 = 2000;

/// A message with the columns of a query.
pub(super) fn message(answer: &mut Writer, columns: &[Described]) {
    answer.byte(DESCRIPTION).string(&[]);
    description(answer, columns);
}

/// The columns, as they stand in messages.
pub(super) fn description(answer: &mut Writer, columns: &[Described]) {
    let widest: u32 = columns.iter().map(|column| column.declared.buffer()).sum();
    answer.integer(widest).integer(columns.len());
    if !columns.is_empty() {
        answer.byte(0);
    }
    for (place, column) in columns.iter().enumerate() {
        let declared = &column.declared;
        let (number, form) = declared.kind.to_wire();
        let [scale] = declared.scale.to_be_bytes();
        answer.byte(number).byte(0).byte(declared.precision).byte(scale);
        answer.integer(declared.buffer());
        // Elements of an array, flags, the type's object and version.
        answer.zeros(4);
        let characters = match form {
            1 => UTF8,
            2 => UTF16,
            _ => 0,
        };
        answer.integer(characters).byte(form);
        answer.integer(if form == 0 { 0 } else { declared.size }).zeros(1);
        answer.byte(u8::from(column.nullable));
        let name = column.name.as_bytes();
        answer.byte(u8::try_from(name.len()).unwrap_or(u8::MAX)).counted(name);
        answer.zeros(2).integer(place + 1).zeros(1);
    }
    // Now, flags, and what caches go by.
    answer.zeros(6);
}

/// A message that says that rows come, and the rows, with columns of these types.
///
/// # Errors
/// A value is not of its column's type.
pub(super) fn rows(answer: &mut Writer, kinds: &[Type], rows: &[Vec<Value>]) -> Result<(), Failure> {
    answer.byte(HEADER).zeros(7);
    for row in rows {
        answer.byte(ROW);
        for (value, kind) in row.iter().zip(kinds) {
            if kind.is_lob() {
                return Err(Failure::unsupported(
                    "locators of LOBs: a client gets them as LONG and LONG RAW",
                ));
            }
            let value = value.clone().into_type(*kind)?;
            write_value(answer, &value, *kind)?;
            if matches!(kind, Type::Long | Type::LongNvarchar | Type::LongRaw) {
                // Whether it is NULL, and whether it is whole.
                answer.zeros(2);
            }
        }
    }
    Ok(())
}
