//! Columns of every type: as attributes that an administrator maps, and as those that nobody has mapped.

use std::fmt::Write as _;

use crate::components;
use portcullis_tests::{
    Application, Builder, Kind,
    application::{ENTERPRISE, NAME, USER, complete_user},
    client::encode,
    on_every_database, program,
};
use serde_json::{Value, json};

// Of these types Oracle lacks some: truth, days without a time, JSON. What it makes of its own is tested with its driver, in
// `host/src/database/oracle/tests`.
on_every_database!(
    but oracle:
    a_column_that_nobody_mapped_is_an_attribute,
    it_can_be_filtered_and_sorted_by,
    it_is_read_and_never_written,
    a_column_that_is_mapped_has_its_type,
    a_value_that_does_not_fit_its_column_is_refused_by_name,
    the_setting_hides_and_shows,
    a_transform_sees_it_and_leaves_it_alone,
);

const FURTHER: &str = "urn:portcullis:scim:schemas:extension:payroll:2.0:User";
const OWN: &str = "urn:example:payroll:2.0:User";

/// A column: its name, its type in SQLite, PostgreSQL, MariaDB and SQL Server, what it holds of user001, and its attribute: name, type,
/// value.
struct Column {
    name: &'static str,
    types: [&'static str; 4],
    literal: &'static str,
    attribute: &'static str,
    data_type: &'static str,
    value: fn() -> Value,
}

const COLUMNS: [Column; 8] = [
    Column {
        name: "badge_no",
        types: ["INTEGER", "BIGINT", "BIGINT", "BIGINT"],
        literal: "4711",
        attribute: "badgeNo",
        data_type: "integer",
        value: || json!(4711),
    },
    Column {
        name: "Hourly Rate",
        types: ["REAL", "NUMERIC(30,4)", "DECIMAL(30,4)", "DECIMAL(30,4)"],
        literal: "17.25",
        attribute: "hourlyRate",
        data_type: "decimal",
        value: || json!(17.25),
    },
    Column {
        name: "IS_EXTERNAL",
        types: ["BOOLEAN", "BOOLEAN", "BOOLEAN", "BIT"],
        literal: "TRUE",
        attribute: "isExternal",
        data_type: "boolean",
        value: || json!(true),
    },
    Column {
        name: "hired_at",
        types: ["DATETIME", "TIMESTAMP WITH TIME ZONE", "DATETIME", "DATETIMEOFFSET"],
        literal: "'2026-03-01 08:30:00'",
        attribute: "hiredAt",
        data_type: "dateTime",
        value: || json!("2026-03-01T08:30:00Z"),
    },
    Column {
        name: "born_on",
        types: ["DATE", "DATE", "DATE", "DATE"],
        literal: "'1906-12-09'",
        attribute: "bornOn",
        data_type: "string",
        value: || json!("1906-12-09"),
    },
    Column {
        name: "picture",
        types: ["BLOB", "BYTEA", "BLOB", "VARBINARY(100)"],
        literal: "",
        attribute: "picture",
        data_type: "binary",
        value: || json!("AP8Q"),
    },
    Column {
        name: "cost_centre",
        types: ["TEXT", "VARCHAR(40)", "VARCHAR(40)", "VARCHAR(40)"],
        literal: "'North'",
        attribute: "costCentre",
        data_type: "string",
        value: || json!("North"),
    },
    Column {
        name: "settings",
        types: ["JSON", "JSON", "JSON", "NVARCHAR(max)"],
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
        Kind::Oracle => unreachable!("it has other types"),
    }
}

fn quoted(on: Kind, name: &str) -> String {
    match on {
        Kind::Mariadb | Kind::Mysql => format!("`{name}`"),
        _ => format!("\"{name}\""),
    }
}

fn literal(on: Kind, column: &Column) -> String {
    match (column.name, on) {
        ("picture", Kind::Postgresql) => "'\\x00ff10'".to_owned(),
        ("picture", Kind::Sqlserver) => "0x00ff10".to_owned(),
        ("picture", _) => "x'00ff10'".to_owned(),
        ("IS_EXTERNAL", Kind::Sqlserver) => "1".to_owned(),
        (_, Kind::Postgresql) if column.data_type == "dateTime" => column.literal.replace("00'", "00Z'"),
        _ => column.literal.to_owned(),
    }
}

/// Three users, of whom the first has a value in every column.
fn with_columns(on: Kind) -> Builder {
    let mut builder = Application::with_users(on, 3);
    for column in &COLUMNS {
        let (name, literal) = (quoted(on, column.name), literal(on, column));
        builder = builder.with_table(&format!(
            "ALTER TABLE app_user {} {name} {}",
            on.add_column(),
            column.types[index(on)]
        ));
        builder = builder.with_table(&format!("UPDATE app_user SET {name} = {literal} WHERE username = 'user001'"));
    }
    for secret in ["pin_code", "login_token"] {
        builder = builder.with_table(&format!(
            "ALTER TABLE app_user {} {secret} VARCHAR(40) DEFAULT 'hunter2'",
            on.add_column()
        ));
    }
    builder
        .with("[operations.get-users]\nsql = \"SELECT * FROM app_user\"")
        .with("[operations.get-user]\nsql = \"SELECT * FROM app_user WHERE user_id = :id\"")
        .with("[operations.get-changed-users]\nsql = \"SELECT * FROM app_user WHERE changed_at > :since\"")
}

fn expected() -> Value {
    let attributes = COLUMNS.iter().map(|column| (column.attribute.to_owned(), (column.value)()));
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

fn a_column_that_nobody_mapped_is_an_attribute(on: Kind) {
    let application = with_columns(on).start();
    // Before anybody has read a user.
    let types = application.get("/ResourceTypes/User").expect(200);
    assert_eq!(
        types["schemaExtensions"],
        json!([{ "schema": ENTERPRISE, "required": false }, { "schema": FURTHER, "required": false }])
    );
    let mut wanted: Vec<_> = COLUMNS
        .iter()
        .map(|column| [column.attribute, column.data_type, "readOnly"].map(str::to_owned))
        .collect();
    wanted.push(["licenceId", "integer", "readOnly"].map(str::to_owned));
    wanted.sort();
    assert_eq!(schema_attributes(&application, FURTHER), wanted);

    let path = application.user("user001");
    let user = application.get(&path).expect(200);
    assert_eq!(user[FURTHER], expected());
    assert!(user["schemas"].as_array().unwrap().contains(&json!(FURTHER)));
    let text = user.to_string();
    assert!(!text.contains("hunter2"), "a secret is shown: {text}");
    assert_eq!(
        application.find("userName eq \"user001\""),
        [user],
        "a user looks the same in a list"
    );
    assert!(
        application
            .get(&application.user("user002"))
            .expect(200)
            .get(FURTHER)
            .is_none()
    );
}

fn it_can_be_filtered_and_sorted_by(on: Kind) {
    let application = with_columns(on).start();
    for filter in [
        "badgeNo eq 4711",
        "badgeNo eq \"4711\"",
        "badgeNo gt 4710",
        "badgeNo lt 10000",
        "badgeNo pr",
        "hourlyRate eq 17.25",
        "hourlyRate gt 9.5",
        "isExternal eq true",
        "isExternal eq \"True\"",
        "hiredAt eq \"2026-03-01T09:30:00+01:00\"",
        "hiredAt gt \"2025-01-01T00:00:00Z\"",
        "bornOn eq \"1906-12-09\"",
        "bornOn lt \"1907-01-01\"",
        "picture pr",
        "picture eq \"AP8Q\"",
        "costCentre eq \"NORTH\"",
        "costCentre sw \"no\"",
        "settings co \"[1]\"",
    ] {
        let found = application.find(&format!("{FURTHER}:{filter}"));
        let names: Vec<_> = found.iter().map(|user| &user["userName"]).collect();
        assert_eq!(names, ["user001"], "{filter}");
    }
    for filter in [
        "badgeNo eq 4712",
        "badgeNo gt 4711",
        "isExternal eq false",
        "picture eq \"AAAA\"",
        "costCentre eq \"Nort\"",
    ] {
        assert!(application.find(&format!("{FURTHER}:{filter}")).is_empty(), "{filter}");
    }
    for (filter, detail) in [
        ("badgeNo eq \"x\"", "is a number"),
        ("badgeNo eq true", "is a number"),
        ("isExternal gt true", "is true or false"),
        ("picture gt \"AP8Q\"", "holds bytes"),
        ("picture eq \"?\"", "no base64"),
        ("hiredAt eq \"yesterday\"", "dateTime"),
        ("pinCode eq \"hunter2\"", "pinCode"),
    ] {
        let answer = application.get(&format!("/Users?filter={}", encode(&format!("{FURTHER}:{filter}"))));
        answer.expect_error(400, Some("invalidFilter"), &[detail]);
    }

    let id = application.id_of("user002");
    let badge = quoted(on, "badge_no");
    application
        .database
        .run(&format!("UPDATE app_user SET {badge} = 900 WHERE user_id = {id}"));
    let sorted = application
        .get(&format!("/Users?sortBy={}", encode(&format!("{FURTHER}:badgeNo"))))
        .expect(200);
    let names: Vec<_> = sorted["Resources"]
        .as_array()
        .unwrap()
        .iter()
        .map(|user| &user["userName"])
        .collect();
    assert_eq!(names, ["user002", "user001", "user003"], "as numbers, and what has none last");
}

fn it_is_read_and_never_written(on: Kind) {
    let application = with_columns(on).start();
    let path = application.user("user001");
    let before = application.get(&path);
    let mut changed = before.json();
    assert_eq!(application.put(&path, &changed).header("etag"), before.header("etag"));
    changed[FURTHER]["badgeNo"] = json!(1);
    changed["title"] = json!("Changed");
    let after = application.put(&path, &changed).expect(200);
    assert_eq!((&after[FURTHER], &after["title"]), (&expected(), &json!("Changed")));
    let answer = application.patch(
        &path,
        json!([{ "op": "replace", "path": format!("{FURTHER}:badgeNo"), "value": 1 }]),
    );
    answer.expect_error(400, Some("mutability"), &["badgeNo", "read-only"]);
    let same = application.patch(
        &path,
        json!([{ "op": "replace", "path": format!("{FURTHER}:badgeNo"), "value": 4711 }]),
    );
    same.expect(200);

    let only = format!("{path}?attributes={}", encode(&format!("{FURTHER}:badgeNo")));
    let only = application.get(&only).expect(200);
    assert_eq!(only[FURTHER], json!({ "badgeNo": 4711 }));
    assert!(only.get("userName").is_none());
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

fn a_column_that_is_mapped_has_its_type(on: Kind) {
    let application = mapped(on).start();
    let mut wanted: Vec<_> = COLUMNS
        .iter()
        .map(|column| [column.attribute, column.data_type, "readWrite"].map(str::to_owned))
        .collect();
    wanted.sort();
    assert_eq!(schema_attributes(&application, OWN), wanted);
    let path = application.user("user001");
    assert_eq!(application.get(&path).expect(200)[OWN], expected());

    let created = application.post(
        "/Users",
        &json!({ "schemas": [USER, OWN], "userName": "grace", OWN: expected() }),
    );
    let created = created.expect(201);
    assert_eq!(created[OWN], expected());
    let path = format!("/Users/{}", created["id"].as_str().unwrap());

    // As a client without numbers and booleans writes it.
    let mut text = created.clone();
    text[OWN]["badgeNo"] = json!("4711");
    text[OWN]["hourlyRate"] = json!("17.2500");
    text[OWN]["isExternal"] = json!("True");
    text[OWN]["hiredAt"] = json!("2026-03-01T09:30:00+01:00");
    let before = application.get(&path);
    assert_eq!(application.put(&path, &text).header("etag"), before.header("etag"));

    let changes = json!({ "badgeNo": -1, "hourlyRate": 0.1, "isExternal": false, "hiredAt": "2027-01-01T00:00:00Z",
        "bornOn": "2000-02-29", "picture": "AQID", "costCentre": "Süd", "settings": "[]" });
    let mut changed = created;
    changed[OWN] = changes.clone();
    assert_eq!(application.put(&path, &changed).expect(200)[OWN], changes);
    let patched = application
        .patch(&path, json!([{ "op": "remove", "path": format!("{OWN}:picture") }]))
        .expect(200);
    assert!(patched[OWN].get("picture").is_none());

    // More digits than a double has: not one of them is lost by a change of something else.
    if on != Kind::Sqlite {
        let (name, id) = (quoted(on, "Hourly Rate"), application.id_of("grace"));
        application.database.run(&format!(
            "UPDATE app_user SET {name} = 12345678901234567890.1234 WHERE user_id = {id}"
        ));
        let mut read = application.get(&path).expect(200);
        assert_eq!(read[OWN]["hourlyRate"], "12345678901234567890.1234");
        read[OWN]["badgeNo"] = json!(8);
        application.put(&path, &read).expect(200);
        let kept = application
            .database
            .value(&format!("SELECT {name} FROM app_user WHERE user_id = {id}"));
        assert_eq!(kept.as_deref(), Some("12345678901234567890.1234"));
    }
}

fn a_value_that_does_not_fit_its_column_is_refused_by_name(on: Kind) {
    let application = mapped(on).start();
    let path = application.user("user001");
    let before = application.get(&path).expect(200);
    for (attribute, value, detail) in [
        ("badgeNo", json!("x"), "a whole number, and is a string of another form"),
        ("badgeNo", json!(1.5), "a whole number, and is a number with a fraction"),
        ("badgeNo", json!({}), "a whole number, and is an object"),
        ("hourlyRate", json!("1,5"), "a number"),
        ("hourlyRate", json!(true), "a number, and is a boolean"),
        ("isExternal", json!("perhaps"), "true or false"),
        ("hiredAt", json!("yesterday"), "2026-11-23T10:00:00Z"),
        ("picture", json!("not base64!"), "base64"),
        ("costCentre", json!(7), "a string, and is a number"),
    ] {
        let mut user = before.clone();
        user[OWN][attribute] = value.clone();
        application
            .put(&path, &user)
            .expect_error(400, Some("invalidValue"), &[attribute, detail]);
        let patch = json!([{ "op": "replace", "path": format!("{OWN}:{attribute}"), "value": value }]);
        application
            .patch(&path, patch)
            .expect_error(400, Some("invalidValue"), &["Operations[0]", attribute, detail]);
    }
    assert_eq!(application.get(&path).expect(200), before);
}

fn the_setting_hides_and_shows(on: Kind) {
    let hidden = with_columns(on).with("[users]\nunmapped-columns = \"hide\"").start();
    assert!(hidden.get(&hidden.user("user001")).expect(200).get(FURTHER).is_none());
    hidden.get(&format!("/Schemas/{FURTHER}")).expect_error(404, None, &[FURTHER]);

    let listed = with_columns(on)
        .with("[users]\nunmapped-columns = [\"COST_CENTRE\", \"pin_code\"]")
        .start();
    let user = listed.get(&listed.user("user001")).expect(200);
    assert_eq!(user[FURTHER], json!({ "costCentre": "North", "pinCode": "hunter2" }));
}

/// A document goes through a transform with every attribute that there is, both ways.
fn a_transform_sees_it_and_leaves_it_alone(on: Kind) {
    let application = mapped(on)
        .with_plugin("normalise-names", components::NORMALISE_NAMES, "allow = [\"log\"]")
        .with("[transforms]\nto-application = [\"normalise-names\"]\nfrom-application = [\"normalise-names\"]")
        .start();
    let path = application.user("user001");
    let read = application.get(&path);
    assert_eq!(read.json()[OWN], expected());
    assert_eq!(application.put(&path, &read.json()).header("etag"), read.header("etag"));
    let mut renamed = read.json();
    renamed["userName"] = json!(" Ada@Example.com ");
    let renamed = application.put(&path, &renamed).expect(200);
    assert_eq!(
        (&renamed["userName"], &renamed[OWN]),
        (&json!("ada@example.com"), &expected())
    );
}

/// `check` tells which columns clients will see, and which not.
#[test]
fn check_tells_what_is_shown_and_withheld() {
    let builder = with_columns(Kind::Sqlite)
        .with_table("ALTER TABLE app_user ADD COLUMN \"größe\" INTEGER")
        .with_table("ALTER TABLE app_user ADD COLUMN \"badge no\" INTEGER")
        .with("[operations.get-user]\nsql = \"SELECT *, 1 AS extra FROM app_user WHERE user_id = :id\"");
    let directory = builder.write();
    let output = program::run(&["check", "--config", directory.path().to_str().expect("UTF-8")]);
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    let (operations, columns) = said.split_once('\n').expect("several lines");
    assert!(
        operations.starts_with(NAME) && operations.ends_with("compiles in the database"),
        "{operations}"
    );
    insta::assert_snapshot!(columns);

    let builder = builder.with("[users]\nunmapped-columns = [\"cost_center\"]");
    let directory = builder.write();
    let output = program::run(&["check", "--config", directory.path().to_str().expect("UTF-8")]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success(), "{said}");
    for part in [
        "payroll.toml",
        "operations.get-users",
        "`cost_center`",
        "take it off the list",
    ] {
        assert!(said.contains(part), "{part}: {said}");
    }
}

/// What is known only when the database has been asked doesn't keep the program from being found.
#[test]
fn discovery_answers_without_the_database() {
    let application = with_columns(Kind::Sqlite)
        .with("[users.attributes]\n\"urn:example:payroll:2.0:User:badgeNo\" = \"badge_no\"")
        .with("[database]\npath = \"/no/such/directory/application.db\"")
        .start();
    assert_eq!(
        schema_attributes(&application, OWN),
        [["badgeNo", "string", "readOnly"].map(str::to_owned)]
    );
    application.get(&format!("/Schemas/{FURTHER}")).expect_error(404, None, &[]);
    application.get("/Users/1").expect_error(503, None, &[]);
    application.post("/Users", &complete_user("x")).expect_error(503, None, &[]);
}
