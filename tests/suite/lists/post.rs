//! Users that are created with elements.

use portcullis_tests::{Kind, application::complete_user, on_every_database};
use serde_json::json;

use super::{OWN, phone, phones, with_lists};

on_every_database!(elements_become_rows, what_is_wrong_creates_nobody,);

fn elements_become_rows(on: Kind) {
    let application = with_lists(on, 1).start();
    let mut wanted = complete_user("grace");
    wanted["phoneNumbers"] = json!([
        phone("+1 555 0100", "work", true),
        { "value": "+1 555 0109", "display": "nobody keeps this" },
        { "value": "+1 555 0109" },
    ]);
    wanted["addresses"] = json!([{ "type": "home", "locality": "Arlington" }, { "country": "US" }]);
    wanted[OWN] = json!({ "badges": [{ "value": 4711 }] });
    let user = application.post("/Users", &wanted).expect(201);
    assert_eq!(
        user["phoneNumbers"],
        json!([{ "value": "+1 555 0109", "primary": false }, phone("+1 555 0100", "work", true)])
    );
    assert_eq!(user["addresses"], json!([{ "type": "home", "locality": "Arlington" }]));
    assert_eq!(user.get(OWN), None, "badges are read only");
    let rows: Vec<_> = phones(&application.database, "grace")
        .into_iter()
        .map(|row| row[1..].join(" "))
        .collect();
    assert_eq!(rows, ["+1 555 0109 - -", "+1 555 0100 work main"]);
}

fn what_is_wrong_creates_nobody(on: Kind) {
    let application = with_lists(on, 1).start();
    let refused = |elements: serde_json::Value, parts: &[&str]| {
        let mut wanted = complete_user("grace");
        wanted["phoneNumbers"] = elements;
        application
            .post("/Users", &wanted)
            .expect_error(400, Some("invalidValue"), parts);
        assert_eq!(application.database.count("SELECT count(*) FROM app_user"), 1);
    };
    refused(
        json!([phone("1", "work", true), phone("2", "home", true)]),
        &["phoneNumbers", "one primary"],
    );
    refused(json!([{ "value": 7 }]), &["phoneNumbers[0].value", "string"]);
    refused(json!([{ "type": "work" }]), &["phoneNumbers", &on.told("digits")]);
}
