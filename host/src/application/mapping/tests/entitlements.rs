//! Rows of entitlements and assignments, read.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};

use super::{columns, text};
use crate::{
    application::{AssignmentReader, EntitlementReader, EntitlementSettings, Location, RowReader as _},
    database::Value,
    scim::EntitlementKind,
};

fn settings() -> EntitlementSettings {
    EntitlementSettings {
        name: "Role".into(),
        kind: EntitlementKind::Role,
        endpoint: "/Roles".into(),
        id: "role_id".into(),
        display: "role_name".into(),
        description: Some("role_text".into()),
        single: None,
        user: Some("user_id".into()),
        operations: BTreeMap::new(),
        location: Location {
            file: "applications/payroll.toml".into(),
            line: 1,
            key: "entitlements.Role".into(),
        },
    }
}

#[test]
fn an_item_of_the_catalogue() {
    let reader = EntitlementReader::new(&settings(), &columns(&["ROLE_ID", "role_text", "role_name"])).unwrap();
    let read = |row: &[Value]| reader.read(row).map(Json::Object);
    let item = read(&[Value::Integer(3), text("may read"), text("Reader")]);
    assert_eq!(
        item,
        Ok(json!({ "id": "3", "displayName": "Reader", "description": "may read" }))
    );
    assert_eq!(
        read(&[text("r"), Value::Null, Value::Null]),
        Ok(json!({ "id": "r", "displayName": "r" }))
    );
    assert_eq!(
        read(&[Value::Null, Value::Null, text("Reader")]),
        Err("a row has no id: its column is NULL or empty".into())
    );
}

#[test]
fn a_column_that_is_configured_must_be_there() {
    let error = |names: &[&str]| EntitlementReader::new(&settings(), &columns(names)).err().unwrap();
    assert_eq!(
        error(&["role_id", "role_name"]),
        "the result lacks the column `role_text`, which holds the description; it has role_id, role_name"
    );
    assert!(error(&["role_id", "role_text"]).contains("`role_name`"));
    assert!(
        AssignmentReader::new(&settings(), &columns(&["role_id"]))
            .err()
            .unwrap()
            .contains("`user_id`")
    );
}

#[test]
fn an_assignment() {
    let reader = AssignmentReader::new(&settings(), &columns(&["user_id", "role_id", "role_name"])).unwrap();
    let found = reader.read(&[Value::Integer(7), Value::Integer(3), text("Reader")]).unwrap();
    assert_eq!(
        (
            found.owner.as_deref(),
            found.what.value.as_str(),
            found.what.display.as_deref()
        ),
        (Some("7"), "3", Some("Reader"))
    );
    assert!(reader.read(&[Value::Null, Value::Integer(3), Value::Null]).is_err());

    let of_one = EntitlementSettings {
        user: None,
        ..settings()
    };
    let found = AssignmentReader::new(&of_one, &columns(&["role_id"]))
        .unwrap()
        .read(&[text("3")])
        .unwrap();
    assert_eq!(
        (found.owner, found.what.value.as_str(), found.what.display),
        (None, "3", None)
    );
}
