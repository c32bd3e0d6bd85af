//! Values as SQLite keeps them. It has integers, doubles, texts and bytes; a text that is a moment or a number with more
//! digits than a double is marked as such. Texts of moments compare as moments do.

use chrono::{NaiveDateTime, Timelike};
use rusqlite::types::{Value as Kept, ValueRef};

use crate::{Decimal, Failure, Value};

pub(super) const MOMENT: char = '\u{1}';
pub(super) const LONG_NUMBER: char = '\u{2}';

/// As many digits survive in a double.
const DIGITS: usize = 15;

pub(super) fn keep(value: &Value) -> Result<Kept, Failure> {
    Ok(match value {
        Value::Null => Kept::Null,
        Value::Number(number) => keep_number(number),
        Value::Text(text) if text.is_empty() => Kept::Null,
        Value::Text(text) if text.starts_with([MOMENT, LONG_NUMBER]) => {
            return Err(Failure::unsupported("texts that begin with U+0001 or U+0002"));
        }
        Value::Text(text) => Kept::Text(text.clone()),
        Value::Bytes(bytes) if bytes.is_empty() => Kept::Null,
        Value::Bytes(bytes) => Kept::Blob(bytes.clone()),
        Value::Moment(moment) => Kept::Text(keep_moment(*moment)),
        // Oracle 19 has them in PL/SQL alone.
        Value::Boolean(_) => return Err(Failure::new(3115, "unsupported network datatype or representation")),
    })
}

fn keep_number(number: &Decimal) -> Kept {
    let (_, whole, fraction) = number.parts();
    if let (true, Ok(integer)) = (fraction.is_empty(), number.as_str().parse()) {
        return Kept::Integer(integer);
    }
    let digits = format!("{whole}{fraction}");
    match number.as_str().parse() {
        Ok(double) if digits.trim_matches('0').len() <= DIGITS => Kept::Real(double),
        _ => Kept::Text(format!("{LONG_NUMBER}{number}")),
    }
}

pub(super) fn keep_moment(moment: NaiveDateTime) -> String {
    let seconds = moment.format("%Y-%m-%d %H:%M:%S");
    match moment.nanosecond() {
        0 => format!("{MOMENT}{seconds}"),
        nanoseconds => format!("{MOMENT}{seconds}.{}", format!("{nanoseconds:09}").trim_end_matches('0')),
    }
}

pub(super) fn shown(kept: ValueRef<'_>) -> Result<Value, Failure> {
    Ok(match kept {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(integer) => Value::from(integer),
        ValueRef::Real(double) => {
            let number = Decimal::parse(&double.to_string()).ok_or_else(|| Failure::new(1426, "numeric overflow"))?;
            Value::Number(number)
        }
        ValueRef::Text(bytes) => {
            shown_text(std::str::from_utf8(bytes).map_err(|_| Failure::new(29275, "partial multibyte character"))?)?
        }
        ValueRef::Blob(bytes) => Value::Bytes(bytes.to_vec()),
    })
}

fn shown_text(text: &str) -> Result<Value, Failure> {
    if text.is_empty() {
        return Ok(Value::Null);
    }
    if let Some(moment) = text.strip_prefix(MOMENT) {
        return read_moment(moment)
            .map(Value::Moment)
            .ok_or_else(|| Failure::unsupported("calculating with dates"));
    }
    match text.strip_prefix(LONG_NUMBER) {
        Some(number) => Decimal::parse(number)
            .map(Value::Number)
            .ok_or_else(|| Failure::unsupported("calculating with so many digits")),
        None => Ok(Value::text(text)),
    }
}

/// `2024-01-02`, and what may follow of a time and a zone. In UTC.
pub(super) fn read_moment(text: &str) -> Option<NaiveDateTime> {
    if let Ok(zoned) = chrono::DateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S%.f %:z") {
        return Some(zoned.naive_utc());
    }
    NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S%.f")
        .or_else(|_| NaiveDateTime::parse_from_str(&format!("{text} 00:00:00"), "%Y-%m-%d %H:%M:%S"))
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_come_back_as_they_were() {
        for text in [
            "1",
            "-5",
            "1.5",
            "0.1",
            "9223372036854775807",
            "9223372036854775808",
            "12345678901234567890.12",
            "123456789012.345",
        ] {
            let value = Value::Number(Decimal::parse(text).unwrap());
            let kept = keep(&value).unwrap();
            assert_eq!(shown((&kept).into()), Ok(value), "{text}");
        }
        let moment = read_moment("2024-01-02 03:04:05.000120").unwrap();
        let kept = keep(&Value::Moment(moment)).unwrap();
        assert_eq!(kept, Kept::Text("\u{1}2024-01-02 03:04:05.00012".into()));
        assert_eq!(shown((&kept).into()), Ok(Value::Moment(moment)));
        assert_eq!(
            read_moment("2026-11-23 10:00:00.5 +02:00"),
            read_moment("2026-11-23 08:00:00.5")
        );
        assert_eq!(keep(&Value::text("")), Ok(Kept::Null));
        assert_eq!(keep(&Value::text("\u{1}x")).unwrap_err().code, 3001);
    }
}
