//! What SQL Server's error numbers say. Its words are asked for names alone.

use super::names;
use crate::database::{DatabaseError, ErrorKind};

/// Too long, or out of the range of a type.
const TOO_LONG: [u32; 8] = [2628, 8152, 220, 232, 242, 248, 517, 8115];

/// A value that cannot be converted: text, numbers, dates, UUIDs, XML, what a call was given.
const INVALID: [u32; 17] = [
    206, 235, 241, 244, 245, 257, 293, 295, 296, 529, 6602, 8114, 8169, 9420, 9436, 9455, 9803,
];

/// Deadlock, lock time-out, snapshots, and what In-Memory OLTP calls these.
const CONFLICT: [u32; 9] = [1205, 1222, 3960, 3961, 41301, 41302, 41305, 41325, 41839];

const PERMISSION: [u32; 8] = [229, 230, 262, 297, 300, 4613, 15151, 15247];

/// No such database, refused, full, shutting down, failing over.
const UNAVAILABLE: [u32; 32] = [
    64, 233, 596, 701, 904, 911, 916, 922, 927, 942, 945, 976, 978, 983, 4060, 4064, 6005, 9001, 9002, 10928, 10929, 10054,
    17187, 17809, 17810, 40197, 40501, 40544, 40613, 49918, 49919, 49920,
];

/// Login failed, for one of many reasons.
const LOGIN: std::ops::RangeInclusive<u32> = 18401..=18489;

/// Syntax, names, types that do not go together, what a procedure takes.
const STATEMENT: [u32; 65] = [
    102, 103, 104, 105, 107, 109, 110, 111, 116, 120, 121, 128, 137, 141, 145, 147, 156, 164, 170, 174, 189, 195, 201, 205, 207,
    208, 209, 213, 214, 217, 263, 264, 266, 271, 272, 273, 334, 402, 404, 408, 446, 447, 451, 468, 1008, 1033, 1038, 2801, 2812,
    3902, 3903, 3906, 3930, 3931, 3998, 4104, 8120, 8144, 8145, 8146, 8155, 8156, 8178, 10741, 10744,
];

/// What the procedures that describe a statement say of it.
pub(super) const UNDESCRIBED: std::ops::RangeInclusive<u32> = 11502..=11550;

/// A number that the server gave, and its words.
pub(super) fn classify(number: u32, message: &str) -> DatabaseError {
    DatabaseError {
        kind: kind(number),
        code: Some(number.to_string()),
        constraint: names::constraint(number, message),
        column: names::column(number, message),
        message: message.to_owned(),
    }
}

fn kind(number: u32) -> ErrorKind {
    match number {
        2601 | 2627 => ErrorKind::Unique,
        515 => ErrorKind::NotNull,
        // One number for foreign keys and for checks: what is true of both is said.
        547 => ErrorKind::Check,
        _ if TOO_LONG.contains(&number) => ErrorKind::TooLong,
        _ if INVALID.contains(&number) => ErrorKind::InvalidValue,
        _ if CONFLICT.contains(&number) => ErrorKind::Conflict,
        _ if PERMISSION.contains(&number) => ErrorKind::Permission,
        _ if UNAVAILABLE.contains(&number) || LOGIN.contains(&number) => ErrorKind::Unavailable,
        _ if STATEMENT.contains(&number) || UNDESCRIBED.contains(&number) => ErrorKind::Statement,
        _ => ErrorKind::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_their_meaning() {
        for (number, wanted) in [
            (2627, ErrorKind::Unique),
            (2601, ErrorKind::Unique),
            (515, ErrorKind::NotNull),
            (547, ErrorKind::Check),
            (2628, ErrorKind::TooLong),
            (8115, ErrorKind::TooLong),
            (245, ErrorKind::InvalidValue),
            (8114, ErrorKind::InvalidValue),
            (1205, ErrorKind::Conflict),
            (3960, ErrorKind::Conflict),
            (1222, ErrorKind::Conflict),
            (229, ErrorKind::Permission),
            (18456, ErrorKind::Unavailable),
            (4060, ErrorKind::Unavailable),
            (208, ErrorKind::Statement),
            (102, ErrorKind::Statement),
            (2812, ErrorKind::Statement),
            (11514, ErrorKind::Statement),
            (50000, ErrorKind::Other),
        ] {
            assert_eq!(kind(number), wanted, "{number}");
        }
    }

    #[test]
    fn no_number_has_two_meanings() {
        let mut all = [&TOO_LONG[..], &INVALID, &CONFLICT, &PERMISSION, &UNAVAILABLE, &STATEMENT].concat();
        let length = all.len();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), length);
        assert!(
            !all.iter()
                .any(|number| LOGIN.contains(number) || UNDESCRIBED.contains(number))
        );
    }
}
