//! A list request as the body of a POST (RFC 7644 §3.4.3): the same parameters, and nothing of them in a URL that gets logged.

use scim_v2::schema_urns;
use serde_json::Value;

use super::{
    Document, Error, ScimType, check,
    list::{NAMES, Parameters},
};

/// The same error for a search in a body, where a secret is none that a URL gives away, and means nothing all the same.
pub fn in_body(error: Error) -> Error {
    match error.scim_type {
        Some(ScimType::Sensitive) => {
            Error::bad_request(ScimType::InvalidFilter, "`password` is never read: a filter can't name it")
        }
        _ => error,
    }
}

/// The parameters of a SearchRequest.
///
/// # Errors
/// `invalidSyntax`: it is none, or has a member that means nothing. `invalidValue`: a member has the wrong type.
pub fn parameters(body: &Document) -> Result<Parameters, Error> {
    let member = |name: &str| {
        body.iter()
            .find(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
    };
    check::require_schema(member("schemas"), schema_urns::SEARCH_REQUEST)?;
    let mut pairs = Vec::new();
    for (key, value) in body.iter().filter(|(key, _)| !key.eq_ignore_ascii_case("schemas")) {
        let Some(name) = NAMES.iter().find(|name| key.eq_ignore_ascii_case(name)) else {
            let detail = format!("a search has no `{key}`; it has {}", NAMES.join(", "));
            return Err(Error::bad_request(ScimType::InvalidSyntax, detail));
        };
        if !value.is_null() {
            pairs.push(((*name).to_owned(), text(name, value)?));
        }
    }
    Ok(Parameters::new(pairs))
}

fn text(name: &str, value: &Value) -> Result<String, Error> {
    let wrong = |wanted: &str| {
        let detail = format!("`{name}` must be {wanted}, and is {}", check::describe(value));
        Err(Error::bad_request(ScimType::InvalidValue, detail))
    };
    match (name, value) {
        ("startIndex" | "count", Value::Number(number)) => Ok(number.to_string()),
        ("startIndex" | "count", _) => wrong("a number"),
        ("attributes" | "excludedAttributes", Value::Array(names)) => {
            let names: Option<Vec<&str>> = names.iter().map(Value::as_str).collect();
            names.map_or_else(|| wrong("an array of strings"), |names| Ok(names.join(",")))
        }
        ("attributes" | "excludedAttributes", _) => wrong("an array of strings"),
        (_, Value::String(text)) => Ok(text.clone()),
        _ => wrong("a string"),
    }
}
