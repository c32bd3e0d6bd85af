//! The value of a mapped attribute both ways, as the mapping and the database say what its column holds.

use std::collections::BTreeMap;

use serde_json::{Value as Json, value::RawValue};

use super::{inputs, stored::elements, typed};
use crate::{
    application::{AttributeMapping, Holds, Stored, Words},
    database::{ColumnType, Value},
    scim::{Error, ScimType},
};

impl AttributeMapping {
    /// The JSON of a column's value, `None` for NULL. The error says what the column holds instead, without the value.
    pub(super) fn read(&self, value: &Value) -> Result<Option<Json>, String> {
        if value.is_null() {
            return Ok(None);
        }
        match &self.holds {
            Holds::AsItIs if self.is_own() => Ok(typed::json_of_own(value, self.value_type)),
            Holds::AsItIs => typed::json(value, self.value_type),
            Holds::Words(words) => match words.truth(value) {
                Some(truth) => Ok(Some(Json::Bool(truth))),
                None => Err(format!("holds neither {}", either(words))),
            },
            Holds::One(stored) => {
                let value = stored.of(value).ok_or_else(|| format!("does not hold {}", stored.noun()))?;
                typed::json(&value, self.value_type)
            }
            Holds::Several(stored) => {
                let wrong = || format!("does not hold a list of values each of which is {}", stored.noun());
                let found = elements(value).ok_or_else(wrong)?;
                let element = |element: &Json| {
                    let value = stored.parse(element).ok_or_else(wrong)?;
                    typed::json(&value, self.value_type)
                };
                let found = found.iter().filter(|element| !element.is_null()).map(element);
                let found: Vec<Json> = found.filter_map(Result::transpose).collect::<Result<_, _>>()?;
                Ok((!found.is_empty()).then_some(Json::Array(found)))
            }
        }
    }

    /// What is bound for what a client wrote. The error is 400 and names the attribute.
    pub(super) fn input(&self, value: Option<&Json>) -> Result<Value, Error> {
        let written = match value {
            None | Some(Json::Null) => return Ok(Value::Null),
            // An empty array is how a client clears a multi-valued attribute (RFC 7644 §3.5.1).
            Some(Json::Array(elements)) if elements.is_empty() => return Ok(Value::Null),
            Some(written) => written,
        };
        let refused = |wanted: &str| {
            let detail = format!("{} must be {wanted}", self.path);
            Error::bad_request(ScimType::InvalidValue, detail)
        };
        match &self.holds {
            Holds::AsItIs => inputs::input(self, Some(written)),
            Holds::Words(words) => match Stored::Boolean.parse(written) {
                Some(Value::Boolean(truth)) => Ok(words.of(truth).unwrap_or(Value::Null)),
                _ => Err(refused(Stored::Boolean.noun())),
            },
            Holds::One(stored) => match stored.parse(written) {
                Some(value) => Ok(in_form(value, self.column_type)),
                None => Err(refused(stored.noun())),
            },
            Holds::Several(stored) => {
                let wrong = || refused(&format!("a list of values each of which is {}", stored.noun()));
                let elements = written.as_array().ok_or_else(wrong)?;
                let element = |element: &Json| match (stored, stored.parse(element).ok_or_else(wrong)?) {
                    (_, Value::Integer(integer)) => Ok(Json::from(integer)),
                    (_, Value::Boolean(truth)) => Ok(Json::from(truth)),
                    // With its digits: as a number in JSON it would be a double to many a database.
                    (_, value) => Ok(Json::from(value.to_text())),
                };
                let elements: Vec<Json> = elements.iter().map(element).collect::<Result<_, Error>>()?;
                Ok(Value::Json(Json::Array(elements).to_string()))
            }
        }
    }

    /// Whether two values of documents are the same to the column, however they are written.
    pub(super) fn is_same(&self, one: &Json, other: &Json) -> bool {
        let value = |json| self.input(Some(json)).ok();
        match (self.holds != Holds::AsItIs, value(one), value(other)) {
            (true, Some(Value::Json(one)), Some(Value::Json(other))) => same_document(&one, &other),
            (true, Some(one), Some(other)) => one == other,
            _ => false,
        }
    }

    /// Why values of the mapping's type can't be in a column of the database's type; `None`: they can.
    pub fn contradiction(&self, column: ColumnType) -> Option<String> {
        use ColumnType::{Boolean, Bytes, Integer, Number, Other, Text, Timestamp};
        let column = column.content();
        let fitting: &[ColumnType] = match &self.holds {
            Holds::AsItIs => return None,
            Holds::Words(words) if words.are_numbers() => &[Integer, Number, Boolean, Text, Other],
            Holds::Words(_) => &[Text, Other],
            Holds::Several(_) => &[Text, Other],
            Holds::One(Stored::Boolean) if column == Text => {
                return Some("a column of texts is no boolean by itself: say which words mean `true` and `false`".to_owned());
            }
            Holds::One(stored) => match stored {
                Stored::String => &[Boolean, Integer, Number, Timestamp, Text, Other],
                Stored::Integer | Stored::Decimal => &[Integer, Number, Text, Other],
                Stored::Boolean => &[Boolean, Integer, Number, Other],
                Stored::Date | Stored::Timestamp => &[Timestamp, Text, Other],
                Stored::Uuid | Stored::Binary => &[Bytes, Text, Other],
                Stored::Json => &[Text, Other],
            },
        };
        (!fitting.contains(&column)).then(|| match &self.holds {
            Holds::Words(words) => format!("it cannot hold {}", either(words)),
            Holds::Several(stored) => format!("it cannot hold several values of type {}", stored.word()),
            Holds::One(stored) => format!("it cannot hold values of type {}", stored.word()),
            Holds::AsItIs => String::new(),
        })
    }
}

/// A value in the form that a column of a type has: UUIDs as their bytes, bytes as base64.
pub fn in_form(value: Value, column_type: Option<ColumnType>) -> Value {
    match (&value, column_type.map(ColumnType::content)) {
        (Value::Uuid(text), Some(ColumnType::Bytes)) => {
            uuid::Uuid::parse_str(text).map_or(value.clone(), |uuid| Value::Bytes(uuid.as_bytes().to_vec()))
        }
        (Value::Bytes(_), Some(ColumnType::Text)) => value.to_text().map_or(Value::Null, Value::Text),
        _ => value,
    }
}

fn either(words: &Words) -> String {
    let no = words.no.as_ref().map(|no| format!(" nor \"{no}\"")).unwrap_or_default();
    format!("\"{}\"{no}", words.yes)
}

/// Whether two JSON documents say the same: databases write them with other blanks, and members in another order. Numbers are the same
/// if they have the same digits.
pub fn same_document(one: &str, other: &str) -> bool {
    one == other || matches!((canonical(one, DEPTH), canonical(other, DEPTH)), (Some(one), Some(other)) if one == other)
}

/// How deep documents are looked into.
const DEPTH: usize = 64;

fn canonical(text: &str, depth: usize) -> Option<String> {
    let depth = depth.checked_sub(1)?;
    let text = text.trim();
    match text.chars().next()? {
        '{' => {
            let members: BTreeMap<String, Box<RawValue>> = serde_json::from_str(text).ok()?;
            let members = members.iter().map(|(name, value)| {
                let name = Json::from(name.as_str());
                Some(format!("{name}:{}", canonical(value.get(), depth)?))
            });
            Some(format!("{{{}}}", members.collect::<Option<Vec<_>>>()?.join(",")))
        }
        '[' => {
            let elements: Vec<Box<RawValue>> = serde_json::from_str(text).ok()?;
            let elements = elements.iter().map(|value| canonical(value.get(), depth));
            Some(format!("[{}]", elements.collect::<Option<Vec<_>>>()?.join(",")))
        }
        '"' => serde_json::from_str::<String>(text)
            .ok()
            .map(|text| Json::from(text).to_string()),
        _ => Some(text.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::application::{Origin, ValueType, Word};

    fn attribute(holds: Holds) -> AttributeMapping {
        AttributeMapping {
            path: "urn:example:hr:it".parse().unwrap(),
            column: "it".into(),
            value_type: holds.value_type().unwrap_or(ValueType::Any),
            holds,
            column_type: None,
            origin: Origin::Mapping,
        }
    }

    fn yes_and_no() -> Holds {
        Holds::Words(Words {
            yes: Word::Text("Y".into()),
            no: Some(Word::Text("N".into())),
        })
    }

    #[test]
    fn words_are_booleans_both_ways() {
        let attribute = attribute(yes_and_no());
        let text = |text: &str| Value::Text(text.into());
        assert_eq!(attribute.read(&text("y  ")), Ok(Some(json!(true))));
        assert_eq!(attribute.read(&text("N")), Ok(Some(json!(false))));
        assert_eq!(attribute.read(&Value::Null), Ok(None));
        assert_eq!(attribute.read(&text("X")), Err("holds neither \"Y\" nor \"N\"".into()));
        assert_eq!(attribute.input(Some(&json!("True"))), Ok(text("Y")));
        assert_eq!(attribute.input(Some(&json!(false))), Ok(text("N")));
        let refused = attribute.input(Some(&json!("Y"))).unwrap_err();
        assert_eq!(refused.detail, "urn:example:hr:it must be true or false");
    }

    #[test]
    fn numbers_are_words_too() {
        let words = Words {
            yes: Word::Integer(1),
            no: Some(Word::Integer(0)),
        };
        let attribute = attribute(Holds::Words(words));
        for one in [
            Value::Integer(1),
            Value::Boolean(true),
            Value::Bytes(vec![1]),
            Value::Text("1".into()),
        ] {
            assert_eq!(attribute.read(&one), Ok(Some(json!(true))), "{one:?}");
        }
        assert!(attribute.read(&Value::Integer(2)).is_err());
        assert_eq!(attribute.input(Some(&json!(false))), Ok(Value::Integer(0)));
    }

    #[test]
    fn the_form_is_the_columns() {
        let mut id = attribute(Holds::One(Stored::Uuid));
        let written = json!("00000000-0000-0000-0000-0000000000FF");
        assert_eq!(
            id.input(Some(&written)),
            Ok(Value::Uuid("00000000-0000-0000-0000-0000000000ff".into()))
        );
        id.column_type = Some(ColumnType::Bytes);
        let mut raw = vec![0; 16];
        raw[15] = 255;
        assert_eq!(id.input(Some(&written)), Ok(Value::Bytes(raw.clone())));
        assert_eq!(
            id.read(&Value::Bytes(raw)),
            Ok(Some(json!("00000000-0000-0000-0000-0000000000ff")))
        );
        let mut picture = attribute(Holds::One(Stored::Binary));
        picture.column_type = Some(ColumnType::Text);
        assert_eq!(picture.input(Some(&json!("AP8Q"))), Ok(Value::Text("AP8Q".into())));
    }

    #[test]
    fn arrays_hold_several() {
        let tags = attribute(Holds::Several(Stored::String));
        assert_eq!(
            tags.read(&Value::Json("[\"a\",null,\"b\"]".into())),
            Ok(Some(json!(["a", "b"])))
        );
        assert_eq!(tags.read(&Value::Json("[]".into())), Ok(None));
        assert!(tags.read(&Value::Json("{}".into())).is_err());
        assert_eq!(tags.input(Some(&json!(["a", "ü"]))), Ok(Value::Json("[\"a\",\"ü\"]".into())));
        assert_eq!(tags.input(Some(&json!([]))), Ok(Value::Null));
        let refused = attribute(Holds::Several(Stored::Date))
            .input(Some(&json!(["soon"])))
            .unwrap_err();
        assert!(refused.detail.contains("2026-11-23"), "{}", refused.detail);
    }

    #[test]
    fn the_same_is_the_same_however_it_is_written() {
        for (stored, one, other) in [
            (
                Stored::Json,
                "{\"b\": [1, 2.50], \"a\": \"\\u00e9\"}",
                "{\"a\":\"é\",\"b\":[1,2.50]}",
            ),
            (
                Stored::Uuid,
                "6F9619FF-8B86-D011-B42D-00C04FC964FF",
                "6f9619ff8b86d011b42d00c04fc964ff",
            ),
            (Stored::Date, "2026-11-23", "2026-11-23T00:00:00+02:00"),
        ] {
            assert!(attribute(Holds::One(stored)).is_same(&json!(one), &json!(other)), "{one}");
        }
        assert!(!same_document("{\"a\":1}", "{\"a\":2}"));
        assert!(!same_document("[12345678901234567890]", "[12345678901234567891]"));
    }

    #[test]
    fn what_cannot_be_in_a_column_is_said() {
        let of = |holds, column| attribute(holds).contradiction(column);
        assert_eq!(
            of(Holds::One(Stored::Date), ColumnType::Integer).as_deref(),
            Some("it cannot hold values of type date")
        );
        assert_eq!(
            of(yes_and_no(), ColumnType::Integer).as_deref(),
            Some("it cannot hold \"Y\" nor \"N\"")
        );
        assert!(
            of(Holds::One(Stored::Boolean), ColumnType::Text)
                .unwrap()
                .contains("which words")
        );
        assert_eq!(of(Holds::One(Stored::Date), ColumnType::Timestamp), None);
        assert_eq!(of(Holds::One(Stored::Uuid), ColumnType::Bytes), None);
        assert_eq!(of(Holds::AsItIs, ColumnType::Bytes), None);
    }
}
