//! A JSON document of the database as text.

use std::fmt::Write as _;

use oracledb::JsonValue;
use serde_json::json;

use super::moment;
use crate::database::Value;

/// Members of objects in the order of their names, numbers with all their digits. What JSON has no word for is a string.
pub(super) fn text(document: &JsonValue) -> String {
    let mut text = String::new();
    write(&mut text, document);
    text
}

fn write(text: &mut String, value: &JsonValue) {
    match value {
        JsonValue::Null => text.push_str("null"),
        JsonValue::Boolean(truth) => text.push_str(if *truth { "true" } else { "false" }),
        JsonValue::Number(number) => text.push_str(&number.to_string()),
        JsonValue::BinaryDouble(float) => append(text, &json!(float)),
        JsonValue::BinaryFloat(float) => append(text, &json!(float)),
        JsonValue::String(string) => append(text, &json!(string)),
        JsonValue::Raw(bytes) | JsonValue::JsonId(bytes) => append(text, &json!(Value::Bytes(bytes.clone()).to_text())),
        JsonValue::Timestamp(time) => append(text, &json!(moment::to_value(*time).and_then(|time| time.to_text()))),
        JsonValue::IntervalDS(interval) => append(text, &json!(interval.to_string())),
        JsonValue::IntervalYM(interval) => append(text, &json!(interval.to_string())),
        JsonValue::Vector(_) => text.push_str("null"),
        JsonValue::JsonArray(items) => {
            text.push('[');
            for (index, item) in items.iter().enumerate() {
                separate(text, index);
                write(text, item);
            }
            text.push(']');
        }
        JsonValue::JsonObject(members) => {
            let mut members: Vec<_> = members.iter().collect();
            members.sort_by_key(|(name, _)| *name);
            text.push('{');
            for (index, (name, member)) in members.into_iter().enumerate() {
                separate(text, index);
                append(text, &json!(name));
                text.push(':');
                write(text, member);
            }
            text.push('}');
        }
    }
}

fn separate(text: &mut String, index: usize) {
    if index > 0 {
        text.push(',');
    }
}

fn append(text: &mut String, value: &serde_json::Value) {
    // Writing into a string does not fail.
    let _ = write!(text, "{value}");
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    #[test]
    fn documents_are_written() {
        let members = HashMap::from([
            ("b".to_owned(), JsonValue::Number("12345678901234567890.5".parse().unwrap())),
            (
                "a\"".to_owned(),
                JsonValue::JsonArray(vec![
                    JsonValue::Null,
                    JsonValue::Boolean(true),
                    JsonValue::String("é\n".into()),
                ]),
            ),
            ("c".to_owned(), JsonValue::BinaryDouble(f64::NAN)),
        ]);
        assert_eq!(
            text(&JsonValue::JsonObject(members)),
            r#"{"a\"":[null,true,"é\n"],"b":12345678901234567890.5,"c":null}"#
        );
    }
}
