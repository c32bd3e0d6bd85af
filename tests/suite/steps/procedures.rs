//! Procedures as steps of an operation, and what `check` and `plan` say of them.

use portcullis_tests::{Application, Kind, application::complete_user, on_procedures};
use serde_json::json;

use super::run;

on_procedures!(
    plan_and_check_know_procedures,
    a_read_changes_nothing,
    what_goes_out_is_named_by_later_statements,
    a_code_that_means_failure_keeps_nothing
);

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
