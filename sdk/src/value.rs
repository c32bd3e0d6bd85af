//! SQL values from and to Rust's.

use crate::Value;

impl Value {
    /// Whether it is SQL NULL.
    pub fn is_null(&self) -> bool {
        matches!(self, Value::Null)
    }

    /// The characters of a value that is text of some kind; `None` for numbers, truth values, bytes and NULL.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Value::Text(text)
            | Value::Decimal(text)
            | Value::Date(text)
            | Value::Timestamp(text)
            | Value::Uuid(text)
            | Value::Json(text) => Some(text),
            Value::Extension(extension) => Some(&extension.text),
            Value::Null | Value::Boolean(_) | Value::Integer(_) | Value::Float(_) | Value::Bytes(_) => None,
        }
    }

    /// The number of an `Integer`.
    pub fn as_integer(&self) -> Option<i64> {
        match self {
            Value::Integer(number) => Some(*number),
            _ => None,
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Value::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Value::Text(text)
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Value::Integer(number)
    }
}

impl From<f64> for Value {
    fn from(number: f64) -> Self {
        Value::Float(number)
    }
}

impl From<bool> for Value {
    fn from(truth: bool) -> Self {
        Value::Boolean(truth)
    }
}

impl From<Vec<u8>> for Value {
    fn from(bytes: Vec<u8>) -> Self {
        Value::Bytes(bytes)
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    /// `None` is NULL.
    fn from(value: Option<T>) -> Self {
        value.map_or(Value::Null, Into::into)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_null() {
        assert!(Value::from(None::<&str>).is_null());
        assert_eq!(Value::from(Some(7)), Value::Integer(7));
    }

    #[test]
    fn text_of_every_kind_is_text() {
        assert_eq!(Value::Date("2026-11-23".into()).as_text(), Some("2026-11-23"));
        assert_eq!(Value::Integer(1).as_text(), None);
        assert_eq!(Value::Integer(1).as_integer(), Some(1));
    }
}
