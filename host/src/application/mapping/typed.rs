//! SQL values as the JSON that SCIM wants of an attribute (RFC 7643 §2.3).

use chrono::{DateTime, NaiveDate, NaiveDateTime, SecondsFormat, Utc};
use serde_json::{Value as Json, json};

use crate::{application::ValueType, database::Value, scim::number};

/// The JSON of a value, `None` for NULL. The error says what the column holds instead of what is wanted, without the value.
pub fn json(value: &Value, value_type: ValueType) -> Result<Option<Json>, String> {
    if value.is_null() {
        return Ok(None);
    }
    match value_type {
        ValueType::Any => Ok(value.to_json()),
        ValueType::Text | ValueType::Binary => Ok(value.to_text().map(Json::String)),
        ValueType::Integer => whole(value)
            .map(Some)
            .ok_or_else(|| "does not hold a whole number".to_owned()),
        ValueType::Decimal => decimal(value).map(Some).ok_or_else(|| "does not hold a number".to_owned()),
        ValueType::Boolean => truth(value)
            .map(|truth| Some(json!(truth)))
            .ok_or_else(|| "does not hold a boolean".to_owned()),
        ValueType::DateTime => instant(value)
            .map(|instant| Some(json!(instant.to_rfc3339_opts(SecondsFormat::AutoSi, true))))
            .ok_or_else(|| "does not hold a date with time".to_owned()),
    }
}

/// The JSON of a value in a column whose type is all that says what the value should be: SQLite's columns hold other things
/// too, and these are given as what they are.
pub fn json_of_own(value: &Value, value_type: ValueType) -> Option<Json> {
    json(value, value_type).unwrap_or_else(|_| value.to_json())
}

fn whole(value: &Value) -> Option<Json> {
    match value {
        Value::Integer(integer) => Some(json!(integer)),
        Value::Boolean(truth) => Some(json!(i64::from(*truth))),
        Value::Float(float) if float.fract() == 0.0 && float.abs() < 9e15 => Some(json!(*float as i64)),
        other => number::integer(&other.to_text()?),
    }
}

/// What a double would change is a string, so that nobody writes back another number than was read.
fn decimal(value: &Value) -> Option<Json> {
    match value {
        Value::Integer(integer) => Some(json!(integer)),
        Value::Float(float) if float.is_finite() => Some(json!(float)),
        Value::Decimal(text) => Some(number::exact(text).unwrap_or_else(|| json!(text))),
        other => number::exact(&other.to_text()?),
    }
}

/// What databases without booleans write for them.
pub fn truth(value: &Value) -> Option<bool> {
    match value {
        Value::Boolean(truth) => Some(*truth),
        Value::Integer(0) => Some(false),
        Value::Integer(1) => Some(true),
        // BIT(1) of MySQL.
        Value::Bytes(bytes) if bytes == &[0] => Some(false),
        Value::Bytes(bytes) if bytes == &[1] => Some(true),
        other => match other.to_text()?.trim().to_ascii_lowercase().as_str() {
            "1" | "y" | "yes" | "t" | "true" => Some(true),
            "0" | "n" | "no" | "f" | "false" => Some(false),
            _ => None,
        },
    }
}

/// A point in time. Without a zone it is read as UTC, as everywhere here; a whole number counts seconds since 1970, which is
/// one of SQLite's ways to store a date.
pub fn instant(value: &Value) -> Option<DateTime<Utc>> {
    if let Value::Integer(seconds) = value {
        return DateTime::from_timestamp(*seconds, 0);
    }
    let text = value.to_text()?;
    let text = text.trim();
    DateTime::parse_from_rfc3339(text)
        .map(|instant| instant.to_utc())
        .ok()
        .or_else(|| {
            let forms = ["%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M"];
            forms
                .iter()
                .find_map(|form| NaiveDateTime::parse_from_str(text, form).ok())
                .map(|time| time.and_utc())
        })
        .or_else(|| {
            NaiveDate::parse_from_str(text, "%Y-%m-%d")
                .ok()?
                .and_hms_opt(0, 0, 0)
                .map(|time| time.and_utc())
        })
}
