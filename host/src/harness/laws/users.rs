//! Users that are made up.

use std::collections::BTreeMap;

use proptest::{
    prelude::Just,
    prop_oneof, sample,
    strategy::{BoxedStrategy, Strategy as _},
};
use serde_json::{Value, json};

use crate::scim::{Attribute, AttributePath, Cardinality, DataType, Document, Mutability, USER_SCHEMA};

const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

/// An attribute with what it can hold.
#[derive(Clone, Debug)]
struct Field {
    path: AttributePath,
    values: BoxedStrategy<Value>,
    /// Whether every user has it.
    always: bool,
}

/// Users with attributes of RFC 7643 and one of an extension that nobody knows.
///
/// `given` has the values of attributes that are not to be made up.
pub fn any(given: &BTreeMap<String, Vec<String>>) -> BoxedStrategy<Document> {
    let texts = [
        "displayName",
        "nickName",
        "title",
        "name.givenName",
        "name.familyName",
        "externalId",
        "preferredLanguage",
        "phoneNumbers[type eq \"work\"].value",
        "urn:example:test:badge",
    ];
    let enterprise = ["department", "employeeNumber", "costCenter"].map(|name| format!("{ENTERPRISE}:{name}"));
    let paths = texts.into_iter().map(str::to_owned).chain(enterprise);
    let mut fields: Vec<(String, BoxedStrategy<Value>)> = paths.map(|path| (path, text())).collect();
    fields.push(("userName".to_owned(), name()));
    for kind in ["work", "home"] {
        fields.push((format!("emails[type eq \"{kind}\"].value"), address()));
    }
    fields.push(("active".to_owned(), proptest::bool::ANY.prop_map(Value::from).boxed()));
    let roles = sample::subsequence(vec!["clerk", "auditor", "reader"], 1..=3);
    let roles = roles.prop_map(|roles| roles.iter().map(|role| json!({ "value": role })).collect::<Value>());
    fields.push(("roles".to_owned(), roles.boxed()));
    let fields = fields.into_iter().filter_map(|(path, values)| field(&path, values, given));
    documents(fields.collect())
}

/// Users with what an application lets clients write.
pub fn of(attributes: &[Attribute], given: &BTreeMap<String, Vec<String>>) -> BoxedStrategy<Document> {
    let written = attributes.iter().filter(|attribute| {
        attribute.mutability != Mutability::ReadOnly && !attribute.is_list() && !attribute.path.is_core("active")
    });
    let fields = written.filter_map(|attribute| {
        let path = attribute.path.to_string();
        let one = match attribute.data_type {
            _ if path.eq_ignore_ascii_case("userName") => name(),
            _ if path.starts_with("emails") => address(),
            None | Some(DataType::String) => text(),
            Some(data_type) => typed(data_type)?,
        };
        let values = match attribute.cardinality {
            Cardinality::One => one,
            Cardinality::Many => proptest::collection::vec(one, 1..3).prop_map(Value::from).boxed(),
        };
        field(&path, values, given)
    });
    documents(fields.collect())
}

fn field(path: &str, values: BoxedStrategy<Value>, given: &BTreeMap<String, Vec<String>>) -> Option<Field> {
    let of_path = given.iter().find(|(known, _)| known.eq_ignore_ascii_case(path));
    let values = match of_path {
        Some((_, words)) => sample::select(words.clone()).prop_map(Value::from).boxed(),
        None => values,
    };
    Some(Field {
        path: path.parse().ok()?,
        always: path.eq_ignore_ascii_case("userName") || of_path.is_some(),
        values,
    })
}

fn documents(fields: Vec<Field>) -> BoxedStrategy<Document> {
    let values: Vec<BoxedStrategy<Option<Value>>> = fields
        .iter()
        .map(|field| match field.always {
            true => field.values.clone().prop_map(Some).boxed(),
            false => proptest::option::of(field.values.clone()).boxed(),
        })
        .collect();
    let paths: Vec<AttributePath> = fields.into_iter().map(|field| field.path).collect();
    values
        .prop_map(move |values| {
            let mut document = Document::new();
            document.insert("schemas".to_owned(), json!([USER_SCHEMA]));
            for (path, value) in paths.iter().zip(values) {
                if let Some(value) = value {
                    path.set(&mut document, value);
                }
            }
            document
        })
        .boxed()
}

/// Words as people have them, and as they should not break anything.
fn text() -> BoxedStrategy<Value> {
    prop_oneof![
        4 => "[A-Z][a-z]{1,9}( [A-Z][a-z]{1,9})?",
        2 => "[a-zA-Z0-9 ._'\"%;,&|<>-]{0,20}[a-z]",
        1 => "\\PC{0,12}[a-z]",
        1 => "  [A-Za-z]{1,6}  [A-Za-z]{1,6} ",
        1 => Just("Łukasz Żółć-O'Hara".to_owned()),
    ]
    .prop_map(Value::from)
    .boxed()
}

/// Names that are hardly the same twice.
fn name() -> BoxedStrategy<Value> {
    prop_oneof![
        "[a-z]{2,8}\\.[a-z]{3,10}[0-9]{3}",
        "[A-Z][a-z]{4,10}[0-9]{4}",
        "[a-z]{6,10}[0-9]{2}@Example\\.COM"
    ]
    .prop_map(Value::from)
    .boxed()
}

fn address() -> BoxedStrategy<Value> {
    "[a-zA-Z]{1,8}\\.[a-zA-Z]{1,8}[0-9]{2}@[Ee]xample\\.(com|org)"
        .prop_map(Value::from)
        .boxed()
}

/// `None`: values of this type are not made up.
fn typed(data_type: DataType) -> Option<BoxedStrategy<Value>> {
    Some(match data_type {
        DataType::Boolean => proptest::bool::ANY.prop_map(Value::from).boxed(),
        DataType::Integer => (-1000..100_000_i64).prop_map(Value::from).boxed(),
        DataType::Decimal => (-1000..100_000_i64).prop_map(|value| Value::from(value as f64 / 4.0)).boxed(),
        DataType::DateTime => "20[0-3][0-9]-0[1-9]-[12][0-9]T1[0-9]:[0-5][0-9]:[0-5][0-9]Z"
            .prop_map(Value::from)
            .boxed(),
        _ => return None,
    })
}
