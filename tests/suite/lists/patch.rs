//! Elements that PATCH names (RFC 7644 §3.5.2).

use portcullis_tests::{Application, Kind, on_every_database};
use serde_json::{Value, json};

use super::{OWN, phone, phones, with_lists};

on_every_database!(
    a_path_changes_the_row_of_its_element,
    elements_are_added_and_removed,
    one_element_is_primary,
    without_change_value_a_row_is_replaced,
    what_is_read_only_is_refused,
);

fn patch(application: &Application, operations: Value) -> Value {
    application.patch(&application.user("user001"), operations).expect(200)
}

fn a_path_changes_the_row_of_its_element(on: Kind) {
    let application = with_lists(on, 2).start();
    let path = "phoneNumbers[type eq \"work\"].value";
    let user = patch(
        &application,
        json!([{ "op": "replace", "path": path, "value": "+1 555 0999" }]),
    );
    assert_eq!(user["phoneNumbers"][0]["value"], "+1 555 0999");
    assert_eq!(user["phoneNumbers"][0]["display"], "desk", "the row is the same one");
    assert_eq!(
        phones(&application.database, "user001"),
        [["1", "+1 555 0999", "work", "main"], ["2", "+1 555 0102", "mobile", "-"]]
    );
    let path = "phoneNumbers[value eq \"+1 555 0102\"].type";
    patch(&application, json!([{ "op": "replace", "path": path, "value": "home" }]));
    let kinds: Vec<String> = phones(&application.database, "user001")
        .into_iter()
        .map(|row| row[2].clone())
        .collect();
    assert_eq!(kinds, ["work", "home"]);
}

fn elements_are_added_and_removed(on: Kind) {
    let application = with_lists(on, 2).start();
    let fax = phone("+1 555 0103", "fax", false);
    for _ in 0..2 {
        let user = patch(&application, json!([{ "op": "add", "path": "phoneNumbers", "value": [fax] }]));
        assert_eq!(
            user["phoneNumbers"].as_array().unwrap().len(),
            3,
            "once, however often it is added"
        );
    }
    let user = patch(
        &application,
        json!([{ "op": "remove", "path": "phoneNumbers[type eq \"work\"]" }]),
    );
    assert_eq!(user["phoneNumbers"][1], fax);
    patch(
        &application,
        json!([{ "op": "remove", "path": "phoneNumbers", "value": [{ "value": "+1 555 0103" }] }]),
    );
    assert_eq!(
        phones(&application.database, "user001"),
        [["2", "+1 555 0102", "mobile", "-"]]
    );
    let user = patch(
        &application,
        json!([{ "op": "remove", "path": "phoneNumbers" }, { "op": "remove", "path": "addresses" }]),
    );
    assert_eq!((user.get("phoneNumbers"), user.get("addresses")), (None, None));
    let path = "addresses[type eq \"home\"].locality";
    let user = patch(&application, json!([{ "op": "add", "path": path, "value": "Springfield" }]));
    assert_eq!(user["addresses"], json!([{ "type": "home", "locality": "Springfield" }]));
}

fn one_element_is_primary(on: Kind) {
    let application = with_lists(on, 2).start();
    let path = "phoneNumbers[type eq \"mobile\"].primary";
    patch(&application, json!([{ "op": "replace", "path": path, "value": true }]));
    assert_eq!(
        phones(&application.database, "user001"),
        [["1", "+1 555 0101", "work", "-"], ["2", "+1 555 0102", "mobile", "main"]]
    );
}

fn without_change_value_a_row_is_replaced(on: Kind) {
    let application = with_lists(on, 2).without("users.lists.phoneNumbers.change-value").start();
    let path = "phoneNumbers[type eq \"work\"].value";
    patch(
        &application,
        json!([{ "op": "replace", "path": path, "value": "+1 555 0999" }]),
    );
    assert_eq!(
        phones(&application.database, "user001"),
        [["2", "+1 555 0102", "mobile", "-"], ["4", "+1 555 0999", "work", "main"]]
    );
    let path = "addresses[type eq \"work\"].locality";
    patch(
        &application,
        json!([{ "op": "replace", "path": path, "value": "Shelbyville" }]),
    );
    let rows = application.database.rows("SELECT kind, street, city FROM address");
    assert_eq!(rows, [["work", "1 Main St", "Shelbyville"].map(|text| Some(text.to_owned()))]);
}

fn what_is_read_only_is_refused(on: Kind) {
    let application = with_lists(on, 2).start();
    let refused = |operation: Value, part: &str| {
        let answer = application.patch(&application.user("user001"), json!([operation]));
        answer.expect_error(400, Some("mutability"), &[part]);
    };
    let display = "phoneNumbers[type eq \"work\"].display";
    refused(json!({ "op": "replace", "path": display, "value": "x" }), "read-only");
    let badges = format!("{OWN}:badges");
    refused(json!({ "op": "add", "path": badges, "value": [{ "value": 3 }] }), "badges");
    patch(
        &application,
        json!([{ "op": "add", "path": badges, "value": [{ "value": 7 }] }]),
    );
}
