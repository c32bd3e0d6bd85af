//! Whatever a client sends is data: it comes back as it was, and nothing else happens.

use portcullis_tests::{
    Application, Kind,
    application::{ENTERPRISE, USER},
    client::encode,
    on_every_database,
};
use serde_json::{Value, json};

on_every_database!(
    arrives_as_data_when_created,
    arrives_as_data_when_replaced_and_patched,
    a_filter_is_data,
    an_id_of_an_assignment_is_data,
    a_password_is_data,
    a_zero_byte_is_refused,
);

/// What has opened databases before, in the dialects of all of them, and what only looks odd.
const ATTEMPTS: [&str; 36] = [
    "'; DROP TABLE app_user; --",
    "\"; DROP TABLE app_user; --",
    "' OR '1'='1",
    "\" OR \"\"=\"",
    "x' UNION SELECT password FROM app_user --",
    "admin'--",
    "admin' #",
    "admin'/*",
    "*/ DELETE FROM app_user /*",
    "') ; DELETE FROM app_user ; --",
    "1; UPDATE app_user SET status = 'INACTIVE'",
    "\\'; DROP TABLE app_user; --",
    "\\",
    "\\\\",
    "it's",
    "O''Brien",
    "$1",
    "$$; DROP TABLE app_user; $$",
    "$tag$ body $tag$",
    ":id",
    ":userName",
    ":1",
    "?",
    "??",
    "@P1",
    "${password}",
    "{{password}}",
    "%",
    "_",
    "%s%n%x",
    "E'\\x27'",
    "0x27204f5220313d31",
    "\u{2019} \u{02bc} \u{ff07} \u{00bf}'\u{00a0}",
    "Łukasz 李小龍 😀 e\u{0301} \u{202e}txt",
    "line\r\nbreak\tand\u{b}tab",
    " leading and trailing ",
];

fn user(number: usize, attempt: &str) -> Value {
    json!({
        "schemas": [USER, ENTERPRISE],
        // A number keeps the names apart where the database thinks that two are the same.
        "userName": format!("{number}{attempt}"),
        "externalId": attempt,
        "name": { "givenName": attempt, "familyName": attempt },
        "displayName": attempt,
        "title": attempt,
        "emails": [{ "type": "work", "value": attempt }],
        "phoneNumbers": [{ "type": "mobile", "value": attempt }],
        ENTERPRISE: { "department": attempt },
        "active": true,
    })
}

/// Every attribute of the answer, and of the row behind it, is what was sent.
#[track_caller]
fn expect_stored(application: &Application, answer: &Value, number: usize, attempt: &str) {
    let sent = user(number, attempt);
    for attribute in [
        "userName",
        "externalId",
        "name",
        "displayName",
        "title",
        "emails",
        "phoneNumbers",
        ENTERPRISE,
        "active",
    ] {
        assert_eq!(answer[attribute], sent[attribute], "{attribute} of {attempt:?}");
    }
    let id: u64 = answer["id"].as_str().and_then(|id| id.parse().ok()).expect("a number");
    let rows = application.database.rows(&format!(
        "SELECT username, external_id, first_name, last_name, display_name, title, email, mobile, department \
         FROM app_user WHERE user_id = {id}"
    ));
    let stored: Vec<_> = rows[0].iter().skip(1).map(|value| value.as_deref()).collect();
    assert_eq!(stored, [Some(attempt); 8], "{attempt:?}");
    assert_eq!(rows[0][0], Some(format!("{number}{attempt}")));
}

/// Nobody is gone, nobody was changed, every table is there.
#[track_caller]
fn expect_others_untouched(application: &Application, users: u64) {
    assert_eq!(application.database.count("SELECT count(*) FROM app_user"), users);
    assert_eq!(
        application
            .database
            .count("SELECT count(*) FROM app_user WHERE status = 'INACTIVE'"),
        2
    );
    assert_eq!(application.database.count("SELECT count(*) FROM user_role"), 3);
    assert_eq!(application.database.count("SELECT count(*) FROM app_role"), 4);
}

fn arrives_as_data_when_created(on: Kind) {
    let application = Application::start(on);
    for (number, attempt) in ATTEMPTS.into_iter().enumerate() {
        let created = application.post("/Users", &user(number, attempt)).expect(201);
        expect_stored(&application, &created, number, attempt);
        let path = format!("/Users/{}", created["id"].as_str().unwrap());
        assert_eq!(application.get(&path).expect(200), created, "{attempt:?}");
    }
    expect_others_untouched(&application, 7 + ATTEMPTS.len() as u64);
}

fn arrives_as_data_when_replaced_and_patched(on: Kind) {
    let application = Application::start(on);
    let path = application.user("user001");
    for (number, attempt) in ATTEMPTS.into_iter().enumerate() {
        let mut wanted = user(number, attempt);
        let replaced = application.put(&path, &wanted).expect(200);
        expect_stored(&application, &replaced, number, attempt);

        application
            .patch(&path, json!([{ "op": "replace", "path": "title", "value": "between" }]))
            .expect(200);
        let patched = application
            .patch(&path, json!([{ "op": "replace", "path": "title", "value": attempt }]))
            .expect(200);
        expect_stored(&application, &patched, number, attempt);

        wanted["name"]["givenName"] = json!(format!("{attempt}{attempt}"));
        assert_eq!(application.put(&path, &wanted).expect(200)["name"], wanted["name"]);
    }
    expect_others_untouched(&application, 7);
}

/// Finds the one user whose attribute is the attempt, and nobody besides.
fn a_filter_is_data(on: Kind) {
    let application = Application::start(on);
    for (number, attempt) in ATTEMPTS.into_iter().enumerate() {
        application.post("/Users", &user(number, attempt)).expect(201);
    }
    for (number, attempt) in ATTEMPTS.into_iter().enumerate() {
        let name = format!("{number}{attempt}");
        for operator in ["eq", "sw", "co"] {
            let filter = format!("userName {operator} {}", Value::from(name.as_str()));
            let found = application.find(&filter);
            assert!(
                found.iter().any(|user| user["userName"] == name.as_str()),
                "{filter}: {found:?}"
            );
            // `0%` begins with itself only; a pattern would begin many.
            assert!(found.len() <= 2, "{filter}: {found:?}");
        }
        let other = format!("userName eq {}", Value::from(attempt));
        assert!(application.find(&other).is_empty(), "{other}");
    }
    application
        .get(&format!("/Users?filter={}", encode("userName eq \"x\"; DROP TABLE app_user")))
        .expect_error(400, Some("invalidFilter"), &[]);
    expect_others_untouched(&application, 7 + ATTEMPTS.len() as u64);
}

fn an_id_of_an_assignment_is_data(on: Kind) {
    let application = Application::start(on);
    let path = application.user("user001");
    for attempt in ATTEMPTS {
        let add = json!([{ "op": "add", "path": "roles", "value": [{ "value": attempt }] }]);
        application.patch(&path, add).expect_error(400, Some("invalidValue"), &[]);
        application
            .get(&format!("/Roles/{}", encode(attempt)))
            .expect_error(404, None, &["Role"]);
    }
    application
        .database
        .run("INSERT INTO app_role VALUES ('it''s; --', 'Odd', NULL)");
    let add = json!([{ "op": "add", "path": "roles", "value": [{ "value": "it's; --" }] }]);
    assert_eq!(
        application.patch(&path, add).expect(200)["roles"].as_array().map(Vec::len),
        Some(2)
    );
    assert_eq!(application.database.count("SELECT count(*) FROM user_role"), 4);
}

fn a_password_is_data(on: Kind) {
    let application = Application::start(on);
    let path = application.user("user001");
    for attempt in ATTEMPTS {
        application
            .patch(&path, json!([{ "op": "replace", "path": "password", "value": attempt }]))
            .expect(200);
        let stored = application
            .database
            .value("SELECT password FROM app_user WHERE username = 'user001'");
        assert_eq!(stored.as_deref(), Some(attempt));
    }
    assert_eq!(
        application
            .database
            .count("SELECT count(*) FROM app_user WHERE password IS NOT NULL"),
        1
    );
}

/// No text of PostgreSQL has a zero byte, and what other databases make of one differs: all of them refuse it.
fn a_zero_byte_is_refused(on: Kind) {
    let application = Application::start(on);
    for attribute in ["title", "userName", "externalId"] {
        let mut new = user(0, "plain");
        new[attribute] = json!("zero\u{0}byte");
        application.post("/Users", &new).expect_error(400, Some("invalidValue"), &[]);
    }
    let path = application.user("user001");
    for attribute in ["title", "password"] {
        let operations = json!([{ "op": "replace", "path": attribute, "value": "zero\u{0}byte" }]);
        application
            .patch(&path, operations)
            .expect_error(400, Some("invalidValue"), &[]);
    }
    application.get("/Users/1%00").expect_error(404, None, &["User"]);
    expect_others_untouched(&application, 7);
    application.expect_unharmed();
}
