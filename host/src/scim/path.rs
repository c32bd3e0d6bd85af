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

/// The URN of the core group schema (RFC 7643 §4.2).
pub const GROUP_SCHEMA: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";

impl AttributePath {
    /// Whether it is an attribute of a core schema as a whole.
    pub fn is_core(&self, name: &str) -> bool {
        self.extension.is_none() && self.element.is_none() && self.sub_attribute.is_none() && self.name.eq_ignore_ascii_case(name)
    }

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

    /// Puts a value at this path and makes what is missing on the way there; what is in the way and of another shape gives way.
    pub fn set(&self, document: &mut Document, value: Value) {
        match &self.extension {
            Some(urn) => {
                let slot = slot(document, urn);
                let mut members = into_object(slot.take());
                self.set_in(&mut members, value);
                *slot = Value::Object(members);
            }
            None => self.set_in(document, value),
        }
    }

    fn set_in(&self, container: &mut Document, value: Value) {
        let slot = slot(container, &self.name);
        let sub_attribute = self.sub_attribute.as_deref();
        *slot = match &self.element {
            Some((key, wanted)) => {
                let mut elements = into_array(slot.take());
                match elements.iter_mut().find(|element| is_element(element, key, wanted)) {
                    Some(element) => *element = with_value(element.take(), sub_attribute, value),
                    None => elements.push(with_value(json!({ key: wanted }), sub_attribute, value)),
                }
                Value::Array(elements)
            }
            None => with_value(slot.take(), sub_attribute, value),
        };
    }

    /// Takes away the value at this path, and nothing around it.
    pub fn remove(&self, document: &mut Document) {
        let container = match &self.extension {
            Some(urn) => member_mut(document, urn).and_then(Value::as_object_mut),
            None => Some(document),
        };
        let Some(container) = container else { return };
        match (&self.element, &self.sub_attribute) {
            (None, None) => container.retain(|key, _| !key.eq_ignore_ascii_case(&self.name)),
            (None, Some(sub_attribute)) => {
                let parent = member_mut(container, &self.name).and_then(Value::as_object_mut);
                parent
                    .into_iter()
                    .for_each(|it| it.retain(|key, _| !key.eq_ignore_ascii_case(sub_attribute)));
            }
            (Some((key, wanted)), sub_attribute) => {
                let Some(elements) = member_mut(container, &self.name).and_then(Value::as_array_mut) else {
                    return;
                };
                match sub_attribute {
                    None => elements.retain(|element| !is_element(element, key, wanted)),
                    Some(name) => {
                        let matching = elements.iter_mut().filter(|element| is_element(element, key, wanted));
                        for members in matching.filter_map(Value::as_object_mut) {
                            members.retain(|key, _| !key.eq_ignore_ascii_case(name));
                        }
                    }
                }
            }
        }
    }
}

/// A member, its name compared without regard to case.
pub(super) fn member<'d>(map: &'d Map<String, Value>, name: &str) -> Option<&'d Value> {
    map.get(name).or_else(|| {
        map.iter()
            .find(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
    })
}

/// Whether this is the element of a multi-valued attribute whose `key` is `wanted`, as `emails[type eq "work"]` means it.
pub(super) fn is_element(element: &Value, key: &str, wanted: &str) -> bool {
    element
        .as_object()
        .and_then(|element| member(element, key))
        .and_then(Value::as_str)
        .is_some_and(|found| found.eq_ignore_ascii_case(wanted))
}

/// Takes the member with this name, in any case, out of an object.
pub(super) fn take(map: &mut Map<String, Value>, name: &str) -> Option<Value> {
    let key = map.keys().find(|key| key.eq_ignore_ascii_case(name)).cloned()?;
    map.remove(&key)
}

/// A member to be changed, its name compared without regard to case.
pub(super) fn member_mut<'d>(map: &'d mut Map<String, Value>, name: &str) -> Option<&'d mut Value> {
    map.iter_mut()
        .find(|(key, _)| key.eq_ignore_ascii_case(name))
        .map(|(_, value)| value)
}

/// The place of a member, under the spelling that is there already.
pub(super) fn slot<'d>(map: &'d mut Map<String, Value>, name: &str) -> &'d mut Value {
    let spelling = map.keys().find(|key| key.eq_ignore_ascii_case(name)).cloned();
    map.entry(spelling.unwrap_or_else(|| name.to_owned())).or_insert(Value::Null)
}

fn into_object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(members) => members,
        _ => Map::new(),
    }
}

fn into_array(value: Value) -> Vec<Value> {
    match value {
        Value::Array(elements) => elements,
        _ => Vec::new(),
    }
}

/// What takes the place of `old` when it, or its sub-attribute, gets a value.
fn with_value(old: Value, sub_attribute: Option<&str>, value: Value) -> Value {
    match sub_attribute {
        Some(name) => {
            let mut members = into_object(old);
            *slot(&mut members, name) = value;
            Value::Object(members)
        }
        None => value,
    }
}

/// Whether a URN is that of a core schema, which paths leave out.
pub fn is_core(urn: &str) -> bool {
    [USER_SCHEMA, GROUP_SCHEMA].iter().any(|core| urn.eq_ignore_ascii_case(core))
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
            extension: attribute.uri.filter(|uri| !is_core(uri)),
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn document(value: Value) -> Document {
        value.as_object().unwrap().clone()
    }

    fn paths() -> Vec<AttributePath> {
        [
            "userName",
            "name.givenName",
            "emails[type eq \"work\"].value",
            "emails[type eq \"home\"].value",
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department",
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value",
        ]
        .map(|it| it.parse().unwrap())
        .into()
    }

    #[test]
    fn what_is_set_is_there_until_it_is_removed() {
        let mut all = document(json!({ "name": "in the way", "emails": { "in": "the way" } }));
        for (value, path) in paths().iter().enumerate() {
            path.set(&mut all, json!(value));
        }
        for (value, path) in paths().iter().enumerate() {
            assert_eq!(path.get(&all), Some(&json!(value)), "{path}");
        }
        for path in paths() {
            path.remove(&mut all);
            assert_eq!(path.get(&all), None, "{path}");
        }
    }

    #[test]
    fn the_spelling_that_is_there_stays() {
        let mut user = document(json!({ "NAME": { "GivenName": "Ada" }, "Emails": [{ "Type": "Work", "Value": "a" }] }));
        for path in paths().iter().skip(1).take(2) {
            path.set(&mut user, json!("new"));
        }
        let expected = json!({ "NAME": { "GivenName": "new" }, "Emails": [{ "Type": "Work", "Value": "new" }] });
        assert_eq!(Value::Object(user), expected);
    }

    #[test]
    fn is_written_as_it_is_read() {
        for path in paths() {
            assert_eq!(path.to_string().parse::<AttributePath>(), Ok(path));
        }
        let core: AttributePath = "urn:ietf:params:scim:schemas:core:2.0:User:userName".parse().unwrap();
        assert_eq!(core.to_string(), "userName");
    }

    #[test]
    fn says_what_is_wrong() {
        let mistakes = [
            "",
            "name.",
            "a.b.c",
            "emails[type eq \"work\"",
            "emails[type pr].value",
            "emails[type ne \"work\"]",
        ];
        for text in mistakes {
            let error = text.parse::<AttributePath>().unwrap_err();
            assert!(error.contains(&format!("`{text}`")), "{error}");
        }
    }
}
