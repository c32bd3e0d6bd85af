//! SQLite with what T-SQL needs of it: collations, and functions with SQL Server's rules.

use std::{
    path::Path,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use bigdecimal::BigDecimal;
use rusqlite::{
    Connection,
    functions::{Context, FunctionFlags},
    types::Value as Stored,
};

use super::{
    collation::{self, Collation},
    convert::{self, Purpose},
    declaration, pattern,
};
use crate::{error::ServerError, value::Value};

/// What a function has to say when it fails: SQLite passes only words on.
#[derive(Clone, Default)]
pub struct Failure(Arc<Mutex<Option<ServerError>>>);

impl Failure {
    fn set(&self, error: ServerError) -> rusqlite::Error {
        let words = error.message.clone();
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
        rusqlite::Error::UserFunctionError(words.into())
    }

    pub fn take(&self) -> Option<ServerError> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

type Result<T> = std::result::Result<T, ServerError>;

/// A connection to the database in a file.
///
/// # Errors
/// SQLite's.
pub fn open(path: &Path) -> rusqlite::Result<(Connection, Failure)> {
    let connection = Connection::open(path)?;
    connection.busy_timeout(Duration::ZERO)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "OFF")?;
    connection.pragma_update(None, "foreign_keys", "ON")?;
    for kind in [Collation::Binary, Collation::CaseSensitive, Collation::CaseInsensitive] {
        connection.create_collation(kind.sqlite(), move |one, other| kind.compare(one, other))?;
    }
    connection.create_collation("tsql_decimal", collation::decimals)?;
    connection.create_collation("tsql_instant", collation::instants)?;
    connection.create_collation("tsql_guid", collation::guids)?;
    let failure = Failure::default();
    functions(&connection, &failure)?;
    Ok((connection, failure))
}

fn functions(connection: &Connection, failure: &Failure) -> rusqlite::Result<()> {
    let add = |name: &str, arguments, function: fn(&Context<'_>) -> Result<Stored>| {
        let failure = failure.clone();
        connection.create_scalar_function(name, arguments, FunctionFlags::SQLITE_UTF8, move |context| {
            function(context).map_err(|error| failure.set(error))
        })
    };
    // (value, type, type, purpose[, column])
    add("tsql_convert", 5, |context| {
        let Some((value, from)) = value(context, 0, 1)? else {
            return Ok(Stored::Null);
        };
        let to = declaration::sql_type(&text(context, 2)?)?;
        let column = text(context, 4)?;
        let purpose = match text(context, 3)?.as_str() {
            "column" => Purpose::Column(&column),
            "cast" => Purpose::Cast,
            "try" => {
                return Ok(convert::convert(&value, from, to, Purpose::Cast)
                    .unwrap_or(Value::Null)
                    .stored());
            }
            _ => Purpose::Operand,
        };
        Ok(convert::convert(&value, from, to, purpose)?.stored())
    })?;
    add("tsql_len", 1, |context| {
        Ok(optional(context, 0)?.map_or(Stored::Null, |text| units(text.trim_end_matches(' '))))
    })?;
    // (value, type)
    add("tsql_datalength", 2, |context| {
        let Some((value, of)) = value(context, 0, 1)? else {
            return Ok(Stored::Null);
        };
        let mut out = Vec::new();
        match value {
            Value::Text(text) if of.is_national() => return Ok(Stored::Integer(2 * text.encode_utf16().count() as i64)),
            Value::Text(text) => return Ok(Stored::Integer(text.chars().count() as i64)),
            Value::Bytes(bytes) => return Ok(Stored::Integer(bytes.len() as i64)),
            value => crate::wire::values::write(&mut out, &value, of, crate::wire::type_info::Nullability::Nullable)?,
        }
        Ok(Stored::Integer(out.len() as i64 - 1))
    })?;
    add("tsql_lower", 1, |context| {
        mapped(context, |text| text.chars().map(collation::lower).collect())
    })?;
    add("tsql_upper", 1, |context| {
        mapped(context, |text| text.chars().map(collation::upper).collect())
    })?;
    add("tsql_ltrim", 1, |context| {
        mapped(context, |text| text.trim_start_matches(' ').to_owned())
    })?;
    add("tsql_rtrim", 1, |context| {
        mapped(context, |text| text.trim_end_matches(' ').to_owned())
    })?;
    // (text, from, length): positions are of UTF-16 units, from 1.
    add("tsql_substring", 3, |context| {
        let (Some(text), Some(from), Some(length)) = (optional(context, 0)?, integer(context, 1), integer(context, 2)) else {
            return Ok(Stored::Null);
        };
        let units: Vec<u16> = text.encode_utf16().collect();
        part(&units[window(from, length, units.len())?])
    })?;
    add("tsql_right", 2, |context| {
        let (Some(text), Some(length)) = (optional(context, 0)?, integer(context, 1)) else {
            return Ok(Stored::Null);
        };
        if length < 0 {
            return Err(ServerError::new(536, 16, "Invalid length parameter passed to the RIGHT function.").state(2));
        }
        let units: Vec<u16> = text.encode_utf16().collect();
        part(&units[units.len().saturating_sub(length as usize)..])
    })?;
    // (what, where, collation)
    add("tsql_charindex", 3, |context| {
        let (Some(what), Some(inside)) = (optional(context, 0)?, optional(context, 1)?) else {
            return Ok(Stored::Null);
        };
        let collation = Collation::of_sqlite(&text(context, 2)?);
        let (what, inside) = (collation.folded(&what), collation.folded(&inside));
        // Nothing is in nothing, and nowhere else.
        let place = if what.is_empty() { None } else { inside.find(&what) };
        Ok(Stored::Integer(
            place.map_or(0, |place| 1 + inside[..place].encode_utf16().count() as i64),
        ))
    })?;
    // (text, pattern, escape or NULL, collation, whether one of them is UTF-16)
    add("tsql_like", 5, |context| {
        let (Some(subject), Some(like)) = (optional(context, 0)?, optional(context, 1)?) else {
            return Ok(Stored::Null);
        };
        let collation = Collation::of_sqlite(&text(context, 3)?);
        let escape = optional(context, 2)?.and_then(|escape| escape.chars().next());
        // At the end of UTF-16 text even spaces count.
        let subject = if integer(context, 4) == Some(1) {
            &subject
        } else {
            subject.trim_end_matches(' ')
        };
        Ok(Stored::Integer(pattern::matches(subject, &like, escape, collation)?.into()))
    })?;
    add("tsql_significant", 1, |context| {
        let rusqlite::types::ValueRef::Blob(bytes) = context.get_raw(0) else {
            return Ok(Stored::Null);
        };
        let end = bytes.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
        Ok(Stored::Blob(bytes[..end].to_vec()))
    })?;
    // (bytes, from, length): positions are from 1.
    add("tsql_subbinary", 3, |context| {
        let rusqlite::types::ValueRef::Blob(bytes) = context.get_raw(0) else {
            return Ok(Stored::Null);
        };
        let (Some(from), Some(length)) = (integer(context, 1), integer(context, 2)) else {
            return Ok(Stored::Null);
        };
        let range = window(from, length, bytes.len())?;
        Ok(Stored::Blob(bytes[range].to_vec()))
    })?;
    add("tsql_nchar", 1, |context| {
        let letter = integer(context, 0).and_then(|code| char::from_u32(u32::try_from(code).ok()?));
        Ok(letter
            .filter(|letter| letter.len_utf16() == 1)
            .map_or(Stored::Null, |letter| Stored::Text(letter.into())))
    })?;
    // (text, what, with, collation)
    add("tsql_replace", 4, |context| {
        let (Some(subject), Some(what), Some(with)) = (optional(context, 0)?, optional(context, 1)?, optional(context, 2)?)
        else {
            return Ok(Stored::Null);
        };
        if what.is_empty() {
            return Ok(Stored::Text(subject));
        }
        let collation = Collation::of_sqlite(&text(context, 3)?);
        Ok(Stored::Text(pattern::replaced(&subject, &what, &with, collation)))
    })?;
    // (operator, dividend, divisor): integers.
    add("tsql_divide", 3, |context| {
        let (Some(dividend), Some(divisor)) = (integer(context, 1), integer(context, 2)) else {
            return Ok(Stored::Null);
        };
        if divisor == 0 {
            return Err(ServerError::new(8134, 16, "Divide by zero error encountered."));
        }
        Ok(Stored::Integer(if text(context, 0)? == "/" {
            dividend.wrapping_div(divisor)
        } else {
            dividend.wrapping_rem(divisor)
        }))
    })?;
    // (operator, one, other): numbers that are kept as digits.
    add("tsql_decimal", 3, |context| {
        let number = |index| -> Result<Option<BigDecimal>> { Ok(optional(context, index)?.and_then(|text| text.parse().ok())) };
        let (Some(one), Some(other)) = (number(1)?, number(2)?) else {
            return Ok(Stored::Null);
        };
        let result = if text(context, 0)? == "+" { one + other } else { one - other };
        Ok(Stored::Text(result.to_plain_string()))
    })?;
    add("tsql_now", 1, |context| {
        let of = declaration::sql_type(&text(context, 0)?)?;
        let now = Value::Instant(chrono::Utc::now().fixed_offset());
        Ok(convert::convert(&now, crate::types::SqlType::DateTimeOffset(7), of, Purpose::Cast)?.stored())
    })?;
    add("tsql_newid", 0, |_| Ok(Value::Uuid(uuid::Uuid::new_v4()).stored()))
}

/// A value and the type that the next argument names; `None` for NULL.
fn value(context: &Context<'_>, index: usize, of: usize) -> Result<Option<(Value, crate::types::SqlType)>> {
    let of = declaration::sql_type(&text(context, of)?)?;
    let value = Value::from_stored(context.get_raw(index), of)?;
    Ok((!value.is_null()).then_some((value, of)))
}

fn text(context: &Context<'_>, index: usize) -> Result<String> {
    Ok(optional(context, index)?.unwrap_or_default())
}

fn optional(context: &Context<'_>, index: usize) -> Result<Option<String>> {
    let text = context.get_raw(index).as_str_or_null();
    let text = text.map_err(|_| ServerError::cannot(format!("a function of text with {:?}", context.get_raw(index))))?;
    Ok(text.map(str::to_owned))
}

fn integer(context: &Context<'_>, index: usize) -> Option<i64> {
    context.get_raw(index).as_i64().ok()
}

/// What SUBSTRING takes: positions count from 1, and may lie outside.
fn window(from: i64, length: i64, size: usize) -> Result<std::ops::Range<usize>> {
    if length < 0 {
        let message = "Invalid length parameter passed to the LEFT or SUBSTRING function.";
        return Err(ServerError::new(537, 16, message).state(3));
    }
    let end = (from.saturating_add(length) - 1).clamp(0, size as i64) as usize;
    Ok(((from - 1).max(0) as usize).min(end)..end)
}

fn mapped(context: &Context<'_>, function: impl Fn(&str) -> String) -> Result<Stored> {
    Ok(optional(context, 0)?.map_or(Stored::Null, |text| Stored::Text(function(&text))))
}

fn units(text: &str) -> Stored {
    Stored::Integer(text.encode_utf16().count() as i64)
}

fn part(units: &[u16]) -> Result<Stored> {
    String::from_utf16(units)
        .map(Stored::Text)
        .map_err(|_| ServerError::cannot("half of a surrogate pair"))
}
