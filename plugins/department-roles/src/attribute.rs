//! Attributes of a document, whose names have no case (RFC 7643 §2.1).

use portcullis_sdk::{Document, serde_json::Value};

/// The schema whose attribute the department is (RFC 7643 §4.3).
const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

/// The value of an attribute.
pub fn of<'d>(document: &'d Document, name: &str) -> Option<&'d Value> {
    document
        .iter()
        .find(|(key, _)| key.eq_ignore_ascii_case(name))
        .map(|(_, value)| value)
}

/// The name of an attribute as the document writes it.
pub fn name_in(document: &Document, name: &str) -> Option<String> {
    document.keys().find(|key| key.eq_ignore_ascii_case(name)).cloned()
}

/// The user's department, white space at its ends aside.
pub fn department(user: &Document) -> Option<&str> {
    of(user, ENTERPRISE)
        .and_then(Value::as_object)
        .and_then(|enterprise| of(enterprise, "department"))
        .and_then(Value::as_str)
        .map(str::trim)
        .filter(|department| !department.is_empty())
}
