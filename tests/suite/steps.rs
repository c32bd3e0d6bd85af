//! Operations of several statements, updates of what changes, and procedures where `check` and `plan` look at them.

use portcullis_tests::{
    Application, Builder, Kind,
    application::{ENTERPRISE, complete_user},
    on_every_database, on_procedures, program,
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

on_procedures!(
    plan_and_check_know_procedures,
    a_read_changes_nothing,
    what_goes_out_is_named_by_later_statements,
    a_code_that_means_failure_keeps_nothing
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

fn plan_and_check_know_procedures(on: Kind) {
    let application = Application::with_users(on, 1);
    let (right, said) = run("plan", &application);
    assert!(right, "{said}");
    let call = match on {
        Kind::Postgresql => "p_status => $10, p_id => NULL)",
        Kind::Oracle => "p_status => :10, p_id => :11)",
        Kind::Sqlserver => "@p_status = @P10, @p_id = @P11 OUTPUT",
        _ => "CALL create_user(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    };
    for part in [call, "done by the host on the rows", "main (changes any number of rows)"] {
        assert!(said.contains(part), "{part}: {said}");
    }
    let (right, said) = run("check", &application);
    assert!(right, "{said}");
}

/// A procedure that reads and changes something all the same is stopped by the database; Oracle before 23 and SQL Server let it,
/// and the host undoes it.
fn a_read_changes_nothing(on: Kind) {
    let bad = match on {
        Kind::Postgresql => {
            "CREATE FUNCTION sly_user(p_id bigint) RETURNS SETOF user_rows LANGUAGE plpgsql AS $$ BEGIN \
             UPDATE app_user SET first_name = 'Mallory'; RETURN QUERY SELECT * FROM user_rows WHERE user_id = p_id; END $$"
        }
        Kind::Oracle => {
            "CREATE PROCEDURE sly_user(p_id IN NUMBER, p_rows OUT SYS_REFCURSOR) AS BEGIN UPDATE app_user SET first_name = 'Mallory'; \
             OPEN p_rows FOR SELECT * FROM user_rows WHERE user_id = p_id; END;"
        }
        Kind::Sqlserver => {
            "CREATE PROCEDURE sly_user @p_id bigint AS BEGIN UPDATE app_user SET first_name = 'Mallory'; \
             SELECT * FROM dbo.user_rows() WHERE user_id = @p_id; END"
        }
        _ => {
            "CREATE PROCEDURE sly_user(p_id BIGINT) BEGIN UPDATE app_user SET first_name = 'Mallory'; \
             SELECT * FROM user_rows WHERE user_id = p_id; END"
        }
    };
    let application = Application::with_users(on, 2)
        .with_table(bad)
        .with("[operations.get-user]\nprocedure = \"sly_user\"")
        .start();
    let refused = application.get(&application.user("user001"));
    if matches!(on, Kind::Oracle | Kind::Sqlserver) {
        refused.expect(200);
        return application.expect_unharmed();
    }
    let word = if on == Kind::Postgresql { "read-only" } else { "READ ONLY" };
    refused.expect_error(500, None, &[word]);
    let cursor = match on {
        Kind::Postgresql => Some(
            "CREATE PROCEDURE sly_users(INOUT p_rows refcursor) LANGUAGE plpgsql AS $$ BEGIN \
             UPDATE app_user SET first_name = 'Mallory'; OPEN p_rows FOR SELECT * FROM user_rows; END $$",
        ),
        _ => None,
    };
    application.expect_unharmed();
    if let Some(cursor) = cursor {
        let application = Application::with_users(on, 2)
            .with_table(cursor)
            .with("[operations.get-users]\nprocedure = \"sly_users\"")
            .start();
        for _ in 0..3 {
            application.get("/Users").expect_error(500, None, &[word]);
        }
        let kept = application
            .database
            .count("SELECT count(*) FROM app_user WHERE first_name = 'Mallory'");
        assert_eq!(kept, 0);
        application.get(&application.user("user001")).expect(200);
        application.database.expect_no_transaction();
    }
}

fn what_goes_out_is_named_by_later_statements(on: Kind) {
    let procedure = match on {
        Kind::Postgresql => {
            "CREATE PROCEDURE make_user(p_name varchar, INOUT p_note varchar, OUT p_id bigint) LANGUAGE plpgsql AS $$ BEGIN \
             INSERT INTO app_user(username, display_name) VALUES (p_name, p_note) RETURNING user_id INTO p_id; \
             p_note := 'welcome, ' || p_note; END $$"
        }
        Kind::Oracle => {
            "CREATE PROCEDURE make_user(p_name IN VARCHAR2, p_note IN OUT VARCHAR2, p_id OUT NUMBER) AS BEGIN \
             INSERT INTO app_user(username, display_name) VALUES (p_name, p_note) RETURNING user_id INTO p_id; \
             p_note := 'welcome, ' || p_note; END;"
        }
        Kind::Sqlserver => {
            "CREATE PROCEDURE make_user @p_name nvarchar(200), @p_note nvarchar(500) OUTPUT, @p_id bigint OUTPUT AS BEGIN \
             INSERT INTO app_user(username, display_name) VALUES (@p_name, @p_note); SET @p_id = SCOPE_IDENTITY(); \
             SET @p_note = N'welcome, ' + @p_note; SELECT 1 AS one; SELECT 2 AS two, 3 AS three; END"
        }
        _ => {
            "CREATE PROCEDURE make_user(p_name TEXT, INOUT p_note TEXT, OUT p_id BIGINT) BEGIN \
             INSERT INTO app_user(username, display_name) VALUES (p_name, p_note); SET p_id = LAST_INSERT_ID(); \
             SET p_note = CONCAT('welcome, ', p_note); SELECT 1 AS one; SELECT 2 AS two, 3 AS three; END"
        }
    };
    let application = Application::with_users(on, 1)
        .with_table("CREATE TABLE note (user_id INTEGER NOT NULL, what VARCHAR(500))")
        .with_table(procedure)
        .without("operations.create-user")
        .with(
            r#"
[[operations.create-user.statements]]
name = "made"
procedure = "make_user"
arguments = [
  { name = "p_name", value = "userName" },
  { name = "p_note", value = "displayName", direction = "in-out" },
  { name = "p_id", value = "id", direction = "out" },
]
[[operations.create-user.statements]]
sql = "INSERT INTO note(user_id, what) VALUES (:id, :made.p_note)"
"#,
        )
        .start();
    let created = application.post("/Users", &complete_user("grace")).expect(201);
    let rows = application.database.rows("SELECT user_id, what FROM note");
    let id = created["id"].as_str().map(str::to_owned);
    assert_eq!(rows, [[id, Some("welcome, Grace Hopper".to_owned())]]);
    assert_eq!(created["displayName"], "Grace Hopper");
}

fn a_code_that_means_failure_keeps_nothing(on: Kind) {
    let function = match on {
        Kind::Postgresql => {
            "CREATE FUNCTION lock_user(p_id bigint) RETURNS integer LANGUAGE plpgsql AS $$ BEGIN \
             UPDATE app_user SET status = 'INACTIVE' WHERE user_id = p_id; RETURN CASE WHEN p_id = 1 THEN 3 ELSE 0 END; END $$"
        }
        Kind::Oracle => {
            "CREATE FUNCTION lock_user(p_id IN NUMBER) RETURN NUMBER AS BEGIN \
             UPDATE app_user SET status = 'INACTIVE' WHERE user_id = p_id; RETURN CASE WHEN p_id = 1 THEN 3 ELSE 0 END; END;"
        }
        Kind::Sqlserver => {
            "CREATE PROCEDURE lock_user @p_id bigint AS BEGIN UPDATE app_user SET status = 'INACTIVE' WHERE user_id = @p_id; \
             RETURN CASE WHEN @p_id = 1 THEN 3 ELSE 0 END; END"
        }
        _ => {
            "CREATE FUNCTION lock_user(p_id BIGINT) RETURNS INTEGER DETERMINISTIC MODIFIES SQL DATA BEGIN \
             UPDATE app_user SET status = 'INACTIVE' WHERE user_id = p_id; RETURN CASE WHEN p_id = 1 THEN 3 ELSE 0 END; END"
        }
    };
    let application = Application::with_users(on, 2)
        .with_table(function)
        .with(&format!(
            "[operations.deactivate-user]\nprocedure = \"lock_user\"\nfunction = {}\nsuccess = 0",
            on != Kind::Sqlserver
        ))
        .start();
    let deactivate = json!([{ "op": "replace", "path": "active", "value": false }]);
    let refused = application.patch(&application.user("user001"), deactivate.clone());
    refused.expect_error(
        500,
        None,
        &["procedure lock_user gave code 3, and 0 is success", "nothing was kept"],
    );
    let locked = "SELECT username FROM app_user WHERE status = 'INACTIVE'";
    assert_eq!(application.database.rows(locked), Vec::<Vec<_>>::new());
    application.patch(&application.user("user002"), deactivate).expect(200);
    assert_eq!(application.database.rows(locked), [[Some("user002".to_owned())]]);
}
