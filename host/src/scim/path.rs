//! Where in a resource a mapped value lives.

use std::{fmt, str::FromStr};

use scim_v2::filter::{AttrExp, CompValue, CompareOp, PatchPath, ValFilter};
use serde_json::{Map, Value, json};

use super::Document;

/// The path of one single value: `userName`, `name.givenName`, `emails[type eq "work"].value`, or one of these behind the
/// URN of an extension (RFC 7644 §3.10, figure 7).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct AttributePath {
    /// The URN of an extension; the core schema's is left out.
    pub extension: Option<String>,
    pub name: String,
    /// For a multi-valued attribute: which element, as sub-attribute and value, for example `type` and `work`.
    pub element: Option<(String, String)>,
    pub sub_attribute: Option<String>,
}

/// The URN of the core user schema (RFC 7643 §4.1).
pub const USER_SCHEMA: &str = "urn:ietf:params:scim:schemas:core:2.0:User";

impl AttributePath {
    /// The value at this path. Names are compared without regard to case (RFC 7643 §2.1).
    pub fn get<'d>(&self, document: &'d Document) -> Option<&'d Value> {
        let container = match &self.extension {
            Some(urn) => member(document, urn)?.as_object()?,
            None => document,
        };
        let mut value = member(container, &self.name)?;
        if let Some((key, wanted)) = &self.element {
            value = value.as_array()?.iter().find(|element| is_element(element, key, wanted))?;
        }
        match &self.sub_attribute {
            Some(name) => member(value.as_object()?, name),
            None => Some(value),
        }
    }

    /// Puts a value at this path and makes what is missing on the way there.
    pub fn set(&self, document: &mut Document, value: Value) {
        let container = match &self.extension {
            Some(urn) => object(document.entry(urn.clone()).or_insert_with(|| json!({}))),
            None => document,
        };
        let slot = container.entry(self.name.clone()).or_insert(Value::Null);
        let slot = match &self.element {
            Some((key, wanted)) => element(slot, key, wanted),
            None => slot,
        };
        match &self.sub_attribute {
            Some(name) => {
                object(slot).insert(name.clone(), value);
            }
            None => *slot = value,
        }
    }
}

fn member<'d>(map: &'d Map<String, Value>, name: &str) -> Option<&'d Value> {
    map.get(name).or_else(|| {
        map.iter()
            .find(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
    })
}

fn is_element(element: &Value, key: &str, wanted: &str) -> bool {
    element
        .as_object()
        .and_then(|element| member(element, key))
        .and_then(Value::as_str)
        .is_some_and(|found| found.eq_ignore_ascii_case(wanted))
}

/// The object in a slot; whatever else was there gives way.
fn object(slot: &mut Value) -> &mut Map<String, Value> {
    if !slot.is_object() {
        *slot = json!({});
    }
    match slot {
        Value::Object(map) => map,
        _ => unreachable!("made an object above"),
    }
}

fn element<'d>(slot: &'d mut Value, key: &str, wanted: &str) -> &'d mut Value {
    if !slot.is_array() {
        *slot = json!([]);
    }
    let Value::Array(elements) = slot else {
        unreachable!("made an array above")
    };
    let at = match elements.iter().position(|element| is_element(element, key, wanted)) {
        Some(at) => at,
        None => {
            elements.push(json!({ key: wanted }));
            elements.len() - 1
        }
    };
    &mut elements[at]
}

impl FromStr for AttributePath {
    type Err = String;

    /// The error says what is wrong, in a sentence.
    fn from_str(text: &str) -> Result<Self, String> {
        let path = text
            .parse::<PatchPath>()
            .map_err(|_| format!("`{text}` is not an attribute path (RFC 7644 §3.10)"))?;
        let (attribute, element, sub_attribute) = match path {
            PatchPath::Attr(attribute) => {
                let sub = attribute.sub_attr.clone();
                (attribute, None, sub)
            }
            PatchPath::Value(path) => match path.filter {
                ValFilter::Attr(AttrExp::Comparison(key, CompareOp::Eq, CompValue::Str(wanted)))
                    if key.uri.is_none() && key.sub_attr.is_none() && path.attr.sub_attr.is_none() =>
                {
                    (path.attr, Some((key.name, wanted)), path.sub_attr)
                }
                _ => {
                    return Err(format!(
                        "`{text}` must name one element, as in emails[type eq \"work\"].value"
                    ));
                }
            },
        };
        Ok(Self {
            extension: attribute.uri.filter(|uri| !uri.eq_ignore_ascii_case(USER_SCHEMA)),
            name: attribute.name,
            element,
            sub_attribute,
        })
    }
}

impl fmt::Display for AttributePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(urn) = &self.extension {
            write!(f, "{urn}:")?;
        }
        f.write_str(&self.name)?;
        if let Some((key, wanted)) = &self.element {
            write!(f, "[{key} eq {}]", Value::from(wanted.as_str()))?;
        }
        if let Some(sub) = &self.sub_attribute {
            write!(f, ".{sub}")?;
        }
        Ok(())
    }
}
