//! What MySQL's and MariaDB's error numbers say. The number tells more than SQLSTATE, which is `HY000` for most.

use sqlx::mysql::MySqlDatabaseError;

use super::names;
use crate::database::{DatabaseError, ErrorKind};

pub(super) fn classify(error: &dyn sqlx::error::DatabaseError) -> DatabaseError {
    let number = error
        .try_downcast_ref::<MySqlDatabaseError>()
        .map_or(0, MySqlDatabaseError::number);
    DatabaseError {
        kind: kind(number),
        code: Some(number.to_string()),
        constraint: names::constraint(error.message()),
        column: names::column(error.message()),
        message: error.message().to_owned(),
    }
}

fn kind(number: u16) -> ErrorKind {
    match number {
        1022 | 1062 | 1169 | 1586 => ErrorKind::Unique,
        1216 | 1217 | 1451 | 1452 => ErrorKind::ForeignKey,
        1048 | 1263 | 1364 => ErrorKind::NotNull,
        3819 | 4025 => ErrorKind::Check,
        1264 | 1406 | 1690 => ErrorKind::TooLong,
        1265 | 1292 | 1366 | 1411 | 3140 => ErrorKind::InvalidValue,
        1205 | 1213 | 1020 => ErrorKind::Conflict,
        1044 | 1142 | 1143 | 1227 | 1370 | 1410 => ErrorKind::Permission,
        1317 | 1969 | 3024 => ErrorKind::Timeout,
        // No such database, refused, too many connections, shutting down, lost.
        1040 | 1045 | 1049 | 1053 | 1077 | 1129 | 1130 | 1203 | 1226 | 1698 | 1927 | 2006 | 2013 => ErrorKind::Unavailable,
        1054 | 1064 | 1109 | 1146 | 1149 | 1166 | 1176 | 1210 | 1305 | 1318 | 1792 | 1060 | 1222 | 1247 | 1248 | 1290 => {
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
            (1062, ErrorKind::Unique),
            (1452, ErrorKind::ForeignKey),
            (1048, ErrorKind::NotNull),
            (4025, ErrorKind::Check),
            (1406, ErrorKind::TooLong),
            (1292, ErrorKind::InvalidValue),
            (1213, ErrorKind::Conflict),
            (1142, ErrorKind::Permission),
            (1969, ErrorKind::Timeout),
            (1045, ErrorKind::Unavailable),
            (1146, ErrorKind::Statement),
            (1792, ErrorKind::Statement),
            (9999, ErrorKind::Other),
        ] {
            assert_eq!(kind(number), wanted, "{number}");
        }
    }
}
