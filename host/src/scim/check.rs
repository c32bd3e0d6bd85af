//! Holds what clients send against the schemas: names in any case become the schema's (RFC 7643 §2.1), types are checked.
//!
//! Never repeats a value in a message: it may be a password.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use chrono::{DateTime, NaiveDateTime};
use scim_v2::filter::AttrPath;
use serde_json::{Map, Value};

use super::{
    DataType, Document, Error, ScimType,
    definition::{Cardinality, Definition, Kind, Writable, find},
    number,
    resource::{ResourceKind, Resources},
    vocabulary::{Unknown, Vocabulary},
};

/// Refuses more elements than anybody's record needs.
pub fn number_of_elements(of: &Definition, at: &str, number: usize) -> Result<(), Error> {
    if number <= of.most {
        return Ok(());
    }
    let detail = format!("`{at}` has {number} elements, and {} is the most that it may have", of.most);
    Err(Error {
        scim_type: Some(ScimType::TooMany),
        ..Error::new(413, detail)
    })
}

/// What is wrong with a value. The request decides which `scimType` an unknown name has.
#[derive(Clone, Debug, PartialEq)]
pub enum Fault {
    UnknownName(Unknown),
    WrongType(String),
    TooMany(Error),
}

impl Fault {
    /// As an answer to POST and PUT.
    pub fn in_resource(self) -> Error {
        match self {
            Fault::UnknownName(Unknown(detail)) => Error::bad_request(ScimType::InvalidSyntax, detail),
            Fault::WrongType(detail) => Error::bad_request(ScimType::InvalidValue, detail),
            Fault::TooMany(error) => error,
        }
    }

    /// As an answer to PATCH.
    pub fn in_patch(self) -> Error {
        match self {
            Fault::UnknownName(Unknown(detail)) => Error::bad_request(ScimType::InvalidPath, detail),
            Fault::WrongType(detail) => Error::bad_request(ScimType::InvalidValue, detail),
            Fault::TooMany(error) => error,
        }
    }
}

/// A whole resource as POST and PUT send it, made canonical.
///
/// * What RFC 7643 marks read-only (`id`, `meta`, `groups`) is ignored, as RFC 7644 §3.3 and §3.5.1 want it.
/// * What the RFC defines and the mapping doesn't is kept and means nothing: clients send their full profile.
/// * `null` and `[]` are the same as nothing (RFC 7643 §2.5), but for `roles`, `entitlements` and `members`, where they say that there
///   are none.
pub fn resource(resources: &Resources<'_>, body: Document) -> Result<Document, Error> {
    let vocabulary = resources.vocabulary;
    let mut document = Document::new();
    let mut schemas = None;
    for (key, value) in body {
        if key.eq_ignore_ascii_case("schemas") {
            schemas = Some(value);
        } else if let Some(extension) = vocabulary.extension(&key) {
            let at = extension.urn.as_str();
            match value {
                Value::Null => {}
                Value::Object(members) => {
                    let members = complex(&extension.attributes, at, ':', members).map_err(Fault::in_resource)?;
                    document.insert(at.to_owned(), Value::Object(members));
                }
                other => return Err(wrong_type(at, "an object", &other).in_resource()),
            }
        } else if key.contains(':') {
            return Err(Fault::UnknownName(vocabulary.unknown_extension(&key)).in_resource());
        } else {
            let definition = find(vocabulary.core(), &key)
                .ok_or_else(|| Fault::UnknownName(vocabulary.unknown(&AttrPath::with_name(&key))).in_resource())?;
            if definition.writable == Writable::Yes {
                let value = attribute(definition, &definition.name, value).map_err(Fault::in_resource)?;
                document.insert(definition.name.clone(), value);
            }
        }
    }
    require_schema(schemas.as_ref(), resources.kind().schema())?;
    drop_unassigned(vocabulary, &mut document);
    require_name(resources.kind(), &document)?;
    resources.normalise(&mut document)?;
    Ok(document)
}

/// RFC 7643 §4.1.1 and §4.2: `userName` of a user and `displayName` of a group are required and not empty.
fn require_name(kind: ResourceKind, document: &Document) -> Result<(), Error> {
    let name = kind.required();
    let what = match document.get(name) {
        Some(Value::String(name)) if !name.trim().is_empty() => return Ok(()),
        Some(_) => "must not be empty",
        None => "is required and missing",
    };
    Err(Error::bad_request(ScimType::InvalidValue, format!("`{name}` {what}")))
}

/// Refuses a message that doesn't say what it is.
pub fn require_schema(schemas: Option<&Value>, urn: &str) -> Result<(), Error> {
    let refuse = |what: &str| {
        Err(Error::bad_request(
            ScimType::InvalidSyntax,
            format!("`schemas` {what}; it must be an array that has `{urn}`"),
        ))
    };
    match schemas {
        None => refuse("is missing"),
        Some(Value::Array(urns)) => match urns
            .iter()
            .any(|it| it.as_str().is_some_and(|it| it.eq_ignore_ascii_case(urn)))
        {
            true => Ok(()),
            false => refuse("doesn't say what this is"),
        },
        Some(other) => refuse(&format!("is {}", describe(other))),
    }
}

/// The value of an attribute, checked and canonical. `null` stays, because PATCH makes something of it.
pub fn attribute(definition: &Definition, at: &str, value: Value) -> Result<Value, Fault> {
    match (definition.cardinality, value) {
        (_, Value::Null) => Ok(Value::Null),
        (Cardinality::One, value) => element(definition, at, value),
        (Cardinality::Many, Value::Array(values)) => {
            number_of_elements(definition, at, values.len()).map_err(Fault::TooMany)?;
            let elements = values
                .into_iter()
                .enumerate()
                .map(|(index, value)| element(definition, &format!("{at}[{index}]"), value));
            Ok(Value::Array(elements.collect::<Result<_, _>>()?))
        }
        (Cardinality::Many, other) => Err(wrong_type(at, "an array", &other)),
    }
}

/// One element of a multi-valued attribute, or the value of a single-valued one.
pub fn element(definition: &Definition, at: &str, value: Value) -> Result<Value, Fault> {
    match (definition.kind, value) {
        (Kind::Complex, Value::Object(members)) => Ok(Value::Object(complex(&definition.sub_attributes, at, '.', members)?)),
        (Kind::Text | Kind::Identifier, value @ Value::String(_)) => Ok(value),
        (Kind::Identifier, Value::Number(number)) => Ok(Value::String(number.to_string())),
        (Kind::Boolean, value @ Value::Bool(_)) => Ok(value),
        // Entra's old tenants write booleans as text.
        (Kind::Boolean, Value::String(text)) if text.eq_ignore_ascii_case("true") => Ok(Value::Bool(true)),
        (Kind::Boolean, Value::String(text)) if text.eq_ignore_ascii_case("false") => Ok(Value::Bool(false)),
        (Kind::Integer, Value::Number(number)) if !number.is_f64() => Ok(Value::Number(number)),
        // Some clients have no numbers.
        (Kind::Integer, Value::String(text)) if number::integer(&text).is_some() => {
            Ok(number::integer(&text).unwrap_or_default())
        }
        (Kind::Decimal, value @ Value::Number(_)) => Ok(value),
        (Kind::Decimal, Value::String(text)) if number::is_number(&text) => {
            Ok(number::exact(&text).unwrap_or(Value::String(text)))
        }
        (Kind::DateTime, Value::String(text)) if is_instant(&text) => Ok(Value::String(text)),
        (Kind::Binary, Value::String(text)) if BASE64_STANDARD.decode(&text).is_ok() => Ok(Value::String(text)),
        (Kind::Scalar, value @ (Value::String(_) | Value::Number(_) | Value::Bool(_))) => Ok(value),
        (Kind::Complex, other) => Err(wrong_type(at, "an object", &other)),
        (Kind::Text | Kind::Identifier, other) => Err(wrong_type(at, "a string", &other)),
        (Kind::Boolean, other) => Err(wrong_type(at, DataType::Boolean.noun(), &other)),
        (Kind::Integer, other) => Err(not_of(DataType::Integer, at, &other)),
        (Kind::Decimal, other) => Err(not_of(DataType::Decimal, at, &other)),
        (Kind::DateTime, other) => Err(not_of(DataType::DateTime, at, &other)),
        (Kind::Binary, other) => Err(not_of(DataType::Binary, at, &other)),
        (Kind::Scalar, other) => Err(wrong_type(at, "a string, a number, true or false", &other)),
    }
}

/// The members of an object, checked and canonical, without those that clients may not set.
fn complex(definitions: &[Definition], at: &str, separator: char, members: Map<String, Value>) -> Result<Document, Fault> {
    let mut checked = Document::new();
    for (key, value) in members {
        let Some(definition) = find(definitions, &key) else {
            let names = definitions.iter().map(|definition| definition.name.clone());
            return Err(Fault::UnknownName(Unknown(format!(
                "`{at}` has no `{key}`{}",
                super::near::suggestion(&key, names)
            ))));
        };
        if definition.writable == Writable::Yes {
            let value = attribute(definition, &format!("{at}{separator}{}", definition.name), value)?;
            checked.insert(definition.name.clone(), value);
        }
    }
    Ok(checked)
}

/// Takes away what says nothing: `null`, empty objects, and empty arrays that aren't sets.
fn drop_unassigned(vocabulary: &Vocabulary, document: &mut Document) {
    let sets = vocabulary.kind().sets();
    for name in sets {
        if document.get(*name).is_some_and(Value::is_null) {
            document.insert((*name).to_owned(), Value::Array(Vec::new()));
        }
    }
    let extensions: Vec<&str> = vocabulary
        .extensions()
        .iter()
        .map(|extension| extension.urn.as_str())
        .collect();
    document.retain(|key, value| {
        if extensions.contains(&key.as_str())
            && let Value::Object(members) = value
        {
            members.retain(|_, value| is_assigned(value));
        }
        is_assigned(value) || (sets.contains(&key.as_str()) && value.is_array())
    });
}

/// Whether a value says something, after taking away those of its parts that don't.
pub fn is_assigned(value: &mut Value) -> bool {
    match value {
        Value::Null => false,
        Value::Array(elements) => {
            elements.retain_mut(is_assigned);
            !elements.is_empty()
        }
        Value::Object(members) => {
            members.retain(|_, value| is_assigned(value));
            !members.is_empty()
        }
        _ => true,
    }
}

/// RFC 7643 §2.3.5; without a zone it is UTC, as it is in a column without one.
fn is_instant(text: &str) -> bool {
    DateTime::parse_from_rfc3339(text).is_ok() || NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f").is_ok()
}

/// A value of a type that some strings and numbers are of, and this one isn't.
fn not_of(data_type: DataType, at: &str, found: &Value) -> Fault {
    let wanted = data_type.noun();
    match found {
        Value::String(_) => Fault::WrongType(format!("`{at}` must be {wanted}, and is a string of another form")),
        Value::Number(_) if data_type == DataType::Integer => {
            Fault::WrongType(format!("`{at}` must be {wanted}, and is a number with a fraction"))
        }
        other => wrong_type(at, wanted, other),
    }
}

fn wrong_type(at: &str, wanted: &str, found: &Value) -> Fault {
    Fault::WrongType(format!("`{at}` must be {wanted}, and is {}", describe(found)))
}

/// What a value is, without saying what it holds.
pub fn describe(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}
