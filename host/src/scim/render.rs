//! What a client gets to see of a resource: `schemas` and `meta` are added, secrets are taken away.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use serde_json::{Value, json};

use super::{
    Document, EntitlementKind, EntitlementType, Members, Projection, ResourceKind, Surface, answer::Tagged, assignments, members,
    version::Version,
};

/// What need not be escaped in a segment of a URL (RFC 3986 §2.3).
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The absolute URL of a resource.
pub fn location(base_url: &str, endpoint: &str, id: &str) -> String {
    format!("{base_url}{endpoint}/{}", segment(id))
}

/// An id as a segment of a URL.
pub fn segment(id: &str) -> String {
    utf8_percent_encode(id, ESCAPED).to_string()
}

/// The id in a URL of ours.
pub fn id_at(location: &str) -> Option<String> {
    let segment = location.rsplit('/').next()?;
    percent_decode_str(segment).decode_utf8().ok().map(Into::into)
}

/// A user: `schemas`, `id`, its attributes, `meta`; never a password. `read` is what of it was read: without all of it, it has no
/// version, unless a column holds that.
pub fn user(surface: &Surface, base_url: &str, mut document: Document, read: &Projection) -> Tagged {
    let mut lists = surface.attributes.iter().filter(|attribute| attribute.is_list());
    let whole = lists.all(|list| read.shows_any_of(&list.path));
    let version = version(&document, whole);
    document.shift_remove("password");
    let groups = document.get_mut("groups").and_then(Value::as_array_mut);
    for group in groups.into_iter().flatten().filter_map(Value::as_object_mut) {
        members::refer(base_url, ResourceKind::Group, group);
    }
    if let [_] = assignments::types_of(surface, EntitlementKind::Role).as_slice() {
        hide_type(document.get_mut(EntitlementKind::Role.attribute()));
    }
    of_kind(ResourceKind::User, base_url, document, version)
}

/// A group. Without its members it has no version, unless a column holds that.
pub fn group(surface: &Surface, base_url: &str, mut document: Document, read: Members) -> Tagged {
    let whole = read == Members::Read || members::mutability(surface).is_none();
    let version = version(&document, whole);
    members::render(base_url, &mut document);
    of_kind(ResourceKind::Group, base_url, document, version)
}

/// The version of what was read as a whole, or of the column that holds it.
fn version(document: &Document, whole: bool) -> Option<Version> {
    let column = document.get("meta").and_then(|meta| meta.get("version"));
    (whole || column.is_some()).then(|| Version::of(document))
}

fn of_kind(kind: ResourceKind, base_url: &str, document: Document, version: Option<Version>) -> Tagged {
    let extensions = document.iter().filter(|(key, value)| key.contains(':') && !value.is_null());
    let mut schemas = vec![json!(kind.schema())];
    schemas.extend(extensions.map(|(urn, _)| json!(urn)));
    resource(schemas, kind.name(), base_url, kind.endpoint(), document, version)
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
    // The same in the words of draft-ietf-scim-roles-entitlements: what is listed can be assigned.
    let drafted = [("value", "id"), ("display", "displayName")];
    for (name, of) in drafted {
        item.extend(item.get(of).cloned().map(|value| (name.to_owned(), value)));
    }
    item.insert("supported".to_owned(), json!(true));
    resource(
        vec![json!(of.kind.schema())],
        &of.name,
        base_url,
        &of.endpoint,
        item,
        Some(version),
    )
}

fn resource(
    schemas: Vec<Value>,
    resource_type: &str,
    base_url: &str,
    endpoint: &str,
    mut document: Document,
    version: Option<Version>,
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
    if let Some(version) = &version {
        meta.insert("version".to_owned(), json!(version.to_string()));
    }
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
