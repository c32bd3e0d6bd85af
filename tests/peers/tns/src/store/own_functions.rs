//! Functions that know the session: its user, its time, its sequences; and those that statements are translated to.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use chrono::{NaiveDateTime, Timelike, Utc};
use rusqlite::{Connection, functions::FunctionFlags};

use super::{
    Database, conversion,
    formats::Formats,
    functions::{add_one, text},
    stored,
};
use crate::{Failure, Value};

/// # Errors
/// SQLite refuses.
pub(super) fn add(connection: &Connection, database: &Arc<Database>, user: &str, formats: &Formats) -> rusqlite::Result<()> {
    let changing = FunctionFlags::empty();
    let constant = FunctionFlags::SQLITE_DETERMINISTIC;
    let schema = database.schema().to_owned();
    add_one(connection, "ORA_NOW", 0, changing, |_| Ok(Value::Moment(now())))?;
    add_one(connection, "ORA_TODAY", 0, changing, |_| {
        let now = now();
        Ok(Value::Moment(now.with_nanosecond(0).unwrap_or(now)))
    })?;
    add_one(connection, "SYS_GUID", 0, changing, |_| {
        let mut bytes = [0; 16];
        getrandom::fill(&mut bytes).map_err(|error| Failure::new(600, error))?;
        Ok(Value::Bytes(bytes.to_vec()))
    })?;
    for name in ["ORA_CAST", "ORA_STORED"] {
        let formats = formats.clone();
        add_one(connection, name, 2, constant, move |given| stored::stored(given, &formats))?;
    }
    let (all, own) = (database.clone(), formats.clone());
    add_one(connection, "ORA_FORMAT", 1, changing, move |given| {
        let dictionary = all.dictionary.read().unwrap_or_else(PoisonError::into_inner);
        let kind = dictionary.type_of(None, &text(given, 0)?);
        Ok(kind.and_then(|kind| own.of(kind)).map_or(Value::Null, Value::Text))
    })?;
    add_one(connection, "ORA_LITERAL", 1, constant, |given| {
        let moment = conversion::read_moment(text(given, 0)?.trim());
        moment
            .map(Value::Moment)
            .ok_or_else(|| Failure::new(1861, "literal does not match format string"))
    })?;
    let named = user.to_owned();
    add_one(connection, "ORA_USER", 0, changing, move |_| Ok(Value::text(named.as_str())))?;
    let (user, current) = (user.to_owned(), schema.clone());
    add_one(connection, "SYS_CONTEXT", 2, changing, move |given| {
        match (
            text(given, 0)?.to_uppercase().as_str(),
            text(given, 1)?.to_uppercase().as_str(),
        ) {
            ("USERENV", "SESSION_USER" | "CURRENT_USER") => Ok(Value::text(user.as_str())),
            ("USERENV", "CURRENT_SCHEMA") => Ok(Value::text(current.as_str())),
            ("USERENV", "ISDBA") => Ok(Value::text("FALSE")),
            (space, name) => Err(Failure::unsupported(format_args!("SYS_CONTEXT('{space}', '{name}')"))),
        }
    })?;
    let formats = formats.clone();
    add_one(connection, "ORA_FITS", 3, constant, move |given| {
        stored::fits(given, &schema, &formats)
    })?;
    sequences(connection, database)
}

fn sequences(connection: &Connection, database: &Arc<Database>) -> rusqlite::Result<()> {
    let current: Arc<Mutex<HashMap<String, i64>>> = Arc::default();
    let (all, mine) = (database.clone(), current.clone());
    add_one(connection, "ORA_NEXTVAL", 1, FunctionFlags::empty(), move |given| {
        let name = text(given, 0)?;
        let next = all.next_of(&name)?;
        mine.lock().unwrap_or_else(PoisonError::into_inner).insert(name, next);
        Ok(Value::from(next))
    })?;
    add_one(connection, "ORA_CURRVAL", 1, FunctionFlags::empty(), move |given| {
        let name = text(given, 0)?;
        let current = current.lock().unwrap_or_else(PoisonError::into_inner);
        let current = current.get(&name);
        current.map(|current| Value::from(*current)).ok_or_else(|| {
            Failure::new(
                8002,
                format_args!("sequence {name}.CURRVAL is not yet defined in this session"),
            )
        })
    })
}

/// In UTC, to the microsecond.
fn now() -> NaiveDateTime {
    let now = Utc::now().naive_utc();
    let microseconds = now.nanosecond() / 1000 * 1000;
    now.with_nanosecond(microseconds).unwrap_or(now)
}
