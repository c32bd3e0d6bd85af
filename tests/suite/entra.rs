//! What Microsoft Entra does, in its order and with its peculiarities.

use portcullis_tests::{Application, Kind, application::ENTERPRISE, application::complete_user, on_every_database};
use serde_json::json;

on_every_database!(
    passes_its_sequence,
    takes_activation_as_text,
    finds_by_external_id,
    changes_several_attributes_at_once,
    restores_who_was_deleted_softly,
    creates_nobody_twice,
    assigns_its_roles
);

/// The connection test, then a life: create, change, soft-delete, delete.
fn passes_its_sequence(on: Kind) {
    let application = Application::start(on);
    assert_eq!(
        application.find("userName eq \"6bd5a3c5-8d19-4ad7-b3a9-c2e40b9e8ad1\""),
        [] as [serde_json::Value; 0]
    );

    assert!(application.find("userName eq \"ada@example.com\"").is_empty());
    let created = application.post("/Users", &complete_user("ada@example.com")).expect(201);
    let path = format!("/Users/{}", created["id"].as_str().unwrap());

    let changed = json!([
        { "op": "Replace", "path": "displayName", "value": "Ada Lovelace" },
        { "op": "Add", "path": "title", "value": "Countess" },
    ]);
    let patched = application.patch(&path, changed).expect(200);
    assert_eq!(
        (&patched["displayName"], &patched["title"]),
        (&json!("Ada Lovelace"), &json!("Countess"))
    );

    let patched = application
        .patch(&path, json!([{ "op": "Replace", "path": "active", "value": false }]))
        .expect(200);
    assert_eq!(patched["active"], false);

    let gone = application.delete(&path);
    gone.expect(204);
    assert_eq!(gone.text, "");
    application.get(&path).expect_error(404, None, &["User"]);
    assert!(application.find("userName eq \"ada@example.com\"").is_empty());
}

/// Old tenants send a boolean as a string with a capital letter.
fn takes_activation_as_text(on: Kind) {
    let application = Application::start(on);
    let path = application.user("user001");
    for (text, active) in [("False", false), ("True", true), ("false", false)] {
        let patched = application
            .patch(&path, json!([{ "op": "Replace", "path": "active", "value": text }]))
            .expect(200);
        assert_eq!(patched["active"], active, "{text}");
    }
}

fn finds_by_external_id(on: Kind) {
    let application = Application::start(on);
    application.post("/Users", &complete_user("ada@example.com")).expect(201);
    let found = application.find("externalId eq \"00u-ada@example.com\"");
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0]["userName"], "ada@example.com");
    // Unlike userName, an externalId is case-exact (RFC 7643 §3.1).
    if !on.is_mysql() {
        assert!(application.find("externalId eq \"00U-ADA@EXAMPLE.COM\"").is_empty());
    }
}

/// One operation without a path whose value names attributes by their paths.
fn changes_several_attributes_at_once(on: Kind) {
    let application = Application::start(on);
    let path = application.user("user001");
    let department = format!("{ENTERPRISE}:department");
    let patched = application
        .patch(
            &path,
            json!([
                { "op": "Replace", "path": "emails[type eq \"work\"].value", "value": "countess@example.com" },
                { "op": "Add", "value": { "name.givenName": "Ada", "title": "Countess", department: "Engines" } },
            ]),
        )
        .expect(200);
    assert_eq!(patched["emails"][0]["value"], "countess@example.com");
    assert_eq!(patched["name"]["givenName"], "Ada");
    assert_eq!(patched["name"]["familyName"], "Last1");
    assert_eq!(patched[ENTERPRISE]["department"], "Engines");
}

/// Out of the scope and back again: deactivated, found, activated, and deleted in the end.
fn restores_who_was_deleted_softly(on: Kind) {
    let application = Application::start(on);
    let created = application.post("/Users", &complete_user("ada@example.com")).expect(201);
    let path = format!("/Users/{}", created["id"].as_str().unwrap());
    application
        .patch(&path, json!([{ "op": "Replace", "path": "active", "value": "False" }]))
        .expect(200);
    // Who is deleted softly is found all the same, and is the same user.
    let found = application.find("userName eq \"ada@example.com\"");
    assert_eq!((&found[0]["id"], &found[0]["active"]), (&created["id"], &json!(false)));
    let restored = application
        .patch(
            &path,
            json!([
                { "op": "Replace", "path": "active", "value": "True" },
                { "op": "Replace", "path": "displayName", "value": "Ada Lovelace" },
            ]),
        )
        .expect(200);
    assert_eq!(
        (&restored["active"], &restored["displayName"]),
        (&json!(true), &json!("Ada Lovelace"))
    );
    application.delete(&path).expect(204);
    application.delete(&path).expect_error(404, None, &[]);
}

/// Looks first, creates, and gets 409 where somebody else was quicker.
fn creates_nobody_twice(on: Kind) {
    let application = Application::start(on);
    let new = complete_user("ada@example.com");
    assert!(application.find("externalId eq \"00u-ada@example.com\"").is_empty());
    application.post("/Users", &new).expect(201);
    application
        .post("/Users", &new)
        .expect_error(409, Some("uniqueness"), &["userName"]);
    let mut shouted = new;
    shouted["userName"] = json!("ADA@EXAMPLE.COM");
    application
        .post("/Users", &shouted)
        .expect_error(409, Some("uniqueness"), &["userName"]);
    assert_eq!(application.find("userName eq \"Ada@Example.com\"").len(), 1);
}

/// App roles as the provisioning service's expressions write them; its `type` is its own.
fn assigns_its_roles(on: Kind) {
    let application = Application::start(on);
    let path = application.user("user003");
    let role = |value: &str, primary: bool| json!({ "primary": primary, "type": "WindowsAzureActiveDirectoryRole", "display": value, "value": value });
    let roles = |user: &serde_json::Value| -> Vec<String> {
        let elements = user["roles"].as_array().into_iter().flatten();
        let mut values: Vec<String> = elements.map(|it| it["value"].as_str().unwrap().to_owned()).collect();
        values.sort();
        values
    };
    let add = json!([{ "op": "Add", "path": "roles", "value": [role("clerk", false), role("reader", true)] }]);
    for _ in 0..2 {
        let user = application.patch(&path, add.clone()).expect(200);
        assert_eq!(roles(&user), ["clerk", "reader"]);
    }
    let replace = json!([{ "op": "Replace", "path": "roles", "value": [role("auditor", true)] }]);
    assert_eq!(roles(&application.patch(&path, replace).expect(200)), ["auditor"]);
    let single = json!([{ "op": "Add", "path": "roles[primary eq \"True\"].value", "value": "manager" }]);
    assert!(roles(&application.patch(&path, single).expect(200)).contains(&"manager".to_owned()));
    let remove = json!([{ "op": "Remove", "path": "roles", "value": [{ "value": "auditor" }, { "value": "manager" }] }]);
    assert_eq!(roles(&application.patch(&path, remove).expect(200)), [""; 0]);
}
