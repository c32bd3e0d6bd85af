//! From the body of a PATCH to operations that are sure to make sense for the schemas.

use scim_v2::schema_urns;
use serde_json::Value;

use super::{Action, Operation, Target, target::Place};
use crate::scim::{
    Document, Error, ResourceKind, ScimType, check,
    definition::{Cardinality, Kind, Writable},
    path::take,
    vocabulary::Vocabulary,
};

/// A message with more operations is refused; what a person's record needs is far below.
const MOST_OPERATIONS: usize = 1000;

/// The operations of a message.
pub fn parse(vocabulary: &Vocabulary, mut body: Document) -> Result<Vec<Operation<'_>>, Error> {
    let schemas = take(&mut body, "schemas");
    check::require_schema(schemas.as_ref(), schema_urns::PATCH_OP)?;
    let operations = match take(&mut body, "Operations") {
        Some(Value::Array(operations)) => operations,
        Some(other) => {
            return Err(syntax(format!(
                "`Operations` must be an array, and is {}",
                check::describe(&other)
            )));
        }
        None => return Err(syntax("`Operations` is missing".to_owned())),
    };
    if operations.is_empty() {
        return Err(value_error("`Operations` is empty: there is nothing to do".to_owned()));
    }
    if operations.len() > MOST_OPERATIONS {
        let detail = format!(
            "{} operations are more than the {MOST_OPERATIONS} that one message may have",
            operations.len()
        );
        return Err(Error {
            scim_type: Some(ScimType::TooMany),
            ..Error::new(413, detail)
        });
    }
    let mut parsed = Vec::with_capacity(operations.len());
    for (index, operation) in operations.into_iter().enumerate() {
        operation_into(vocabulary, index, operation, &mut parsed).map_err(|error| in_operation(index, error))?;
    }
    Ok(parsed)
}

/// Says which operation of a message an error is about.
pub(super) fn in_operation(index: usize, error: Error) -> Error {
    Error {
        detail: format!("Operations[{index}]: {}", error.detail),
        ..error
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Verb {
    Add,
    Replace,
    Remove,
}

fn operation_into<'v>(
    vocabulary: &'v Vocabulary,
    index: usize,
    operation: Value,
    into: &mut Vec<Operation<'v>>,
) -> Result<(), Error> {
    let Value::Object(mut operation) = operation else {
        return Err(syntax(format!(
            "an operation must be an object, and this is {}",
            check::describe(&operation)
        )));
    };
    let verb = verb(take(&mut operation, "op"))?;
    let value = take(&mut operation, "value");
    let path = match take(&mut operation, "path") {
        None | Some(Value::Null) => None,
        Some(Value::String(path)) => Some(path).filter(|it| !it.trim().is_empty()),
        Some(other) => return Err(syntax(format!("`path` must be a string, and is {}", check::describe(&other)))),
    };
    let mut push = |operation: (Action, Target<'v>)| {
        let (action, target) = operation;
        into.push(Operation { index, action, target });
    };
    match (path, value) {
        (None, _) if verb == Verb::Remove => {
            let detail = "`remove` needs a `path` (RFC 7644 §3.5.2.2)";
            return Err(Error::bad_request(ScimType::NoTarget, detail));
        }
        (None, Some(Value::Object(members))) => {
            for (key, value) in members {
                if key.eq_ignore_ascii_case("schemas") {
                    continue;
                }
                match Place::parse(vocabulary, &key)? {
                    Place::Attribute(target) => member(vocabulary, verb, target, value)?.into_iter().for_each(&mut push),
                    Place::Extension(extension) => extension_members(vocabulary, verb, &extension.urn, value, &mut push)?,
                }
            }
        }
        (None, Some(other)) => {
            let detail = format!(
                "without a `path`, `value` must be an object, and is {}",
                check::describe(&other)
            );
            return Err(value_error(detail));
        }
        (Some(_), None) | (None, None) if verb != Verb::Remove => return Err(value_error("`value` is missing".to_owned())),
        (None, None) => {}
        (Some(path), value) => match Place::parse(vocabulary, &path)? {
            Place::Attribute(target) => push(at_path(vocabulary, verb, target, value)?),
            Place::Extension(extension) if verb == Verb::Remove => {
                for attribute in &extension.attributes {
                    push((Action::Remove(None), Target::whole(Some(extension), attribute)));
                }
            }
            Place::Extension(extension) => {
                extension_members(vocabulary, verb, &extension.urn, value.unwrap_or_default(), &mut push)?;
            }
        },
    }
    Ok(())
}

fn verb(op: Option<Value>) -> Result<Verb, Error> {
    match op {
        Some(Value::String(op)) if op.eq_ignore_ascii_case("add") => Ok(Verb::Add),
        Some(Value::String(op)) if op.eq_ignore_ascii_case("replace") => Ok(Verb::Replace),
        Some(Value::String(op)) if op.eq_ignore_ascii_case("remove") => Ok(Verb::Remove),
        Some(_) => Err(syntax("`op` must be one of add, replace and remove".to_owned())),
        None => Err(syntax(
            "`op` is missing; it must be one of add, replace and remove".to_owned(),
        )),
    }
}

/// The members of an extension's object.
fn extension_members<'v>(
    vocabulary: &'v Vocabulary,
    verb: Verb,
    urn: &str,
    value: Value,
    push: &mut impl FnMut((Action, Target<'v>)),
) -> Result<(), Error> {
    let Value::Object(members) = value else {
        return Err(value_error(format!(
            "`{urn}` must be an object, and is {}",
            check::describe(&value)
        )));
    };
    // Some clients write an extension as a resource of its own.
    for (key, value) in members.into_iter().filter(|(key, _)| !key.eq_ignore_ascii_case("schemas")) {
        match Place::parse(vocabulary, &format!("{urn}:{key}"))? {
            Place::Attribute(target) => member(vocabulary, verb, target, value)?.into_iter().for_each(&mut *push),
            Place::Extension(_) => return Err(value_error(format!("`{key}` is no attribute of `{urn}`"))),
        }
    }
    Ok(())
}

/// A member of a value without a path: there, clients repeat the `id` and `meta` that they know. The one must be what it is,
/// the other means nothing.
fn member<'v>(
    vocabulary: &Vocabulary,
    verb: Verb,
    target: Target<'v>,
    value: Value,
) -> Result<Option<(Action, Target<'v>)>, Error> {
    if target.is("id") {
        Ok(Some((Action::Keep(value), target)))
    } else if target.is("meta") {
        Ok(None)
    } else {
        at_path(vocabulary, verb, target, Some(value)).map(Some)
    }
}

fn at_path<'v>(
    vocabulary: &Vocabulary,
    verb: Verb,
    target: Target<'v>,
    value: Option<Value>,
) -> Result<(Action, Target<'v>), Error> {
    let kind = vocabulary.kind();
    if target.writable() == Writable::No {
        return Err(Error::bad_request(ScimType::Mutability, format!("`{target}` is read-only")));
    }
    let removes = verb == Verb::Remove || value.as_ref().is_none_or(Value::is_null);
    if let (true, Some(name)) = (removes, kind.not_removable().iter().find(|name| target.is(name))) {
        return Err(Error::bad_request(
            ScimType::Mutability,
            format!("`{name}` can be changed and not removed"),
        ));
    }
    let action = match (verb, value) {
        (Verb::Remove, value) => Action::Remove(listed_elements(&target, value)?),
        (Verb::Add, value) => Action::Add(checked(kind, &target, value.unwrap_or_default())?),
        (Verb::Replace, value) => Action::Replace(checked(kind, &target, value.unwrap_or_default())?),
    };
    Ok((action, target))
}

/// The value as the schema has it.
fn checked(kind: ResourceKind, target: &Target<'_>, value: Value) -> Result<Value, Error> {
    let at = target.to_string();
    if value.is_null() {
        return Ok(value);
    }
    if let Some(sub_attribute) = target.sub_attribute {
        let value = check::attribute(sub_attribute, &at, value).map_err(check::Fault::in_patch)?;
        return not_empty(kind, target, value);
    }
    let definition = target.attribute;
    let value = match (definition.cardinality, &target.filter, value) {
        // One element, of an attribute that has many.
        (Cardinality::Many, Some(_), Value::Array(mut values)) if values.len() == 1 => {
            check::element(definition, &at, values.pop().unwrap_or_default())
        }
        (Cardinality::Many, Some(_), value) => check::element(definition, &at, value),
        (Cardinality::Many, None, value @ Value::Object(_)) => check::attribute(definition, &at, Value::Array(vec![value])),
        // Entra writes a manager as the manager's id alone.
        (Cardinality::One, _, Value::String(text))
            if definition.kind == Kind::Complex && definition.has_sub_attribute("value") =>
        {
            let mut members = Document::new();
            members.insert("value".to_owned(), Value::String(text));
            check::attribute(definition, &at, Value::Object(members))
        }
        (_, _, value) => check::attribute(definition, &at, value),
    };
    let mut value = value.map_err(check::Fault::in_patch)?;
    if let Value::Array(elements) = &mut value {
        // Elements come whole, so a `null` in one takes nothing away.
        elements.retain_mut(check::is_assigned);
    }
    not_empty(kind, target, value)
}

fn not_empty(kind: ResourceKind, target: &Target<'_>, value: Value) -> Result<Value, Error> {
    match &value {
        Value::String(text) if target.is(kind.required()) && text.trim().is_empty() => {
            Err(value_error(format!("`{target}` must not be empty")))
        }
        _ => Ok(value),
    }
}

/// Entra's `remove` with the elements in `value`. A value with any other target says nothing.
fn listed_elements(target: &Target<'_>, value: Option<Value>) -> Result<Option<Vec<Value>>, Error> {
    let definition = target.attribute;
    let lists = definition.cardinality == Cardinality::Many && target.filter.is_none() && target.sub_attribute.is_none();
    let values = match value {
        Some(Value::Array(values)) if lists => values,
        Some(value @ Value::Object(_)) if lists => vec![value],
        _ => return Ok(None),
    };
    let elements = values.into_iter().enumerate().map(|(index, value)| {
        let checked = check::element(definition, &format!("{target}[{index}]"), value).map_err(check::Fault::in_patch)?;
        match checked.get("value") {
            Some(Value::String(_)) => Ok(checked),
            // One that is nothing but a value.
            None if !checked.is_object() => Ok(checked),
            _ => Err(value_error(format!(
                "`{target}[{index}].value` is missing: it says what to remove"
            ))),
        }
    });
    Ok(Some(elements.collect::<Result<_, _>>()?))
}

fn syntax(detail: String) -> Error {
    Error::bad_request(ScimType::InvalidSyntax, detail)
}

fn value_error(detail: String) -> Error {
    Error::bad_request(ScimType::InvalidValue, detail)
}
