//! `login-names`: a name from a pattern, and one that is free.

use portcullis_tests::{Application, Kind, on_every_database};
use serde_json::{Value, json};

use crate::components;

on_every_database!(a_new_user_gets_a_name_that_is_free, a_user_without_letters_is_refused);

/// The login is in the column that is shown as the title.
fn application(on: Kind) -> Application {
    let (output, returning) = match on {
        Kind::Sqlserver => ("OUTPUT inserted.user_id", ""),
        Kind::Mysql => ("", ""),
        Kind::Oracle => ("", "RETURNING user_id INTO :id"),
        _ => ("", "RETURNING user_id"),
    };
    let settings = format!(
        r#"database = "{}"
pattern = "{{name.givenName:1}}{{name.familyName}}"
longest = 8
taken = "SELECT title FROM app_user WHERE title LIKE :candidates"
insert = """
INSERT INTO app_user(username, first_name, last_name, title, status) {output}
VALUES (:userName, :name.givenName, :name.familyName, :login, :active) {returning}
""""#,
        on.name()
    );
    let manifest = include_str!("../../../plugins/login-names/login_names.toml");
    Application::with_users(on, 2)
        .with_shipped("login-names", components::LOGIN_NAMES, manifest, &settings)
        .with_operation("create-user", "login-names")
        .start()
}

fn new(user_name: &str, given: &str, family: &str) -> Value {
    json!({
        "schemas": [portcullis_tests::application::USER], "userName": user_name,
        "name": { "givenName": given, "familyName": family },
    })
}

fn a_new_user_gets_a_name_that_is_free(on: Kind) {
    let application = application(on);
    for (user_name, login) in [("ada", "alovelac"), ("adam", "alovela2"), ("adele", "alovela3")] {
        let created = application.post("/Users", &new(user_name, "Äda", "Lovelace")).expect(201);
        assert_eq!(created["title"], login, "{created}");
        assert_eq!(created["id"], application.id_of(user_name));
    }
    application
        .post("/Users", &new("ada", "Ada", "Lovelace"))
        .expect_error(409, Some("uniqueness"), &["ada"]);
}

fn a_user_without_letters_is_refused(on: Kind) {
    let application = application(on);
    application.post("/Users", &new("nobody", "-", "'")).expect_error(
        400,
        Some("invalidValue"),
        &["create-user", "login-names", "are empty"],
    );
    assert_eq!(application.database.count("SELECT count(*) FROM app_user"), 2);
    application.expect_unharmed();
}
