//! What a client gets to see of a resource: `schemas` and `meta` are added, secrets are taken away.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use super::{Document, EntitlementKind, EntitlementType, Surface, USER_SCHEMA, answer::Tagged, assignments, version::Version};

/// What need not be escaped in a segment of a URL (RFC 3986 §2.3).
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The absolute URL of a resource.
pub fn location(base_url: &str, endpoint: &str, id: &str) -> String {
    format!("{base_url}{endpoint}/{}", utf8_percent_encode(id, ESCAPED))
}

/// A user: `schemas`, `id`, its attributes, `meta`; never a password.
pub fn user(surface: &Surface, base_url: &str, mut document: Document) -> Tagged {
    let version = Version::of(&document);
    document.shift_remove("password");
    if let [_] = assignments::types_of(surface, EntitlementKind::Role).as_slice() {
        hide_type(document.get_mut(EntitlementKind::Role.attribute()));
    }
    let extensions = document.iter().filter(|(key, value)| key.contains(':') && !value.is_null());
    let mut schemas = vec![json!(USER_SCHEMA)];
    schemas.extend(extensions.map(|(urn, _)| json!(urn)));
    resource(schemas, "User", base_url, "/Users", document, version)
}

/// An item of a catalogue, as the identity provider's "SCIM server with entitlements" guide shows it: the type is told with
/// entitlements and not with roles.
pub fn entitlement(of: &EntitlementType, base_url: &str, document: Document) -> Tagged {
    let version = Version::of(&document);
    let mut item = Document::new();
    item.insert("id".to_owned(), document.get("id").cloned().unwrap_or_default());
    if of.kind == EntitlementKind::Entitlement {
        item.insert("type".to_owned(), json!(of.name));
    }
    item.extend(document.into_iter().filter(|(key, _)| key != "id" && key != "type"));
    resource(vec![json!(of.kind.schema())], &of.name, base_url, &of.endpoint, item, version)
}

fn resource(
    schemas: Vec<Value>,
    resource_type: &str,
    base_url: &str,
    endpoint: &str,
    mut document: Document,
    version: Version,
) -> Tagged {
    let id = document.shift_remove("id").unwrap_or_default();
    let mut meta = match document.shift_remove("meta") {
        Some(Value::Object(meta)) => meta,
        _ => Document::new(),
    };
    meta.insert("resourceType".to_owned(), json!(resource_type));
    if let Some(id) = id.as_str() {
        meta.insert("location".to_owned(), json!(location(base_url, endpoint, id)));
    }
    meta.insert("version".to_owned(), json!(version.to_string()));
    let mut rendered = Document::new();
    rendered.insert("schemas".to_owned(), Value::Array(schemas));
    rendered.insert("id".to_owned(), id);
    rendered.extend(
        document
            .into_iter()
            .filter(|(key, value)| key != "schemas" && !value.is_null()),
    );
    rendered.insert("meta".to_owned(), Value::Object(meta));
    Tagged {
        version,
        resource: rendered,
    }
}

/// With one type of role the element's type is nothing that the client gave or needs.
fn hide_type(roles: Option<&mut Value>) {
    for role in roles.and_then(Value::as_array_mut).into_iter().flatten() {
        if let Value::Object(members) = role {
            members.shift_remove("type");
        }
    }
}
