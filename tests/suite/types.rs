//! Columns whose type the mapping says: every type on every database, both ways.

use std::fmt::Write as _;

use portcullis_tests::{Application, Builder, Kind, application::USER, client::encode, on_every_database, program};
use serde_json::{Value, json};

// The peer of Oracle has none of these types but text and numbers.
on_every_database!(but oracle:
    every_type_comes_back_as_it_was_written,
    nothing_is_a_value_too,
    filters_compare_by_the_type,
    what_is_not_of_the_type_is_refused_by_name,
    discovery_says_what_they_are,
    words_are_booleans,
    a_word_that_is_neither_is_told_by_its_column,
    active_has_words_too,
    a_list_is_an_attribute_with_several_values,
);

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

fn text_of(on: Kind) -> &'static str {
    match on {
        Kind::Sqlite => "TEXT",
        Kind::Sqlserver => "NVARCHAR(400)",
        _ => "VARCHAR(400)",
    }
}

fn binary_of(on: Kind) -> &'static str {
    match on {
        Kind::Sqlite => "BLOB",
        Kind::Postgresql => "BYTEA",
        _ => "VARBINARY(400)",
    }
}

fn decimal_of(on: Kind) -> &'static str {
    match on {
        // Its numbers are doubles: digits are kept by a text.
        Kind::Sqlite => "TEXT",
        _ => "DECIMAL(38,4)",
    }
}

fn timestamp_of(on: Kind) -> &'static str {
    match on {
        Kind::Sqlite => "DATETIME",
        Kind::Postgresql => "TIMESTAMP(6)",
        Kind::Sqlserver => "DATETIME2(7)",
        _ => "DATETIME(6)",
    }
}

fn zoned_of(on: Kind) -> &'static str {
    match on {
        Kind::Postgresql => "TIMESTAMP WITH TIME ZONE",
        Kind::Sqlserver => "DATETIMEOFFSET(7)",
        _ => timestamp_of(on),
    }
}

fn uuid_of(on: Kind) -> &'static str {
    match on {
        Kind::Postgresql => "UUID",
        Kind::Sqlserver => "UNIQUEIDENTIFIER",
        _ => "CHAR(36)",
    }
}

fn raw_uuid_of(on: Kind) -> &'static str {
    match on {
        Kind::Sqlite => "BLOB",
        Kind::Postgresql => "BYTEA",
        Kind::Sqlserver => "VARBINARY(16)",
        _ => "BINARY(16)",
    }
}

fn json_of(on: Kind) -> &'static str {
    match on {
        Kind::Sqlite => "TEXT",
        Kind::Sqlserver => "NVARCHAR(400)",
        _ => "JSON",
    }
}

fn number_of(on: Kind) -> &'static str {
    if on == Kind::Sqlserver { "INT" } else { "INTEGER" }
}

fn array_of(on: Kind) -> &'static str {
    match on {
        Kind::Postgresql => "TEXT[]",
        _ => json_of(on),
    }
}

const TYPES: [Typed; 12] = [
    Typed {
        column: "badge",
        says: "type = \"integer\"",
        of: |_| "BIGINT",
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

/// The same to the client: MySQL and PostgreSQL write documents with other blanks.
fn same(found: &Value, wanted: &Value) -> bool {
    let document = |value: &Value| serde_json::from_str::<Value>(value.as_str()?).ok();
    found == wanted || document(found).is_some() && document(found) == document(wanted)
}

fn create(application: &Application, name: &str, own: Value) -> (String, Value) {
    let created = application.post("/Users", &user(name, own)).expect(201);
    (format!("/Users/{}", created["id"].as_str().expect("an id")), created)
}

fn every_type_comes_back_as_it_was_written(on: Kind) {
    let application = application(on).start();
    let most = TYPES.iter().map(|typed| (typed.values)().len()).max().unwrap_or_default();
    let mut path = String::new();
    for round in 0..most {
        let value = |typed: &Typed| {
            let values = (typed.values)();
            values[round % values.len()].clone()
        };
        let own: serde_json::Map<_, _> = TYPES.iter().map(|typed| (typed.column.to_owned(), value(typed))).collect();
        if round == 0 {
            path = create(&application, "grace", own.clone().into()).0;
        } else {
            let changed = application.put(&path, &user("grace", own.clone().into())).expect(200);
            assert!(same(&changed[OWN]["settings"], &own["settings"]), "{changed}");
        }
        let read = application.get(&path);
        for (name, wanted) in &own {
            let found = &read.json()[OWN][name];
            assert!(same(found, wanted), "{name}: {wanted} became {found}");
        }
        // What was read is what is there already, and so is what was written.
        assert_eq!(application.put(&path, &read.json()).header("etag"), read.header("etag"));
        assert_eq!(
            application.put(&path, &user("grace", own.into())).header("etag"),
            read.header("etag")
        );
    }
    for typed in &TYPES {
        let value = (typed.values)()[1].clone();
        let patch = json!([{ "op": "replace", "path": format!("{OWN}:{}", typed.column), "value": value }]);
        let patched = application.patch(&path, patch).expect(200);
        assert!(same(&patched[OWN][typed.column], &value), "{}: {patched}", typed.column);
    }
    // Other ways to write the same.
    let other = json!({ "badge": "12", "rate": "1.5000", "guid": "6F9619FF8B86D011B42D00C04FC964FF",
        "born_on": "2026-11-23T00:00:00+02:00", "hired_at": "2026-11-23T23:30:00-05:00", "seen_at": "2026-11-23T23:30:00-05:00" });
    let changed = application.put(&path, &user("grace", other)).expect(200);
    let own = &changed[OWN];
    assert_eq!(own["badge"], 12);
    assert_eq!(own["rate"], 1.5);
    assert_eq!(own["guid"], "6f9619ff-8b86-d011-b42d-00c04fc964ff");
    assert_eq!(own["born_on"], "2026-11-23");
    assert_eq!(
        (&own["hired_at"], &own["seen_at"]),
        (&json!("2026-11-24T04:30:00Z"), &json!("2026-11-24T04:30:00Z"))
    );
}

fn nothing_is_a_value_too(on: Kind) {
    let application = application(on).start();
    let (path, created) = create(&application, "nobody", json!({}));
    assert_eq!(created.get(OWN), None);
    let own: serde_json::Map<_, _> = TYPES
        .iter()
        .map(|typed| (typed.column.to_owned(), (typed.values)()[0].clone()))
        .collect();
    application.put(&path, &user("nobody", own.into())).expect(200);
    for typed in &TYPES {
        let remove = json!([{ "op": "remove", "path": format!("{OWN}:{}", typed.column) }]);
        let changed = application.patch(&path, remove).expect(200);
        assert_eq!(
            changed.get(OWN).and_then(|own| own.get(typed.column)),
            None,
            "{}",
            typed.column
        );
        let kept = application.database.count(&format!(
            "SELECT COUNT(*) FROM app_user WHERE username = 'nobody' AND {} IS NULL",
            typed.column
        ));
        assert_eq!(kept, 1, "{}", typed.column);
    }
}

fn filters_compare_by_the_type(on: Kind) {
    let application = application(on).start();
    let own: serde_json::Map<_, _> = TYPES
        .iter()
        .map(|typed| (typed.column.to_owned(), (typed.values)()[0].clone()))
        .collect();
    create(&application, "grace", own.clone().into());
    for typed in &TYPES {
        let name = typed.column;
        for filter in [
            format!("{OWN}:{name} eq {}", own[name]),
            format!("{OWN}:{name} pr"),
            format!("not ({OWN}:{name} ne {})", own[name]),
        ] {
            let found = application.find(&filter);
            assert_eq!(found.len(), 1, "{filter}");
            assert_eq!(found[0]["userName"], "grace", "{filter}");
        }
        let other = &(typed.values)()[1];
        assert!(
            application.find(&format!("{OWN}:{name} eq {other}")).is_empty(),
            "{name} eq {other}"
        );
        assert_eq!(
            application.find(&format!("{OWN}:{name} ne {other}")).len(),
            4,
            "{name} ne {other}"
        );
    }
    for filter in [
        // By size, though the column is one of texts: 90 is less than 100, and "90" is behind "100".
        "numbered lt 100",
        "numbered eq \"90\"",
        "rate gt 9.5",
        "rate eq \"17.2500\"",
        "born_on lt \"1907-01-01\"",
        "born_on sw \"1906-\"",
        "hired_at eq \"2026-03-01T09:30:00.123456+01:00\"",
        "seen_at gt \"2026-07-01T00:00:00-05:00\"",
        "guid eq \"6F9619FF-8B86-D011-B42D-00C04FC964FF\"",
        "guid sw \"6F9619\"",
        "raw_guid eq \"6F9619FF8B86D011B42D00C04FC964FF\"",
        "settings eq \"{\\\"a\\\":[1,\\\"\\u00fc\\\"]}\"",
        "settings co \"ü\"",
        "nickname eq \"SÜD 東京 🦀\"",
    ] {
        // SQLite knows the cases of ASCII's letters alone.
        if on == Kind::Sqlite && filter.contains("SÜD") {
            continue;
        }
        let found = application.find(&format!("{OWN}:{filter}"));
        assert_eq!(found.len(), 1, "{filter}");
    }
    for (filter, detail) in [
        ("born_on eq \"soon\"", "a date, such as 2026-11-23"),
        ("guid eq \"x\"", "a UUID"),
        ("badge eq \"x\"", "is a number"),
        ("hired_at co \"2026\"", "point in time"),
        ("certificate gt \"AP8Q\"", "bytes"),
    ] {
        let answer = application.get(&format!("/Users?filter={}", encode(&format!("{OWN}:{filter}"))));
        answer.expect_error(400, Some("invalidFilter"), &[detail]);
    }
}

fn what_is_not_of_the_type_is_refused_by_name(on: Kind) {
    let application = application(on).start();
    let path = application.user("user001");
    let before = application.get(&path).expect(200);
    for typed in &TYPES {
        let wrong = (typed.wrong)();
        let answer = application.put(&path, &user("user001", json!({ typed.column: wrong })));
        answer.expect_error(400, Some("invalidValue"), &[typed.column, "must be"]);
        let patch = json!([{ "op": "add", "path": format!("{OWN}:{}", typed.column), "value": wrong }]);
        let answer = application.patch(&path, patch);
        answer.expect_error(400, Some("invalidValue"), &[typed.column, "must be"]);
    }
    assert_eq!(application.get(&path).expect(200), before);
}

fn discovery_says_what_they_are(on: Kind) {
    let application = application(on).start();
    let schema = application.get(&format!("/Schemas/{OWN}")).expect(200);
    for typed in &TYPES {
        let attributes = schema["attributes"].as_array().expect("attributes");
        let found = attributes
            .iter()
            .find(|found| found["name"] == typed.column)
            .expect("the attribute");
        assert_eq!(
            (&found["type"], &found["multiValued"]),
            (&json!(typed.data_type), &json!(false)),
            "{found}"
        );
        assert_eq!(found["mutability"], "readWrite");
    }
}

fn words(on: Kind) -> Builder {
    with_columns(
        on,
        &[
            ("is_external", "VARCHAR(5)", "true = \"Y\", false = \"N\""),
            ("is_senior", number_of(on), "true = 1, false = 0"),
            (
                "is_plain",
                if on == Kind::Sqlserver { "BIT" } else { "BOOLEAN" },
                "type = \"boolean\"",
            ),
        ],
    )
}

fn words_are_booleans(on: Kind) {
    let application = words(on).start();
    let all = |truth: bool| json!({ "is_external": truth, "is_senior": truth, "is_plain": truth });
    let (yes, created) = create(&application, "yes", all(true));
    assert_eq!(created[OWN], all(true));
    let (no, _) = create(
        &application,
        "no",
        json!({ "is_external": "False", "is_senior": "FALSE", "is_plain": "false" }),
    );
    assert_eq!(application.get(&no).expect(200)[OWN], all(false));
    let held = |name: &str| {
        let rows = application.database.rows(&format!(
            "SELECT is_external, is_senior FROM app_user WHERE username = '{name}'"
        ));
        rows[0]
            .iter()
            .map(|value| value.clone().unwrap_or_default())
            .collect::<Vec<_>>()
            .join(" ")
    };
    assert_eq!((held("yes").as_str(), held("no").as_str()), ("Y 1", "N 0"));
    let names = |filter: &str| -> Vec<String> {
        let found = application.find(filter);
        found
            .iter()
            .map(|user| user["userName"].as_str().unwrap_or_default().to_owned())
            .collect()
    };
    for column in ["is_external", "is_senior", "is_plain"] {
        assert_eq!(names(&format!("{OWN}:{column} eq true")), ["yes"], "{column}");
        assert_eq!(names(&format!("{OWN}:{column} eq \"False\"")), ["no"], "{column}");
        assert_eq!(names(&format!("{OWN}:{column} ne true")).len(), 4, "{column}");
        assert_eq!(names(&format!("{OWN}:{column} pr")).len(), 2, "{column}");
        let patch = json!([{ "op": "replace", "path": format!("{OWN}:{column}"), "value": false }]);
        assert_eq!(application.patch(&yes, patch).expect(200)[OWN][column], false);
    }
    assert_eq!(held("yes"), "N 0");
    let refused = application.put(&yes, &user("yes", json!({ "is_external": "Y" })));
    refused.expect_error(400, Some("invalidValue"), &["is_external", "true or false"]);
    let schema = application.get(&format!("/Schemas/{OWN}")).expect(200);
    assert!(
        schema["attributes"]
            .as_array()
            .unwrap()
            .iter()
            .all(|found| found["type"] == "boolean")
    );
}

fn a_word_that_is_neither_is_told_by_its_column(on: Kind) {
    let application = words(on).start();
    let path = application.user("user001");
    application.database.run("UPDATE app_user SET is_external = 'y'");
    assert_eq!(application.get(&path).expect(200)[OWN]["is_external"], true);
    application.database.run("UPDATE app_user SET is_external = 'X'");
    application.get(&path).expect_error(500, None, &[]);
    application
        .program
        .log
        .expect(&["column `is_external`", "neither \\\"Y\\\" nor \\\"N\\\""]);
}

fn active_has_words_too(on: Kind) {
    let application = Application::with_users(on, 3)
        .without("users.active")
        .with("[users]\nactive = { column = \"status\", true = \"ACTIVE\", false = \"INACTIVE\" }")
        .start();
    assert_eq!(application.find("active eq false").len(), 1);
    assert_eq!(application.find("active eq true").len(), 2);
    let path = application.user("user001");
    let patch = json!([{ "op": "replace", "path": "active", "value": "False" }]);
    assert_eq!(application.patch(&path, patch).expect(200)["active"], false);
    let (path, _) = {
        let created = application
            .post("/Users", &json!({ "schemas": [USER], "userName": "off", "active": false }))
            .expect(201);
        (format!("/Users/{}", created["id"].as_str().unwrap()), created)
    };
    assert_eq!(application.get(&path).expect(200)["active"], false);
    let status = application
        .database
        .value("SELECT status FROM app_user WHERE username = 'off'");
    assert_eq!(status.as_deref(), Some("INACTIVE"));
}

fn a_list_is_an_attribute_with_several_values(on: Kind) {
    let numbers = if on == Kind::Postgresql { "BIGINT[]" } else { json_of(on) };
    let names = if on == Kind::Postgresql {
        "VARCHAR(40)[]"
    } else {
        json_of(on)
    };
    let application = with_columns(
        on,
        &[
            ("tags", array_of(on), "type = \"string[]\""),
            ("floors", numbers, "type = \"integer[]\""),
            ("names", names, "type = \"string[]\""),
        ],
    )
    .start();
    let own = json!({ "tags": ["a", "ü, \"b\"", ""], "floors": [10, 9], "names": ["Ada"] });
    let (path, created) = create(&application, "grace", own.clone());
    assert_eq!(created[OWN], own);
    let read = application.get(&path);
    assert_eq!(read.json()[OWN], own);
    assert_eq!(application.put(&path, &read.json()).header("etag"), read.header("etag"));

    for filter in [
        "tags eq \"A\"",
        "tags co \"b\"",
        "tags pr",
        "floors gt 9",
        "floors eq \"9\"",
        "floors lt 10",
        "names sw \"ad\"",
    ] {
        assert_eq!(application.find(&format!("{OWN}:{filter}")).len(), 1, "{filter}");
    }
    for filter in ["tags eq \"b\"", "floors gt 10", "names ew \"x\""] {
        assert!(application.find(&format!("{OWN}:{filter}")).is_empty(), "{filter}");
    }
    let added = application
        .patch(
            &path,
            json!([{ "op": "add", "path": format!("{OWN}:tags"), "value": ["c", "a"] }]),
        )
        .expect(200);
    assert_eq!(added[OWN]["tags"], json!(["a", "ü, \"b\"", "", "c"]));
    let removed = application
        .patch(
            &path,
            json!([{ "op": "remove", "path": format!("{OWN}:tags[value eq \"a\"]") }]),
        )
        .expect(200);
    assert_eq!(removed[OWN]["tags"], json!(["ü, \"b\"", "", "c"]));
    let listed = application
        .patch(
            &path,
            json!([{ "op": "remove", "path": format!("{OWN}:tags"), "value": ["c"] }]),
        )
        .expect(200);
    assert_eq!(listed[OWN]["tags"], json!(["ü, \"b\"", ""]));
    let cleared = application
        .put(&path, &user("grace", json!({ "tags": [], "names": ["Ada"] })))
        .expect(200);
    assert_eq!(cleared[OWN], json!({ "names": ["Ada"] }));

    let wrong = user("grace", json!({ "floors": [1, "x"] }));
    application
        .put(&path, &wrong)
        .expect_error(400, Some("invalidValue"), &["floors", "whole number"]);
    let schema = application.get(&format!("/Schemas/{OWN}")).expect(200);
    let attributes = schema["attributes"].as_array().unwrap();
    let floors = attributes.iter().find(|found| found["name"] == "floors").unwrap();
    assert_eq!((&floors["type"], &floors["multiValued"]), (&json!("integer"), &json!(true)));
}

/// `check` finds a column that cannot hold what the mapping says.
#[test]
fn check_finds_a_contradiction() {
    let builder = with_columns(
        Kind::Sqlite,
        &[
            ("badge", "INTEGER", "type = \"date\""),
            ("is_external", "TEXT", "type = \"boolean\""),
            ("is_senior", "INTEGER", "true = \"Y\", false = \"N\""),
        ],
    );
    let directory = builder.write();
    let output = program::run(&["check", "--config", directory.path().to_str().expect("UTF-8")]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success(), "{said}");
    for part in [
        "the column `badge` of `urn:example:typed:2.0:User:badge` is integer to the database: it cannot hold values of type date",
        "say which words mean `true` and `false`",
        "it cannot hold \"Y\" nor \"N\"",
        "correct what the mapping says of the column",
    ] {
        assert!(said.contains(part), "{part}: {said}");
    }
}

/// The same on the peer of SQL Server.
macro_rules! on_sqlserver {
    ($($scenario:ident),+ $(,)?) => {
        mod on_sqlserver {
            $(
                #[test]
                fn $scenario() {
                    super::$scenario(portcullis_tests::Kind::Sqlserver);
                }
            )+
        }
    };
}

on_sqlserver!(
    every_type_comes_back_as_it_was_written,
    nothing_is_a_value_too,
    filters_compare_by_the_type,
    what_is_not_of_the_type_is_refused_by_name,
    discovery_says_what_they_are,
    words_are_booleans,
    a_word_that_is_neither_is_told_by_its_column,
    active_has_words_too,
    a_list_is_an_attribute_with_several_values,
);
