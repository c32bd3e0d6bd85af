//! One SQL value, as the host holds it between a driver, a component and SCIM.

use serde_json::{Number, json};

/// A typed SQL value. The same cases as `value` in `wit/types.wit`, which documents each.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    Null,
    Boolean(bool),
    Integer(i64),
    Float(f64),
    /// An exact decimal, as text, without exponent.
    Decimal(String),
    Text(String),
    Bytes(Vec<u8>),
    /// `YYYY-MM-DD`.
    Date(String),
    /// RFC 3339, in UTC where the database's type has no zone.
    Timestamp(String),
    /// Hyphenated, lower case.
    Uuid(String),
    /// A JSON document, as text.
    Json(String),
    /// A value of a type without a case of its own, in the database's textual form.
    Extension {
        type_name: String,
        text: String,
    },
}

impl Value {
    pub fn is_null(&self) -> bool {
        matches!(self, Value::Null)
    }

    /// The value as text, the way it would stand in a URL or a SCIM string; `None` for NULL.
    pub fn to_text(&self) -> Option<String> {
        match self {
            Value::Null => None,
            Value::Boolean(b) => Some(b.to_string()),
            Value::Integer(i) => Some(i.to_string()),
            Value::Float(f) => Some(f.to_string()),
            Value::Bytes(bytes) => Some(encode_base64(bytes)),
            Value::Decimal(text)
            | Value::Text(text)
            | Value::Date(text)
            | Value::Timestamp(text)
            | Value::Uuid(text)
            | Value::Json(text)
            | Value::Extension { text, .. } => Some(text.clone()),
        }
    }

    /// The value as JSON (RFC 7643 §2.3); `None` for NULL, since SCIM has no attribute without a value.
    pub fn to_json(&self) -> Option<serde_json::Value> {
        match self {
            Value::Boolean(b) => Some(json!(b)),
            Value::Integer(i) => Some(json!(i)),
            Value::Float(f) => Some(Number::from_f64(*f).map_or_else(|| json!(f.to_string()), serde_json::Value::Number)),
            Value::Json(text) => Some(serde_json::from_str(text).unwrap_or_else(|_| json!(text))),
            other => other.to_text().map(serde_json::Value::String),
        }
    }

    /// Roughly the bytes that the value holds, for the limits on results. None is free: rows of nothing but NULL take room too.
    pub fn size(&self) -> usize {
        let held = match self {
            Value::Null | Value::Boolean(_) | Value::Integer(_) | Value::Float(_) => 8,
            Value::Bytes(bytes) => bytes.len(),
            Value::Decimal(text)
            | Value::Text(text)
            | Value::Date(text)
            | Value::Timestamp(text)
            | Value::Uuid(text)
            | Value::Json(text) => text.len(),
            Value::Extension { type_name, text } => type_name.len() + text.len(),
        };
        held.max(8)
    }
}

fn encode_base64(bytes: &[u8]) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(bytes)
}
