//! Columns whose type the mapping says: every type on every database, both ways.

mod check;
mod column_types;
mod discovery;
mod filters;
mod lists;
mod values;
mod words;

use std::fmt::Write as _;

use portcullis_tests::{Application, Builder, Kind, application::USER};
use serde_json::{Value, json};

use column_types::{
    binary_of, decimal_of, integer_of, json_of, long_text_of, raw_uuid_of, text_of, timestamp_of, uuid_of, zoned_of,
};

const OWN: &str = "urn:example:typed:2.0:User";

/// A column whose type the mapping says.
struct Typed {
    column: &'static str,
    /// What stands behind `column = …,` in the mapping.
    says: &'static str,
    /// The column's type in a database.
    of: fn(Kind) -> &'static str,
    data_type: &'static str,
    /// What clients write, and then read as well.
    values: fn() -> Vec<Value>,
    /// What is none of it.
    wrong: fn() -> Value,
}

impl Typed {
    /// What clients write and read: an empty value is none in Oracle.
    fn values_on(&self, on: Kind) -> Vec<Value> {
        let mut values = (self.values)();
        values.retain(|value| on != Kind::Oracle || value != "");
        values
    }
}

const TYPES: [Typed; 13] = [
    Typed {
        column: "badge",
        says: "type = \"integer\"",
        of: integer_of,
        data_type: "integer",
        values: || vec![json!(4711), json!(i64::MAX), json!(i64::MIN), json!(0)],
        wrong: || json!("x"),
    },
    Typed {
        column: "numbered",
        says: "type = \"integer\"",
        of: text_of,
        data_type: "integer",
        values: || vec![json!(90), json!(-8)],
        wrong: || json!(1.5),
    },
    Typed {
        column: "rate",
        says: "type = \"decimal\"",
        of: decimal_of,
        data_type: "decimal",
        values: || {
            vec![
                json!(17.25),
                json!("1234567890123456789012345678901234.5678"),
                json!("-9999999999999999999999999999999999.9999"),
            ]
        },
        wrong: || json!("1,5"),
    },
    Typed {
        column: "born_on",
        says: "type = \"date\"",
        of: |_| "DATE",
        data_type: "string",
        values: || {
            vec![
                json!("1906-12-09"),
                json!("0001-01-01"),
                json!("9999-12-31"),
                json!("2024-02-29"),
            ]
        },
        wrong: || json!("2023-02-29"),
    },
    Typed {
        column: "hired_at",
        says: "type = \"timestamp\"",
        of: timestamp_of,
        data_type: "dateTime",
        values: || {
            vec![
                json!("2026-03-01T08:30:00.123456Z"),
                json!("1000-01-01T00:00:00Z"),
                json!("9999-12-31T23:59:59Z"),
            ]
        },
        wrong: || json!("9999-12-31T23:59:59-01:00"),
    },
    Typed {
        column: "seen_at",
        says: "type = \"timestamp\"",
        of: zoned_of,
        data_type: "dateTime",
        values: || vec![json!("2026-07-01T08:30:00.123456Z"), json!("1969-12-31T23:59:59.500Z")],
        wrong: || json!("yesterday"),
    },
    Typed {
        column: "guid",
        says: "type = \"uuid\"",
        of: uuid_of,
        data_type: "string",
        values: || {
            vec![
                json!("6f9619ff-8b86-d011-b42d-00c04fc964ff"),
                json!("00000000-0000-0000-0000-000000000000"),
            ]
        },
        wrong: || json!("6f9619ff"),
    },
    Typed {
        column: "raw_guid",
        says: "type = \"uuid\"",
        of: raw_uuid_of,
        data_type: "string",
        values: || {
            vec![
                json!("6f9619ff-8b86-d011-b42d-00c04fc964ff"),
                json!("ffffffff-ffff-ffff-ffff-ffffffffffff"),
            ]
        },
        wrong: || json!("x"),
    },
    Typed {
        column: "picture",
        says: "type = \"binary\"",
        of: binary_of,
        data_type: "binary",
        values: || vec![json!("AP8Q"), json!(""), json!("w7w=")],
        wrong: || json!("not base64!"),
    },
    Typed {
        column: "certificate",
        says: "type = \"binary\"",
        of: text_of,
        data_type: "binary",
        values: || vec![json!("AP8Q"), json!("w7w=")],
        wrong: || json!("A"),
    },
    Typed {
        column: "settings",
        says: "type = \"json\"",
        of: json_of,
        data_type: "string",
        values: || vec![json!("{\"a\": [1, \"ü\"]}"), json!("[]"), json!("\"\"")],
        wrong: || json!("{"),
    },
    Typed {
        column: "notes",
        says: "type = \"string\"",
        of: long_text_of,
        data_type: "string",
        values: || vec![json!("Süd 東京 ".repeat(350)), json!("short")],
        wrong: || json!(7),
    },
    Typed {
        column: "nickname",
        says: "type = \"string\"",
        of: text_of,
        data_type: "string",
        values: || vec![json!("Süd 東京 🦀"), json!("'; --"), json!("100%_[x]")],
        wrong: || json!(7),
    },
];

/// A user per value, by the name of the column.
fn application(on: Kind) -> Builder {
    let columns: Vec<(&str, &str, &str)> = TYPES.iter().map(|typed| (typed.column, (typed.of)(on), typed.says)).collect();
    with_columns(on, &columns)
}

/// The application with further columns: name, type, and what the mapping says of it.
fn with_columns(on: Kind, columns: &[(&str, &str, &str)]) -> Builder {
    let mut builder = Application::with_users(on, 3);
    let (mut names, mut values, mut set) = (String::new(), String::new(), String::new());
    for (name, of, says) in columns {
        builder = builder
            .with_table(&format!("ALTER TABLE app_user {} {name} {of} NULL", on.add_column()))
            .with(&format!(
                "[users.attributes]\n\"{OWN}:{name}\" = {{ column = \"{name}\", {says} }}"
            ));
        let _ = write!(names, ", {name}");
        let _ = write!(values, ", :{OWN}:{name}");
        let _ = write!(set, ", {name} = :{OWN}:{name}");
    }
    let select = format!(
        "SELECT user_id, username, external_id, first_name, last_name, display_name, title, email, mobile, department, status, changed_at{names} FROM app_user"
    );
    let insert = format!("INSERT INTO app_user(username, status{names}) VALUES (:userName, :active{values}) RETURNING user_id");
    let update = format!("UPDATE app_user SET username = :userName{set} WHERE user_id = :id");
    builder
        .with(&format!("[operations.get-users]\nsql = {select:?}"))
        .with(&format!(
            "[operations.get-user]\nsql = {:?}",
            format!("{select} WHERE user_id = :id")
        ))
        .with(&format!(
            "[operations.get-changed-users]\nsql = {:?}",
            format!("{select} WHERE changed_at > :since")
        ))
        .with(&format!("[operations.create-user]\nsql = {insert:?}"))
        .with(&format!("[operations.update-user]\nsql = {update:?}"))
}

fn user(name: &str, own: Value) -> Value {
    json!({ "schemas": [USER, OWN], "userName": name, OWN: own })
}

fn create(application: &Application, name: &str, own: Value) -> (String, Value) {
    let created = application.post("/Users", &user(name, own)).expect(201);
    (format!("/Users/{}", created["id"].as_str().expect("an id")), created)
}
