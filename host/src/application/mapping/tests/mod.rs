//! The mapping of one made-up application, and what holds of it.

mod columns;
mod entitlements;
mod laws;
mod learned;
mod requests;
mod surface;

use serde_json::Value as Json;

use crate::{
    application::{
        ActiveMapping, AttributeMapping, Holds, NewId, Origin, ResourceMapping, UnmappedColumns, ValueType, Word, Words,
    },
    database::{Column, Value},
    scim::{Document, ResourceKind},
};

const ATTRIBUTES: [(&str, &str, ValueType); 8] = [
    ("userName", "username", ValueType::Text),
    ("name.givenName", "first_name", ValueType::Text),
    ("emails[type eq \"work\"].value", "email", ValueType::Text),
    ("emails[type eq \"work\"].primary", "email_primary", ValueType::Boolean),
    ("emails[type eq \"home\"].value", "email_home", ValueType::Text),
    ("urn:example:payroll:grade", "grade", ValueType::Any),
    (
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department",
        "department",
        ValueType::Text,
    ),
    ("meta.lastModified", "changed_at", ValueType::DateTime),
];

fn mapping() -> ResourceMapping {
    ResourceMapping {
        kind: ResourceKind::User,
        id: "user_id".into(),
        new_id: NewId::Database,
        active: Some(ActiveMapping {
            column: "status".into(),
            words: Some(Words {
                yes: Word::Text("ACTIVE".into()),
                no: Some(Word::Text("INACTIVE".into())),
            }),
        }),
        attributes: ATTRIBUTES
            .iter()
            .map(|(path, column, value_type)| AttributeMapping {
                path: path.parse().unwrap(),
                column: (*column).into(),
                value_type: *value_type,
                holds: Holds::AsItIs,
                column_type: None,
                origin: Origin::Mapping,
            })
            .collect(),
        unmapped: UnmappedColumns::Show,
    }
}

/// The same with a boolean column.
fn with_boolean() -> ResourceMapping {
    ResourceMapping {
        active: Some(ActiveMapping {
            column: "status".into(),
            words: None,
        }),
        ..mapping()
    }
}

fn columns(names: &[&str]) -> Vec<Column> {
    let column = |name: &&str| Column {
        name: (*name).into(),
        type_name: "text".into(),
    };
    names.iter().map(column).collect()
}

/// Every mapped column, the id first and the status last.
fn all_columns() -> Vec<Column> {
    let mut names = vec!["user_id"];
    names.extend(ATTRIBUTES.iter().map(|(_, column, _)| *column));
    names.push("status");
    columns(&names)
}

/// A row with an id and a status, and NULL but for the given columns.
fn row(values: &[(&str, Value)]) -> Vec<Value> {
    let default = |name: &str| match name {
        "user_id" => Value::Integer(7),
        "status" => Value::Text("ACTIVE".into()),
        _ => Value::Null,
    };
    let value = |column: Column| {
        let given = values.iter().find(|(name, _)| *name == column.name);
        given.map_or_else(|| default(&column.name), |(_, value)| value.clone())
    };
    all_columns().into_iter().map(value).collect()
}

fn document(json: Json) -> Document {
    match json {
        Json::Object(document) => document,
        other => panic!("{other} is no object"),
    }
}

fn text(text: &str) -> Value {
    Value::Text(text.into())
}
