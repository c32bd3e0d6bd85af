//! Passwords: taken, stored, and never seen again.

use portcullis_tests::{Application, Kind, application::complete_user, on_every_database, on_procedures};
use serde_json::json;

on_every_database!(
    is_stored_and_never_shown,
    is_accepted_and_dropped_without_an_operation,
    is_not_in_an_error
);

on_procedures!(is_stored_and_never_shown);

const SECRET: &str = "correct-horse-'battery'-staple";

fn stored(application: &Application, name: &str) -> Option<String> {
    application
        .database
        .value(&format!("SELECT password FROM app_user WHERE username = '{name}'"))
}

fn is_stored_and_never_shown(on: Kind) {
    let application = Application::start(on);
    let mut new = complete_user("grace");
    new["password"] = json!(SECRET);
    let mut answers = vec![application.post("/Users", &new)];
    assert_eq!(stored(&application, "grace").as_deref(), Some(SECRET));

    let path = application.user("user001");
    let mut wanted = application.get(&path).expect(200);
    wanted["password"] = json!(SECRET);
    answers.push(application.put(&path, &wanted));
    assert_eq!(stored(&application, "user001").as_deref(), Some(SECRET));

    let path = application.user("user002");
    answers.push(application.patch(&path, json!([{ "op": "replace", "path": "password", "value": SECRET }])));
    assert_eq!(stored(&application, "user002").as_deref(), Some(SECRET));
    answers.push(application.get(&path));
    answers.push(application.get("/Users"));

    for answer in answers {
        assert!(answer.status.is_success(), "{answer}");
        assert!(
            !answer.text.contains("password") && !answer.text.contains("correct-horse"),
            "{answer}"
        );
    }
    assert!(
        !application.program.log.text().contains("correct-horse"),
        "the log has a password"
    );
}

/// Okta sends one on create that nobody asked for.
fn is_accepted_and_dropped_without_an_operation(on: Kind) {
    let application = Application::with_users(on, 2).without("operations.set-password").start();
    let mut new = complete_user("grace");
    new["password"] = json!(SECRET);
    let created = application.post("/Users", &new);
    created.expect(201);
    assert!(!created.text.contains("correct-horse"), "{created}");
    assert_eq!(stored(&application, "grace"), None);
}

/// The database quotes values in its words; the host does not pass them on where a secret was bound.
fn is_not_in_an_error(on: Kind) {
    let application = Application::with_users(on, 2)
        .with("[operations.set-password]\nsql = \"UPDATE app_user SET status = :password WHERE user_id = :id\"")
        .start();
    let path = application.user("user001");
    let answer = application.patch(&path, json!([{ "op": "replace", "path": "password", "value": SECRET }]));
    assert!(answer.status.is_client_error() || answer.status.is_server_error(), "{answer}");
    answer.expect_error(answer.status.as_u16(), answer.json()["scimType"].as_str(), &["set-password"]);
    assert!(!answer.text.contains("correct-horse"), "{answer}");
    assert!(
        !application.program.log.text().contains("correct-horse"),
        "the log has a password"
    );
    application.expect_unharmed();
}
