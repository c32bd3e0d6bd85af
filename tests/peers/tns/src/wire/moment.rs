//! DATE and the kinds of TIMESTAMP: century and year above 100, the parts of the time above 1, nanoseconds, and the zone
//! above 20 hours and 60 minutes. With a zone, what comes before it is in UTC.

use chrono::{Datelike, NaiveDate, NaiveDateTime, Timelike};

/// How much of it is written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Detail {
    Seconds,
    Nanoseconds,
    Zone,
}

/// `None` if the year is beyond what the format has a place for.
pub(super) fn encode(moment: NaiveDateTime, detail: Detail) -> Option<Vec<u8>> {
    let small = |number: u32| u8::try_from(number).ok();
    let year = moment.year();
    let mut bytes = vec![
        u8::try_from(year / 100 + 100).ok()?,
        u8::try_from(year % 100 + 100).ok()?,
        small(moment.month())?,
        small(moment.day())?,
        small(moment.hour() + 1)?,
        small(moment.minute() + 1)?,
        small(moment.second() + 1)?,
    ];
    if detail != Detail::Seconds {
        bytes.extend(moment.nanosecond().to_be_bytes());
    }
    if detail == Detail::Zone {
        bytes.extend([20, 60]);
    }
    Some(bytes)
}

/// `None` if these bytes are no moment.
pub(super) fn decode(bytes: &[u8]) -> Option<NaiveDateTime> {
    let ([century, year, month, day, hour, minute, second], rest) = bytes.split_first_chunk::<7>()?;
    let nanoseconds = match rest.first_chunk::<4>() {
        Some(nanoseconds) => u32::from_be_bytes(*nanoseconds),
        None if rest.is_empty() => 0,
        None => return None,
    };
    let year = (i32::from(*century) - 100) * 100 + i32::from(*year) - 100;
    let above = |part: u8| part.checked_sub(1).map(u32::from);
    NaiveDate::from_ymd_opt(year, (*month).into(), (*day).into())?.and_hms_nano_opt(
        above(*hour)?,
        above(*minute)?,
        above(*second)?,
        nanoseconds,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_comes_back_as_it_was() {
        let moment = NaiveDate::from_ymd_opt(2024, 2, 29)
            .unwrap()
            .and_hms_nano_opt(23, 59, 58, 120)
            .unwrap();
        let written = encode(moment, Detail::Zone).unwrap();
        assert_eq!(written, [120, 124, 2, 29, 24, 60, 59, 0, 0, 0, 120, 20, 60]);
        assert_eq!(decode(&written), Some(moment));
        let date = encode(moment, Detail::Seconds).unwrap();
        assert_eq!(decode(&date), moment.with_nanosecond(0));
        assert_eq!(decode(&[120, 124, 2, 30, 1, 1, 1]), None);
    }
}
