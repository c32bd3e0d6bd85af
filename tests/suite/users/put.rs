//! `PUT /Users/{id}`

use portcullis_tests::{
    Application, Kind,
    application::{USER, complete_user},
    on_every_database, on_procedures,
};
use portcullis_tns_peer::{Peer, Request};
use serde_json::json;

on_every_database!(
    what_was_read_changes_nothing,
    what_says_the_same_writes_nothing,
    what_no_mapping_names_stays,
    replaces_every_attribute,
    what_is_left_out_is_gone,
    deactivates_and_activates,
    is_the_same_twice,
    refuses_the_name_of_another,
    refuses_the_name_of_another_without_a_constraint,
    refuses_a_user_without_a_name,
    another_id_is_ignored,
    keeps_nothing_when_a_part_is_refused,
);

on_procedures!(
    what_was_read_changes_nothing,
    replaces_every_attribute,
    deactivates_and_activates,
    refuses_the_name_of_another,
    keeps_nothing_when_a_part_is_refused
);

const ROWS: &str = "SELECT user_id, username, external_id, first_name, last_name, display_name, title, email, mobile, department, \
     status, password, licence_id, changed_at FROM app_user ORDER BY user_id";

/// PUT(GET(x)) is nothing: not a row changes, its time of change included.
fn what_was_read_changes_nothing(on: Kind) {
    let application = Application::start(on);
    application
        .database
        .run("UPDATE app_user SET changed_at = '2020-01-02 03:04:05', password = 'p', licence_id = 2");
    let before = (
        application.database.rows(ROWS),
        application.database.rows("SELECT * FROM user_role ORDER BY 1, 2"),
    );
    for name in ["user001", "user002", "user003"] {
        let path = application.user(name);
        let read = application.get(&path).expect(200);
        assert_eq!(application.put(&path, &read).expect(200), read, "{name}");
        assert_eq!(application.get(&path).expect(200), read);
    }
    let after = (
        application.database.rows(ROWS),
        application.database.rows("SELECT * FROM user_role ORDER BY 1, 2"),
    );
    assert_eq!(before, after);
}

/// Writes every statement that changes a row of users or of what they hold into a table of its own. The peer of Oracle has no
/// triggers, but knows what it was sent.
fn watched(on: Kind) -> Application {
    let mut builder = Application::with_users(on, 3).with_table("CREATE TABLE written (what VARCHAR(40))");
    if on == Kind::Postgresql {
        builder = builder.with_table(
            "CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS \
             $$ BEGIN INSERT INTO written VALUES (TG_TABLE_NAME || ' ' || TG_OP); RETURN NULL; END $$",
        );
    }
    if on == Kind::Oracle {
        return builder.start();
    }
    for table in ["app_user", "user_role"] {
        for event in ["INSERT", "UPDATE", "DELETE"] {
            let name = format!("{table}_{event}");
            let note = format!("INSERT INTO written VALUES ('{table} {event}')");
            builder = builder.with_table(&match on {
                Kind::Postgresql => {
                    format!("CREATE TRIGGER {name} AFTER {event} ON {table} FOR EACH STATEMENT EXECUTE FUNCTION note()")
                }
                Kind::Mariadb | Kind::Mysql => format!("CREATE TRIGGER {name} AFTER {event} ON {table} FOR EACH ROW {note}"),
                Kind::Sqlserver => format!("CREATE TRIGGER {name} ON {table} AFTER {event} AS {note}"),
                Kind::Sqlite | Kind::Oracle => format!("CREATE TRIGGER {name} AFTER {event} ON {table} BEGIN {note}; END"),
            });
        }
    }
    builder.start()
}

fn statements_that_write(peer: &Peer) -> u64 {
    let writes = |text: &str| ["INSERT", "UPDATE", "DELETE"].iter().any(|word| text.starts_with(word));
    let recorded = peer.recorded().into_iter();
    recorded
        .filter(|recorded| matches!(&recorded.request, Request::Executed { text, .. } if writes(text)))
        .count() as u64
}

/// Whatever way a client has to say what is there already: no statement writes, and the version stays.
fn what_says_the_same_writes_nothing(on: Kind) {
    let application = watched(on);
    let path = application.user("user001");
    let mut wanted = complete_user("user001");
    wanted["roles"] = json!([{ "value": "clerk" }, { "value": "reader" }]);
    let known = application.put(&path, &wanted);
    let read = known.expect(200);
    let written = || match application.database.oracle() {
        Some(peer) => statements_that_write(peer),
        None => application.database.count("SELECT count(*) FROM written"),
    };
    assert_eq!(written(), 2, "update-user and add-entitlement, and the triggers see them");

    let mut as_read = read.clone();
    as_read["locale"] = json!("en-US");
    as_read["meta"] = json!({ "resourceType": "User", "version": "W/\"old\"" });
    as_read["groups"] = json!([{ "value": "7" }]);
    let mut without_assignments = wanted.clone();
    without_assignments.as_object_mut().unwrap().remove("roles");
    without_assignments.as_object_mut().unwrap().remove("active");
    let mut other_spelling = wanted.clone();
    other_spelling.as_object_mut().unwrap().remove("title");
    other_spelling["TITLE"] = wanted["title"].clone();
    other_spelling["active"] = json!("True");
    other_spelling["nickName"] = json!(null);
    let mut other_order = wanted.clone();
    other_order["roles"] = json!([{ "value": "reader" }, { "value": "clerk" }, { "value": "reader" }]);
    for (what, same) in [
        ("the same", &wanted),
        ("what was read", &read),
        ("what was read, and more", &as_read),
        ("without what needn't be said", &without_assignments),
        ("in another spelling", &other_spelling),
        ("in another order", &other_order),
    ] {
        let answer = application.put(&path, same);
        assert_eq!(answer.expect(200), read, "{what}");
        assert_eq!(answer.header("etag"), known.header("etag"), "{what}");
        assert_eq!(
            written(),
            2,
            "{what}: {:?}",
            application.database.rows("SELECT * FROM written")
        );
    }
    let patch = json!([
        { "op": "replace", "path": "title", "value": wanted["title"] },
        { "op": "add", "path": "roles", "value": [{ "value": "clerk" }] },
        { "op": "replace", "value": { "active": true } },
    ]);
    assert_eq!(application.patch(&path, patch).header("etag"), known.header("etag"));
    assert_eq!(written(), 2, "PATCH");
}

/// A PUT replaces what the mapping knows. Other columns of the row are nobody's to touch.
fn what_no_mapping_names_stays(on: Kind) {
    let application = Application::with_users(on, 2)
        .with_table(&format!("ALTER TABLE app_user {} cost_centre VARCHAR(40)", on.add_column()))
        .start();
    application
        .database
        .run("UPDATE app_user SET cost_centre = 'North', password = 'p', licence_id = 2, title = 'Old'");
    let path = application.user("user001");
    application
        .put(&path, &json!({ "schemas": [USER], "userName": "user001" }))
        .expect(200);
    let kept = "SELECT cost_centre, password, licence_id, title, email, status FROM app_user WHERE username = 'user001'";
    let text = |text: &str| Some(text.to_owned());
    assert_eq!(
        application.database.rows(kept),
        [[text("North"), text("p"), text("2"), None, None, text("ACTIVE")]]
    );
}

fn replaces_every_attribute(on: Kind) {
    let application = Application::start(on);
    let path = application.user("user001");
    let wanted = complete_user("renamed@example.com");
    let replaced = application.put(&path, &wanted).expect(200);
    assert_eq!(replaced["id"], path.trim_start_matches("/Users/"));
    assert_eq!(application.get(&path).expect(200), replaced);
    for attribute in [
        "userName",
        "externalId",
        "name",
        "displayName",
        "title",
        "phoneNumbers",
        "active",
    ] {
        assert_eq!(replaced[attribute], wanted[attribute], "{attribute}");
    }
    assert_eq!(
        application
            .database
            .count("SELECT count(*) FROM app_user WHERE title = 'Rear Admiral'"),
        1
    );
}

fn what_is_left_out_is_gone(on: Kind) {
    let application = Application::start(on);
    let path = format!(
        "/Users/{}",
        application.post("/Users", &complete_user("grace")).expect(201)["id"]
            .as_str()
            .unwrap()
    );
    let replaced = application
        .put(
            &path,
            &json!({ "schemas": [USER], "userName": "grace", "name": { "familyName": "Hopper" }, "active": true }),
        )
        .expect(200);
    assert_eq!(replaced["name"], json!({ "familyName": "Hopper" }));
    for attribute in ["displayName", "title", "emails", "phoneNumbers", "externalId"] {
        assert!(replaced.get(attribute).is_none(), "{attribute}: {replaced}");
    }
    assert_eq!(
        application
            .database
            .value("SELECT first_name FROM app_user WHERE username = 'grace'"),
        None
    );
}

fn deactivates_and_activates(on: Kind) {
    let application = Application::start(on);
    let path = application.user("user001");
    for (active, status) in [(false, "INACTIVE"), (false, "INACTIVE"), (true, "ACTIVE"), (true, "ACTIVE")] {
        let mut wanted = application.get(&path).expect(200);
        wanted["active"] = json!(active);
        assert_eq!(application.put(&path, &wanted).expect(200)["active"], active);
        let stored = application
            .database
            .value("SELECT status FROM app_user WHERE username = 'user001'");
        assert_eq!(stored.as_deref(), Some(status));
    }
}

fn is_the_same_twice(on: Kind) {
    let application = Application::start(on);
    let path = application.user("user002");
    let mut wanted = complete_user("user002");
    wanted["roles"] = json!([{ "value": "auditor" }]);
    let mut once = application.put(&path, &wanted).expect(200);
    let mut twice = application.put(&path, &wanted).expect(200);
    for answer in [&mut once, &mut twice] {
        answer["meta"].take();
    }
    assert_eq!(once, twice);
}

fn refuses_the_name_of_another(on: Kind) {
    let application = Application::start(on);
    let path = application.user("user001");
    application
        .put(&path, &complete_user("user002"))
        .expect_error(409, Some("uniqueness"), &["userName"]);
    assert_eq!(application.get(&path).expect(200)["userName"], "user001");
    application.expect_unharmed();
}

fn refuses_a_user_without_a_name(on: Kind) {
    let application = Application::start(on);
    let path = application.user("user001");
    application
        .put(&path, &json!({ "schemas": [USER], "title": "Nobody" }))
        .expect_error(400, Some("invalidValue"), &["userName"]);
    assert_eq!(application.get(&path).expect(200)["userName"], "user001");
}

/// The id is the server's, and another one in the body is ignored (RFC 7644 §3.5.1).
fn another_id_is_ignored(on: Kind) {
    let application = Application::start(on);
    let path = application.user("user001");
    let mut wanted = application.get(&path).expect(200);
    wanted["id"] = json!("2");
    wanted["title"] = json!("Changed");
    let replaced = application.put(&path, &wanted).expect(200);
    assert_eq!((&replaced["id"], &replaced["title"]), (&json!("1"), &json!("Changed")));
    assert_eq!(
        application
            .database
            .count("SELECT count(*) FROM app_user WHERE title IS NOT NULL"),
        1
    );
}

/// Attributes, activation and roles in one request: when the last is refused, the first is undone.
fn keeps_nothing_when_a_part_is_refused(on: Kind) {
    let application = Application::start(on);
    let path = application.user("user001");
    let before = application.get(&path).expect(200);
    let mut wanted = complete_user("other-name");
    wanted["active"] = json!(false);
    wanted["roles"] = json!([{ "value": "no-such-role" }]);
    application
        .put(&path, &wanted)
        .expect_error(400, Some("invalidValue"), &["no-such-role"]);
    assert_eq!(application.get(&path).expect(200), before);
    application.expect_unharmed();
}

/// `userName` is said to be unique, so that it is, whatever the table allows.
fn refuses_the_name_of_another_without_a_constraint(on: Kind) {
    let application = Application::start(on);
    application.database.run(match on {
        Kind::Sqlite => "ALTER TABLE app_user RENAME TO constrained; CREATE TABLE app_user AS SELECT * FROM constrained",
        Kind::Postgresql | Kind::Sqlserver | Kind::Oracle => "ALTER TABLE app_user DROP CONSTRAINT app_user_username",
        Kind::Mariadb | Kind::Mysql => "ALTER TABLE app_user DROP INDEX app_user_username",
    });
    let path = application.user("user001");
    let mut renamed = application.get(&path).expect(200);
    renamed["userName"] = json!("USER002");
    application
        .put(&path, &renamed)
        .expect_error(409, Some("uniqueness"), &["userName", "USER002"]);
    let patch = json!([{ "op": "replace", "path": "userName", "value": "user003" }]);
    application
        .patch(&path, patch)
        .expect_error(409, Some("uniqueness"), &["userName", "user003"]);
    // One's own name in other letters is nobody else's.
    renamed["userName"] = json!("USER001");
    assert_eq!(application.put(&path, &renamed).expect(200)["userName"], "USER001");
}
