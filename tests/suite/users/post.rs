//! `POST /Users`

use portcullis_tests::{
    Application, Kind,
    application::{ENTERPRISE, USER, complete_user},
    on_every_database, on_procedures,
};
use serde_json::json;

on_every_database!(
    creates_with_every_attribute,
    creates_with_the_least,
    creates_an_inactive_user,
    ignores_what_the_server_assigns,
    takes_names_in_any_case,
    refuses_a_duplicate,
    refuses_a_user_without_a_name,
    refuses_a_value_that_is_too_long,
    keeps_nothing_of_a_user_whose_role_is_refused,
    creates_with_assignments,
);

on_procedures!(
    creates_with_every_attribute,
    creates_with_the_least,
    refuses_a_duplicate,
    refuses_a_value_that_is_too_long,
    keeps_nothing_of_a_user_whose_role_is_refused,
    creates_with_assignments
);

fn creates_with_every_attribute(on: Kind) {
    let application = Application::start(on);
    let answer = application.post("/Users", &complete_user("grace"));
    let created = answer.expect(201);
    let location = created["meta"]["location"].as_str().expect("a location");
    assert_eq!(answer.header("location"), Some(location));
    assert_eq!(
        location,
        format!("{}/Users/{}", application.base(), created["id"].as_str().unwrap())
    );
    assert_eq!(created["meta"]["resourceType"], "User");
    assert_eq!(created["schemas"], json!([USER, ENTERPRISE]));

    let row = application.database.rows(
        "SELECT external_id, first_name, last_name, display_name, title, email, mobile, department, status FROM app_user \
         WHERE username = 'grace'",
    );
    let stored = [
        "00u-grace",
        "Grace",
        "Hopper",
        "Grace Hopper",
        "Rear Admiral",
        "grace@example.com",
        "+1 555 0100",
        "Compilers",
        "ACTIVE",
    ];
    assert_eq!(row, [stored.map(|value| Some(value.to_owned()))]);

    let read = application.get(&application.user("grace")).expect(200);
    assert_eq!(read, created);
    for (attribute, value) in complete_user("grace").as_object().unwrap() {
        if !["schemas", "emails"].contains(&attribute.as_str()) {
            assert_eq!(&read[attribute], value, "{attribute}");
        }
    }
    assert_eq!(read["emails"][0]["value"], "grace@example.com");
}

fn creates_with_the_least(on: Kind) {
    let application = Application::start(on);
    let created = application
        .post("/Users", &json!({ "schemas": [USER], "userName": "bare" }))
        .expect(201);
    assert_eq!(created["active"], true, "who does not say is active");
    assert!(
        created.get("name").is_none() && created.get("title").is_none(),
        "no value, no attribute: {created}"
    );
    assert_eq!(
        application
            .database
            .value("SELECT title FROM app_user WHERE username = 'bare'"),
        None
    );
}

fn creates_an_inactive_user(on: Kind) {
    let application = Application::start(on);
    let created = application
        .post(
            "/Users",
            &json!({ "schemas": [USER], "userName": "sleeper", "active": false }),
        )
        .expect(201);
    assert_eq!(created["active"], false);
    let status = application
        .database
        .value("SELECT status FROM app_user WHERE username = 'sleeper'");
    assert_eq!(status.as_deref(), Some("INACTIVE"));
}

fn ignores_what_the_server_assigns(on: Kind) {
    let application = Application::start(on);
    let mut new = complete_user("grace@example.com");
    new["id"] = json!("999");
    new["meta"] = json!({ "resourceType": "User", "location": "https://elsewhere.example.com/Users/999" });
    let created = application.post("/Users", &new).expect(201);
    assert_eq!(created["id"], application.id_of("grace@example.com"));
    assert_ne!(created["id"], "999");
}

/// Attribute names are compared without regard to case (RFC 7643 §2.1).
fn takes_names_in_any_case(on: Kind) {
    let application = Application::start(on);
    let created = application
        .post(
            "/Users",
            &json!({ "schemas": [USER], "USERNAME": "shouted", "Name": { "GIVENNAME": "Ada" } }),
        )
        .expect(201);
    assert_eq!(created["userName"], "shouted");
    assert_eq!(created["name"]["givenName"], "Ada");
}

fn refuses_a_duplicate(on: Kind) {
    let application = Application::start(on);
    let before = application.database.count("SELECT count(*) FROM app_user");
    let detail = application.post("/Users", &complete_user("user001")).expect_error(
        409,
        Some("uniqueness"),
        &["userName", "exists already"],
    );
    assert!(
        !detail.contains("INSERT"),
        "a statement's text is nothing to a client: {detail}"
    );
    assert_eq!(application.database.count("SELECT count(*) FROM app_user"), before);
    application.expect_unharmed();
}

fn refuses_a_user_without_a_name(on: Kind) {
    let application = Application::start(on);
    for new in [
        json!({ "schemas": [USER], "title": "Nobody" }),
        json!({ "schemas": [USER], "userName": "" }),
    ] {
        application
            .post("/Users", &new)
            .expect_error(400, Some("invalidValue"), &["userName"]);
    }
    assert_eq!(application.database.count("SELECT count(*) FROM app_user"), 7);
}

/// SQLite has no lengths.
fn refuses_a_value_that_is_too_long(on: Kind) {
    let application = Application::start(on);
    let mut new = complete_user("long");
    new["title"] = json!("x".repeat(501));
    let answer = application.post("/Users", &new);
    if on == Kind::Sqlite {
        assert_eq!(answer.expect(201)["title"], new["title"]);
    } else {
        answer.expect_error(400, Some("invalidValue"), &["create-user"]);
        assert_eq!(application.database.count("SELECT count(*) FROM app_user"), 7);
        application.expect_unharmed();
    }
}

/// One request, one transaction: the user goes with the role that could not be given.
fn keeps_nothing_of_a_user_whose_role_is_refused(on: Kind) {
    let application = Application::start(on);
    let mut new = complete_user("grace@example.com");
    new["roles"] = json!([{ "value": "reader" }, { "value": "no-such-role" }]);
    application
        .post("/Users", &new)
        .expect_error(400, Some("invalidValue"), &["no-such-role"]);
    assert_eq!(application.database.count("SELECT count(*) FROM app_user"), 7);
    assert_eq!(application.database.count("SELECT count(*) FROM user_role"), 3);
    application.expect_unharmed();
}

fn creates_with_assignments(on: Kind) {
    let application = Application::start(on);
    let mut new = complete_user("grace@example.com");
    new["roles"] = json!([{ "value": "reader" }, { "value": "clerk" }]);
    new["entitlements"] = json!([{ "value": "2", "type": "Licence" }]);
    let created = application.post("/Users", &new).expect(201);
    let mut roles: Vec<_> = created["roles"]
        .as_array()
        .unwrap()
        .iter()
        .map(|role| role["value"].clone())
        .collect();
    roles.sort_by_key(|role| role.to_string());
    assert_eq!(roles, [json!("clerk"), json!("reader")]);
    assert_eq!(
        created["entitlements"],
        json!([{ "value": "2", "display": "Full", "type": "Licence" }])
    );
}
