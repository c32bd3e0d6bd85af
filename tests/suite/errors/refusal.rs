//! What a database refuses.

use portcullis_tests::{Application, Kind, on_every_database};
use serde_json::{Value, json};

on_every_database!(what_the_database_refuses_names_the_attribute);

/// What only the database knows to be wrong: the constraint or the column, and the attribute that it is.
fn what_the_database_refuses_names_the_attribute(on: Kind) {
    let add = format!("ALTER TABLE app_user {}", on.add_column());
    let changed = match on {
        Kind::Sqlite => format!("{add} mail TEXT CHECK (length(mail) < 20)"),
        _ => format!("{add} mail VARCHAR(19)"),
    };
    let application = Application::with_users(on, 2)
        .with_table(&changed)
        .without("operations.create-user")
        .with_table(&format!("{add} team INTEGER DEFAULT 1 NOT NULL CHECK (team < 10)"))
        .with("[users.attributes]\n'emails[type eq \"work\"].value' = \"mail\"\n\"urn:example:own:team\" = \"team\"")
        .with("[operations.get-users]\nsql = \"SELECT * FROM app_user\"")
        .with("[operations.get-user]\nsql = \"SELECT * FROM app_user WHERE user_id = :id\"")
        .with("[operations.get-changed-users]\nsql = \"SELECT * FROM app_user WHERE changed_at > :since\"")
        .with(
            "[operations.update-user]\nsql = \"UPDATE app_user SET username = :userName, mail = :mail, team = :team, \
             licence_id = :title WHERE user_id = :id\"",
        )
        .start();
    // To SQL Server two NULLs are the same.
    let present = if on == Kind::Sqlserver {
        " WHERE mail IS NOT NULL"
    } else {
        ""
    };
    application
        .database
        .run(&format!("CREATE UNIQUE INDEX one_mail ON app_user(mail){present}"));
    application
        .database
        .run("UPDATE app_user SET mail = 'taken@x.org' WHERE username = 'user002'");
    let path = application.user("user001");
    let before = application.get(&path).expect(200);
    let put = |change: &dyn Fn(&mut Value)| {
        let mut user = before.clone();
        change(&mut user);
        application.put(&path, &user)
    };
    let taken = put(&|user| user["userName"] = json!("user002"));
    taken.expect_error(409, Some("uniqueness"), &["userName", "\"user002\" exists already"]);
    let taken = put(&|user| user["emails"] = json!([{ "type": "work", "value": "taken@x.org" }]));
    // MariaDB, MySQL and SQL Server name the key and not its column.
    let part = match on {
        Kind::Mariadb | Kind::Mysql | Kind::Sqlserver => "constraint one_mail",
        Kind::Oracle => "constraint ONE_MAIL",
        _ => "the column `mail` is the attribute `emails[type eq \"work\"].value`",
    };
    taken.expect_error(409, Some("uniqueness"), &["update-user", "must be unique", part]);

    let missing = put(&|user| {
        user.as_object_mut().unwrap().remove("urn:example:own");
    });
    let column = format!("the column `{}` is the attribute `urn:example:own:team`", on.told("team"));
    missing.expect_error(400, Some("invalidValue"), &["requires is missing", &column]);

    let wrong = put(&|user| user["urn:example:own"] = json!({ "team": 10 }));
    // MySQL and Oracle say no more than the name that they gave the constraint.
    let part = match on {
        Kind::Mysql => "app_user_chk_2",
        Kind::Oracle => "constraint SYS_C",
        _ => "team",
    };
    wrong.expect_error(400, Some("invalidValue"), &["not one that the application allows", part]);

    let long = put(&|user| user["emails"] = json!([{ "type": "work", "value": "a-long-name@example.com" }]));
    let part = match on {
        Kind::Sqlite => "mail",
        Kind::Postgresql => "character varying(19)",
        Kind::Oracle => "the column `MAIL` is the attribute `emails[type eq \"work\"].value`",
        Kind::Mariadb | Kind::Mysql | Kind::Sqlserver => "the column `mail` is the attribute `emails[type eq \"work\"].value`",
    };
    long.expect_error(400, Some("invalidValue"), &["update-user", part]);

    let stray = put(&|user| user["title"] = json!("99"));
    // SQL Server has one number for foreign keys and for checks.
    let allowed = on == Kind::Sqlserver;
    let part = if allowed {
        "not one that the application allows"
    } else {
        "refers to something that does not exist"
    };
    stray.expect_error(400, Some("invalidValue"), &[part]);
    let unfit = put(&|user| user["title"] = json!("ninety"));
    // SQLite's columns hold anything; what refers to nothing is found there too.
    let part = match on {
        Kind::Sqlite => "refers to",
        Kind::Postgresql | Kind::Sqlserver => "`title` is not a 32-bit integer",
        Kind::Mariadb | Kind::Mysql => "licence_id",
        Kind::Oracle => "ORA-01722",
    };
    unfit.expect_error(400, Some("invalidValue"), &[part]);
    assert_eq!(application.get(&path).expect(200), before);
}
