//! The message that executes a statement, for the first time or again.

use std::sync::Arc;

use super::{
    cursors::Cursors,
    statement::{Statement, Work},
};
use crate::{
    Type, Value, plsql,
    wire::{Reader, Trouble, read_value},
};

/// What a client declares of a bind.
#[derive(Clone, Debug)]
pub(super) struct BindType {
    pub(super) kind: Type,
    pub(super) size: u32,
    pub(super) array: bool,
}

/// What is asked for.
pub(super) struct Execute {
    pub(super) cursor: u32,
    /// A text that comes with the message.
    pub(super) statement: Option<Arc<Statement>>,
    pub(super) options: u32,
    pub(super) flags: u32,
    /// The binds, where they are declared anew.
    pub(super) binds: Option<Vec<BindType>>,
    /// What the columns are to come as, where the client says so.
    pub(super) defines: Option<Vec<Type>>,
    /// For each execution a value for each bind; `None` where none was sent.
    pub(super) executions: Vec<Vec<Option<Value>>>,
    /// How many rows are wanted at once.
    pub(super) rows: u32,
}

pub(super) mod option {
    pub(in crate::session) const EXECUTE: u32 = 0x20;
    pub(in crate::session) const FETCH: u32 = 0x40;
    pub(in crate::session) const COMMIT: u32 = 0x100;
    pub(in crate::session) const DESCRIBE: u32 = 0x2_0000;
    pub(in crate::session) const BATCH_ERRORS: u32 = 0x8_0000;
}

pub(super) mod flag {
    pub(in crate::session) const SCROLLABLE: u32 = 2;
    pub(in crate::session) const ROW_COUNTS: u32 = 0x4000;
}

const ROW: u8 = 7;
/// In bytes: what the peer says in [`crate::negotiation`] that its strings may have.
const LONGEST_STRING: u32 = 32_767;
const ARRAY: u8 = 0x40;

impl Execute {
    /// # Errors
    /// It isn't such a message, or not all of it is there yet.
    pub(super) fn read(reader: &mut Reader<'_>, cursors: &Cursors, schema: &str) -> Result<Self, Trouble> {
        let options = number(reader)?;
        let cursor = number(reader)?;
        let has_text = reader.byte()? != 0;
        reader.skip_integers(1)?;
        // A vector of thirteen numbers, and where two others would be.
        reader.skip(1)?;
        reader.skip_integers(1)?;
        reader.skip(2)?;
        reader.skip_integers(1)?;
        let rows = number(reader)?;
        reader.skip_integers(1)?;
        let has_binds = reader.byte()? != 0;
        let binds = reader.size()?;
        reader.skip(5)?;
        let has_defines = reader.byte()? != 0;
        let defines = reader.size()?;
        // Registrations, lists of objects, names.
        reader.skip_integers(1)?;
        reader.skip(3)?;
        reader.skip_integers(1)?;
        reader.skip(1)?;
        reader.skip_integers(2)?;
        // Counts of rows, signatures, chunks.
        reader.skip(1)?;
        reader.skip_integers(1)?;
        reader.skip(2)?;
        reader.skip_integers(1)?;
        reader.skip(1)?;
        reader.skip_integers(1)?;
        reader.skip(2)?;
        reader.skip_integers(1)?;
        let statement = if has_text {
            let text = String::from_utf8(reader.string()?.unwrap_or_default())
                .map_err(|_| Trouble::Malformed("a statement that is not UTF-8"))?;
            Some(Arc::new(Statement::read(text, schema)))
        } else {
            None
        };
        reader.skip_integers(1)?;
        let iterations = number(reader)?;
        reader.skip_integers(5)?;
        let is_query = reader.integer()? != 0;
        reader.skip_integers(1)?;
        let flags = number(reader)?;
        reader.skip_integers(3)?;
        let mut message = Self {
            cursor,
            statement,
            options,
            flags,
            binds: None,
            defines: None,
            executions: Vec::new(),
            rows,
        };
        if has_defines {
            let kinds = (0..defines).map(|_| BindType::read(reader).map(|define| define.kind));
            message.defines = Some(kinds.collect::<Result<_, _>>()?);
        } else if has_binds {
            let types = (0..binds).map(|_| BindType::read(reader)).collect::<Result<Vec<_>, _>>()?;
            let known = message.statement.as_deref();
            let known = known.or_else(|| cursors.get(cursor).and_then(|open| open.statement.as_deref()));
            let receiving = known.map_or(0, |statement| statement.receiving);
            let order = order(&types, known);
            let sent = vec![true; types.len().saturating_sub(receiving)];
            let times = if is_query { 1 } else { iterations.max(1) };
            message.executions = executions(reader, &types, &order, &sent, times)?;
            message.binds = Some(types);
        } else {
            let times = if is_query { 1 } else { iterations.max(1) };
            message.executions = (0..times).map(|_| Vec::new()).collect();
        }
        Ok(message)
    }

    /// The shorter message for a statement that was executed before, with binds of the same types.
    ///
    /// # Errors
    /// It isn't such a message, or not all of it is there yet.
    pub(super) fn read_again(reader: &mut Reader<'_>, cursors: &Cursors, fetches: bool) -> Result<Self, Trouble> {
        let cursor = number(reader)?;
        let count = number(reader)?;
        reader.skip_integers(1)?;
        let commits = reader.integer()? & 1 != 0;
        let mut options = option::EXECUTE;
        options |= if fetches { option::FETCH } else { 0 };
        options |= if commits { option::COMMIT } else { 0 };
        let times = if fetches { 1 } else { count.max(1) };
        let mut message = Self {
            cursor,
            statement: None,
            options,
            flags: 0,
            binds: None,
            defines: None,
            executions: Vec::new(),
            rows: if fetches { count } else { 0 },
        };
        let Some(open) = cursors.get(cursor) else {
            return Ok(message);
        };
        let receiving = open.statement.as_deref().map_or(0, |statement| statement.receiving);
        let sent: Vec<bool> = (0..open.binds.len().saturating_sub(receiving))
            .map(|place| open.directions.get(place) != Some(&plsql::OUT))
            .collect();
        let order = order(&open.binds, open.statement.as_deref());
        message.executions = executions(reader, &open.binds, &order, &sent, times)?;
        Ok(message)
    }
}

/// In which order values come: those that are declared longer than any string of SQL behind all others, but for PL/SQL.
fn order(types: &[BindType], statement: Option<&Statement>) -> Vec<usize> {
    let is_block = statement.is_some_and(|statement| matches!(statement.work, Ok(Work::Block(_))));
    let is_long = |place: &usize| !is_block && types.get(*place).is_some_and(|bind| bind.size > LONGEST_STRING);
    let (long, short): (Vec<usize>, Vec<usize>) = (0..types.len()).partition(is_long);
    [short, long].concat()
}

/// The values of each execution, which come in this order. `sent` says of the first binds whether a value comes; the rest receive
/// only.
fn executions(
    reader: &mut Reader<'_>,
    types: &[BindType],
    order: &[usize],
    sent: &[bool],
    times: u32,
) -> Result<Vec<Vec<Option<Value>>>, Trouble> {
    let any = sent.iter().any(|sent| *sent);
    let mut executions = Vec::new();
    for _ in 0..times {
        let mut values = vec![None; types.len()];
        if any && reader.byte()? != ROW {
            return Err(Trouble::Malformed("something else than the values of binds"));
        }
        for place in order {
            let (Some(bind), Some(value)) = (types.get(*place), values.get_mut(*place)) else {
                continue;
            };
            *value = match sent.get(*place).copied().unwrap_or(false) {
                true if bind.array => {
                    for _ in 0..reader.size()? {
                        read_value(reader, bind.kind)?;
                    }
                    Some(Value::Null)
                }
                true => Some(read_value(reader, bind.kind)?),
                false => None,
            };
        }
        executions.push(values);
    }
    Ok(executions)
}

fn number(reader: &mut Reader<'_>) -> Result<u32, Trouble> {
    u32::try_from(reader.integer()?).map_err(|_| Trouble::Malformed("a number of more than four bytes"))
}

impl BindType {
    fn read(reader: &mut Reader<'_>) -> Result<Self, Trouble> {
        let kind = reader.byte()?;
        let flags = reader.byte()?;
        reader.skip(2)?;
        let size = number(reader)?;
        reader.skip_integers(2)?;
        reader.counted()?;
        reader.skip_integers(2)?;
        let form = reader.byte()?;
        reader.skip_integers(2)?;
        let kind = Type::from_wire(kind, form).ok_or(Trouble::Malformed("a bind of a type that this peer doesn't have"))?;
        Ok(Self {
            kind,
            size,
            array: flags & ARRAY != 0,
        })
    }
}
