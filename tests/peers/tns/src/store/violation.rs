//! Oracle's errors for SQLite's. SQLite's messages are the only place where it names columns and constraints.

use rusqlite::{Error, ErrorCode, ffi};

use super::dictionary::Dictionary;
use crate::{
    Failure,
    sql::{Verb, shown},
};

/// SQLite's code and message, or a function's own failure.
fn parts(error: &Error) -> Result<(ErrorCode, i32, String), Failure> {
    match error {
        Error::SqliteFailure(code, message) => Ok((code.code, code.extended_code, message.clone().unwrap_or_default())),
        Error::SqlInputError { error, msg, .. } => Ok((error.code, error.extended_code, msg.clone())),
        Error::UserFunctionError(inner) => match inner.downcast_ref::<Failure>() {
            Some(failure) => Err(failure.clone()),
            None => Err(Failure::new(600, format_args!("internal error code: {inner}"))),
        },
        other => Err(Failure::new(600, format_args!("internal error code: {other}"))),
    }
}

/// A failure of a function of ours, which SQLite passes on as words.
fn own(message: &str) -> Option<Failure> {
    let code = message.strip_prefix("ORA-")?.split(':').next()?.parse().ok()?;
    Some(Failure {
        code,
        message: message.to_owned(),
    })
}

pub(super) fn is_foreign(error: &Error) -> bool {
    matches!(error, Error::SqliteFailure(code, _) if code.extended_code == ffi::SQLITE_CONSTRAINT_FOREIGNKEY)
}

pub(super) fn other(error: &Error) -> Failure {
    of_query(error)
}

pub(super) fn of_query(error: &Error) -> Failure {
    let (code, _, message) = match parts(error) {
        Ok(parts) => parts,
        Err(failure) => return failure,
    };
    if let Some(failure) = own(&message) {
        return failure;
    }
    let message = message.as_str();
    if message.starts_with("no such table") {
        return Failure::new(942, "table or view does not exist");
    }
    if let Some((_, name)) = message.split_once("no such column: ") {
        let quoted: Vec<String> = name
            .split('.')
            .map(|part| format!("\"{}\"", shown(part.trim_matches('"'))))
            .collect();
        return Failure::new(904, format_args!("{}: invalid identifier", quoted.join(".")));
    }
    if let Some((_, name)) = message.split_once("has no column named ") {
        return Failure::new(904, format_args!("\"{}\": invalid identifier", shown(name)));
    }
    if message.contains("ambiguous column name") {
        return Failure::new(918, "column ambiguously defined");
    }
    if message.contains("values for") && message.contains("columns") {
        let few = message.contains("values were supplied");
        return if few {
            Failure::new(947, "not enough values")
        } else {
            Failure::new(913, "too many values")
        };
    }
    if message.contains("syntax error") || message.contains("incomplete input") || message.contains("unrecognized token") {
        return Failure::new(933, format_args!("SQL command not properly ended ({message})"));
    }
    if code == ErrorCode::DatabaseBusy {
        return Failure::new(54, "resource busy and acquire with NOWAIT specified or timeout expired");
    }
    Failure::unsupported(message)
}

pub(super) fn of_change(error: &Error, verb: Verb, dictionary: &Dictionary, schema: &str) -> Failure {
    let (_, code, message) = match parts(error) {
        Ok(parts) => parts,
        Err(failure) => return failure,
    };
    let about = message.split_once("failed: ").map_or("", |(_, about)| about);
    match code {
        ffi::SQLITE_CONSTRAINT_UNIQUE | ffi::SQLITE_CONSTRAINT_PRIMARYKEY | ffi::SQLITE_CONSTRAINT_ROWID => {
            let columns: Vec<(&str, &str)> = about.split(", ").filter_map(|name| name.split_once('.')).collect();
            let table = columns.first().map_or("", |(table, _)| table);
            let columns: Vec<String> = columns.iter().map(|(_, column)| (*column).to_owned()).collect();
            let name = dictionary.unique(table, &columns).unwrap_or(about);
            Failure::new(1, format_args!("unique constraint ({schema}.{}) violated", shown(name)))
        }
        ffi::SQLITE_CONSTRAINT_NOTNULL => {
            let (table, column) = about.split_once('.').unwrap_or((about, ""));
            let name = format!("(\"{schema}\".\"{}\".\"{}\")", shown(table), shown(column));
            if verb == Verb::Insert {
                Failure::new(1400, format_args!("cannot insert NULL into {name}"))
            } else {
                Failure::new(1407, format_args!("cannot update {name} to NULL"))
            }
        }
        ffi::SQLITE_CONSTRAINT_CHECK => Failure::new(2290, format_args!("check constraint ({schema}.{}) violated", shown(about))),
        ffi::SQLITE_MISMATCH => Failure::new(1722, "invalid number"),
        _ => of_query(error),
    }
}
