//! `members` of groups: who is in one.
//!
//! Clients write them in several ways; a [`Provider`](super::Provider) sees one: every element has a `value` that is the id of
//! a user, and no user is there twice. `$ref` and `type` follow from that and are written here.

use std::collections::HashSet;

use serde_json::{Value, json};

use super::{Document, Error, Mutability, ResourceKind, ScimType, Surface, render};

/// The attribute that holds them.
pub const ATTRIBUTE: &str = "members";

/// The most that a group may have in a document that a client sends, and in what PATCH makes of one.
pub const MOST: usize = 100_000;

/// Whether members can be changed; `None`: nothing of them is known.
pub fn mutability(surface: &Surface) -> Option<Mutability> {
    surface.groups.as_ref()?.members
}

/// The sub-attributes that a filter can name of an attribute that holds members; none, if it is another one or nothing of members is
/// known.
pub fn parts(surface: &Surface, name: &str) -> &'static [&'static str] {
    match &surface.groups {
        Some(groups) if name == ATTRIBUTE && groups.members.is_some() => match groups.member_names {
            true => &["value", "display", "type"],
            false => &["value", "type"],
        },
        _ => &[],
    }
}

/// Makes the members of a document canonical.
///
/// # Errors
/// 501: there are some, and the application can't know any. `invalidValue`: an element that is no user.
pub fn normalise(surface: &Surface, document: &mut Document) -> Result<(), Error> {
    let Some(Value::Array(elements)) = document.get_mut(ATTRIBUTE) else {
        document.shift_remove(ATTRIBUTE);
        return Ok(());
    };
    if mutability(surface).is_none() {
        if elements.is_empty() {
            document.shift_remove(ATTRIBUTE);
            return Ok(());
        }
        return Err(Error::not_implemented(
            "groups of this application have no members: the operation get-group-members is not configured and enabled",
        ));
    }
    let mut seen = HashSet::new();
    let mut kept = Vec::with_capacity(elements.len());
    for (index, mut element) in std::mem::take(elements).into_iter().enumerate() {
        let value = match element.get("value").and_then(Value::as_str) {
            Some(value) if !value.is_empty() => value.to_owned(),
            _ => {
                let detail = format!("`{ATTRIBUTE}[{index}].value` is missing: it is the id of a user");
                return Err(Error::bad_request(ScimType::InvalidValue, detail));
            }
        };
        let user = ResourceKind::User.name();
        match element.get("type").and_then(Value::as_str) {
            Some(other) if !other.eq_ignore_ascii_case(user) => {
                let detail = format!("`{ATTRIBUTE}[{index}].type` must be `{user}`: members of a group are users here");
                return Err(Error::bad_request(ScimType::InvalidValue, detail));
            }
            _ => {}
        }
        if let Value::Object(member) = &mut element {
            member.insert("type".to_owned(), json!(user));
        }
        if seen.insert(value) {
            kept.push(element);
        }
    }
    *elements = kept;
    Ok(())
}

/// The URL of each member, and that it is a user.
pub fn render(base_url: &str, document: &mut Document) {
    let elements = document.get_mut(ATTRIBUTE).and_then(Value::as_array_mut);
    for member in elements.into_iter().flatten().filter_map(Value::as_object_mut) {
        member.insert("type".to_owned(), json!(ResourceKind::User.name()));
        refer(base_url, ResourceKind::User, member);
    }
}

/// `$ref` of an element whose `value` is the id of a resource.
pub fn refer(base_url: &str, to: ResourceKind, element: &mut Document) {
    if let Some(id) = element.get("value").and_then(Value::as_str) {
        let url = render::location(base_url, to.endpoint(), id);
        element.insert("$ref".to_owned(), json!(url));
    }
}
