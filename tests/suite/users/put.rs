//! `PUT /Users/{id}`

use portcullis_tests::{
    Application, Kind,
    application::{USER, complete_user},
    on_every_database,
};
use serde_json::json;

on_every_database!(
    what_was_read_changes_nothing,
    replaces_every_attribute,
    what_is_left_out_is_gone,
    deactivates_and_activates,
    is_the_same_twice,
    refuses_the_name_of_another,
    refuses_a_user_without_a_name,
    another_id_is_ignored,
    keeps_nothing_when_a_part_is_refused,
);

const ROWS: &str = "SELECT user_id, username, external_id, first_name, last_name, display_name, title, email, mobile, department, \
     status, password, licence_id, changed_at FROM app_user ORDER BY user_id";

/// PUT(GET(x)) is nothing: not a row changes, its time of change included.
fn what_was_read_changes_nothing(on: Kind) {
    let application = Application::start(on);
    application
        .database
        .run("UPDATE app_user SET changed_at = '2020-01-02 03:04:05', password = 'p', licence_id = 2");
    let before = (
        application.database.rows(ROWS),
        application.database.rows("SELECT * FROM user_role ORDER BY 1, 2"),
    );
    for name in ["user001", "user002", "user003"] {
        let path = application.user(name);
        let read = application.get(&path).expect(200);
        assert_eq!(application.put(&path, &read).expect(200), read, "{name}");
        assert_eq!(application.get(&path).expect(200), read);
    }
    let after = (
        application.database.rows(ROWS),
        application.database.rows("SELECT * FROM user_role ORDER BY 1, 2"),
    );
    assert_eq!(before, after);
}

fn replaces_every_attribute(on: Kind) {
    let application = Application::start(on);
    let path = application.user("user001");
    let wanted = complete_user("renamed@example.com");
    let replaced = application.put(&path, &wanted).expect(200);
    assert_eq!(replaced["id"], path.trim_start_matches("/Users/"));
    assert_eq!(application.get(&path).expect(200), replaced);
    for attribute in [
        "userName",
        "externalId",
        "name",
        "displayName",
        "title",
        "phoneNumbers",
        "active",
    ] {
        assert_eq!(replaced[attribute], wanted[attribute], "{attribute}");
    }
    assert_eq!(
        application
            .database
            .count("SELECT count(*) FROM app_user WHERE title = 'Rear Admiral'"),
        1
    );
}

fn what_is_left_out_is_gone(on: Kind) {
    let application = Application::start(on);
    let path = format!(
        "/Users/{}",
        application.post("/Users", &complete_user("grace")).expect(201)["id"]
            .as_str()
            .unwrap()
    );
    let replaced = application
        .put(
            &path,
            &json!({ "schemas": [USER], "userName": "grace", "name": { "familyName": "Hopper" }, "active": true }),
        )
        .expect(200);
    assert_eq!(replaced["name"], json!({ "familyName": "Hopper" }));
    for attribute in ["displayName", "title", "emails", "phoneNumbers", "externalId"] {
        assert!(replaced.get(attribute).is_none(), "{attribute}: {replaced}");
    }
    assert_eq!(
        application
            .database
            .value("SELECT first_name FROM app_user WHERE username = 'grace'"),
        None
    );
}

fn deactivates_and_activates(on: Kind) {
    let application = Application::start(on);
    let path = application.user("user001");
    for (active, status) in [(false, "INACTIVE"), (false, "INACTIVE"), (true, "ACTIVE"), (true, "ACTIVE")] {
        let mut wanted = application.get(&path).expect(200);
        wanted["active"] = json!(active);
        assert_eq!(application.put(&path, &wanted).expect(200)["active"], active);
        let stored = application
            .database
            .value("SELECT status FROM app_user WHERE username = 'user001'");
        assert_eq!(stored.as_deref(), Some(status));
    }
}

fn is_the_same_twice(on: Kind) {
    let application = Application::start(on);
    let path = application.user("user002");
    let mut wanted = complete_user("user002");
    wanted["roles"] = json!([{ "value": "auditor" }]);
    let mut once = application.put(&path, &wanted).expect(200);
    let mut twice = application.put(&path, &wanted).expect(200);
    for answer in [&mut once, &mut twice] {
        answer["meta"].take();
    }
    assert_eq!(once, twice);
}

fn refuses_the_name_of_another(on: Kind) {
    let application = Application::start(on);
    let path = application.user("user001");
    application
        .put(&path, &complete_user("user002"))
        .expect_error(409, Some("uniqueness"), &["update-user"]);
    assert_eq!(application.get(&path).expect(200)["userName"], "user001");
    application.expect_unharmed();
}

fn refuses_a_user_without_a_name(on: Kind) {
    let application = Application::start(on);
    let path = application.user("user001");
    application
        .put(&path, &json!({ "schemas": [USER], "title": "Nobody" }))
        .expect_error(400, Some("invalidValue"), &["userName"]);
    assert_eq!(application.get(&path).expect(200)["userName"], "user001");
}

/// The id is the server's, and another one in the body is ignored (RFC 7644 §3.5.1).
fn another_id_is_ignored(on: Kind) {
    let application = Application::start(on);
    let path = application.user("user001");
    let mut wanted = application.get(&path).expect(200);
    wanted["id"] = json!("2");
    wanted["title"] = json!("Changed");
    let replaced = application.put(&path, &wanted).expect(200);
    assert_eq!((&replaced["id"], &replaced["title"]), (&json!("1"), &json!("Changed")));
    assert_eq!(
        application
            .database
            .count("SELECT count(*) FROM app_user WHERE title IS NOT NULL"),
        1
    );
}

/// Attributes, activation and roles in one request: when the last is refused, the first is undone.
fn keeps_nothing_when_a_part_is_refused(on: Kind) {
    let application = Application::start(on);
    let path = application.user("user001");
    let before = application.get(&path).expect(200);
    let mut wanted = complete_user("other-name");
    wanted["active"] = json!(false);
    wanted["roles"] = json!([{ "value": "no-such-role" }]);
    application
        .put(&path, &wanted)
        .expect_error(400, Some("invalidValue"), &["no-such-role"]);
    assert_eq!(application.get(&path).expect(200), before);
    application.expect_unharmed();
}
