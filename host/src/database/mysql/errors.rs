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
        1022 | 1062 | 1169 | 1586 | 1761 | 1762 => ErrorKind::Unique,
        1216 | 1217 | 1451 | 1452 => ErrorKind::ForeignKey,
        1048 | 1138 | 1263 | 1364 => ErrorKind::NotNull,
        // 4025 is MariaDB's; views have a CHECK OPTION, and tables partitions.
        3819 | 4025 | 1369 | 1526 => ErrorKind::Check,
        1118 | 1264 | 1406 | 1690 => ErrorKind::TooLong,
        1265 | 1292 | 1300 | 1365 | 1366 | 1367 | 1411 | 1525 | 3140 | 3854 => ErrorKind::InvalidValue,
        1020 | 1205 | 1213 | 1614 | 3572 => ErrorKind::Conflict,
        1044 | 1095 | 1142 | 1143 | 1227 | 1370 | 1410 | 1419 => ErrorKind::Permission,
        // 1969 is MariaDB's.
        1317 | 1969 | 3024 => ErrorKind::Timeout,
        _ if UNAVAILABLE.contains(&number) => ErrorKind::Unavailable,
        _ if STATEMENT.contains(&number) => ErrorKind::Statement,
        _ => ErrorKind::Other,
    }
}

/// No such database, refused (the password, its age, the account), too many connections, shutting down, lost, read-only.
const UNAVAILABLE: [u16; 20] = [
    1040, 1045, 1049, 1053, 1077, 1129, 1130, 1203, 1226, 1698, 1820, 1836, 1862, 1927, 2006, 2013, 3032, 3118, 3168, 4151,
];

/// Syntax, names, what does not go together, what can't be changed.
const STATEMENT: [u16; 40] = [
    1052, 1054, 1055, 1056, 1058, 1060, 1064, 1109, 1110, 1136, 1140, 1146, 1149, 1166, 1176, 1191, 1193, 1210, 1222, 1235, 1241,
    1242, 1247, 1248, 1288, 1290, 1295, 1305, 1318, 1327, 1348, 1356, 1442, 1443, 1449, 1471, 1792, 1906, 3105, 3143,
];

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
            (3819, ErrorKind::Check),
            (1205, ErrorKind::Conflict),
            (3024, ErrorKind::Timeout),
            (1862, ErrorKind::Unavailable),
            (1288, ErrorKind::Statement),
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
