//! SQL values as the JSON that SCIM wants of an attribute (RFC 7643 §2.3).

use chrono::{DateTime, NaiveDate, NaiveDateTime, SecondsFormat, Utc};
use serde_json::{Value as Json, json};

use crate::{application::ValueType, database::Value};

/// The JSON of a value, `None` for NULL. The error says what the column holds instead of what is wanted, without the value.
pub fn json(value: &Value, value_type: ValueType) -> Result<Option<Json>, String> {
    if value.is_null() {
        return Ok(None);
    }
    match value_type {
        ValueType::Any => Ok(value.to_json()),
        ValueType::Text => Ok(value.to_text().map(Json::String)),
        ValueType::Boolean => truth(value)
            .map(|truth| Some(json!(truth)))
            .ok_or_else(|| "does not hold a boolean".to_owned()),
        ValueType::DateTime => instant(value)
            .map(|instant| Some(json!(instant.to_rfc3339_opts(SecondsFormat::AutoSi, true))))
            .ok_or_else(|| "does not hold a date with time".to_owned()),
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
