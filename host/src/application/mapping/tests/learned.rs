//! What columns say, and what becomes of those that nobody mapped.

use std::fmt::Write as _;

use serde_json::json;

use super::{document, mapping};
use crate::{
    application::{Fate, Learned, ResourceMapping, ResourceReader, UnmappedColumns, ValueType},
    database::{Column, Kind, Value},
};

const MAPPED: [&str; 10] = [
    "user_id",
    "username",
    "first_name",
    "email",
    "email_primary",
    "email_home",
    "grade",
    "department",
    "changed_at",
    "status",
];

fn result(further: &[(&str, &str)]) -> Vec<Column> {
    let mapped = MAPPED
        .iter()
        .map(|name| (*name, if *name == "grade" { "int4" } else { "text" }));
    let columns = mapped.chain(further.iter().copied());
    columns
        .map(|(name, type_name)| Column {
            name: name.into(),
            type_name: type_name.into(),
        })
        .collect()
}

fn learned(mapping: &ResourceMapping, results: &[Option<Vec<Column>>]) -> Learned {
    Learned::of("payroll", mapping, Kind::Postgresql, results)
}

/// The fate of each column, a line each.
fn told(learned: &Learned) -> String {
    let mut text = String::new();
    for found in &learned.unmapped {
        let _ = match &found.fate {
            Fate::Shown(path, column_type) => writeln!(text, "{}: {path}, {column_type:?}", found.column),
            Fate::Withheld(why) => writeln!(text, "{} {why}", found.column),
        };
    }
    text
}

const FURTHER: [(&str, &str); 8] = [
    ("cost_centre", "text"),
    ("badge_no", "int8"),
    ("BADGE_NO", "text"),
    ("badge no", "text"),
    ("password_hash", "text"),
    ("größe", "numeric"),
    ("hired_at", "timestamptz"),
    ("is_external", "bool"),
];

#[test]
fn columns_are_shown_or_withheld_for_a_reason() {
    let both = [Some(result(&FURTHER)), Some(result(&FURTHER[..7]))];
    insta::assert_snapshot!(told(&learned(&mapping(), &both)));
}

#[test]
fn the_setting_says_which() {
    let of = |unmapped| {
        let mapping = ResourceMapping { unmapped, ..mapping() };
        told(&learned(&mapping, &[Some(result(&FURTHER))]))
    };
    let listed = of(UnmappedColumns::Listed(vec!["Password_Hash".into(), "nothing".into()]));
    insta::assert_snapshot!(format!("hidden:\n{}\nlisted:\n{listed}", of(UnmappedColumns::Hide)));
}

#[test]
fn what_a_plugin_puts_out_is_not_known() {
    let learned = learned(&mapping(), &[Some(result(&FURTHER)), None]);
    assert_eq!(learned.unmapped, []);
    let grade = learned.mapping.attributes.iter().find(|it| it.column == "grade").unwrap();
    assert_eq!(grade.value_type, ValueType::Integer);
}

#[test]
fn a_further_column_is_read_and_never_written() {
    let columns = result(&[("badge_no", "int8"), ("rate", "numeric"), ("photo", "bytea")]);
    let learned = learned(&mapping(), &[Some(columns.clone())]);
    let mut row: Vec<Value> = MAPPED.iter().map(|_| Value::Text("1".into())).collect();
    row.extend([
        Value::Integer(7),
        Value::Decimal("12345678901234567890.5".into()),
        Value::Bytes(vec![0, 255]),
    ]);
    row[4] = Value::Null;
    row[8] = Value::Null;
    let reader = ResourceReader::new(&learned.mapping, &columns).unwrap();
    let user = reader.read(&row).unwrap();
    assert_eq!(
        user["urn:portcullis:scim:schemas:extension:payroll:2.0:User"],
        json!({ "badgeNo": 7, "rate": "12345678901234567890.5", "photo": "AP8=" })
    );
    assert_eq!(user["urn:example:payroll"], json!({ "grade": 1 }));

    let wanted = document(json!({ "userName": "1", "urn:portcullis:scim:schemas:extension:payroll:2.0:User": { "badgeNo": 8 } }));
    let inputs = learned.mapping.inputs(&wanted).unwrap();
    assert!(!inputs.iter().any(|(name, _)| name.contains("badgeNo")));
    let changed = learned.mapping.difference(&user, &wanted).attributes;
    assert!(!changed.iter().any(|path| path.name == "badgeNo"));

    // It is gone, and nobody was promised that it wouldn't be.
    assert!(ResourceReader::new(&learned.mapping, &columns[..11]).is_ok());
}

#[test]
fn what_a_client_writes_is_bound_as_the_column_wants_it() {
    let of = |type_name: &str, value: serde_json::Value| {
        let mut columns = result(&[]);
        columns[6].type_name = type_name.into();
        let learned = learned(&mapping(), &[Some(columns)]);
        let user = document(json!({ "userName": "ada", "urn:example:payroll": { "grade": value } }));
        let inputs = learned.mapping.inputs(&user).map_err(|error| error.detail)?;
        Ok::<_, String>(
            inputs
                .into_iter()
                .find(|(name, _)| name == "urn:example:payroll:grade")
                .unwrap()
                .1,
        )
    };
    assert_eq!(of("int4", json!(7)), Ok(Value::Integer(7)));
    assert_eq!(
        of("int4", json!(7.5)),
        Err("urn:example:payroll:grade must be a whole number".into())
    );
    assert_eq!(of("numeric", json!(0.1)), Ok(Value::Decimal("0.1".into())));
    assert_eq!(of("numeric", json!(1e300)), Ok(Value::Float(1e300)));
    assert_eq!(of("bytea", json!("AP8=")), Ok(Value::Bytes(vec![0, 255])));
    assert_eq!(
        of("bytea", json!("?")),
        Err("urn:example:payroll:grade must be bytes in base64".into())
    );
    assert_eq!(
        of("timestamptz", json!("2026-11-23T12:00:00+02:00")),
        Ok(Value::Timestamp("2026-11-23T10:00:00Z".into()))
    );
    assert_eq!(of("jsonb", json!("{}")), Ok(Value::Text("{}".into())));
}
