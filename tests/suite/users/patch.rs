//! `PATCH /Users/{id}`

use portcullis_tests::{Application, Kind, application::ENTERPRISE, client::PATCH_SCHEMA, on_every_database, on_procedures};
use serde_json::{Value, json};

on_every_database!(
    changes_what_it_names_and_nothing_else,
    removes,
    makes_an_element_that_was_not_there,
    several_operations_are_one_change,
    keeps_nothing_when_one_operation_is_refused,
    what_changes_nothing_writes_nothing,
    refuses_what_it_cannot_do,
    refuses_what_is_not_a_patch,
);

on_procedures!(several_operations_are_one_change, what_changes_nothing_writes_nothing);

fn replace(path: &str, value: impl Into<Value>) -> Value {
    json!([{ "op": "replace", "path": path, "value": value.into() }])
}

fn changes_what_it_names_and_nothing_else(on: Kind) {
    let application = Application::start(on);
    let path = application.user("user002");
    let mut expected = application.get(&path).expect(200);
    for (attribute, value, pointer) in [
        ("title", "Clerk", "/title"),
        ("name.givenName", "Ada", "/name/givenName"),
        ("userName", "ada", "/userName"),
        ("emails[type eq \"work\"].value", "ada@example.com", "/emails/0/value"),
    ] {
        let patched = application.patch(&path, replace(attribute, value)).expect(200);
        assert_eq!(patched.pointer(pointer), Some(&json!(value)), "{attribute}");
        expected["title"] = patched["title"].clone();
        for changed in ["name", "userName", "emails", "meta"] {
            expected[changed] = patched[changed].clone();
        }
        assert_eq!(patched, expected, "{attribute} changed something else");
        assert_eq!(application.get(&path).expect(200), patched);
    }
    let department = format!("{ENTERPRISE}:department");
    let patched = application.patch(&path, replace(&department, "Engines")).expect(200);
    assert_eq!(patched[ENTERPRISE]["department"], "Engines");
}

fn removes(on: Kind) {
    let application = Application::start(on);
    let path = application.user("user001");
    let patched = application
        .patch(
            &path,
            json!([{ "op": "remove", "path": "name.givenName" }, { "op": "remove", "path": "emails[type eq \"work\"]" }]),
        )
        .expect(200);
    assert_eq!(patched["name"], json!({ "familyName": "Last1" }));
    assert!(patched.get("emails").is_none(), "{patched}");
    assert_eq!(
        application
            .database
            .value("SELECT email FROM app_user WHERE username = 'user001'"),
        None
    );
}

fn makes_an_element_that_was_not_there(on: Kind) {
    let application = Application::start(on);
    let path = application.user("user001");
    let added = json!([{ "op": "add", "path": "phoneNumbers", "value": [{ "type": "mobile", "value": "+44 1" }] }]);
    let patched = application.patch(&path, added).expect(200);
    assert_eq!(patched["phoneNumbers"], json!([{ "type": "mobile", "value": "+44 1" }]));
    assert_eq!(
        application
            .database
            .value("SELECT mobile FROM app_user WHERE username = 'user001'")
            .as_deref(),
        Some("+44 1")
    );
}

fn several_operations_are_one_change(on: Kind) {
    let application = Application::start(on);
    let path = application.user("user001");
    let patched = application
        .patch(
            &path,
            json!([
                { "op": "replace", "path": "title", "value": "First" },
                { "op": "replace", "path": "title", "value": "Second" },
                { "op": "add", "path": "roles", "value": [{ "value": "auditor" }] },
                { "op": "replace", "path": "active", "value": false },
            ]),
        )
        .expect(200);
    assert_eq!(patched["title"], "Second");
    assert_eq!(patched["active"], false);
    assert_eq!(patched["roles"].as_array().map(Vec::len), Some(2));
}

fn keeps_nothing_when_one_operation_is_refused(on: Kind) {
    let application = Application::start(on);
    let path = application.user("user001");
    let before = application.get(&path).expect(200);
    let refused = json!([
        { "op": "replace", "path": "title", "value": "Kept?" },
        { "op": "replace", "path": "active", "value": false },
        { "op": "replace", "path": "userName", "value": "user002" },
    ]);
    application.patch(&path, refused).expect_error(409, Some("uniqueness"), &[]);
    assert_eq!(application.get(&path).expect(200), before);
    application.expect_unharmed();
}

fn what_changes_nothing_writes_nothing(on: Kind) {
    let application = Application::start(on);
    application.database.run(&format!(
        "UPDATE app_user SET changed_at = {}",
        on.moment("2020-01-02 03:04:05")
    ));
    let path = application.user("user001");
    let before = application.get(&path).expect(200);
    for operations in [
        replace("name.givenName", "First1"),
        replace("active", true),
        json!([{ "op": "remove", "path": "title" }]),
    ] {
        assert_eq!(application.patch(&path, operations).expect(200), before);
    }
    let changed = application.database.value(&format!(
        "SELECT count(*) FROM app_user WHERE changed_at <> {}",
        on.moment("2020-01-02 03:04:05")
    ));
    assert_eq!(changed.as_deref(), Some("0"));
}

fn refuses_what_it_cannot_do(on: Kind) {
    let application = Application::start(on);
    let path = application.user("user001");
    let before = application.get(&path).expect(200);
    let cases = [
        (json!([{ "op": "replace", "path": "id", "value": "9" }]), "mutability", "id"),
        (json!([{ "op": "remove" }]), "noTarget", "path"),
        (
            json!([{ "op": "replace", "path": "favouriteColour", "value": "blue" }]),
            "invalidPath",
            "favouriteColour",
        ),
        (
            json!([{ "op": "replace", "path": "emails[type eq", "value": "x" }]),
            "invalidPath",
            "emails[type eq",
        ),
        (json!([{ "op": "remove", "path": "userName" }]), "mutability", "userName"),
        (
            json!([{ "op": "replace", "path": "active", "value": "perhaps" }]),
            "invalidValue",
            "active",
        ),
        (
            json!([{ "op": "replace", "path": "title", "value": { "a": 1 } }]),
            "invalidValue",
            "title",
        ),
    ];
    for (operations, scim_type, part) in cases {
        application
            .patch(&path, operations)
            .expect_error(400, Some(scim_type), &[part]);
    }
    assert_eq!(application.get(&path).expect(200), before);
}

fn refuses_what_is_not_a_patch(on: Kind) {
    let application = Application::start(on);
    let path = application.user("user001");
    for (body, scim_type) in [
        (
            json!({ "Operations": [{ "op": "replace", "path": "title", "value": "x" }] }),
            "invalidSyntax",
        ),
        (json!({ "schemas": [PATCH_SCHEMA] }), "invalidSyntax"),
        (json!({ "schemas": [PATCH_SCHEMA], "Operations": "replace" }), "invalidSyntax"),
        (
            json!({ "schemas": [PATCH_SCHEMA], "Operations": [{ "op": "destroy", "path": "title" }] }),
            "invalidSyntax",
        ),
        (json!({ "schemas": [PATCH_SCHEMA], "Operations": [] }), "invalidValue"),
        (json!([]), "invalidSyntax"),
    ] {
        let body = body.to_string();
        let answer = application.send_bytes("PATCH".parse().unwrap(), &path, "application/scim+json", body.as_bytes());
        answer.expect_error(400, Some(scim_type), &[]);
    }
}
