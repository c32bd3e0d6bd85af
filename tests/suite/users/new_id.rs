//! Where the id of a new user comes from.

use portcullis_tests::{Application, Kind, application::complete_user, on_every_database};

on_every_database!(a_uuid_of_the_host, an_attribute, a_number_that_the_database_reports);

const INSERT: &str = "INSERT INTO member(member_id, username) VALUES (:id, :userName)";

/// An application with ids that are text.
fn with_text_ids(on: Kind, new_id: &str) -> Application {
    let mut builder = Application::with_users(on, 1);
    for path in [
        "operations.update-user",
        "operations.activate-user",
        "operations.deactivate-user",
        "operations.set-password",
        "operations.get-changed-users",
        "users.active",
        "users.attributes",
        "entitlements",
    ] {
        builder = builder.without(path);
    }
    let application = builder
        .with(&format!(
            "[users]\nid = \"member_id\"\nnew-id = {new_id}\n[users.attributes]\nuserName = \"username\"\n\
             [operations.create-user]\nsql = \"{INSERT}\"\n\
             [operations.get-users]\nsql = \"SELECT member_id, username FROM member\"\n\
             [operations.get-user]\nsql = \"SELECT member_id, username FROM member WHERE member_id = :id\"\n\
             [operations.delete-user]\nsql = \"DELETE FROM member WHERE member_id = :id\"\n"
        ))
        .with_table("CREATE TABLE member (member_id VARCHAR(100) PRIMARY KEY, username VARCHAR(100) NOT NULL)")
        .start();
    assert_eq!(application.get("/Users").expect(200)["totalResults"], 0);
    application
}

fn a_uuid_of_the_host(on: Kind) {
    let application = with_text_ids(on, "\"uuid\"");
    let created = application.post("/Users", &complete_user("grace")).expect(201);
    let id = created["id"].as_str().unwrap();
    assert_eq!(id.len(), 36, "{id}");
    assert_eq!(
        application.database.value("SELECT member_id FROM member").as_deref(),
        Some(id)
    );
    assert_eq!(application.get(&format!("/Users/{id}")).expect(200)["userName"], "grace");
    let other = application.post("/Users", &complete_user("ada")).expect(201);
    assert_ne!(other["id"], created["id"]);
}

fn an_attribute(on: Kind) {
    let application = with_text_ids(on, "{ attribute = \"userName\" }");
    let created = application.post("/Users", &complete_user("grace")).expect(201);
    assert_eq!(created["id"], "grace");
    application
        .post("/Users", &complete_user("grace"))
        .expect_error(409, Some("uniqueness"), &["userName", "exists already"]);
}

/// Without `RETURNING`, where the database says the number of the last row by itself, or when it is asked. PostgreSQL does not.
fn a_number_that_the_database_reports(on: Kind) {
    if matches!(on, Kind::Postgresql | Kind::Oracle) {
        return;
    }
    let asked = if on == Kind::Sqlserver {
        " SELECT SCOPE_IDENTITY()"
    } else {
        ""
    };
    let sql = format!("INSERT INTO app_user(username, title) VALUES (:userName, :title){asked}");
    let application = Application::with_users(on, 3)
        .with(&format!("[operations.create-user]\nsql = \"{sql}\""))
        .start();
    let created = application.post("/Users", &complete_user("grace")).expect(201);
    assert_eq!(created["id"], application.id_of("grace"));
}
