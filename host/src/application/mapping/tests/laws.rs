//! What holds of every document: what was put is what is read.

use proptest::prelude::*;
use serde_json::{Value as Json, json};

use super::{all_columns, columns, document, mapping};
use crate::{
    application::{ResourceReader, ValueType},
    database::{Column, Value},
    scim::Document,
};

/// A document of mapped attributes that clients may set.
fn users() -> impl Strategy<Value = Document> {
    let text = || prop::option::of("[^\0]{0,12}");
    let grade = prop::option::of(prop_oneof![
        any::<i64>().prop_map(|integer| json!(integer)),
        any::<bool>().prop_map(|truth| json!(truth)),
        (-1e9..1e9).prop_map(|float| json!(float)),
        "[^\0]{0,8}".prop_map(|text| json!(text)),
    ]);
    (
        text(),
        text(),
        text(),
        prop::option::of(any::<bool>()),
        text(),
        grade,
        any::<bool>(),
    )
        .prop_map(|(user_name, given_name, work, primary, home, grade, active)| {
            let mut user = document(json!({ "id": "7" }));
            let values = [
                user_name.map(Json::String),
                given_name.map(Json::String),
                work.map(Json::String),
                primary.map(Json::Bool),
                home.map(Json::String),
                grade,
            ];
            for (attribute, value) in mapping().attributes.iter().zip(values) {
                if let Some(value) = value {
                    attribute.path.set(&mut user, value);
                }
            }
            user.insert("active".into(), json!(active));
            user
        })
}

/// The row that a table would have after these inputs were written to it.
fn written(inputs: &[(String, Value)]) -> Vec<Value> {
    let mapping = mapping();
    let names = mapping.input_names();
    let value = |column: Column| {
        let name = names
            .iter()
            .find(|input| input.aliases.contains(&column.name))
            .map(|input| &input.name);
        let input = inputs.iter().find(|(input, _)| Some(input) == name);
        match column.name.as_str() {
            "user_id" => Value::Text("7".into()),
            _ => input.map_or(Value::Null, |(_, value)| value.clone()),
        }
    };
    all_columns().into_iter().map(value).collect()
}

fn values() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Boolean),
        any::<i64>().prop_map(Value::Integer),
        any::<f64>().prop_map(Value::Float),
        any::<String>().prop_map(Value::Text),
        any::<String>().prop_map(Value::Json),
        any::<String>().prop_map(Value::Timestamp),
        prop::collection::vec(any::<u8>(), 0..4).prop_map(Value::Bytes),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_written_is_read(user in users()) {
        let mapping = mapping();
        let row = written(&mapping.inputs(&user).unwrap());
        let read = ResourceReader::new(&mapping, &all_columns()).unwrap().read(&row).unwrap();
        prop_assert_eq!(Json::Object(read.clone()), Json::Object(user.clone()));
        prop_assert_eq!(mapping.difference(&read, &user), Default::default());
    }

    #[test]
    fn a_difference_is_one_both_ways(one in users(), other in users()) {
        let there = mapping().difference(&one, &other);
        let back = mapping().difference(&other, &one);
        prop_assert_eq!(there.attributes, back.attributes);
        prop_assert_eq!(there.active.is_some(), back.active.is_some());
    }

    /// Rows come from others' tables: whatever they hold, reading ends with a user or an error.
    #[test]
    fn any_row_can_be_read(row in prop::collection::vec(values(), 0..11)) {
        for mapping in [mapping(), super::with_boolean()] {
            if let Ok(user) = ResourceReader::new(&mapping, &all_columns()).unwrap().read(&row) {
                let types = mapping.attributes.iter().map(|attribute| (attribute.value_type, attribute.path.get(&user)));
                for (value_type, value) in types {
                    let right = match value_type {
                        ValueType::Text | ValueType::DateTime => value.is_none_or(Json::is_string),
                        ValueType::Boolean => value.is_none_or(Json::is_boolean),
                        ValueType::Integer | ValueType::Decimal | ValueType::Binary => unreachable!("no column is known here"),
                        ValueType::Any => value.is_none_or(|value| !value.is_null()),
                    };
                    prop_assert!(right, "{value_type:?}: {value:?}");
                }
            }
        }
        prop_assert!(ResourceReader::new(&mapping(), &columns(&["user_id"])).is_err());
    }
}
