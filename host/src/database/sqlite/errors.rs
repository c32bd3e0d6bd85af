//! What SQLite's extended result codes say.

use crate::database::{DatabaseError, ErrorKind};

pub(super) fn classify(error: &dyn sqlx::error::DatabaseError) -> DatabaseError {
    let code = error.code().map(|code| code.into_owned()).unwrap_or_default();
    DatabaseError {
        kind: kind(code.parse().unwrap_or_default()),
        constraint: constraint(error.message()),
        column: column(error.message()),
        message: error.message().to_owned(),
        code: Some(code),
    }
}

/// `UNIQUE constraint failed: app_user.username`, `CHECK constraint failed: NAME`. SQLite quotes no values.
fn constraint(message: &str) -> Option<String> {
    let (kind, name) = message.split_once(" constraint failed: ")?;
    (kind != "NOT NULL").then(|| name.to_owned())
}

/// The column of `UNIQUE` and `NOT NULL`, if it is a single one.
fn column(message: &str) -> Option<String> {
    let (kind, names) = message.split_once(" constraint failed: ")?;
    let single = ["UNIQUE", "NOT NULL"].contains(&kind) && !names.contains(',');
    let name = names.rsplit('.').next().filter(|_| single)?;
    Some(name.to_owned())
}

fn kind(code: u32) -> ErrorKind {
    match code {
        // SQLITE_CONSTRAINT_UNIQUE, _PRIMARYKEY, _ROWID
        2067 | 1555 | 2579 => ErrorKind::Unique,
        787 => ErrorKind::ForeignKey,
        1299 => ErrorKind::NotNull,
        275 => ErrorKind::Check,
        3091 => ErrorKind::InvalidValue,
        // The primary code is the lower byte.
        _ => match code & 0xff {
            1 | 8 | 23 => ErrorKind::Statement,
            3 => ErrorKind::Permission,
            5 | 6 => ErrorKind::Conflict,
            9 => ErrorKind::Timeout,
            10 | 11 | 13 | 14 | 26 => ErrorKind::Unavailable,
            18 => ErrorKind::TooLong,
            19 => ErrorKind::Check,
            20 | 25 => ErrorKind::InvalidValue,
            _ => ErrorKind::Other,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_behind_the_colon() {
        let unique = "UNIQUE constraint failed: app_user.username";
        assert_eq!(constraint(unique).as_deref(), Some("app_user.username"));
        assert_eq!(column(unique).as_deref(), Some("username"));
        assert_eq!(column("UNIQUE constraint failed: t.a, t.b"), None);
        let null = "NOT NULL constraint failed: app_user.username";
        assert_eq!((constraint(null), column(null).as_deref()), (None, Some("username")));
        let check = "CHECK constraint failed: status IN ('A.B')";
        assert_eq!(
            (constraint(check).as_deref(), column(check)),
            (Some("status IN ('A.B')"), None)
        );
        assert_eq!(constraint("FOREIGN KEY constraint failed"), None);
    }

    #[test]
    fn codes_have_their_meaning() {
        for (code, wanted) in [
            (2067, ErrorKind::Unique),
            (1555, ErrorKind::Unique),
            (787, ErrorKind::ForeignKey),
            (1299, ErrorKind::NotNull),
            (1, ErrorKind::Statement),
            (8, ErrorKind::Statement),
            (517, ErrorKind::Conflict),
            (9, ErrorKind::Timeout),
            (14, ErrorKind::Unavailable),
            (1811, ErrorKind::Check),
        ] {
            assert_eq!(kind(code), wanted, "{code}");
        }
    }
}
