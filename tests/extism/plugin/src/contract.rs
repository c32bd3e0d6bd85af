//! What crosses between the host and the plug-in, as JSON: the records of `wit/types.wit` that a call needs.

use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Call {
    pub operation: String,
    pub statement: String,
    pub request_id: String,
    pub inputs: Vec<NamedValue>,
    pub changed: Vec<String>,
    pub memo: String,
}

#[derive(Serialize, Deserialize)]
pub struct NamedValue {
    pub name: String,
    pub value: Value,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Value {
    Null,
    Boolean(bool),
    Integer(i64),
    Float(f64),
    Decimal(String),
    Text(String),
    Bytes(Vec<u8>),
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

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Outcome {
    pub generated_id: Option<Value>,
}
