//! From a value to the type that a database asks for. `None`: it cannot be one of those.

use std::str::FromStr as _;

use bigdecimal::BigDecimal;
use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, SecondsFormat, Utc};
use serde_json::value::RawValue;
use uuid::Uuid;

use super::{DatabaseError, ErrorKind, Parameter, Value};

pub(super) fn integer(value: &Value) -> Option<i64> {
    match value {
        Value::Integer(i) => Some(*i),
        Value::Boolean(b) => Some(i64::from(*b)),
        Value::Float(f) => (f.fract() == 0.0 && f.abs() < 9e15).then_some(*f as i64),
        other => other.to_text()?.trim().parse().ok(),
    }
}

pub(super) fn float(value: &Value) -> Option<f64> {
    match value {
        Value::Float(f) => Some(*f),
        Value::Integer(i) => Some(*i as f64),
        other => other.to_text()?.trim().parse().ok(),
    }
}

pub(super) fn boolean(value: &Value) -> Option<bool> {
    match value {
        Value::Boolean(b) => Some(*b),
        other => match other.to_text()?.trim().to_ascii_lowercase().as_str() {
            "true" | "t" | "1" | "y" | "yes" => Some(true),
            "false" | "f" | "0" | "n" | "no" => Some(false),
            _ => None,
        },
    }
}

pub(super) fn decimal(value: &Value) -> Option<BigDecimal> {
    match value {
        Value::Float(f) => BigDecimal::try_from(*f).ok(),
        other => BigDecimal::from_str(other.to_text()?.trim()).ok(),
    }
}

pub(super) fn bytes(value: &Value) -> Option<Vec<u8>> {
    match value {
        Value::Bytes(bytes) => Some(bytes.clone()),
        other => other.to_text().map(String::into_bytes),
    }
}

pub(super) fn date(value: &Value) -> Option<NaiveDate> {
    let text = value.to_text()?;
    let text = text.trim();
    NaiveDate::from_str(text)
        .ok()
        .or_else(|| instant_of(text).map(|instant| instant.date_naive()))
}

pub(super) fn time(value: &Value) -> Option<NaiveTime> {
    NaiveTime::from_str(value.to_text()?.trim()).ok()
}

pub(super) fn instant(value: &Value) -> Option<DateTime<Utc>> {
    instant_of(value.to_text()?.trim())
}

pub(super) fn uuid(value: &Value) -> Option<Uuid> {
    Uuid::from_str(value.to_text()?.trim()).ok()
}

/// A document with its text as it is: numbers of any size. A text that is none becomes a string of JSON.
pub(super) fn json(value: &Value) -> Option<Box<RawValue>> {
    let raw = |text: &str| RawValue::from_string(text.to_owned()).ok();
    match value {
        Value::Json(text) => raw(text),
        Value::Text(text) => raw(text).or_else(|| raw(&serde_json::Value::from(text.as_str()).to_string())),
        other => raw(&other.to_json()?.to_string()),
    }
}

/// The elements of an array, which is one of JSON here.
pub(super) fn elements(value: &Value) -> Option<Vec<Value>> {
    let elements: Vec<serde_json::Value> = serde_json::from_str(&value.to_text()?).ok()?;
    let element = |element: serde_json::Value| match element {
        serde_json::Value::Null => Some(Value::Null),
        serde_json::Value::Bool(truth) => Some(Value::Boolean(truth)),
        serde_json::Value::Number(number) => Some(Value::Decimal(number.to_string())),
        serde_json::Value::String(text) => Some(Value::Text(text)),
        serde_json::Value::Array(_) | serde_json::Value::Object(_) => None,
    };
    elements.into_iter().map(element).collect()
}

/// A value as the type that the author of a statement gives its parameter; as it is, where that is no type which is known here.
pub(super) fn hinted(parameter: &Parameter, given: &Value) -> Result<Value, DatabaseError> {
    let hint = parameter.type_hint.as_deref().unwrap_or_default().trim().to_ascii_lowercase();
    let word = hint.split('(').next().unwrap_or_default().trim();
    let (converted, wanted) = match word {
        _ if given.is_null() => return Ok(Value::Null),
        "smallint" | "int" | "integer" | "bigint" => (integer(given).map(Value::Integer), "whole number of 64 bits"),
        "decimal" | "numeric" | "number" => (decimal(given).map(|decimal| number(&decimal)), "number"),
        "float" | "double" | "real" | "double precision" => (float(given).map(Value::Float), "number"),
        "boolean" | "bool" => (boolean(given).map(Value::Boolean), "boolean"),
        "date" => (date(given).map(|date| Value::Date(date.to_string())), "date (2026-11-23)"),
        "timestamp" | "timestamptz" | "datetime" | "timestamp with time zone" => {
            (instant(given).map(timestamp), "timestamp (2026-11-23T10:00:00Z)")
        }
        "uuid" => (uuid(given).map(|uuid| Value::Uuid(uuid.to_string())), "UUID"),
        _ => return Ok(given.clone()),
    };
    converted.ok_or_else(|| refused(Some(parameter), wanted))
}

/// RFC 3339; without a zone it is UTC, without a time midnight.
fn instant_of(text: &str) -> Option<DateTime<Utc>> {
    if let Ok(instant) = DateTime::parse_from_rfc3339(text) {
        return Some(instant.to_utc());
    }
    let local = NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f")
        .or_else(|_| NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S%.f"))
        .ok();
    local
        .or_else(|| NaiveDate::from_str(text).ok()?.and_hms_opt(0, 0, 0))
        .map(|local| local.and_utc())
}

/// A point in time as a value.
pub(super) fn timestamp(instant: DateTime<Utc>) -> Value {
    Value::Timestamp(instant.to_rfc3339_opts(SecondsFormat::AutoSi, true))
}

/// A number as a value: all its digits, no exponent.
pub(super) fn number(decimal: &BigDecimal) -> Value {
    Value::Decimal(decimal.to_plain_string())
}

/// A value that is not what its parameter takes. The value is not quoted: it may be a secret.
pub(super) fn refused(parameter: Option<&Parameter>, wanted: &str) -> DatabaseError {
    let name = parameter.map_or("?", |parameter| parameter.name.as_str());
    DatabaseError::new(ErrorKind::InvalidValue, format!("the value of `{name}` is not a {wanted}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Value {
        Value::Text(text.into())
    }

    #[test]
    fn text_becomes_what_is_asked_for() {
        assert_eq!(integer(&text(" 42 ")), Some(42));
        assert_eq!(integer(&text("4x")), None);
        assert_eq!(boolean(&text("False")), Some(false));
        assert_eq!(boolean(&text("maybe")), None);
        assert_eq!(float(&text("1.5")), Some(1.5));
        assert_eq!(
            date(&text("2026-11-23T23:30:00+02:00")),
            NaiveDate::from_ymd_opt(2026, 11, 23)
        );
        assert_eq!(uuid(&text("not one")), None);
    }

    #[test]
    fn a_time_without_a_zone_is_utc() {
        for written in [
            "2026-11-23T10:00:00Z",
            "2026-11-23T12:00:00+02:00",
            "2026-11-23 10:00:00",
            "2026-11-23T10:00:00",
        ] {
            let instant = instant(&text(written)).unwrap();
            assert_eq!(
                timestamp(instant),
                Value::Timestamp("2026-11-23T10:00:00Z".into()),
                "{written}"
            );
        }
        assert_eq!(instant(&text("yesterday")), None);
    }

    #[test]
    fn an_author_says_what_a_value_is() {
        let parameter = |hint: &str| Parameter {
            type_hint: Some(hint.into()),
            ..Parameter::new("p")
        };
        for (hint, given, wanted) in [
            ("date", text("2026-11-23T10:00:00Z"), Value::Date("2026-11-23".into())),
            ("NUMERIC(10, 2)", text("12.50"), Value::Decimal("12.50".into())),
            ("bigint", text("7"), Value::Integer(7)),
            ("hr.address", text("x"), text("x")),
            ("date", Value::Null, Value::Null),
        ] {
            assert_eq!(hinted(&parameter(hint), &given).unwrap(), wanted, "{hint}");
        }
        let refused = hinted(&parameter("date"), &text("soon")).unwrap_err();
        assert_eq!(refused.message, "the value of `p` is not a date (2026-11-23)");
    }

    #[test]
    fn documents_and_lists_keep_their_text() {
        let written = "{\"b\":1e400,\"a\":12345678901234567890.10}";
        assert_eq!(json(&Value::Json(written.into())).unwrap().get(), written);
        assert_eq!(json(&text("no document")).unwrap().get(), "\"no document\"");
        let list = elements(&Value::Json("[\"a\",1,null]".into()));
        assert_eq!(list, Some(vec![text("a"), Value::Decimal("1".into()), Value::Null]));
        assert_eq!(elements(&text("{}")), None);
    }

    #[test]
    fn numbers_keep_their_digits() {
        let million = BigDecimal::from_str("1E+6").unwrap();
        assert_eq!(number(&million), Value::Decimal("1000000".into()));
        assert_eq!(
            decimal(&text("-12.50")).map(|d| number(&d)),
            Some(Value::Decimal("-12.50".into()))
        );
        assert_eq!(integer(&Value::Float(0.5)), None);
    }

    #[test]
    fn a_refusal_does_not_quote_the_value() {
        let parameter = Parameter::new("password");
        assert_eq!(
            refused(Some(&parameter), "date").message,
            "the value of `password` is not a date"
        );
    }
}
