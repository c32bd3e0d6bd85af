//! A value as a part of a statement's text, where a database takes no placeholder: a name, or a text constant.
//!
//! This is the one place where that happens. What cannot be written so that exactly the value is read back is refused, and
//! never cut or changed. [`filled`] puts the quoted values into the slots of a statement; [`misplaced`] says beforehand whether
//! the slots stand where a quoted value cannot become anything else.

mod fill;
mod mysql;
mod oracle;
mod place;
mod postgresql;
mod sqlite;
mod sqlserver;
#[cfg(test)]
mod tests;

pub(super) use fill::{filled, split};
pub use place::misplaced;

use super::SlotKind;

/// How a database, as it is set on a connection, reads names and text constants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quoting {
    Sqlite,
    Postgresql,
    Mysql(Backslash),
    Sqlserver,
    Oracle,
}

/// What a backslash in a text constant of MySQL means. The session's `sql_mode` says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backslash {
    Escapes,
    /// `NO_BACKSLASH_ESCAPES`.
    Plain,
}

impl Quoting {
    /// The text that is read as this value.
    ///
    /// # Errors
    /// Why there is none; without the value, which may be a secret.
    pub fn quoted(self, kind: SlotKind, value: &str) -> Result<String, String> {
        if value.contains('\0') {
            return Err("it contains a NUL character".to_owned());
        }
        match kind {
            SlotKind::Identifier => {
                named(value)?;
                match self {
                    Quoting::Sqlite => sqlite::identifier(value),
                    Quoting::Postgresql => postgresql::identifier(value),
                    Quoting::Mysql(_) => mysql::identifier(value),
                    Quoting::Sqlserver => sqlserver::identifier(value),
                    Quoting::Oracle => oracle::identifier(value),
                }
            }
            SlotKind::Literal => match self {
                Quoting::Sqlite => Ok(between('\'', '\'', value)),
                Quoting::Postgresql => Ok(postgresql::literal(value)),
                Quoting::Mysql(backslash) => Ok(mysql::literal(value, backslash)),
                Quoting::Sqlserver => sqlserver::literal(value),
                Quoting::Oracle => oracle::literal(value),
            },
        }
    }
}

/// What is no name anywhere, or none that a person would see for what it is.
fn named(name: &str) -> Result<(), String> {
    if name.is_empty() {
        return Err("it is empty".to_owned());
    }
    if name.chars().any(char::is_control) {
        return Err("it contains a control character".to_owned());
    }
    Ok(())
}

/// In quotes, with each closing quote inside doubled.
fn between(open: char, close: char, value: &str) -> String {
    let mut text = String::with_capacity(value.len() + 2);
    text.push(open);
    for character in value.chars() {
        if character == close {
            text.push(close);
        }
        text.push(character);
    }
    text.push(close);
    text
}

/// Databases that take no notice of blanks at the end would take the name for another one.
fn no_blank_at_the_end(name: &str) -> Result<(), String> {
    match name.ends_with(' ') {
        true => Err("it ends with a blank, which the database would not tell from the name without".to_owned()),
        false => Ok(()),
    }
}

/// `length` is what the database counts, `unit` the name of that.
fn at_most(most: usize, length: usize, unit: &str) -> Result<(), String> {
    match length > most {
        true => Err(format!("it has {length} {unit}, and a name has at most {most}")),
        false => Ok(()),
    }
}
