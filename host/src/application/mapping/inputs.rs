//! A document as the values that statements name: `:userName`, `:name.givenName`, `:active`.

use std::fmt::Display;

use base64::{Engine as _, prelude::BASE64_STANDARD};
use serde_json::Value as Json;

use super::{
    active::{self, ACTIVE},
    stored, typed,
};
use crate::{
    application::{AttributeMapping, ResourceMapping, ValueType},
    database::Value,
    scim::{Document, Error, ScimType},
};

/// A name that statements can use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InputName {
    /// The attribute path.
    pub name: String,
    /// Other names for the same value: its column.
    pub aliases: Vec<String>,
}

impl ResourceMapping {
    /// The SQL type that the mapping gives an input of this name.
    pub fn parameter_type(&self, name: &str) -> Option<&'static str> {
        let named = self.attributes.iter().find(|attribute| attribute.path.to_string() == name);
        named.and_then(|attribute| attribute.holds.parameter_type())
    }

    /// The names of what [`Self::inputs`] gives, `id` and `password` not among them. `active` is one of them only if both
    /// of its values are known.
    pub fn input_names(&self) -> Vec<InputName> {
        let attributes = self
            .writable()
            .map(|attribute| (attribute.path.to_string(), &attribute.column));
        let active = self
            .active
            .iter()
            .filter(|active| active.is_input())
            .map(|active| (ACTIVE.to_owned(), &active.column));
        let mut names: Vec<InputName> = Vec::new();
        for (name, column) in attributes.chain(active) {
            // A column of several attributes is a name of none but the first.
            let taken = *column == self.id
                || names
                    .iter()
                    .any(|other| other.aliases.iter().any(|alias| alias.eq_ignore_ascii_case(column)));
            let aliases = if taken { Vec::new() } else { vec![column.clone()] };
            names.push(InputName { name, aliases });
        }
        names
    }

    /// One value for each mapped attribute and for `active`, a document without it meaning active. An attribute that is
    /// not there is NULL. The error is 400 and names the attribute.
    pub fn inputs(&self, document: &Document) -> Result<Vec<(String, Value)>, Error> {
        let mut inputs = Vec::new();
        for attribute in self.writable() {
            inputs.push((attribute.path.to_string(), attribute.input(attribute.path.get(document))?));
        }
        let active = active::wanted(document)?.unwrap_or(true);
        if let Some(mapping) = self.active.as_ref().filter(|mapping| mapping.is_input()) {
            inputs.extend(mapping.input(active).map(|value| (ACTIVE.to_owned(), value)));
        }
        Ok(inputs)
    }

    /// The attributes whose values come from clients.
    pub(super) fn writable(&self) -> impl Iterator<Item = &AttributeMapping> {
        self.attributes.iter().filter(|attribute| !attribute.is_read_only())
    }
}

/// Text of a client. Databases differ in what they make of U+0000: some refuse it, some end the text there.
pub fn text_input(name: &impl Display, text: &str) -> Result<Value, Error> {
    if text.contains('\0') {
        let detail = format!("{name} contains a NUL character, which not every database can keep");
        return Err(Error::bad_request(ScimType::InvalidValue, detail));
    }
    Ok(Value::Text(text.to_owned()))
}

pub(super) fn input(attribute: &AttributeMapping, value: Option<&Json>) -> Result<Value, Error> {
    let wrong = || {
        let detail = format!("{} must be {}", attribute.path, attribute.value_type.noun());
        Err(Error::bad_request(ScimType::InvalidValue, detail))
    };
    match (attribute.value_type, value) {
        (_, None | Some(Json::Null)) => Ok(Value::Null),
        (ValueType::Boolean, Some(Json::String(text))) if text.eq_ignore_ascii_case("true") => Ok(Value::Boolean(true)),
        (ValueType::Boolean, Some(Json::String(text))) if text.eq_ignore_ascii_case("false") => Ok(Value::Boolean(false)),
        (ValueType::Binary, Some(Json::String(text))) => BASE64_STANDARD.decode(text).map(Value::Bytes).or_else(|_| wrong()),
        (ValueType::DateTime, Some(Json::String(text))) => match typed::instant(&Value::Text(text.clone())) {
            Some(instant) => stored::timestamp(instant).map_or_else(wrong, Ok),
            None => wrong(),
        },
        (ValueType::Text | ValueType::Integer | ValueType::Decimal | ValueType::Any, Some(Json::String(text))) => {
            text_input(&attribute.path, text)
        }
        (ValueType::Boolean | ValueType::Any, Some(Json::Bool(truth))) => Ok(Value::Boolean(*truth)),
        // With the digits that the client wrote, and not with those of the double between.
        (ValueType::Decimal, Some(Json::Number(number))) if number.is_f64() => Ok(match number.to_string() {
            text if text.contains(['e', 'E']) => Value::Float(number.as_f64().unwrap_or_default()),
            text => Value::Decimal(text),
        }),
        (ValueType::Integer, Some(Json::Number(number))) if number.is_f64() => wrong(),
        (ValueType::Integer | ValueType::Decimal | ValueType::Any, Some(Json::Number(number))) => {
            Ok(match (number.as_i64(), number.as_u64(), number.as_f64()) {
                (Some(integer), _, _) => Value::Integer(integer),
                (None, Some(large), _) => Value::Decimal(large.to_string()),
                (None, None, Some(float)) => Value::Float(float),
                (None, None, None) => return wrong(),
            })
        }
        _ => wrong(),
    }
}
