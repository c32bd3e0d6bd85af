//! SQL values as a replay file writes them: each with its type, and none changed by the way there and back.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::{Deserialize, Serialize};

use crate::database::Value;

/// `{"text": "ada"}`, `{"integer": 7}`, `"null"`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Written {
    Null,
    Boolean(bool),
    Integer(i64),
    /// The shortest decimal number that is read back as the same double, or `NaN`, `inf`, `-inf`, which JSON does not have.
    Float(Float),
    Decimal(String),
    Text(String),
    /// In Base64.
    Bytes(Bytes),
    Date(String),
    Timestamp(String),
    Uuid(String),
    Json(String),
    #[serde(rename_all = "kebab-case")]
    Extension {
        type_name: String,
        text: String,
    },
}

/// A value with its name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Named {
    pub name: String,
    pub value: Written,
}

/// A double, as text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Float(pub f64);

impl TryFrom<String> for Float {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse().map(Self).map_err(|_| format!("`{text}` is not a number"))
    }
}

impl From<Float> for String {
    fn from(float: Float) -> Self {
        float.0.to_string()
    }
}

/// Binary data.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Bytes(pub Vec<u8>);

impl TryFrom<String> for Bytes {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        STANDARD
            .decode(text)
            .map(Self)
            .map_err(|error| format!("is not Base64: {error}"))
    }
}

impl From<Bytes> for String {
    fn from(bytes: Bytes) -> Self {
        STANDARD.encode(bytes.0)
    }
}

impl From<&Value> for Written {
    fn from(value: &Value) -> Self {
        match value {
            Value::Null => Written::Null,
            Value::Boolean(b) => Written::Boolean(*b),
            Value::Integer(i) => Written::Integer(*i),
            Value::Float(f) => Written::Float(Float(*f)),
            Value::Decimal(text) => Written::Decimal(text.clone()),
            Value::Text(text) => Written::Text(text.clone()),
            Value::Bytes(bytes) => Written::Bytes(Bytes(bytes.clone())),
            Value::Date(text) => Written::Date(text.clone()),
            Value::Timestamp(text) => Written::Timestamp(text.clone()),
            Value::Uuid(text) => Written::Uuid(text.clone()),
            Value::Json(text) => Written::Json(text.clone()),
            Value::Extension { type_name, text } => Written::Extension {
                type_name: type_name.clone(),
                text: text.clone(),
            },
        }
    }
}

impl From<Written> for Value {
    fn from(written: Written) -> Self {
        match written {
            Written::Null => Value::Null,
            Written::Boolean(b) => Value::Boolean(b),
            Written::Integer(i) => Value::Integer(i),
            Written::Float(f) => Value::Float(f.0),
            Written::Decimal(text) => Value::Decimal(text),
            Written::Text(text) => Value::Text(text),
            Written::Bytes(bytes) => Value::Bytes(bytes.0),
            Written::Date(text) => Value::Date(text),
            Written::Timestamp(text) => Value::Timestamp(text),
            Written::Uuid(text) => Value::Uuid(text),
            Written::Json(text) => Value::Json(text),
            Written::Extension { type_name, text } => Value::Extension { type_name, text },
        }
    }
}

/// Values with their names, to be written.
pub fn written(values: &[(String, Value)]) -> Vec<Named> {
    let values = values.iter();
    values
        .map(|(name, value)| Named {
            name: name.clone(),
            value: value.into(),
        })
        .collect()
}

/// Values with their names, as they were.
pub fn read(values: Vec<Named>) -> Vec<(String, Value)> {
    values.into_iter().map(|named| (named.name, named.value.into())).collect()
}

/// Rows, to be written.
pub fn written_rows(rows: &[Vec<Value>]) -> Vec<Vec<Written>> {
    rows.iter().map(|row| row.iter().map(Written::from).collect()).collect()
}

/// Rows, as they were.
pub fn read_rows(rows: Vec<Vec<Written>>) -> Vec<Vec<Value>> {
    rows.into_iter()
        .map(|row| row.into_iter().map(Value::from).collect())
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn value() -> impl Strategy<Value = Value> {
        prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::Boolean),
            any::<i64>().prop_map(Value::Integer),
            any::<f64>().prop_map(Value::Float),
            any::<String>().prop_map(Value::Text),
            any::<Vec<u8>>().prop_map(Value::Bytes),
            any::<(String, String)>().prop_map(|(type_name, text)| Value::Extension { type_name, text }),
        ]
    }

    proptest! {
        #[test]
        fn no_value_is_changed_by_the_way_there_and_back(value in value()) {
            let text = serde_json::to_string(&Written::from(&value)).unwrap();
            let back = Value::from(serde_json::from_str::<Written>(&text).unwrap());
            match (&value, &back) {
                (Value::Float(a), Value::Float(b)) => prop_assert_eq!(a.to_bits(), b.to_bits()),
                _ => prop_assert_eq!(value, back),
            }
        }
    }
}
