//! The answer to a bulk request (RFC 7644 §3.7): for each operation what came of it.

use axum::http::{HeaderMap, header};
use scim_v2::schema_urns;
use serde_json::{Value, json};

use super::Operation;
use crate::scim::{Document, Error, render};

/// What came of one operation.
#[derive(Clone, Debug)]
pub struct Outcome {
    pub status: u16,
    pub location: Option<String>,
    pub version: Option<String>,
    /// The body, if it tells something that the rest does not: an error.
    pub response: Option<Value>,
}

impl Outcome {
    /// Of an answer of the routes.
    pub fn new(status: u16, headers: &HeaderMap, body: Option<Value>) -> Self {
        let text = |name| headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
        let located = body
            .as_ref()
            .and_then(|body| body.pointer("/meta/location")?.as_str().map(str::to_owned));
        Self {
            status,
            location: text(header::LOCATION).or(located),
            version: text(header::ETAG),
            response: body.filter(|_| status >= 300),
        }
    }

    /// The id of the resource, which its location ends with.
    pub fn id(&self) -> Option<String> {
        self.location.as_deref().filter(|_| self.is_success()).and_then(render::id_at)
    }

    pub fn is_success(&self) -> bool {
        self.status < 300
    }
}

impl From<Error> for Outcome {
    fn from(error: Error) -> Self {
        Self {
            status: error.status,
            location: None,
            version: None,
            response: serde_json::to_value(error.body()).ok(),
        }
    }
}

/// The message; operations that were not done because of `failOnErrors` are not in it.
pub fn message(operations: &[Operation], base_url: &str, outcomes: &[Option<Outcome>]) -> Document {
    let done = operations.iter().zip(outcomes);
    let done: Vec<Value> = done
        .filter_map(|(operation, outcome)| Some(one(operation, base_url, outcome.as_ref()?)))
        .collect();
    let mut message = Document::new();
    message.insert("schemas".to_owned(), json!([schema_urns::BULK_RESPONSE]));
    message.insert("Operations".to_owned(), Value::Array(done));
    message
}

/// RFC 7644 §3.7: `location` is there unless a POST failed.
fn one(operation: &Operation, base_url: &str, outcome: &Outcome) -> Value {
    let mut answer = Document::new();
    let mut put = |name: &str, value: Option<Value>| answer.extend(value.map(|value| (name.to_owned(), value)));
    let created = operation.method == axum::http::Method::POST;
    let location = outcome.location.clone();
    let location = location.or_else(|| (!created).then(|| format!("{base_url}{}", operation.path)));
    put("location", location.map(Value::from));
    put("method", Some(json!(operation.method.as_str())));
    put("bulkId", operation.bulk_id.clone().map(Value::from));
    put("version", outcome.version.clone().map(Value::from));
    put("status", Some(json!(outcome.status.to_string())));
    put("response", outcome.response.clone());
    Value::Object(answer)
}
