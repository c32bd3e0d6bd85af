//! A write that changes another number of rows than it should is an error, and nothing of it is kept.

use portcullis_tests::{Application, Kind, application::complete_user, on_every_database};
use serde_json::json;

on_every_database!(
    an_update_of_everybody,
    an_update_of_nobody,
    a_deactivation_of_everybody,
    a_deletion_of_everybody,
    an_insertion_of_several,
    an_assignment_to_everybody,
    as_many_as_the_administrator_allows,
);

fn with(on: Kind, operation: &str, sql: &str) -> Application {
    Application::with_users(on, 7)
        .with(&format!("[{operation}]\nsql = \"{sql}\""))
        .start()
}

const EVERYTHING: &str = "SELECT user_id, username, first_name, status FROM app_user ORDER BY user_id";

/// The classic: somebody has forgotten what should stand here.
fn an_update_of_everybody(on: Kind) {
    let application = with(
        on,
        "operations.update-user",
        "UPDATE app_user SET first_name = :name.givenName WHERE 1=1",
    );
    let before = application.database.rows(EVERYTHING);
    let operations = json!([{ "op": "replace", "path": "name.givenName", "value": "Mallory" }]);
    let answer = application.patch(&application.user("user001"), operations);
    answer.expect_error(500, None, &["update-user", "7 rows", "exactly 1 row"]);
    assert_eq!(application.database.rows(EVERYTHING), before);
    application.expect_unharmed();
}

/// The other classic: parameters in the wrong order, so that no row is found and success would be a lie.
fn an_update_of_nobody(on: Kind) {
    let application = with(
        on,
        "operations.set-password",
        "UPDATE app_user SET password = :id WHERE username = :password",
    );
    let operations = json!([{ "op": "replace", "path": "password", "value": "secret" }]);
    let answer = application.patch(&application.user("user001"), operations);
    let detail = answer.expect_error(500, None, &["set-password"]);
    assert!(detail.contains("0 rows") || detail.contains("withheld"), "{detail}");
    assert_eq!(
        application
            .database
            .count("SELECT count(*) FROM app_user WHERE password IS NOT NULL"),
        0
    );
}

fn a_deactivation_of_everybody(on: Kind) {
    let application = with(on, "operations.deactivate-user", "UPDATE app_user SET status = 'INACTIVE'");
    let operations = json!([
        { "op": "replace", "path": "title", "value": "Changed in the same request" },
        { "op": "replace", "path": "active", "value": false },
    ]);
    let answer = application.patch(&application.user("user001"), operations);
    answer.expect_error(500, None, &["deactivate-user", "exactly 1 row"]);
    assert_eq!(
        application
            .database
            .count("SELECT count(*) FROM app_user WHERE status = 'INACTIVE'"),
        2
    );
    assert_eq!(
        application
            .database
            .count("SELECT count(*) FROM app_user WHERE title IS NOT NULL"),
        0
    );
}

fn a_deletion_of_everybody(on: Kind) {
    let application = with(on, "operations.delete-user", "DELETE FROM app_user WHERE user_id >= :id");
    application
        .delete(&application.user("user004"))
        .expect_error(500, None, &["delete-user", "4 rows", "exactly 1 row"]);
    assert_eq!(application.database.count("SELECT count(*) FROM app_user"), 7);
    application.delete(&application.user("user007")).expect(204);
    assert_eq!(application.database.count("SELECT count(*) FROM app_user"), 6);
}

fn an_insertion_of_several(on: Kind) {
    let twice = match on {
        // Oracle takes one row behind VALUES, and has RETURNING with nothing else.
        Kind::Oracle => "INSERT INTO app_user(username) SELECT :userName FROM DUAL UNION ALL SELECT 'a second one' FROM DUAL",
        _ => "INSERT INTO app_user(username) VALUES (:userName), ('a second one') RETURNING user_id",
    };
    let mut builder = Application::with_users(on, 7).with(&format!("[operations.create-user]\nsql = \"{twice}\""));
    if on == Kind::Oracle {
        builder = builder
            .without("users.new-id")
            .with("[users]\nnew-id = { attribute = \"userName\" }");
    }
    let application = builder.start();
    application
        .post("/Users", &complete_user("grace"))
        .expect_error(500, None, &["create-user", "2 rows", "exactly 1 row"]);
    assert_eq!(application.database.count("SELECT count(*) FROM app_user"), 7);
    application.expect_unharmed();
}

fn an_assignment_to_everybody(on: Kind) {
    let all = "INSERT INTO user_role(user_id, role_id) SELECT user_id, :entitlement-id FROM app_user";
    let application = with(on, "entitlements.Role.add-entitlement", all);
    let operations = json!([{ "op": "add", "path": "roles", "value": [{ "value": "manager" }] }]);
    let answer = application.patch(&application.user("user001"), operations);
    answer.expect_error(500, None, &["add-entitlement", "7 rows", "at most 1 row"]);
    assert_eq!(application.database.count("SELECT count(*) FROM user_role"), 3);
    application.expect_unharmed();
}

/// The administrator may declare another effect, and is then held to that.
fn as_many_as_the_administrator_allows(on: Kind) {
    let application = Application::with_users(on, 7)
        .with("[operations.deactivate-user]\nsql = \"UPDATE app_user SET status = 'INACTIVE'\"\nrows = \"any\"")
        .start();
    let operations = json!([{ "op": "replace", "path": "active", "value": false }]);
    application.patch(&application.user("user001"), operations).expect(200);
    assert_eq!(
        application
            .database
            .count("SELECT count(*) FROM app_user WHERE status = 'INACTIVE'"),
        7
    );
}
