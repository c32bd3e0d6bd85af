//! What Oracle's error numbers say, and what the driver's own errors do.

use oracledb::ErrorKind as Driver;

use super::names;
use crate::database::{DatabaseError, ErrorKind};

pub(super) fn classify(error: &oracledb::Error) -> DatabaseError {
    match error.kind() {
        Driver::DbError(database) => of_database(database.code(), database.message()),
        Driver::ListenerRefusedConnection(_, _, _, number) => refused(*number, error),
        Driver::InvalidServiceName(..) => refused(12514, error),
        Driver::InvalidSid(..) => refused(12505, error),
        Driver::CallTimeoutExceeded => {
            DatabaseError::new(ErrorKind::Timeout, "the database took longer than `statement-timeout`")
        }
        Driver::InvalidOracleNumber(_) | Driver::OutOfRange(_) | Driver::InvalidEncodedString => DatabaseError::new(
            ErrorKind::InvalidValue,
            "a value cannot be sent to the database, or read from it",
        ),
        Driver::ColumnTruncated(actual, most) => DatabaseError::new(
            ErrorKind::TooLong,
            format!("a value that comes back has {actual} bytes, and {most} have room"),
        ),
        Driver::ParseError(..)
        | Driver::WrongNumPositionalBinds(..)
        | Driver::MissingBindValue(_)
        | Driver::InvalidBindName(_)
        | Driver::NotImplemented(_)
        | Driver::UnsupportedDbType(_)
        | Driver::UnsupportedConversion(..) => DatabaseError::new(ErrorKind::Statement, error.to_string()),
        _ => DatabaseError::new(
            ErrorKind::Unavailable,
            format!("the connection to the database failed: {error}"),
        ),
    }
}

fn of_database(number: usize, message: &str) -> DatabaseError {
    DatabaseError {
        kind: kind(number),
        code: Some(code(number)),
        constraint: names::constraint(number, message),
        column: names::column(number, message),
        message: message.to_owned(),
    }
}

fn refused(number: usize, error: &oracledb::Error) -> DatabaseError {
    DatabaseError {
        code: Some(code(number)),
        ..DatabaseError::new(
            ErrorKind::Unavailable,
            format!("the connection to the database failed: {error}"),
        )
    }
}

/// As Oracle writes it: `ORA-00001`.
fn code(number: usize) -> String {
    format!("ORA-{number:05}")
}

fn kind(number: usize) -> ErrorKind {
    match number {
        1 => ErrorKind::Unique,
        2291 | 2292 => ErrorKind::ForeignKey,
        1400 | 1407 => ErrorKind::NotNull,
        2290 => ErrorKind::Check,
        // Text, numbers, and assignments of PL/SQL.
        12899 | 1438 | 1401 | 1426 | 910 => ErrorKind::TooLong,
        // Numbers, dates, encodings, JSON; what PL/SQL cannot convert or assign.
        1722 | 1830 | 1839..=1865 | 1867 | 1878 | 6502 | 1465 | 40441 | 40478 => ErrorKind::InvalidValue,
        // Deadlock, serialization, busy, a snapshot that is too old, discarded packages.
        60 | 8177 | 54 | 30006 | 1555 | 4020 | 4061 | 4068 | 8176 => ErrorKind::Conflict,
        // No such table for this account, insufficient privileges, a role that is not granted.
        942 | 1031 | 1720 | 1919 | 1924 | 41900 => ErrorKind::Permission,
        // Cancelled, a call's time, a lock's time, resource limits.
        1013 | 3136 | 3156 | 2049 | 40 | 2392..=2395 | 2399 => ErrorKind::Timeout,
        // Not open, no memory, sessions; password, locked account; end of file on the channel; names and listeners.
        20
        | 18
        | 28
        | 1012
        | 1017
        | 1033
        | 1034
        | 1035
        | 1045
        | 1089
        | 1090
        | 1092
        | 1109
        | 3113
        | 3114
        | 3135
        | 2391
        | 2396
        | 4030
        | 4031
        | 12150..=12299
        | 12500..=12699
        | 25401..=25409
        | 28000
        | 28001
        | 28002
        | 28040
        | 30066 => ErrorKind::Unavailable,
        // What sessions and transactions that only read refuse.
        1456 | 16000 | 28193 => ErrorKind::Statement,
        // Syntax and names; PL/SQL that does not compile.
        900..=999 | 1002 | 1006..=1008 | 1036 | 1405 | 1427 | 1732..=1799 | 2000..=2048 | 4043 | 6550 | 6576 => {
            ErrorKind::Statement
        }
        _ => ErrorKind::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_their_meaning() {
        for (number, wanted) in [
            (1, ErrorKind::Unique),
            (2291, ErrorKind::ForeignKey),
            (2292, ErrorKind::ForeignKey),
            (1400, ErrorKind::NotNull),
            (1407, ErrorKind::NotNull),
            (2290, ErrorKind::Check),
            (12899, ErrorKind::TooLong),
            (1438, ErrorKind::TooLong),
            (1722, ErrorKind::InvalidValue),
            (1843, ErrorKind::InvalidValue),
            (6502, ErrorKind::InvalidValue),
            (60, ErrorKind::Conflict),
            (8177, ErrorKind::Conflict),
            (942, ErrorKind::Permission),
            (1031, ErrorKind::Permission),
            (904, ErrorKind::Statement),
            (933, ErrorKind::Statement),
            (6550, ErrorKind::Statement),
            (28193, ErrorKind::Statement),
            (1013, ErrorKind::Timeout),
            (3136, ErrorKind::Timeout),
            (3113, ErrorKind::Unavailable),
            (3114, ErrorKind::Unavailable),
            (12541, ErrorKind::Unavailable),
            (12514, ErrorKind::Unavailable),
            (1017, ErrorKind::Unavailable),
            (1403, ErrorKind::Other),
            (20001, ErrorKind::Other),
        ] {
            assert_eq!(kind(number), wanted, "{number}");
        }
        assert_eq!(code(1), "ORA-00001");
        assert_eq!(code(12899), "ORA-12899");
    }

    #[test]
    fn errors_name_what_they_are_about() {
        let error = of_database(1400, "ORA-01400: cannot insert NULL into (\"HR\".\"APP_USER\".\"USERNAME\")");
        assert_eq!((error.kind, error.column.as_deref()), (ErrorKind::NotNull, Some("USERNAME")));
        let error = of_database(1, "ORA-00001: unique constraint (HR.APP_USER_USERNAME) violated");
        assert_eq!(
            (error.kind, error.constraint.as_deref()),
            (ErrorKind::Unique, Some("APP_USER_USERNAME"))
        );
        assert_eq!(error.code.as_deref(), Some("ORA-00001"));
    }
}
