//! `POST /Bulk` (RFC 7644 §3.7): each operation is a transaction of its own.

use portcullis_tests::{Application, Kind, application::complete_user, on_every_database};
use serde_json::{Value, json};

on_every_database!(
    each_operation_is_kept_or_undone_by_itself,
    a_group_refers_to_a_user_of_the_same_message,
    many_users_come_at_once,
    time_is_shared
);

fn bulk(operations: Vec<Value>) -> Value {
    json!({ "schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"], "Operations": operations })
}

fn statuses(answer: &Value) -> Vec<&str> {
    let operations = answer["Operations"].as_array().expect("operations");
    operations.iter().map(|it| it["status"].as_str().expect("a string")).collect()
}

fn each_operation_is_kept_or_undone_by_itself(on: Kind) {
    let application = Application::start(on);
    let with_roles = |roles: Value| {
        json!({ "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
                "Operations": [{ "op": "add", "path": "title", "value": "Admiral" }, { "op": "add", "path": "roles", "value": roles }] })
    };
    let first = application.user("user001");
    let version = application.get(&first).expect(200)["meta"]["version"].clone();
    let answer = application
        .post(
            "/Bulk",
            &bulk(vec![
                json!({ "method": "POST", "path": "/Users", "bulkId": "grace", "data": complete_user("grace") }),
                json!({ "method": "PATCH", "path": "/Users/bulkId:grace", "data": with_roles(json!([{ "value": "auditor" }])) }),
                // The second half of it fails, so the first is undone.
                json!({ "method": "PATCH", "path": first, "data": with_roles(json!([{ "value": "no-such-role" }])) }),
                json!({ "method": "DELETE", "path": first, "version": "W/\"another\"" }),
                json!({ "method": "POST", "path": "/Users", "bulkId": "twice", "data": complete_user("grace") }),
                json!({ "method": "DELETE", "path": application.user("user002") }),
            ]),
        )
        .expect(200);
    assert_eq!(statuses(&answer)[..2], ["201", "200"]);
    assert!(statuses(&answer)[2].starts_with('4'), "{answer:#}");
    assert_eq!(statuses(&answer)[3..], ["412", "409", "204"]);
    assert_eq!(answer["Operations"][4]["response"]["scimType"], "uniqueness");

    let grace = application.get(&application.user("grace")).expect(200);
    assert_eq!(
        (&grace["title"], &grace["roles"][0]["value"]),
        (&json!("Admiral"), &json!("auditor"))
    );
    assert_eq!(answer["Operations"][1]["version"], grace["meta"]["version"]);
    assert_eq!(application.get(&first).expect(200)["meta"]["version"], version);
    assert!(application.find("userName eq \"user002\"").is_empty());
    application.expect_unharmed();
}

/// RFC 7644 §3.7.2: a group that comes before the user who is in it.
fn a_group_refers_to_a_user_of_the_same_message(on: Kind) {
    let application = Application::start(on);
    let tour = json!({
        "schemas": [portcullis_tests::application::GROUP],
        "displayName": "Tour Guides",
        "members": [{ "type": "User", "value": "bulkId:qwerty" }],
    });
    let answer = application
        .post(
            "/Bulk",
            &bulk(vec![
                json!({ "method": "POST", "path": "/Groups", "bulkId": "ytrewq", "data": tour }),
                json!({ "method": "POST", "path": "/Users", "bulkId": "qwerty", "data": complete_user("alice") }),
            ]),
        )
        .expect(200);
    assert_eq!(statuses(&answer), ["201", "201"], "{answer:#}");
    let group = application.get(&application.group("Tour Guides")).expect(200);
    assert_eq!(group["members"][0]["value"], application.id_of("alice"));
}

fn many_users_come_at_once(on: Kind) {
    let application = Application::start(on);
    let create = |number: usize| {
        let name = format!("bulk{number:03}");
        json!({ "method": "POST", "path": "/Users", "bulkId": name, "data": complete_user(&name) })
    };
    let answer = application.post("/Bulk", &bulk((0..150).map(create).collect())).expect(200);
    assert!(statuses(&answer).iter().all(|status| *status == "201"), "{answer:#}");
    assert_eq!(application.find("userName sw \"bulk\"").len(), 100);
    assert_eq!(application.database.count("SELECT count(*) FROM app_user"), 157);
}

/// What is not reached in the time of a request is said to be so; what was done stays done.
fn time_is_shared(on: Kind) {
    let application = Application::with_users(on, 1)
        .with_server("[server]\nrequest-timeout = \"1500ms\"")
        .start();
    let create = |number: usize| {
        let name = format!("bulk{number:03}");
        json!({ "method": "POST", "path": "/Users", "bulkId": name, "data": complete_user(&name) })
    };
    // Nobody knows how many a machine does in that time; the answer and the table must say the same.
    let answer = application.post("/Bulk", &bulk((0..800).map(create).collect())).expect(200);
    let statuses = statuses(&answer);
    assert_eq!(statuses.len(), 800);
    assert!(statuses.iter().all(|status| ["201", "503"].contains(status)), "{statuses:?}");
    let created = statuses.iter().filter(|status| **status == "201").count();
    assert_eq!(
        application
            .database
            .count("SELECT count(*) FROM app_user WHERE username LIKE 'bulk%'"),
        created as u64
    );
    application.expect_unharmed();
}
