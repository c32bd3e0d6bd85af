//! Several values as one text.

use portcullis_sdk::{
    Failure, Value,
    serde_json::{self, Map, Number, Value as Json},
};
use serde::{Deserialize, Serialize};

/// How values are packed, and which.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "format", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Packing {
    /// An object.
    Json { attributes: Vec<Member> },
    /// Values in a row, in their order, with something between them.
    Delimited {
        attributes: Vec<String>,
        delimiter: char,
        /// Stands before a delimiter, or itself, that is part of a value. Without it such a value is refused.
        escape: Option<char>,
    },
}

/// A member of the object.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged, deny_unknown_fields)]
pub enum Member {
    /// Called like the attribute.
    Plain(String),
    /// Called otherwise.
    Called { attribute: String, name: String },
}

impl Member {
    fn attribute(&self) -> &str {
        match self {
            Member::Plain(attribute) | Member::Called { attribute, .. } => attribute,
        }
    }

    fn name(&self) -> &str {
        match self {
            Member::Plain(name) | Member::Called { name, .. } => name,
        }
    }
}

impl Packing {
    /// The attributes, in their order.
    pub fn attributes(&self) -> Vec<&str> {
        match self {
            Packing::Json { attributes } => attributes.iter().map(Member::attribute).collect(),
            Packing::Delimited { attributes, .. } => attributes.iter().map(String::as_str).collect(),
        }
    }

    /// Packs a call's values. What a call does not have is `null` in JSON, and nothing between two delimiters.
    ///
    /// # Errors
    /// A value cannot be written in this form; the attribute is named, the value is not.
    pub fn pack<'v>(&self, value: impl Fn(&str) -> Option<&'v Value>) -> Result<String, Failure> {
        match self {
            Packing::Json { attributes } => {
                let mut object = Map::new();
                for member in attributes {
                    let json = value(member.attribute()).map_or(Some(Json::Null), json);
                    let json = json.ok_or_else(|| unfit(member.attribute(), "has no form in JSON"))?;
                    object.insert(member.name().to_owned(), json);
                }
                Ok(Json::Object(object).to_string())
            }
            Packing::Delimited {
                attributes,
                delimiter,
                escape,
            } => {
                let mut fields = Vec::new();
                for attribute in attributes {
                    let field = value(attribute).map_or(Some(String::new()), text);
                    let field = field.ok_or_else(|| unfit(attribute, "has no form in a delimited text"))?;
                    fields.push(escaped(attribute, &field, *delimiter, *escape)?);
                }
                Ok(fields.join(&delimiter.to_string()))
            }
        }
    }
}

fn json(value: &Value) -> Option<Json> {
    Some(match value {
        Value::Null => Json::Null,
        Value::Boolean(truth) => Json::Bool(*truth),
        Value::Integer(number) => Json::Number((*number).into()),
        Value::Float(number) => Json::Number(Number::from_f64(*number)?),
        Value::Json(text) => serde_json::from_str(text).ok()?,
        other => Json::String(text(other)?),
    })
}

fn text(value: &Value) -> Option<String> {
    Some(match value {
        Value::Null => String::new(),
        Value::Boolean(truth) => u8::from(*truth).to_string(),
        Value::Integer(number) => number.to_string(),
        Value::Float(number) => number.to_string(),
        Value::Decimal(text)
        | Value::Text(text)
        | Value::Date(text)
        | Value::Timestamp(text)
        | Value::Uuid(text)
        | Value::Json(text) => text.clone(),
        Value::Bytes(_) => return None,
        Value::Extension(value) => value.text.clone(),
    })
}

fn escaped(attribute: &str, field: &str, delimiter: char, escape: Option<char>) -> Result<String, Failure> {
    let is_special = |letter: char| letter == delimiter || Some(letter) == escape;
    if !field.contains(is_special) {
        return Ok(field.to_owned());
    }
    let escape = escape.ok_or_else(|| unfit(attribute, &format!("contains `{delimiter}`, which separates the values")))?;
    let mut written = String::new();
    for letter in field.chars() {
        if is_special(letter) {
            written.push(escape);
        }
        written.push(letter);
    }
    Ok(written)
}

fn unfit(attribute: &str, why: &str) -> Failure {
    Failure::new(400, format!("the value of {attribute} {why}")).of_type("invalidValue")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn packing(json: Json) -> Packing {
        serde_json::from_value(json).unwrap()
    }

    fn packed(packing: &Packing, user_name: &Value) -> Result<String, Failure> {
        packing.pack(|name| match name {
            "userName" => Some(user_name),
            "active" => Some(&Value::Boolean(true)),
            "title" => Some(&Value::Null),
            _ => None,
        })
    }

    #[test]
    fn an_object() {
        let packing = packing(serde_json::json!({
            "format": "json", "attributes": [{ "attribute": "userName", "name": "LOGIN" }, "active", "title", "nickName"],
        }));
        assert_eq!(packing.attributes(), ["userName", "active", "title", "nickName"]);
        assert_eq!(
            packed(&packing, &Value::from("a\"da\n")).unwrap(),
            r#"{"LOGIN":"a\"da\n","active":true,"title":null,"nickName":null}"#
        );
        assert_eq!(packed(&packing, &Value::Float(f64::NAN)).unwrap_err().status, 400);
        assert_eq!(packed(&packing, &Value::Bytes(vec![1])).unwrap_err().status, 400);
    }

    #[test]
    fn a_row_of_values() {
        let attributes = ["userName", "active", "title", "userName"];
        let strict = packing(serde_json::json!({ "format": "delimited", "attributes": attributes, "delimiter": "|" }));
        assert_eq!(packed(&strict, &Value::from("ada")).unwrap(), "ada|1||ada");
        let failure = packed(&strict, &Value::from("a|da")).unwrap_err();
        assert!(
            failure.detail.contains("userName") && !failure.detail.contains("a|da"),
            "{}",
            failure.detail
        );
        let lenient =
            packing(serde_json::json!({ "format": "delimited", "attributes": attributes, "delimiter": "|", "escape": "\\" }));
        assert_eq!(packed(&lenient, &Value::from(r"a|d\a")).unwrap(), r"a\|d\\a|1||a\|d\\a");
    }
}
