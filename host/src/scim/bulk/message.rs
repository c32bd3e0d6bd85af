//! From the body of a bulk request to operations whose form is right. What is in their data is for the routes to judge.

use std::collections::HashSet;

use axum::http::Method;
use scim_v2::schema_urns;
use serde_json::Value;

use super::MOST_OPERATIONS;
use crate::scim::{Document, Error, ScimType, check, path::take};

/// A bulk request.
#[derive(Clone, Debug, PartialEq)]
pub struct Message {
    /// After so many errors nothing more is done; `None`: however many there are.
    pub fail_on_errors: Option<u64>,
    pub operations: Vec<Operation>,
}

/// One of its operations.
#[derive(Clone, Debug, PartialEq)]
pub struct Operation {
    pub method: Method,
    pub bulk_id: Option<String>,
    /// Begins with a slash.
    pub path: String,
    /// The version that the client knows.
    pub version: Option<String>,
    pub data: Option<Value>,
}

/// The operations of a message. None is done if one isn't even one.
///
/// # Errors
/// 400 with where the mistake is; 413 for too many operations.
pub fn parse(mut body: Document) -> Result<Message, Error> {
    check::require_schema(take(&mut body, "schemas").as_ref(), schema_urns::BULK_REQUEST)?;
    let fail_on_errors = match take(&mut body, "failOnErrors") {
        None | Some(Value::Null) => None,
        Some(value) => match value.as_u64() {
            Some(most) if most > 0 => Some(most),
            _ => return Err(invalid("`failOnErrors` must be a whole number, 1 or more".to_owned())),
        },
    };
    let operations = match take(&mut body, "Operations") {
        Some(Value::Array(operations)) => operations,
        Some(other) => {
            let found = check::describe(&other);
            return Err(syntax(format!("`Operations` must be an array, and is {found}")));
        }
        None => return Err(syntax("`Operations` is missing".to_owned())),
    };
    if operations.len() > MOST_OPERATIONS {
        let detail = format!(
            "{} operations are more than the {MOST_OPERATIONS} that one bulk request may have (`maxOperations`); send several",
            operations.len()
        );
        return Err(Error {
            scim_type: Some(ScimType::TooMany),
            ..Error::new(413, detail)
        });
    }
    let operations: Vec<Operation> = operations
        .into_iter()
        .enumerate()
        .map(|(index, value)| {
            operation(value).map_err(|error| Error {
                detail: format!("Operations[{index}]: {}", error.detail),
                ..error
            })
        })
        .collect::<Result<_, _>>()?;
    let mut seen = HashSet::new();
    if let Some(twice) = operations
        .iter()
        .filter_map(|it| it.bulk_id.as_ref())
        .find(|id| !seen.insert(*id))
    {
        return Err(invalid(format!("the `bulkId` \"{twice}\" is there twice")));
    }
    Ok(Message {
        fail_on_errors,
        operations,
    })
}

fn operation(value: Value) -> Result<Operation, Error> {
    let Value::Object(mut members) = value else {
        let found = check::describe(&value);
        return Err(syntax(format!("an operation must be an object, and is {found}")));
    };
    let method = match text(&mut members, "method")?
        .map(|method| method.to_ascii_uppercase())
        .as_deref()
    {
        Some("POST") => Method::POST,
        Some("PUT") => Method::PUT,
        Some("PATCH") => Method::PATCH,
        Some("DELETE") => Method::DELETE,
        Some(_) => return Err(syntax("`method` must be one of POST, PUT, PATCH and DELETE".to_owned())),
        None => return Err(syntax("`method` is missing".to_owned())),
    };
    let path = text(&mut members, "path")?.ok_or_else(|| syntax("`path` is missing".to_owned()))?;
    if !path.starts_with('/') || path.starts_with("//") || path.contains(['?', '#']) || path.trim_end_matches('/').is_empty() {
        let detail = "`path` must be that of a resource or of its endpoint, as in `/Users` or `/Users/7`";
        return Err(invalid(detail.to_owned()));
    }
    if path.trim_matches('/').eq_ignore_ascii_case("Bulk") || path.trim_end_matches('/').ends_with(".search") {
        return Err(invalid("`path` must lead to a resource or to its endpoint".to_owned()));
    }
    let bulk_id = text(&mut members, "bulkId")?;
    if method == Method::POST && bulk_id.is_none() {
        return Err(invalid(
            "`bulkId` is missing, which a POST must have (RFC 7644 §3.7)".to_owned(),
        ));
    }
    let data = take(&mut members, "data").filter(|data| !data.is_null());
    match (&data, method == Method::DELETE) {
        (None, false) => return Err(invalid(format!("`data` is missing, which a {method} must have"))),
        (Some(data), _) if !data.is_object() => {
            let found = check::describe(data);
            return Err(syntax(format!("`data` must be an object, and is {found}")));
        }
        _ => {}
    }
    Ok(Operation {
        data: data.filter(|_| method != Method::DELETE),
        version: text(&mut members, "version")?,
        method,
        bulk_id,
        path,
    })
}

/// A member that is a string and not empty.
fn text(members: &mut Document, name: &str) -> Result<Option<String>, Error> {
    match take(members, name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) if text.is_empty() => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(other) => {
            let found = check::describe(&other);
            Err(syntax(format!("`{name}` must be a string, and is {found}")))
        }
    }
}

fn syntax(detail: String) -> Error {
    Error::bad_request(ScimType::InvalidSyntax, detail)
}

fn invalid(detail: String) -> Error {
    Error::bad_request(ScimType::InvalidValue, detail)
}
