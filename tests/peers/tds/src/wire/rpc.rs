//! Calls of procedures ([MS-TDS] 2.2.6.6, RPC Request).

use super::{
    bytes::{Bytes, Result},
    type_info, values,
};
use crate::{types::SqlType, value::Value};

const BY_REFERENCE: u8 = 0x01;
const DEFAULT: u8 = 0x02;

/// A call, as the client wrote it.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    /// Those that have a number have their name here all the same: `sp_executesql`.
    pub procedure: String,
    pub arguments: Vec<Argument>,
    /// Whether it wants no description of the columns.
    pub without_metadata: bool,
}

/// A parameter of a call.
#[derive(Clone, Debug, PartialEq)]
pub struct Argument {
    /// With the `@`; empty for one that is known by its position.
    pub name: String,
    pub of: SqlType,
    pub value: Value,
    pub direction: Direction,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    In,
    /// The client wants to know what it holds afterwards.
    Output,
    /// The procedure's default instead of the value.
    Default,
}

/// The calls of a request; clients may send several at once.
///
/// # Errors
/// What can't be read, or a type that the peer doesn't have.
pub fn read(from: &mut Bytes<'_>) -> Result<Vec<Call>> {
    let mut calls = Vec::new();
    while !from.is_empty() {
        calls.push(call(from)?);
    }
    Ok(calls)
}

fn call(from: &mut Bytes<'_>) -> Result<Call> {
    let procedure = match from.u16()? {
        0xffff => numbered(from.u16()?),
        units => from.utf16(units.into())?,
    };
    let options = from.u16()?;
    let mut arguments = Vec::new();
    while !matches!(from.peek(), None | Some(0x80 | 0xff | 0xfe)) {
        arguments.push(argument(from)?);
    }
    if !from.is_empty() {
        from.u8()?;
    }
    Ok(Call {
        procedure,
        arguments,
        without_metadata: options & 0x02 != 0,
    })
}

fn argument(from: &mut Bytes<'_>) -> Result<Argument> {
    let name = from.short_text()?;
    let flags = from.u8()?;
    let info = type_info::read(from)?;
    let value = values::read(from, info)?;
    let direction = match flags {
        _ if flags & BY_REFERENCE != 0 => Direction::Output,
        _ if flags & DEFAULT != 0 => Direction::Default,
        _ => Direction::In,
    };
    Ok(Argument {
        name,
        of: info.of,
        value,
        direction,
    })
}

fn numbered(number: u16) -> String {
    match number {
        1 => "sp_cursor",
        2 => "sp_cursoropen",
        3 => "sp_cursorprepare",
        4 => "sp_cursorexecute",
        5 => "sp_cursorprepexec",
        6 => "sp_cursorunprepare",
        7 => "sp_cursorfetch",
        8 => "sp_cursoroption",
        9 => "sp_cursorclose",
        10 => "sp_executesql",
        11 => "sp_prepare",
        12 => "sp_execute",
        13 => "sp_prepexec",
        14 => "sp_prepexecrpc",
        15 => "sp_unprepare",
        other => return format!("procedure number {other}"),
    }
    .to_owned()
}
