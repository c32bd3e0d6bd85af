//! References of one operation to what another one makes: `bulkId:qwerty` in a path or in data (RFC 7644 §3.7.2).

use std::collections::HashMap;

use serde_json::Value;

use super::Operation;
use crate::scim::{Error, ScimType, render};

/// What a reference begins with.
const PREFIX: &str = "bulkId:";
/// Members whose value is the id of something: what begins like a reference there is one.
const IDS: [&str; 3] = ["id", "value", "$ref"];

/// What became of the operations that can be referred to.
#[derive(Debug, Default)]
pub struct Made {
    /// The id of the resource, by `bulkId`; `None` if the operation failed.
    ids: HashMap<String, Option<String>>,
    /// All that the message has.
    known: Vec<String>,
}

/// Why an operation can't be done as it is.
#[derive(Debug, PartialEq)]
pub enum Unresolved {
    /// What it refers to is not made yet.
    Waits,
    /// It never can be.
    Never(Error),
}

impl Made {
    pub fn new(operations: &[Operation]) -> Self {
        Self {
            ids: HashMap::new(),
            known: operations.iter().filter_map(|operation| operation.bulk_id.clone()).collect(),
        }
    }

    pub fn note(&mut self, bulk_id: &str, id: Option<String>) {
        self.ids.insert(bulk_id.to_owned(), id);
    }

    /// The operation with ids in the place of references.
    pub fn resolve(&self, operation: &Operation) -> Result<Operation, Unresolved> {
        let mut resolved = operation.clone();
        let segments: Vec<String> = operation
            .path
            .split('/')
            .map(|segment| self.text(segment, Strictness::Path))
            .collect::<Result<_, _>>()?;
        resolved.path = segments.join("/");
        if let Some(data) = &mut resolved.data {
            self.value(data, Strictness::Text)?;
        }
        Ok(resolved)
    }

    fn value(&self, value: &mut Value, strictness: Strictness) -> Result<(), Unresolved> {
        match value {
            Value::String(text) => *text = self.text(text, strictness)?,
            Value::Array(elements) => {
                for element in elements {
                    self.value(element, strictness)?;
                }
            }
            Value::Object(members) => {
                for (name, member) in members {
                    let id = IDS.iter().any(|it| name.eq_ignore_ascii_case(it));
                    self.value(member, if id { Strictness::Id } else { Strictness::Text })?;
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
        Ok(())
    }

    fn text(&self, text: &str, strictness: Strictness) -> Result<String, Unresolved> {
        // `$ref` may be a path, and a PATCH may name an element: `members[value eq "bulkId:ytrewq"]`.
        let Some((before, rest)) = text.split_once(PREFIX) else {
            return Ok(text.to_owned());
        };
        let end = rest.find(['"', '/']).unwrap_or(rest.len());
        let (bulk_id, after) = rest.split_at(end);
        match (self.ids.get(bulk_id), strictness) {
            (Some(Some(id)), Strictness::Path) => Ok(format!("{before}{}{after}", render::segment(id))),
            (Some(Some(id)), _) => Ok(format!("{before}{id}{after}")),
            (Some(None), _) => Err(never(409, format!("it refers to `bulkId:{bulk_id}`, which failed"))),
            (None, _) if self.known.iter().any(|known| known == bulk_id) => Err(Unresolved::Waits),
            (None, Strictness::Id | Strictness::Path) if before.is_empty() || before.ends_with('/') => {
                Err(Unresolved::Never(Error::bad_request(
                    ScimType::InvalidValue,
                    format!("it refers to `bulkId:{bulk_id}`, which no operation of this message has"),
                )))
            }
            (None, _) => Ok(text.to_owned()),
        }
    }
}

/// What text may be that looks like a reference and is none.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Strictness {
    /// A mistake, in a URL.
    Path,
    /// A mistake.
    Id,
    /// Somebody's name.
    Text,
}

/// The error for operations that wait for each other.
pub fn circular() -> Error {
    Error::new(
        409,
        "it refers to an operation that, by way of others or not, refers to this one: neither can be done before the other \
         (RFC 7644 §3.7.1)",
    )
}

fn never(status: u16, detail: String) -> Unresolved {
    Unresolved::Never(Error::new(status, detail))
}

#[cfg(test)]
mod tests {
    use axum::http::Method;
    use serde_json::json;

    use super::*;

    fn operation(bulk_id: &str, path: &str, data: Value) -> Operation {
        Operation {
            method: Method::POST,
            bulk_id: Some(bulk_id.to_owned()),
            path: path.to_owned(),
            version: None,
            data: Some(data),
        }
    }

    #[test]
    fn ids_take_the_place_of_references() {
        let group = operation(
            "g",
            "/Groups/bulkId:u",
            json!({
                "displayName": "bulkId:nobody",
                "members": [{ "value": "bulkId:u", "$ref": "https://scim.example.com/Users/bulkId:u" }],
                "path": "members[value eq \"bulkId:u\"]",
            }),
        );
        let mut made = Made::new(&[operation("u", "/Users", json!({})), group.clone()]);
        assert_eq!(made.resolve(&group), Err(Unresolved::Waits));
        made.note("u", Some("7".to_owned()));
        let resolved = made.resolve(&group).unwrap();
        assert_eq!(resolved.path, "/Groups/7");
        let expected = json!({
            "displayName": "bulkId:nobody",
            "members": [{ "value": "7", "$ref": "https://scim.example.com/Users/7" }],
            "path": "members[value eq \"7\"]",
        });
        assert_eq!(resolved.data, Some(expected));
    }

    #[test]
    fn what_failed_or_is_not_there_is_said() {
        let unknown = operation("g", "/Groups", json!({ "members": [{ "value": "bulkId:x" }] }));
        let mut made = Made::new(std::slice::from_ref(&unknown));
        let Err(Unresolved::Never(error)) = made.resolve(&unknown) else {
            panic!("it can't be resolved")
        };
        assert_eq!((error.status, error.scim_type), (400, Some(ScimType::InvalidValue)));
        made.note("x", None);
        let Err(Unresolved::Never(error)) = made.resolve(&unknown) else {
            panic!("it can't be resolved")
        };
        assert_eq!(error.status, 409);
    }
}
