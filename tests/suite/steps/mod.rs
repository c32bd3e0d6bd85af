//! Operations of several statements, and updates of what changes.

mod procedures;

use portcullis_tests::{
    Application, Builder, Kind,
    application::{ENTERPRISE, complete_user},
    on_every_database, program,
};
use serde_json::json;

on_every_database!(
    creates_in_several_statements,
    keeps_nothing_of_several_when_one_fails,
    conditions_decide_which_statements_run,
    reads_with_several_statements,
    an_update_sets_only_what_changes,
    plan_and_check_know_every_statement,
    check_says_where_a_mistake_is
);

fn run(command: &str, application: &Builder) -> (bool, String) {
    let directory = application.write();
    let output = program::run(&[command, "--config", directory.path().to_str().expect("UTF-8")]);
    let said = [output.stdout, output.stderr].map(|text| String::from_utf8_lossy(&text).into_owned());
    (output.status.success(), said.concat())
}

/// A licence is looked up by the department's name, a user is made with it, and a line put down about that.
const SEVERAL: &str = r#"
[[operations.create-user.statements]]
name = "licence"
when = "department pr"
sql = "SELECT licence_id FROM licence WHERE title = :department"
returns = ["licence_id"]

[[operations.create-user.statements]]
name = "made"
sql = """
INSERT INTO app_user(username, first_name, department, licence_id) VALUES (:userName, :name.givenName, :department, :licence.licence_id)
RETURNING user_id
"""

[[operations.create-user.statements]]
sql = "INSERT INTO note(user_id, licence_id, what) VALUES (:id, :licence.licence_id, 'made')"
"#;

fn several(on: Kind) -> Builder {
    Application::with_users(on, 2)
        .with_table("CREATE TABLE note (user_id INTEGER NOT NULL, licence_id INTEGER, what VARCHAR(20) NOT NULL)")
        .without("operations.create-user.sql")
        .with(SEVERAL)
}

fn new_user(name: &str, department: &str) -> serde_json::Value {
    let mut user = complete_user(name);
    user[ENTERPRISE]["department"] = json!(department);
    user
}

fn creates_in_several_statements(on: Kind) {
    let application = several(on).start();
    let id = application.post("/Users", &new_user("grace", "Full")).expect(201)["id"].clone();
    let rows = application.database.rows("SELECT user_id, licence_id, what FROM note");
    let expected = [id.as_str().map(str::to_owned), Some("2".to_owned()), Some("made".to_owned())];
    assert_eq!(rows, [expected.to_vec()]);
    let held = application
        .database
        .value("SELECT licence_id FROM app_user WHERE username = 'grace'");
    assert_eq!(held.as_deref(), Some("2"));

    // What a statement that was left out would have given is NULL.
    let mut without = new_user("ada", "");
    without.as_object_mut().unwrap().remove(ENTERPRISE);
    application.post("/Users", &without).expect(201);
    assert_eq!(
        application
            .database
            .count("SELECT count(*) FROM note WHERE licence_id IS NULL"),
        1
    );
}

fn keeps_nothing_of_several_when_one_fails(on: Kind) {
    let application = several(on).start();
    let refused = application.post("/Users", &new_user("grace", "Nonsense"));
    refused.expect_error(
        400,
        Some("invalidValue"),
        &["`licence` of create-user found 0 rows", "exactly 1", "nothing was kept"],
    );
    application.database.run("DROP TABLE note");
    let failed = application.post("/Users", &new_user("grace", "Full"));
    // Oracle does not say which table is not there.
    let part = if on == Kind::Oracle { "ORA-00942" } else { "note" };
    failed.expect_error(500, None, &[part]);
    let count = application
        .database
        .count("SELECT count(*) FROM app_user WHERE username = 'grace'");
    assert_eq!(count, 0, "something was kept");
    application.expect_unharmed();
}

fn conditions_decide_which_statements_run(on: Kind) {
    let application = Application::with_users(on, 2)
        .with_table("CREATE TABLE note (user_id INTEGER NOT NULL, what VARCHAR(500))")
        .without("operations.update-user.sql")
        .with(
            r#"
[[operations.update-user.statements]]
sql = "UPDATE app_user SET title = :title, first_name = :name.givenName WHERE user_id = :id"
[[operations.update-user.statements]]
when = "title changed and title pr"
sql = "INSERT INTO note(user_id, what) VALUES (:id, :title)"
[[operations.update-user.statements]]
when = "not (title pr)"
sql = "DELETE FROM note WHERE user_id = :id"
rows = "any"
"#,
        )
        .start();
    let user = application.user("user001");
    let replaced = |path: &str, value: &str| json!([{ "op": "replace", "path": path, "value": value }]);
    application.patch(&user, replaced("title", "Clerk")).expect(200);
    application.patch(&user, replaced("name.givenName", "Jo")).expect(200);
    assert_eq!(
        application.database.rows("SELECT what FROM note"),
        [[Some("Clerk".to_owned())]]
    );
    application
        .patch(&user, json!([{ "op": "remove", "path": "title" }]))
        .expect(200);
    assert_eq!(application.database.count("SELECT count(*) FROM note"), 0);
}

fn reads_with_several_statements(on: Kind) {
    let application = Application::with_users(on, 5)
        .without("operations.get-users.sql")
        .with(
            r#"
[[operations.get-users.statements]]
name = "most"
sql = "SELECT MAX(user_id) AS largest FROM app_user"
returns = ["largest"]
[[operations.get-users.statements]]
sql = """
SELECT user_id, username, external_id, first_name, last_name, display_name, title, email, mobile, department, status, changed_at
FROM app_user WHERE user_id < :most.largest
"""
"#,
        )
        .start();
    let page = application
        .get("/Users?count=2&sortBy=userName&sortOrder=descending")
        .expect(200);
    assert_eq!((&page["totalResults"], &page["itemsPerPage"]), (&json!(4), &json!(2)));
    assert_eq!(page["Resources"][0]["userName"], "user004");
    assert_eq!(application.find("userName eq \"user002\"").len(), 1);
}

/// What a trigger of the table would see: columns that nobody changes are not set.
fn an_update_sets_only_what_changes(on: Kind) {
    let application = Application::with_users(on, 2)
        .without("operations.update-user.sql")
        .with("[operations.update-user]\nupdate = { table = \"app_user\" }")
        .counting()
        .start();
    let user = application.user("user001");
    let changes = json!([
        { "op": "replace", "path": "title", "value": "Clerk" },
        { "op": "replace", "path": "active", "value": false },
    ]);
    let changed = application.patch(&user, changes).expect(200);
    assert_eq!((&changed["title"], &changed["active"]), (&json!("Clerk"), &json!(false)));
    let text = application.program.log.text();
    let updates: Vec<&str> = text
        .lines()
        .filter(|line| line.contains("\"message\":\"statement\"") && line.contains("UPDATE app_user"))
        .collect();
    assert_eq!(updates.len(), 2, "{updates:#?}");
    let (title, status) = (updates[0], updates[1]);
    let [is_set, is_not] = ["title", "username"].map(|column| on.told(column));
    assert!(title.contains(&is_set) && !title.contains(&is_not), "{title}");
    assert!(status.contains("status") && !status.contains("title"), "{status}");
    application.expect_unharmed();
}

fn plan_and_check_know_every_statement(on: Kind) {
    let application = several(on)
        .without("operations.update-user.sql")
        .with("[operations.update-user]\nupdate = { table = \"app_user\" }");
    let (right, said) = run("plan", &application);
    assert!(right, "{said}");
    for part in [
        "main: licence (reads)",
        "SELECT licence_id FROM licence WHERE title = ",
        "made (changes exactly 1 row)",
        "step-3 (changes exactly 1 row)",
        "with id, licence.licence_id",
        "UPDATE app_user SET ",
    ] {
        assert!(said.contains(part), "{part}: {said}");
    }
    let (right, said) = run("check", &application);
    assert!(right, "{said}");
    application.run("DROP TABLE note");
    let (right, said) = run("check", &application);
    assert!(
        !right && said.contains("operations.create-user.statements[2].sql") && said.contains("note"),
        "{said}"
    );
}

fn check_says_where_a_mistake_is(on: Kind) {
    let application = Application::with_users(on, 1).without("operations.create-user.sql").with(
        r#"
[[operations.create-user.statements]]
name = "made"
sql = """
INSERT INTO app_user(username)
VALUES (:userNme)
"""
returns = ["user_id"]
[[operations.create-user.statements]]
when = "titel pr"
sql = "INSERT INTO note(user_id) VALUES (:made.user)"
"#,
    );
    let (right, said) = run("check", &application);
    assert!(!right, "{said}");
    for part in [
        "operations.create-user.statements[0].sql: there is no parameter :userNme, at `:userNme)`",
        "perhaps :userName is meant",
        "operations.create-user.statements[1].when: there is no value `titel`, at `titel pr`",
        "operations.create-user.statements[1].sql: there is no parameter :made.user, at `:made.user)`",
        "perhaps :made.user_id is meant",
    ] {
        assert!(said.contains(part), "{part}: {said}");
    }
    let misnamed = SEVERAL.replace("returns = [\"licence_id\"]", "returns = [\"licence_id\", \"licence_name\"]");
    let application = Application::with_users(on, 1)
        .with_table("CREATE TABLE note (user_id INTEGER NOT NULL, licence_id INTEGER, what VARCHAR(20) NOT NULL)")
        .without("operations.create-user.sql")
        .with(&misnamed);
    let (right, said) = run("check", &application);
    let part = "operations.create-user.statements[0].sql: the result lacks the column `licence_name`, which `returns` names";
    assert!(!right && said.contains(part), "{said}");
    if on == Kind::Sqlite {
        let application = Application::with_users(on, 1)
            .without("operations.delete-user.sql")
            .with("[operations.delete-user]\nprocedure = \"delete_user\"");
        let (right, said) = run("check", &application);
        assert!(
            !right && said.contains("operations.delete-user.procedure: SQLite has no stored procedures"),
            "{said}"
        );
    }
}
