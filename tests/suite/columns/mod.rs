//! Columns of every type: as attributes that an administrator maps, and as those that nobody has mapped.
//!
//! Of these types Oracle 19 lacks some: a column of truth holds a number there, a DATE has a time of day, and documents are texts.

mod check;
mod groups;
mod mapped;
mod unmapped;

use std::fmt::Write as _;

use portcullis_tests::{Application, Builder, Kind};
use serde_json::{Value, json};

/// The schema of columns of users that nothing maps.
const FURTHER: &str = "urn:portcullis:scim:schemas:extension:payroll:2.0:User";
const OWN: &str = "urn:example:payroll:2.0:User";

/// A column: its name, its type in SQLite, PostgreSQL, MariaDB, SQL Server and Oracle, what it holds of user001, and its attribute: name, type,
/// value.
struct Column {
    name: &'static str,
    types: [&'static str; 5],
    literal: &'static str,
    attribute: &'static str,
    data_type: &'static str,
    value: fn() -> Value,
}

impl Column {
    fn data_type_on(&self, on: Kind) -> &'static str {
        match (self.name, on) {
            ("IS_EXTERNAL", Kind::Oracle) => "integer",
            ("born_on", Kind::Oracle) => "dateTime",
            _ => self.data_type,
        }
    }

    fn value_on(&self, on: Kind) -> Value {
        match self.name {
            "IS_EXTERNAL" => truth(on, true),
            "born_on" => day(on, "1906-12-09"),
            _ => (self.value)(),
        }
    }
}

/// What a column of truth holds.
fn truth(on: Kind, truth: bool) -> Value {
    match on {
        Kind::Oracle => json!(i32::from(truth)),
        _ => json!(truth),
    }
}

/// What a column of days holds.
fn day(on: Kind, day: &str) -> Value {
    match on {
        Kind::Oracle => json!(format!("{day}T00:00:00Z")),
        _ => json!(day),
    }
}

/// What a misfit is told that a column of truth wants.
fn wants_truth(on: Kind) -> &'static str {
    if on == Kind::Oracle {
        "a whole number"
    } else {
        "true or false"
    }
}

const COLUMNS: [Column; 8] = [
    Column {
        name: "badge_no",
        types: ["INTEGER", "BIGINT", "BIGINT", "BIGINT", "NUMBER(19)"],
        literal: "4711",
        attribute: "badgeNo",
        data_type: "integer",
        value: || json!(4711),
    },
    Column {
        name: "Hourly Rate",
        types: ["REAL", "NUMERIC(30,4)", "DECIMAL(30,4)", "DECIMAL(30,4)", "NUMBER(30,4)"],
        literal: "17.25",
        attribute: "hourlyRate",
        data_type: "decimal",
        value: || json!(17.25),
    },
    Column {
        name: "IS_EXTERNAL",
        types: ["BOOLEAN", "BOOLEAN", "BOOLEAN", "BIT", "NUMBER(1)"],
        literal: "TRUE",
        attribute: "isExternal",
        data_type: "boolean",
        value: || json!(true),
    },
    Column {
        name: "hired_at",
        types: [
            "DATETIME",
            "TIMESTAMP WITH TIME ZONE",
            "DATETIME",
            "DATETIMEOFFSET",
            "TIMESTAMP WITH TIME ZONE",
        ],
        literal: "'2026-03-01 08:30:00'",
        attribute: "hiredAt",
        data_type: "dateTime",
        value: || json!("2026-03-01T08:30:00Z"),
    },
    Column {
        name: "born_on",
        types: ["DATE", "DATE", "DATE", "DATE", "DATE"],
        literal: "'1906-12-09'",
        attribute: "bornOn",
        data_type: "string",
        value: || json!("1906-12-09"),
    },
    Column {
        name: "picture",
        types: ["BLOB", "BYTEA", "BLOB", "VARBINARY(100)", "RAW(100)"],
        literal: "",
        attribute: "picture",
        data_type: "binary",
        value: || json!("AP8Q"),
    },
    Column {
        name: "cost_centre",
        types: ["TEXT", "VARCHAR(40)", "VARCHAR(40)", "VARCHAR(40)", "VARCHAR2(40 CHAR)"],
        literal: "'North'",
        attribute: "costCentre",
        data_type: "string",
        value: || json!("North"),
    },
    Column {
        name: "settings",
        types: ["JSON", "JSON", "JSON", "NVARCHAR(max)", "CLOB"],
        literal: "'{\"a\":[1]}'",
        attribute: "settings",
        data_type: "string",
        value: || json!("{\"a\":[1]}"),
    },
];

fn index(on: Kind) -> usize {
    match on {
        Kind::Sqlite => 0,
        Kind::Postgresql => 1,
        Kind::Mariadb | Kind::Mysql => 2,
        Kind::Sqlserver => 3,
        Kind::Oracle => 4,
    }
}

fn quoted(on: Kind, name: &str) -> String {
    match on {
        Kind::Mariadb | Kind::Mysql => format!("`{name}`"),
        // In quotes, small letters are not those of the mapping.
        Kind::Oracle if name.chars().all(|letter| letter.is_ascii_lowercase() || letter == '_') => name.to_owned(),
        _ => format!("\"{name}\""),
    }
}

fn literal(on: Kind, column: &Column) -> String {
    match (column.name, on) {
        ("picture", Kind::Postgresql) => "'\\x00ff10'".to_owned(),
        ("picture", Kind::Sqlserver) => "0x00ff10".to_owned(),
        ("picture", Kind::Oracle) => "HEXTORAW('00FF10')".to_owned(),
        ("picture", _) => "x'00ff10'".to_owned(),
        ("IS_EXTERNAL", Kind::Sqlserver | Kind::Oracle) => "1".to_owned(),
        ("born_on", Kind::Oracle) => format!("DATE {}", column.literal),
        ("hired_at", Kind::Oracle) => format!("TIMESTAMP {}", column.literal),
        (_, Kind::Postgresql) if column.data_type == "dateTime" => column.literal.replace("00'", "00Z'"),
        _ => column.literal.to_owned(),
    }
}

/// Gives a table columns of every type, which hold something in the row that `which` finds.
fn add_columns(mut builder: Builder, on: Kind, table: &str, which: &str) -> Builder {
    for column in &COLUMNS {
        let (name, literal) = (quoted(on, column.name), literal(on, column));
        builder = builder
            .with_table(&format!(
                "ALTER TABLE {table} {} {name} {}",
                on.add_column(),
                column.types[index(on)]
            ))
            .with_table(&format!("UPDATE {table} SET {name} = {literal} WHERE {which}"));
    }
    builder
}

/// What does not fit its column is refused by name, in PUT and in PATCH, and nothing is kept of it.
#[track_caller]
fn expect_misfits_refused(application: &Application, path: &str, own: &str, misfits: &[(&str, Value, &str)]) {
    let before = application.get(path).expect(200);
    for (attribute, value, detail) in misfits {
        let mut resource = before.clone();
        resource[own][attribute] = value.clone();
        application
            .put(path, &resource)
            .expect_error(400, Some("invalidValue"), &[attribute, detail]);
        let patch = json!([{ "op": "replace", "path": format!("{own}:{attribute}"), "value": value }]);
        application
            .patch(path, patch)
            .expect_error(400, Some("invalidValue"), &["Operations[0]", attribute, detail]);
    }
    assert_eq!(application.get(path).expect(200), before);
}

/// Three users, of whom the first has a value in every column.
fn with_columns(on: Kind) -> Builder {
    let mut builder = add_columns(Application::with_users(on, 3), on, "app_user", "username = 'user001'");
    for secret in ["pin_code", "login_token"] {
        builder = builder.with_table(&format!(
            "ALTER TABLE app_user {} {secret} VARCHAR(40) DEFAULT 'hunter2'",
            on.add_column()
        ));
        // SQL Server gives the default to new rows alone.
        builder = builder.with_table(&format!("UPDATE app_user SET {secret} = 'hunter2'"));
    }
    builder
        .with("[operations.get-users]\nsql = \"SELECT * FROM app_user\"")
        .with("[operations.get-user]\nsql = \"SELECT * FROM app_user WHERE user_id = :id\"")
        .with("[operations.get-changed-users]\nsql = \"SELECT * FROM app_user WHERE changed_at > :since\"")
}

fn expected(on: Kind) -> Value {
    let attributes = COLUMNS
        .iter()
        .map(|column| (column.attribute.to_owned(), column.value_on(on)));
    Value::Object(attributes.collect())
}

fn schema_attributes(application: &Application, urn: &str) -> Vec<[String; 3]> {
    let schema = application.get(&format!("/Schemas/{urn}")).expect(200);
    let attributes = schema["attributes"].as_array().expect("attributes").iter();
    let text = |attribute: &Value, name: &str| attribute[name].as_str().expect("a string").to_owned();
    let words = |attribute| ["name", "type", "mutability"].map(|name| text(attribute, name));
    let mut attributes: Vec<_> = attributes.map(words).collect();
    attributes.sort();
    attributes
}

/// The same columns, mapped: clients read and write them.
fn mapped(on: Kind) -> Builder {
    let mut builder = with_columns(on);
    let mut set = String::new();
    for column in &COLUMNS {
        let _ = write!(set, ", {} = :{OWN}:{}", quoted(on, column.name), column.attribute);
        builder = builder.with(&format!(
            "[users.attributes]\n\"{OWN}:{}\" = \"{}\"",
            column.attribute, column.name
        ));
    }
    let columns: Vec<String> = COLUMNS.iter().map(|column| quoted(on, column.name)).collect();
    let values: Vec<String> = COLUMNS.iter().map(|column| format!(":{OWN}:{}", column.attribute)).collect();
    let create = format!(
        "INSERT INTO app_user(username, status, {}) VALUES (:userName, :active, {}) RETURNING user_id",
        columns.join(", "),
        values.join(", ")
    );
    let update = format!("UPDATE app_user SET username = :userName{set} WHERE user_id = :id");
    builder
        .with(&format!("[operations.create-user]\nsql = {create:?}"))
        .with(&format!("[operations.update-user]\nsql = {update:?}"))
}
