//! Dates and points in time both ways.
//!
//! The session's time zone is UTC, and a time without a zone is one of UTC. A `DATE` of Oracle's has a time of day.

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use oracledb::OracleTimestamp;

use crate::database::{Value, convert};

/// `None`: it is no time of any calendar.
pub(super) fn to_value(time: OracleTimestamp) -> Option<Value> {
    let local = NaiveDateTime::try_from(time).ok()?;
    Some(convert::timestamp(local.and_utc()))
}

/// `None`: Oracle has no such year.
pub(super) fn of_instant(instant: DateTime<Utc>) -> Option<OracleTimestamp> {
    of_local(instant.naive_utc())
}

/// Midnight.
pub(super) fn of_date(date: NaiveDate) -> Option<OracleTimestamp> {
    of_local(date.and_hms_opt(0, 0, 0)?)
}

fn of_local(local: NaiveDateTime) -> Option<OracleTimestamp> {
    use chrono::Datelike as _;
    (1..=9999).contains(&local.year()).then(|| local.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_come_back() {
        for text in [
            "2026-11-23T10:00:00Z",
            "1999-12-31T23:59:59.123456789Z",
            "0001-01-01T00:00:00Z",
        ] {
            let instant = convert::instant(&Value::Text(text.into())).unwrap();
            let back = of_instant(instant).and_then(to_value);
            assert_eq!(back.and_then(|value| value.to_text()).as_deref(), Some(text));
        }
    }

    #[test]
    fn a_date_is_its_midnight() {
        let date = NaiveDate::from_ymd_opt(2026, 11, 23).unwrap();
        assert_eq!(
            of_date(date).and_then(to_value),
            Some(Value::Timestamp("2026-11-23T00:00:00Z".into()))
        );
    }

    #[test]
    fn other_calendars_are_refused() {
        assert_eq!(of_date(NaiveDate::from_ymd_opt(-5, 1, 1).unwrap()), None);
        assert_eq!(of_date(NaiveDate::from_ymd_opt(10000, 1, 1).unwrap()), None);
        assert_eq!(to_value(OracleTimestamp::new_date(2026, 2, 30)), None);
    }
}
