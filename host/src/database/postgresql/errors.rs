//! What SQLSTATE says.

use sqlx::postgres::PgDatabaseError;

use crate::database::{DatabaseError, ErrorKind};

pub(super) fn classify(error: &dyn sqlx::error::DatabaseError) -> DatabaseError {
    let code = error.code().map(|code| code.into_owned()).unwrap_or_default();
    DatabaseError {
        kind: kind(&code),
        constraint: error.constraint().map(str::to_owned),
        column: error.try_downcast_ref::<PgDatabaseError>().and_then(column),
        message: error.message().to_owned(),
        code: Some(code),
    }
}

/// The server names a column by itself for some errors, and in `Key (username)=(ada) already exists.` for others.
fn column(error: &PgDatabaseError) -> Option<String> {
    error.column().or_else(|| key(error.detail()?)).map(str::to_owned)
}

fn key(detail: &str) -> Option<&str> {
    let (name, _) = detail.strip_prefix("Key (")?.split_once(")=(")?;
    (!name.contains(',')).then(|| name.trim_matches('"'))
}

fn kind(code: &str) -> ErrorKind {
    match code {
        "23505" | "23P01" => ErrorKind::Unique,
        "23001" | "23503" => ErrorKind::ForeignKey,
        "23502" => ErrorKind::NotNull,
        // A view has a CHECK OPTION.
        "23514" | "44000" => ErrorKind::Check,
        "22001" | "22003" => ErrorKind::TooLong,
        "40001" | "40P01" | "55P03" => ErrorKind::Conflict,
        "42501" => ErrorKind::Permission,
        "57014" | "25P03" => ErrorKind::Timeout,
        _ => match code.get(..2).unwrap_or_default() {
            "22" => ErrorKind::InvalidValue,
            // Connection, authorisation, no such database, too many connections, shutting down.
            "08" | "28" | "3D" | "53" | "57" | "58" => ErrorKind::Unavailable,
            // Syntax, names, and what a read-only transaction refuses.
            "42" | "25" | "0A" | "26" | "3F" => ErrorKind::Statement,
            "23" => ErrorKind::Check,
            _ => ErrorKind::Other,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_of_one_column_names_it() {
        assert_eq!(key("Key (username)=(x)=(y) already exists."), Some("username"));
        assert_eq!(key("Key (\"User Name\")=(x) already exists."), Some("User Name"));
        assert_eq!(key("Key (a, b)=(1, 2) already exists."), None);
        assert_eq!(key("Failing row contains (1, null)."), None);
    }

    #[test]
    fn codes_have_their_meaning() {
        for (code, wanted) in [
            ("23505", ErrorKind::Unique),
            ("23503", ErrorKind::ForeignKey),
            ("23502", ErrorKind::NotNull),
            ("22001", ErrorKind::TooLong),
            ("22P02", ErrorKind::InvalidValue),
            ("22007", ErrorKind::InvalidValue),
            ("40P01", ErrorKind::Conflict),
            ("42501", ErrorKind::Permission),
            ("42P01", ErrorKind::Statement),
            ("25006", ErrorKind::Statement),
            ("57014", ErrorKind::Timeout),
            ("57P01", ErrorKind::Unavailable),
            ("28P01", ErrorKind::Unavailable),
            ("P0001", ErrorKind::Other),
        ] {
            assert_eq!(kind(code), wanted, "{code}");
        }
    }
}
