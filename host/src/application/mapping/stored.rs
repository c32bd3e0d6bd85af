//! Values of the types that a mapping names: from columns, which may hold them in another form, and from clients, who write them as
//! JSON (RFC 7643 §2.3).

use base64::{Engine as _, prelude::BASE64_STANDARD};
use chrono::{DateTime, Datelike as _, NaiveDate, NaiveDateTime, NaiveTime, SecondsFormat, Utc};
use serde_json::Value as Json;
use uuid::Uuid;

use super::typed;
use crate::{application::Stored, database::Value, scim::number};

impl Stored {
    /// A column's value as one of this type; `None`: it is none. NULL stays what it is.
    pub fn of(self, value: &Value) -> Option<Value> {
        if value.is_null() {
            return Some(Value::Null);
        }
        let text = || value.to_text();
        match self {
            Stored::String => text().map(Value::Text),
            Stored::Integer => match value {
                Value::Boolean(truth) => Some(Value::Integer(i64::from(*truth))),
                Value::Float(float) => (float.fract() == 0.0 && float.abs() < 9e15).then_some(Value::Integer(*float as i64)),
                _ => whole(&text()?),
            },
            Stored::Decimal => match value {
                Value::Integer(_) | Value::Float(_) | Value::Decimal(_) => Some(value.clone()),
                _ => decimal(&text()?),
            },
            Stored::Boolean => typed::truth(value).map(Value::Boolean),
            Stored::Date => date(&text()?),
            Stored::Timestamp => timestamp(typed::instant(value)?),
            Stored::Uuid => match value {
                Value::Bytes(bytes) => Uuid::from_slice(bytes).ok().map(canonical),
                _ => uuid(&text()?),
            },
            Stored::Binary => match value {
                Value::Bytes(_) => Some(value.clone()),
                _ => bytes(&text()?),
            },
            Stored::Json => document(&text()?),
        }
    }

    /// What a client wrote, as a value of this type; `None`: it is none.
    pub fn parse(self, json: &Json) -> Option<Value> {
        match (self, json) {
            (_, Json::String(text)) if text.contains('\0') => None,
            (Stored::String, Json::String(text)) => Some(Value::Text(text.clone())),
            (Stored::Integer, Json::String(text)) => whole(text),
            (Stored::Integer, Json::Number(number)) if !number.is_f64() => whole(&number.to_string()),
            (Stored::Decimal, Json::String(text)) => decimal(text),
            // With the digits that the client wrote.
            (Stored::Decimal, Json::Number(number)) => match number.to_string() {
                text if text.contains(['e', 'E']) => number.as_f64().map(Value::Float),
                text => decimal(&text),
            },
            (Stored::Boolean, Json::Bool(truth)) => Some(Value::Boolean(*truth)),
            (Stored::Boolean, Json::String(text)) if text.eq_ignore_ascii_case("true") => Some(Value::Boolean(true)),
            (Stored::Boolean, Json::String(text)) if text.eq_ignore_ascii_case("false") => Some(Value::Boolean(false)),
            (Stored::Date, Json::String(text)) => date(text),
            (Stored::Timestamp, Json::String(text)) => timestamp(typed::instant(&Value::Text(text.clone()))?),
            (Stored::Uuid, Json::String(text)) => uuid(text),
            (Stored::Binary, Json::String(text)) => bytes(text),
            (Stored::Json, Json::String(text)) => document(text),
            _ => None,
        }
    }
}

/// The elements of an array; `None`: the value is none. Databases without arrays have them in JSON.
pub fn elements(value: &Value) -> Option<Vec<Json>> {
    match value {
        Value::Null => Some(Vec::new()),
        _ => serde_json::from_str(&value.to_text()?).ok(),
    }
}

fn whole(text: &str) -> Option<Value> {
    let text = text.trim();
    let digits = match text.split_once('.') {
        Some((whole, fraction)) if fraction.bytes().all(|digit| digit == b'0') => whole,
        Some(_) => return None,
        None => text,
    };
    digits.parse().ok().map(Value::Integer)
}

/// All digits, no exponent.
fn decimal(text: &str) -> Option<Value> {
    let text = text.trim();
    let is_plain = text.bytes().all(|sign| sign.is_ascii_digit() || b"+-.".contains(&sign));
    (is_plain && number::is_number(text)).then(|| Value::Decimal(text.trim_start_matches('+').to_owned()))
}

/// A point in time is the day of a date only at midnight, as it is written: anything else would lose the time, or shift the day.
fn date(text: &str) -> Option<Value> {
    let text = text.trim();
    let local = DateTime::parse_from_rfc3339(text).map(|instant| instant.naive_local());
    let local = local.or_else(|_| NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S%.f"));
    let date = match NaiveDate::parse_from_str(text, "%Y-%m-%d") {
        Ok(date) => date,
        Err(_) => local.ok().filter(|local| local.time() == NaiveTime::MIN)?.date(),
    };
    (1..=9999)
        .contains(&date.year())
        .then(|| Value::Date(date.format("%Y-%m-%d").to_string()))
}

/// Only of the years that every database has.
pub(super) fn timestamp(instant: DateTime<Utc>) -> Option<Value> {
    (1..=9999)
        .contains(&instant.year())
        .then(|| Value::Timestamp(instant.to_rfc3339_opts(SecondsFormat::AutoSi, true)))
}

fn uuid(text: &str) -> Option<Value> {
    Uuid::parse_str(text.trim()).ok().map(canonical)
}

fn canonical(uuid: Uuid) -> Value {
    Value::Uuid(uuid.hyphenated().to_string())
}

/// Base64 in a text may have line breaks.
fn bytes(text: &str) -> Option<Value> {
    let text: String = text.chars().filter(|letter| !letter.is_ascii_whitespace()).collect();
    BASE64_STANDARD.decode(text).ok().map(Value::Bytes)
}

/// The text stays as it is: numbers of any size, and the order of members.
fn document(text: &str) -> Option<Value> {
    let parsed = serde_json::from_str::<serde::de::IgnoredAny>(text);
    parsed.is_ok().then(|| Value::Json(text.to_owned()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn text(text: &str) -> Value {
        Value::Text(text.into())
    }

    #[test]
    fn columns_may_hold_another_form() {
        let id = "6f9619ff-8b86-d011-b42d-00c04fc964ff";
        let raw = Uuid::parse_str(id).unwrap().as_bytes().to_vec();
        for (stored, found, wanted) in [
            (Stored::Integer, text(" 42 "), Some(Value::Integer(42))),
            (Stored::Integer, Value::Decimal("42.00".into()), Some(Value::Integer(42))),
            (Stored::Integer, text("4.2"), None),
            (Stored::Decimal, text("12.50"), Some(Value::Decimal("12.50".into()))),
            (Stored::Decimal, text("1e3"), None),
            (Stored::Boolean, text("Y"), Some(Value::Boolean(true))),
            (Stored::Boolean, text("perhaps"), None),
            (
                Stored::Date,
                Value::Timestamp("2026-11-23T00:00:00Z".into()),
                Some(Value::Date("2026-11-23".into())),
            ),
            (Stored::Date, Value::Timestamp("2026-11-23T10:00:00Z".into()), None),
            (
                Stored::Timestamp,
                text("2026-11-23 10:00:00"),
                Some(Value::Timestamp("2026-11-23T10:00:00Z".into())),
            ),
            (Stored::Uuid, Value::Bytes(raw), Some(Value::Uuid(id.into()))),
            (Stored::Uuid, text(&id.to_uppercase()), Some(Value::Uuid(id.into()))),
            (Stored::Binary, text("AP8Q"), Some(Value::Bytes(vec![0, 255, 16]))),
            (Stored::Json, text("{"), None),
            (Stored::String, Value::Null, Some(Value::Null)),
        ] {
            assert_eq!(stored.of(&found), wanted, "{stored:?} {found:?}");
        }
    }

    #[test]
    fn clients_write_what_the_type_says() {
        for (stored, written, wanted) in [
            (Stored::Integer, json!(7), Some(Value::Integer(7))),
            (Stored::Integer, json!("7"), Some(Value::Integer(7))),
            (Stored::Integer, json!(7.5), None),
            (Stored::Integer, json!("9223372036854775808"), None),
            (Stored::Decimal, json!(0.1), Some(Value::Decimal("0.1".into()))),
            (Stored::Decimal, json!("nan"), None),
            (Stored::Date, json!("0001-01-01"), Some(Value::Date("0001-01-01".into()))),
            (Stored::Date, json!("9999-12-31"), Some(Value::Date("9999-12-31".into()))),
            (Stored::Date, json!("10000-01-01"), None),
            (Stored::Date, json!("2026-02-30"), None),
            (
                Stored::Date,
                json!("2026-11-23T00:00:00-05:00"),
                Some(Value::Date("2026-11-23".into())),
            ),
            (Stored::Date, json!("2026-11-23T23:30:00-05:00"), None),
            (
                Stored::Timestamp,
                json!("2026-11-23T23:30:00-05:00"),
                Some(Value::Timestamp("2026-11-24T04:30:00Z".into())),
            ),
            (Stored::Timestamp, json!("9999-12-31T23:59:59-05:00"), None),
            (Stored::Timestamp, json!("0001-01-01T00:00:00+05:00"), None),
            (Stored::Binary, json!(""), Some(Value::Bytes(Vec::new()))),
            (Stored::Binary, json!("?"), None),
            (
                Stored::Json,
                json!("{\"b\":1e400,\"a\":1}"),
                Some(Value::Json("{\"b\":1e400,\"a\":1}".into())),
            ),
            (Stored::Json, json!({}), None),
            (Stored::String, json!("a\u{0}b"), None),
        ] {
            assert_eq!(stored.parse(&written), wanted, "{stored:?} {written}");
        }
    }

    fn any_text() -> impl Strategy<Value = String> {
        prop_oneof![
            ".*",
            "[0-9TZ:+.-]{0,30}",
            "-?[0-9]{1,40}([.][0-9]{1,20})?",
            "[0-9]{4}-[01][0-9]-[0-3][0-9]"
        ]
    }

    proptest! {
        /// What is taken from a client comes out of a column as the same, whatever form the column has.
        #[test]
        fn what_is_taken_comes_back(text in any_text()) {
            for stored in Stored::ALL {
                if let Some(value) = stored.parse(&json!(text)) {
                    prop_assert_eq!(stored.of(&value), Some(value.clone()), "{:?}", stored);
                    let as_text = Value::Text(value.to_text().unwrap());
                    prop_assert_eq!(stored.of(&as_text), Some(value), "{:?} as text", stored);
                }
            }
        }

        #[test]
        fn instants_and_bytes_come_back(seconds in -62_135_596_800_i64..253_402_300_800, nanos in 0_u32..1_000_000_000, bytes in any::<Vec<u8>>()) {
            let value = timestamp(DateTime::from_timestamp(seconds, nanos).unwrap()).unwrap();
            prop_assert_eq!(Stored::Timestamp.parse(&json!(value.to_text().unwrap())), Some(value));
            let value = Value::Bytes(bytes);
            prop_assert_eq!(Stored::Binary.parse(&json!(value.to_text().unwrap())), Some(value));
        }
    }
}
