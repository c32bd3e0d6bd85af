//! What Microsoft Entra does, in its order and with its peculiarities.

use portcullis_tests::{Application, Kind, application::ENTERPRISE, application::complete_user, on_every_database};
use serde_json::json;

on_every_database!(
    passes_its_sequence,
    takes_activation_as_text,
    finds_by_external_id,
    changes_several_attributes_at_once
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
    if on != Kind::Mariadb {
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
