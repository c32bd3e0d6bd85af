//! `packed-arguments`: a legacy procedure gets all that it is told in one argument. The peers of SQL Server and of Oracle run no procedure that
//! takes such an argument apart.

use portcullis_tests::{Application, Kind, application::complete_user};
use serde_json::json;

use crate::components;

const POSTGRESQL: &str = "CREATE PROCEDURE save_user(data text, OUT made bigint) LANGUAGE plpgsql AS $$ BEGIN \
     INSERT INTO app_user(username, last_name, title, status) \
     VALUES (data::json->>'LOGIN', data::json->>'name.familyName', data::json->>'title', data::json->>'active') \
     RETURNING user_id INTO made; END $$";

const MYSQL: &str = "CREATE PROCEDURE save_user(data TEXT, OUT made BIGINT) BEGIN \
     INSERT INTO app_user(username, last_name, title, status) VALUES (JSON_UNQUOTE(JSON_EXTRACT(data, '$.LOGIN')), \
     JSON_UNQUOTE(JSON_EXTRACT(data, '$.\"name.familyName\"')), NULLIF(JSON_UNQUOTE(JSON_EXTRACT(data, '$.title')), 'null'), \
     JSON_UNQUOTE(JSON_EXTRACT(data, '$.active'))); \
     SET made = LAST_INSERT_ID(); END";

const JSON: &str =
    r#"format = "json", attributes = [{ attribute = "userName", name = "LOGIN" }, "name.familyName", "title", "active"]"#;

fn application(on: Kind, packed: &str) -> Application {
    let settings = format!(
        r#"database = "{}"
procedure = "save_user"
arguments = [{{ value = "packed" }}, {{ value = "id", direction = "out" }}]
packed = {{ {packed} }}"#,
        on.name()
    );
    let manifest = include_str!("../../../plugins/packed-arguments/packed_arguments.toml");
    Application::with_users(on, 2)
        .with_table(if on == Kind::Postgresql { POSTGRESQL } else { MYSQL })
        .with_shipped("packed-arguments", components::PACKED_ARGUMENTS, manifest, &settings)
        .with_operation("create-user", "packed-arguments")
        .start()
}

fn a_user_is_created_from_an_object(on: Kind) {
    let application = application(on, JSON);
    let mut new = complete_user("o'brien \"|\\ ,");
    new["name"]["familyName"] = json!("Łukasz; DROP");
    let created = application.post("/Users", &new).expect(201);
    assert_eq!(created["userName"], new["userName"]);
    assert_eq!(created["name"]["familyName"], "Łukasz; DROP");
    assert_eq!(created["title"], new["title"]);
    assert_eq!(created["active"], true);
}

fn a_value_that_does_not_fit_is_refused(on: Kind) {
    let application = application(
        on,
        r#"format = "delimited", attributes = ["userName", "active"], delimiter = "|""#,
    );
    application.post("/Users", &complete_user("one|two")).expect_error(
        400,
        Some("invalidValue"),
        &["create-user", "userName", "`|`"],
    );
    assert_eq!(application.database.count("SELECT count(*) FROM app_user"), 2);
}

#[test]
fn on_postgresql() {
    a_user_is_created_from_an_object(Kind::Postgresql);
    a_value_that_does_not_fit_is_refused(Kind::Postgresql);
}

#[test]
fn on_mariadb() {
    a_user_is_created_from_an_object(Kind::Mariadb);
}

#[test]
fn on_mysql() {
    a_user_is_created_from_an_object(Kind::Mysql);
}
