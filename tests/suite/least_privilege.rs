//! `plan --grants`, taken at its word: an account that has been granted what it prints, and nothing else, does all that clients ask.

use std::path::Path;

use portcullis_tests::{Application, Builder, Kind, application::complete_user, on_every_database, program};
use serde_json::json;

on_every_database!(what_is_granted_is_enough, check_warns_of_an_account_that_can_do_more);

/// What a command prints to its standard output and its standard error.
fn said(command: &[&str], directory: &Path) -> (String, String) {
    let path = directory.to_str().expect("UTF-8");
    let output = program::run(&[command, &["--config", path]].concat());
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let (out, err) = (text(&output.stdout), text(&output.stderr));
    assert!(output.status.success(), "{out}{err}");
    (out, err)
}

/// Runs what is printed for an account that has nothing; gives the printed text too.
fn granted(application: Builder) -> (Builder, String) {
    let application = application.as_account(&[]);
    let (printed, _) = said(&["plan", "--grants"], application.write().path());
    for statement in printed.lines().filter(|line| !line.starts_with("--")) {
        // The accounts of the tests come from this machine alone.
        application.run(&statement.replace("'@'%'", "'@'127.0.0.1'"));
    }
    (application, printed)
}

fn what_is_granted_is_enough(on: Kind) {
    let builder = Application::with_users(on, 7);
    if on == Kind::Sqlite {
        let (printed, _) = said(&["plan", "--grants"], builder.write().path());
        assert!(printed.contains("SQLite has no accounts"), "{printed}");
        assert!(printed.lines().all(|line| line.starts_with("--")), "{printed}");
        return;
    }
    if on == Kind::Sqlserver {
        // Its peer has one account and no GRANT. What is printed is a snapshot in `host/grants`.
        let (printed, _) = said(&["plan", "--grants"], builder.write().path());
        let grants: Vec<&str> = printed.lines().filter(|line| line.starts_with("GRANT ")).collect();
        assert!(grants.iter().any(|grant| grant.contains("app_user")), "{printed}");
        assert!(!printed.contains(" ALL "), "{printed}");
        return;
    }
    let (builder, printed) = granted(builder);
    let statements = printed.lines().filter(|line| !line.starts_with("--"));
    for statement in statements {
        assert!(!statement.contains(" ALL "), "{statement}");
        // Oracle has no right to read some columns of a table.
        let reads_passwords = on != Kind::Oracle && (statement.contains("SELECT ON app_user") || statement.contains("SELECT, "));
        assert!(!reads_passwords, "the whole table is granted for reading: {statement}");
    }
    let (_, warned) = said(&["check"], builder.write().path());
    assert!(!warned.contains("far more"), "{warned}");

    let application = builder.start();
    let mut new = complete_user("grace");
    new["password"] = json!("correct-horse-battery");
    new["roles"] = json!([{ "value": "clerk" }]);
    new["entitlements"] = json!([{ "value": "1" }]);
    let created = application.post("/Users", &new).expect(201);
    let path = format!("/Users/{}", created["id"].as_str().expect("an id"));
    let stored = application
        .database
        .value("SELECT password FROM app_user WHERE username = 'grace'");
    assert_eq!(stored.as_deref(), Some("correct-horse-battery"));

    let changes = json!([
        { "op": "replace", "path": "title", "value": "Admiral" },
        { "op": "replace", "path": "active", "value": false },
        { "op": "replace", "path": "roles", "value": [{ "value": "reader" }] },
        { "op": "remove", "path": "entitlements" },
    ]);
    let changed = application.patch(&path, changes).expect(200);
    assert_eq!((&changed["title"], &changed["active"]), (&json!("Admiral"), &json!(false)));
    assert_eq!(changed["roles"][0]["value"], "reader");
    application
        .patch(&path, json!([{ "op": "replace", "path": "active", "value": true }]))
        .expect(200);

    assert_eq!(application.find("userName sw \"GR\" and title pr").len(), 1);
    assert_eq!(
        application.get("/Users?count=3&sortBy=userName").expect(200)["totalResults"],
        8
    );
    for path in ["/Roles", "/Licences", "/Groups", "/Users?cursor&count=2"] {
        application.get(path).expect(200);
    }
    let recent = "/Users?filter=meta.lastModified%20gt%20%222020-01-01T00:00:00Z%22";
    assert_eq!(application.get(recent).expect(200)["totalResults"], 8);

    let members = json!([{ "op": "add", "path": "members", "value": [{ "value": created["id"] }] }]);
    let group = json!({ "schemas": [portcullis_tests::application::GROUP], "displayName": "Crew" });
    let group = application.post("/Groups", &group).expect(201);
    let group = format!("/Groups/{}", group["id"].as_str().expect("an id"));
    application.patch(&group, members).expect(200);
    application
        .patch(&group, json!([{ "op": "replace", "path": "displayName", "value": "Fleet" }]))
        .expect(200);
    application
        .patch(&group, json!([{ "op": "remove", "path": "members" }]))
        .expect(200);
    application.delete(&group).expect(204);
    application.delete(&path).expect(204);
    application.expect_unharmed();
}

fn check_warns_of_an_account_that_can_do_more(on: Kind) {
    let (_, warned) = said(&["check"], Application::with_users(on, 1).write().path());
    let parts: &[&str] = match on {
        Kind::Sqlite => return assert!(!warned.contains("far more"), "{warned}"),
        Kind::Oracle => &["DBA", "ANY", "more"],
        Kind::Postgresql => &["SUPERUSER, CREATEROLE"],
        // The peer knows no roles of a server. That nobody can say is said.
        Kind::Sqlserver => return assert!(warned.contains("doesn't say what the account may do"), "{warned}"),
        Kind::Mariadb | Kind::Mysql => &["CREATE USER ON *.*", "FILE ON *.*", "more"],
    };
    for part in [&["payroll", "far more than", "plan --grants"], parts].concat() {
        assert!(warned.contains(part), "{part}: {warned}");
    }
}
