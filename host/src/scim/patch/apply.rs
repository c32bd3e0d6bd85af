//! The wanted resource from the current one.

use std::collections::HashMap;

use serde_json::Value;

use super::{
    Action, Operation, Target,
    element::{self, Identity},
    message::in_operation,
};
use crate::scim::{
    Document, Error, Mutability, ScimType, check,
    definition::Cardinality,
    path::{member, member_mut, slot},
    replace::immutable,
    resource::Resources,
};

/// Does the operations one after the other; none is done if one can't be.
pub fn apply(resources: &Resources<'_>, mut current: Document, operations: &[Operation<'_>]) -> Result<Document, Error> {
    resources.normalise(&mut current)?;
    let mut document = current.clone();
    for operation in operations {
        one(resources, &mut document, operation).map_err(|error| in_operation(operation.index, error))?;
    }
    resources.normalise(&mut document)?;
    check_mutability(resources, &current, &document)?;
    Ok(document)
}

/// What no operation of the application takes can't be changed.
fn check_mutability(resources: &Resources<'_>, current: &Document, wanted: &Document) -> Result<(), Error> {
    for attribute in resources.attributes() {
        let path = &attribute.path;
        let same = path.get(current).filter(|it| !it.is_null()) == path.get(wanted).filter(|it| !it.is_null());
        match attribute.mutability {
            Mutability::ReadWrite => {}
            _ if same => {}
            Mutability::Immutable => return Err(immutable(resources.kind(), path)),
            Mutability::ReadOnly => {
                let detail = format!("`{path}` is read-only: no operation of this application takes it");
                return Err(Error::bad_request(ScimType::Mutability, detail));
            }
        }
    }
    Ok(())
}

fn one(resources: &Resources<'_>, document: &mut Document, operation: &Operation<'_>) -> Result<(), Error> {
    let target = &operation.target;
    let Some(extension) = target.extension else {
        return change(resources, document, target, &operation.action);
    };
    let mut members = match member_mut(document, &extension.urn) {
        Some(Value::Object(members)) => std::mem::take(members),
        _ => Document::new(),
    };
    let changed = change(resources, &mut members, target, &operation.action);
    if members.is_empty() {
        document.retain(|key, _| !key.eq_ignore_ascii_case(&extension.urn));
    } else {
        *slot(document, &extension.urn) = Value::Object(members);
    }
    changed
}

fn change(resources: &Resources<'_>, container: &mut Document, target: &Target<'_>, action: &Action) -> Result<(), Error> {
    let name = &target.attribute.name;
    if let Action::Keep(value) = action {
        return match member(container, name) == Some(value) {
            true => Ok(()),
            false => Err(Error::bad_request(
                ScimType::Mutability,
                format!("`{name}` is read-only and is not what the client thinks"),
            )),
        };
    }
    match target.attribute.cardinality {
        Cardinality::One => single(container, target, action),
        Cardinality::Many => {
            let mut elements = match member_mut(container, name) {
                Some(Value::Array(elements)) => std::mem::take(elements),
                _ => Vec::new(),
            };
            let is_set = resources.kind().sets().contains(&name.as_str());
            let before = element::primaries(&elements);
            let replaces_all = matches!(action, Action::Replace(_)) && target.filter.is_none() && target.sub_attribute.is_none();
            let changed = several(resources, &mut elements, target, action)
                .and_then(|()| check::number_of_elements(target.attribute, name, elements.len()))
                .and_then(|()| match is_set {
                    // Nothing that is held or belongs is more so than the others: `primarySupported` is false.
                    true => Ok(()),
                    false => element::keep_one_primary(name, if replaces_all { &[] } else { &before }, &mut elements),
                });
            elements.retain_mut(check::is_assigned);
            // No assignments is something to say; no e-mail address is nothing.
            if elements.is_empty() && !is_set {
                container.retain(|key, _| !key.eq_ignore_ascii_case(name));
            } else {
                *slot(container, name) = Value::Array(elements);
            }
            changed
        }
    }
}

/// A single-valued attribute. What a complex one isn't told about stays (RFC 7644 §3.5.2.3).
fn single(container: &mut Document, target: &Target<'_>, action: &Action) -> Result<(), Error> {
    let name = &target.attribute.name;
    let value = match action {
        Action::Add(value) | Action::Replace(value) => value.clone(),
        Action::Remove(_) | Action::Keep(_) => Value::Null,
    };
    let value = match target.sub_attribute {
        Some(sub_attribute) => Value::Object(Document::from_iter([(sub_attribute.name.clone(), value)])),
        None => value,
    };
    match (value, member_mut(container, name)) {
        (Value::Object(members), Some(Value::Object(existing))) => element::merge(existing, &members),
        (Value::Object(members), _) => {
            let mut new = Document::new();
            element::merge(&mut new, &members);
            *slot(container, name) = Value::Object(new);
        }
        (Value::Null, _) => container.retain(|key, _| !key.eq_ignore_ascii_case(name)),
        (value, _) => *slot(container, name) = value,
    }
    if member(container, name)
        .and_then(Value::as_object)
        .is_some_and(Document::is_empty)
    {
        container.retain(|key, _| !key.eq_ignore_ascii_case(name));
    }
    Ok(())
}

/// A multi-valued attribute.
fn several(resources: &Resources<'_>, elements: &mut Vec<Value>, target: &Target<'_>, action: &Action) -> Result<(), Error> {
    let is_meant = |it: &Value| {
        target
            .filter
            .as_ref()
            .is_none_or(|filter| element::matches(target.attribute, filter, it))
    };
    match (action, target.sub_attribute) {
        (Action::Add(Value::Null), _) | (Action::Keep(_), _) => {}
        (Action::Remove(Some(listed)), None) => element::remove_listed(elements, listed),
        (Action::Remove(_) | Action::Replace(Value::Null), None) => elements.retain(|it| !is_meant(it)),
        (Action::Remove(_) | Action::Replace(Value::Null), Some(sub_attribute)) => {
            let meant = elements.iter_mut().filter(|it| is_meant(it));
            meant
                .filter_map(Value::as_object_mut)
                .for_each(|it| it.retain(|key, _| !key.eq_ignore_ascii_case(&sub_attribute.name)));
        }
        (Action::Replace(Value::Array(new)), None) if target.filter.is_none() => elements.clone_from(new),
        (Action::Add(Value::Array(new)), None) if target.filter.is_none() => add(resources, elements, target, new),
        (Action::Add(value) | Action::Replace(value), Some(sub_attribute)) => {
            let members = Document::from_iter([(sub_attribute.name.clone(), value.clone())]);
            change_elements(elements, target, &members, is_meant, Keeping::Everything)?;
        }
        (Action::Add(Value::Object(members)), None) => change_elements(elements, target, members, is_meant, Keeping::Everything)?,
        (Action::Replace(Value::Object(members)), None) => {
            change_elements(elements, target, members, is_meant, Keeping::WhatTheFilterSays)?
        }
        (Action::Add(_) | Action::Replace(_), None) => {
            let detail = format!("`{target}` takes an element of `{}`", target.attribute.name);
            return Err(Error::bad_request(ScimType::InvalidValue, detail));
        }
    }
    Ok(())
}

/// What stays of an element that gets new members.
#[derive(Clone, Copy, PartialEq)]
enum Keeping {
    Everything,
    WhatTheFilterSays,
}

fn change_elements(
    elements: &mut Vec<Value>,
    target: &Target<'_>,
    members: &Document,
    is_meant: impl Fn(&Value) -> bool,
    keeping: Keeping,
) -> Result<(), Error> {
    let implied = target.filter.as_ref().map_or_else(|| Some(Document::new()), element::implied);
    let mut found = false;
    for existing in elements.iter_mut().filter(|it| is_meant(it)) {
        found = true;
        let mut changed = match (keeping, existing.take()) {
            (Keeping::Everything, Value::Object(existing)) => existing,
            _ => implied.clone().unwrap_or_default(),
        };
        element::merge(&mut changed, members);
        *existing = Value::Object(changed);
    }
    if found {
        return Ok(());
    }
    // What is made must be what the filter means, or the same message would make another one each time.
    let new = implied.map(|mut new| {
        element::merge(&mut new, members);
        Value::Object(new)
    });
    match new.filter(is_meant) {
        Some(new) => {
            elements.push(new);
            Ok(())
        }
        None => Err(Error::bad_request(
            ScimType::NoTarget,
            format!("`{target}` is not there: no element matches the filter"),
        )),
    }
}

/// Adds the elements that aren't there; one that is there already, by its [`Identity`], gets the members of the new one.
fn add(resources: &Resources<'_>, elements: &mut Vec<Value>, target: &Target<'_>, new: &[Value]) {
    let rooms = element::rooms(resources.attributes(), target.extension, target.attribute);
    let mut places: HashMap<Identity, usize> = HashMap::new();
    for (place, existing) in elements.iter().enumerate() {
        places.entry(Identity::of(existing, &rooms)).or_insert(place);
    }
    for new in new {
        let place = *places.entry(Identity::of(new, &rooms)).or_insert(elements.len());
        match (elements.get_mut(place), new) {
            (Some(Value::Object(existing)), Value::Object(members)) => element::merge(existing, members),
            (Some(existing), new) => *existing = new.clone(),
            (None, new) => elements.push(new.clone()),
        }
    }
}
