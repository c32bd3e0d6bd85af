//! Dates and times on the wire: days since a first day, and units since midnight.

use bigdecimal::ToPrimitive as _;
use chrono::{DateTime, Duration, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, TimeZone as _, Timelike as _, Utc};

use super::bytes::{Bytes, Put, Result};
use crate::error::ServerError;

const DAY_NANOSECONDS: i64 = 86_400_000_000_000;

fn first_day() -> NaiveDate {
    NaiveDate::from_ymd_opt(1, 1, 1).unwrap_or_default()
}

fn day_of_1900() -> NaiveDate {
    NaiveDate::from_ymd_opt(1900, 1, 1).unwrap_or_default()
}

fn no_day() -> ServerError {
    ServerError::stream("a day that doesn't exist")
}

/// A number of bytes, little-endian.
fn number(bytes: &[u8]) -> i64 {
    bytes.iter().rev().fold(0, |number, byte| number << 8 | i64::from(*byte))
}

pub fn time_size(scale: u8) -> usize {
    match scale {
        0..=2 => 3,
        3..=4 => 4,
        _ => 5,
    }
}

pub fn read_date(from: &mut Bytes<'_>) -> Result<NaiveDate> {
    let days = number(from.take(3)?);
    let date = first_day().checked_add_signed(Duration::days(days));
    date.ok_or_else(no_day)
}

pub fn read_time(from: &mut Bytes<'_>, scale: u8) -> Result<NaiveTime> {
    let units = number(from.take(time_size(scale))?);
    let nanoseconds = units * 10_i64.pow(9 - u32::from(scale));
    if nanoseconds >= DAY_NANOSECONDS {
        return Err(ServerError::stream("a time after the end of the day"));
    }
    Ok(NaiveTime::default() + Duration::nanoseconds(nanoseconds))
}

pub fn read_instant(from: &mut Bytes<'_>, scale: u8) -> Result<DateTime<FixedOffset>> {
    let time = read_time(from, scale)?;
    let date = read_date(from)?;
    let minutes = i32::from(from.i16()?);
    let offset = FixedOffset::east_opt(minutes * 60).ok_or_else(|| ServerError::stream("an offset of more than a day"))?;
    Ok(Utc.from_utc_datetime(&date.and_time(time)).with_timezone(&offset))
}

/// The older type, in three hundredths of a second; or, in four bytes, in minutes.
pub fn read_datetime(from: &mut Bytes<'_>, size: u8) -> Result<NaiveDateTime> {
    let (days, since_midnight) = if size == 4 {
        (i64::from(from.u16()?), Duration::minutes(from.u16()?.into()))
    } else {
        let (days, ticks) = (i64::from(from.i32()?), i64::from(from.u32()?));
        (days, Duration::milliseconds((ticks * 10 + 1) / 3))
    };
    let day = day_of_1900().checked_add_signed(Duration::days(days)).ok_or_else(no_day)?;
    Ok(day.and_time(NaiveTime::default()) + since_midnight)
}

pub fn write_date(out: &mut Vec<u8>, date: NaiveDate) {
    let days = (date - first_day()).num_days();
    out.put(&days.to_le_bytes()[..3]);
}

pub fn write_time(out: &mut Vec<u8>, time: NaiveTime, scale: u8) {
    let nanoseconds = i64::from(time.num_seconds_from_midnight()) * 1_000_000_000 + i64::from(time.nanosecond() % 1_000_000_000);
    let units = nanoseconds / 10_i64.pow(9 - u32::from(scale));
    out.put(&units.to_le_bytes()[..time_size(scale)]);
}

pub fn write_instant(out: &mut Vec<u8>, instant: DateTime<FixedOffset>, scale: u8) {
    let utc = instant.naive_utc();
    write_time(out, utc.time(), scale);
    write_date(out, utc.date());
    let minutes = (instant.offset().local_minus_utc() / 60) as i16;
    out.put(&minutes.to_le_bytes());
}

pub fn write_datetime(out: &mut Vec<u8>, moment: NaiveDateTime) {
    let days = (moment.date() - day_of_1900()).num_days();
    let milliseconds = (moment.time() - NaiveTime::default()).num_milliseconds();
    out.i32(days.to_i32().unwrap_or(i32::MAX));
    out.u32(((milliseconds * 3 + 5) / 10) as u32);
}
