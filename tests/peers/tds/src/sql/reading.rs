//! What SQL Server makes of text where it wants a date, a time or a uniqueidentifier: the ISO forms, whose meaning depends on no
//! setting of the session.

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, TimeZone as _};
use uuid::Uuid;

/// A date, a time or both, with or without an offset (which is none without).
pub fn instant(text: &str) -> Option<DateTime<FixedOffset>> {
    let text = text.trim();
    let (moment, minutes) = match text.strip_suffix(['Z', 'z']) {
        Some(moment) => (moment, 0),
        None => offset(text).unwrap_or((text, 0)),
    };
    let offset = FixedOffset::east_opt(minutes * 60)?;
    offset.from_local_datetime(&local(moment.trim_end())?).single()
}

/// Takes `+02:00` off the end.
fn offset(text: &str) -> Option<(&str, i32)> {
    let (moment, offset) = text.split_at_checked(text.len().checked_sub(6)?)?;
    let sign = match offset.as_bytes().first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let (hours, minutes) = offset[1..].split_once(':')?;
    // A date ends with a minus and two digits as well.
    (moment.contains(':')).then_some((
        moment,
        sign * (hours.parse::<i32>().ok()? * 60 + minutes.parse::<i32>().ok()?),
    ))
}

fn local(text: &str) -> Option<NaiveDateTime> {
    for form in [
        "%Y-%m-%dT%H:%M:%S%.f",
        "%Y-%m-%d %H:%M:%S%.f",
        "%Y-%m-%d %H:%M",
        "%Y%m%d %H:%M:%S%.f",
    ] {
        if let Ok(moment) = NaiveDateTime::parse_from_str(text, form) {
            return Some(moment);
        }
    }
    for form in ["%Y-%m-%d", "%Y%m%d"] {
        if let Ok(date) = NaiveDate::parse_from_str(text, form) {
            return Some(date.and_time(NaiveTime::default()));
        }
    }
    let time = ["%H:%M:%S%.f", "%H:%M"]
        .iter()
        .find_map(|form| NaiveTime::parse_from_str(text, form).ok())?;
    Some(NaiveDate::from_ymd_opt(1900, 1, 1)?.and_time(time))
}

/// With hyphens, and with or without braces.
pub fn uuid(text: &str) -> Option<Uuid> {
    let bare = text.trim().trim_start_matches('{').trim_end_matches('}');
    (bare.len() == 36).then(|| Uuid::parse_str(bare).ok()).flatten()
}
