//! The elements of a multi-valued attribute: which ones a filter means, and which are the same.

use std::collections::HashMap;

use scim_v2::filter::{AttrExp, AttrPath, CompValue, CompareOp, ValFilter};
use serde_json::{Value, json};

use crate::scim::{
    Attribute, AttributePath, Document, Error, ScimType,
    definition::{Definition, Kind, find},
    path::{is_element, member, slot},
    vocabulary::Extension,
};

/// Whether a filter means this element of an attribute.
pub(super) fn matches(of: &Definition, filter: &ValFilter, element: &Value) -> bool {
    match filter {
        ValFilter::Attr(AttrExp::Present(path)) => value_at(element, path).is_some(),
        ValFilter::Attr(AttrExp::Comparison(path, operator, wanted)) => {
            let exact = find(&of.sub_attributes, &path.name).is_some_and(|it| it.kind == Kind::Identifier);
            compares(value_at(element, path), operator, wanted, exact)
        }
        ValFilter::Not(inner) => !matches(of, inner, element),
        ValFilter::And(items) => items.iter().all(|item| matches(of, item, element)),
        ValFilter::Or(items) => items.iter().any(|item| matches(of, item, element)),
    }
}

/// What an element must have for a filter to mean it, where the filter says so: comparisons with `eq`, joined by `and`.
/// A comparison with `value` says which element is looked for and not what one is like, so nothing is made of it.
pub(super) fn implied(filter: &ValFilter) -> Option<Document> {
    let mut members = Document::new();
    imply(filter, &mut members).then_some(members)
}

fn imply(filter: &ValFilter, members: &mut Document) -> bool {
    match filter {
        ValFilter::Attr(AttrExp::Comparison(path, CompareOp::Eq, wanted)) if path.name != "value" => {
            let wanted = match wanted {
                CompValue::Null => return false,
                CompValue::True => json!(true),
                CompValue::False => json!(false),
                CompValue::Number(number) => Value::Number(number.clone()),
                CompValue::Str(text) => json!(text),
            };
            // Two different wishes for one member can't both come true.
            members
                .insert(path.name.clone(), wanted.clone())
                .is_none_or(|before| before == wanted)
        }
        ValFilter::And(items) => items.iter().all(|item| imply(item, members)),
        _ => false,
    }
}

/// What makes an element the one that it is among the elements of its attribute.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) enum Identity {
    /// The application has room for one such element, as in a mapping of `emails[type eq "work"]`: which room.
    Room(usize),
    Named {
        value: String,
        r#type: Option<String>,
    },
    /// Nothing but what is in it.
    Whole(String),
}

/// What an application has room for one of: the `type eq "work"` of its mapped paths.
pub(super) type Rooms<'s> = Vec<&'s (String, String)>;

/// The rooms of an attribute.
pub(super) fn rooms<'s>(mapped: &'s [Attribute], extension: Option<&Extension>, attribute: &Definition) -> Rooms<'s> {
    let is_meant = |path: &&AttributePath| {
        let same_schema = match (&path.extension, extension) {
            (Some(urn), Some(extension)) => urn.eq_ignore_ascii_case(&extension.urn),
            (None, None) => true,
            _ => false,
        };
        same_schema && path.name.eq_ignore_ascii_case(&attribute.name)
    };
    mapped
        .iter()
        .map(|it| &it.path)
        .filter(is_meant)
        .filter_map(|it| it.element.as_ref())
        .collect()
}

impl Identity {
    pub(super) fn of(element: &Value, rooms: &Rooms<'_>) -> Self {
        if let Some(room) = rooms.iter().position(|(key, wanted)| is_element(element, key, wanted)) {
            return Self::Room(room);
        }
        match scalar(element, "value") {
            Some(value) => Self::Named {
                value,
                r#type: text(element, "type").map(str::to_owned),
            },
            None => Self::Whole(element.to_string()),
        }
    }
}

/// Takes away the elements that a client lists: by their `value`, and by their `type` where both have one; those that are nothing but
/// a value by that.
pub(super) fn remove_listed(elements: &mut Vec<Value>, listed: &[Value]) {
    let mut types: HashMap<&str, Vec<Option<&str>>> = HashMap::new();
    for element in listed {
        if let Some(value) = text(element, "value") {
            types.entry(value).or_default().push(text(element, "type"));
        }
    }
    elements.retain(|element| {
        if !element.is_object() && listed.contains(element) {
            return false;
        }
        let own = text(element, "type");
        let same_type = |it: &Option<&str>| it.zip(own).is_none_or(|(a, b)| a.eq_ignore_ascii_case(b));
        let listed = text(element, "value").and_then(|value| types.get(value));
        !listed.is_some_and(|types| types.iter().any(same_type))
    });
}

/// Which elements are the primary one.
pub(super) fn primaries(elements: &[Value]) -> Vec<bool> {
    elements.iter().map(is_primary).collect()
}

fn is_primary(element: &Value) -> bool {
    element.as_object().and_then(|members| member(members, "primary")) == Some(&Value::Bool(true))
}

/// An element that becomes the primary one takes that from the others (RFC 7644 §3.5.2). `before` says which were, of those
/// that were there.
///
/// # Errors
/// `invalidValue`: several become it at once.
pub(super) fn keep_one_primary(name: &str, before: &[bool], elements: &mut [Value]) -> Result<(), Error> {
    let was = |place: usize| before.get(place).copied().unwrap_or_default();
    let is: Vec<usize> = (0..)
        .zip(elements.iter())
        .filter(|(_, it)| is_primary(it))
        .map(|(place, _)| place)
        .collect();
    let mut new = is.iter().filter(|place| !was(**place));
    match (new.next(), new.next()) {
        (None, _) => Ok(()),
        (Some(new), None) => {
            for (place, element) in elements.iter_mut().enumerate() {
                if place != *new
                    && is.contains(&place)
                    && let Value::Object(members) = element
                {
                    *slot(members, "primary") = json!(false);
                }
            }
            Ok(())
        }
        (Some(_), Some(_)) => Err(Error::bad_request(
            ScimType::InvalidValue,
            format!("`{name}` can have one primary element, and several would be it (RFC 7643 §2.4)"),
        )),
    }
}

/// Puts members into an object; `null` takes one away.
pub(super) fn merge(into: &mut Document, members: &Document) {
    for (name, value) in members {
        if value.is_null() {
            into.retain(|key, _| !key.eq_ignore_ascii_case(name));
        } else {
            *slot(into, name) = value.clone();
        }
    }
}

/// A number of a column is as good a name as a string.
fn scalar(element: &Value, name: &str) -> Option<String> {
    match member(element.as_object()?, name)? {
        Value::String(text) => Some(text.clone()),
        other @ (Value::Number(_) | Value::Bool(_)) => Some(other.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

fn text<'d>(element: &'d Value, name: &str) -> Option<&'d str> {
    member(element.as_object()?, name)?.as_str()
}

fn value_at<'d>(element: &'d Value, path: &AttrPath) -> Option<&'d Value> {
    let Some(members) = element.as_object() else {
        return path.name.eq_ignore_ascii_case("value").then_some(element);
    };
    member(members, &path.name).filter(|it| !it.is_null())
}

fn compares(found: Option<&Value>, operator: &CompareOp, wanted: &CompValue, exact: bool) -> bool {
    match (found, wanted) {
        (None, CompValue::Null) => *operator == CompareOp::Eq,
        (None, _) => *operator == CompareOp::Ne,
        (Some(_), CompValue::Null) => *operator == CompareOp::Ne,
        (Some(Value::Bool(found)), CompValue::True | CompValue::False) => {
            (*found == (*wanted == CompValue::True)) == (*operator == CompareOp::Eq)
        }
        (Some(Value::String(found)), CompValue::Str(wanted)) if exact => compares_text(found, operator, wanted),
        (Some(Value::String(found)), CompValue::Str(wanted)) => {
            compares_text(&found.to_lowercase(), operator, &wanted.to_lowercase())
        }
        (Some(Value::String(found)), CompValue::Number(wanted)) => compares_text(found, operator, &wanted.to_string()),
        (Some(Value::Number(found)), CompValue::Number(wanted)) => match (found.as_f64(), wanted.as_f64()) {
            (Some(found), Some(wanted)) => orders(operator, found.partial_cmp(&wanted)),
            _ => false,
        },
        _ => *operator == CompareOp::Ne,
    }
}

fn compares_text(found: &str, operator: &CompareOp, wanted: &str) -> bool {
    match operator {
        CompareOp::Co => found.contains(wanted),
        CompareOp::Sw => found.starts_with(wanted),
        CompareOp::Ew => found.ends_with(wanted),
        operator => orders(operator, Some(found.cmp(wanted))),
    }
}

fn orders(operator: &CompareOp, order: Option<std::cmp::Ordering>) -> bool {
    let Some(order) = order else { return false };
    match operator {
        CompareOp::Eq => order.is_eq(),
        CompareOp::Ne => order.is_ne(),
        CompareOp::Gt => order.is_gt(),
        CompareOp::Ge => order.is_ge(),
        CompareOp::Lt => order.is_lt(),
        CompareOp::Le => order.is_le(),
        CompareOp::Co | CompareOp::Sw | CompareOp::Ew => false,
    }
}
