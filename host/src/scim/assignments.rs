//! `roles` and `entitlements`: which things a user holds.
//!
//! Clients write them in several ways; a [`Provider`](super::Provider) sees one: every element has a `value` that is a string
//! and a `type` that is the name of one of the surface's entitlement types, and no element is there twice.

use serde_json::{Value, json};

use super::{Document, EntitlementKind, EntitlementType, Error, ScimType, Surface};

/// The attributes that hold assignments.
pub const ATTRIBUTES: [&str; 2] = ["roles", "entitlements"];

const KINDS: [EntitlementKind; 2] = [EntitlementKind::Role, EntitlementKind::Entitlement];

/// The entitlement types whose assignments one attribute holds.
pub fn types_of(surface: &Surface, kind: EntitlementKind) -> Vec<&EntitlementType> {
    surface.entitlement_types.iter().filter(|it| it.kind == kind).collect()
}

/// The sub-attributes that clients see of the assignments in one attribute. Where there is one type of role, its name says nothing.
pub fn parts_of(surface: &Surface, kind: EntitlementKind) -> &'static [&'static str] {
    match (kind, types_of(surface, kind).as_slice()) {
        (_, []) => &[],
        (EntitlementKind::Role, [_]) => &["value", "display"],
        _ => &["value", "display", "type"],
    }
}

/// Makes the assignments of a document canonical. An attribute that no entitlement type uses is taken away, as any attribute
/// that the mapping doesn't know means nothing.
pub fn normalise(surface: &Surface, document: &mut Document) -> Result<(), Error> {
    for kind in KINDS {
        let types = types_of(surface, kind);
        if types.is_empty() {
            document.shift_remove(kind.attribute());
        } else if let Some(Value::Array(elements)) = document.get_mut(kind.attribute()) {
            normalise_elements(kind, &types, elements)?;
        }
    }
    Ok(())
}

fn normalise_elements(kind: EntitlementKind, types: &[&EntitlementType], elements: &mut Vec<Value>) -> Result<(), Error> {
    let attribute = kind.attribute();
    let mut seen = std::collections::HashSet::new();
    let mut kept = Vec::with_capacity(elements.len());
    for (index, mut element) in std::mem::take(elements).into_iter().enumerate() {
        let value = match text(&element, "value") {
            Some(value) if !value.is_empty() => value.to_owned(),
            _ => {
                return Err(invalid(format!(
                    "`{attribute}[{index}].value` is missing: it is the id of what the user holds"
                )));
            }
        };
        let name = type_name(kind, types, index, text(&element, "type"))?;
        if let Value::Object(members) = &mut element {
            members.insert("type".to_owned(), json!(name));
        }
        if seen.insert((value, name)) {
            kept.push(element);
        }
    }
    *elements = kept;
    Ok(())
}

fn type_name(kind: EntitlementKind, types: &[&EntitlementType], index: usize, given: Option<&str>) -> Result<String, Error> {
    let attribute = kind.attribute();
    match (types, given) {
        // Entra sends a `type` of its own with roles; where there is one type of role it says nothing.
        ([only], given) if kind == EntitlementKind::Role || given.is_none() => Ok(only.name.clone()),
        (_, Some(given)) => match types.iter().find(|it| it.name.eq_ignore_ascii_case(given)) {
            Some(found) => Ok(found.name.clone()),
            None => Err(invalid(format!("`{attribute}[{index}].type` must be {}", names(types)))),
        },
        (_, None) => Err(invalid(format!(
            "`{attribute}[{index}].type` is missing, and must be {}: several types share `{attribute}`",
            names(types)
        ))),
    }
}

fn names(types: &[&EntitlementType]) -> String {
    let names: Vec<String> = types.iter().map(|it| format!("`{}`", it.name)).collect();
    names.join(" or ")
}

fn text<'d>(element: &'d Value, name: &str) -> Option<&'d str> {
    element.get(name).and_then(Value::as_str)
}

fn invalid(detail: String) -> Error {
    Error::bad_request(ScimType::InvalidValue, detail)
}
