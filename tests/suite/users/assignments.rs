//! Assignments on the user: what is wanted against what is held, as a difference of sets.

use std::collections::BTreeSet;

use portcullis_tests::{Application, Kind, on_every_database};
use serde_json::{Value, json};

on_every_database!(
    put_changes_the_difference,
    put_without_the_attribute_keeps_them,
    an_empty_list_takes_all,
    patch_adds_and_removes,
    adding_then_removing_is_nothing,
    the_same_twice_is_once,
    at_most_one_where_only_one_can_be_held,
    an_unknown_one_is_refused,
);

fn roles(user: &Value) -> BTreeSet<&str> {
    let roles = user["roles"].as_array().into_iter().flatten();
    roles.map(|role| role["value"].as_str().expect("an id")).collect()
}

fn wanting(user: &Value, roles: &[&str]) -> Value {
    let mut wanted = user.clone();
    wanted["roles"] = roles.iter().map(|role| json!({ "value": role })).collect();
    wanted
}

/// Rows that stay are not touched: they keep what the database says of when they came.
fn put_changes_the_difference(on: Kind) {
    let application = Application::start(on);
    application.database.run("ALTER TABLE user_role ADD COLUMN note VARCHAR(20)");
    application.database.run("UPDATE user_role SET note = 'old'");
    let path = application.user("user002");
    let user = application.get(&path).expect(200);
    assert_eq!(roles(&user), BTreeSet::from(["clerk", "reader"]));
    let replaced = application
        .put(&path, &wanting(&user, &["reader", "auditor", "manager"]))
        .expect(200);
    assert_eq!(roles(&replaced), BTreeSet::from(["auditor", "manager", "reader"]));
    let id = application.id_of("user002");
    let rows = application.database.rows(&format!(
        "SELECT role_id, note FROM user_role WHERE user_id = {id} ORDER BY role_id"
    ));
    let text = |value: &str| Some(value.to_owned());
    assert_eq!(
        rows,
        [
            [text("auditor"), None],
            [text("manager"), None],
            [text("reader"), text("old")]
        ]
    );
}

/// RFC 7644 §3.5.1 lets a server keep what a PUT does not name; Okta's profile push names no roles.
fn put_without_the_attribute_keeps_them(on: Kind) {
    let application = Application::start(on);
    let path = application.user("user002");
    let mut wanted = application.get(&path).expect(200);
    wanted.as_object_mut().unwrap().remove("roles");
    assert_eq!(
        roles(&application.put(&path, &wanted).expect(200)),
        BTreeSet::from(["clerk", "reader"])
    );
}

fn an_empty_list_takes_all(on: Kind) {
    let application = Application::start(on);
    let path = application.user("user002");
    let wanted = wanting(&application.get(&path).expect(200), &[]);
    assert_eq!(roles(&application.put(&path, &wanted).expect(200)), BTreeSet::new());
    assert_eq!(application.database.count("SELECT count(*) FROM user_role"), 1);
}

fn patch_adds_and_removes(on: Kind) {
    let application = Application::start(on);
    let path = application.user("user002");
    let steps = [
        (
            json!({ "op": "add", "path": "roles", "value": [{ "value": "auditor" }] }),
            vec!["auditor", "clerk", "reader"],
        ),
        (
            json!({ "op": "remove", "path": "roles[value eq \"clerk\"]" }),
            vec!["auditor", "reader"],
        ),
        (
            json!({ "op": "remove", "path": "roles", "value": [{ "value": "reader" }] }),
            vec!["auditor"],
        ),
        (
            json!({ "op": "add", "value": { "roles": [{ "value": "clerk" }] } }),
            vec!["auditor", "clerk"],
        ),
        (
            json!({ "op": "replace", "path": "roles", "value": [{ "value": "manager" }] }),
            vec!["manager"],
        ),
        (json!({ "op": "remove", "path": "roles" }), vec![]),
    ];
    for (operation, held) in steps {
        let patched = application.patch(&path, json!([operation])).expect(200);
        assert_eq!(roles(&patched), held.into_iter().collect(), "{operation}");
        assert_eq!(application.get(&path).expect(200), patched);
    }
}

fn adding_then_removing_is_nothing(on: Kind) {
    let application = Application::start(on);
    let path = application.user("user001");
    let before = application.get(&path).expect(200);
    application
        .patch(
            &path,
            json!([{ "op": "add", "path": "roles", "value": [{ "value": "auditor" }] }]),
        )
        .expect(200);
    application
        .patch(&path, json!([{ "op": "remove", "path": "roles[value eq \"auditor\"]" }]))
        .expect(200);
    assert_eq!(application.get(&path).expect(200), before);
}

fn the_same_twice_is_once(on: Kind) {
    let application = Application::start(on);
    let path = application.user("user001");
    for _ in 0..2 {
        let added = json!([{ "op": "add", "path": "roles", "value": [{ "value": "auditor" }, { "value": "auditor" }] }]);
        assert_eq!(
            roles(&application.patch(&path, added).expect(200)),
            BTreeSet::from(["auditor", "clerk"])
        );
    }
    for _ in 0..2 {
        let removed = json!([{ "op": "remove", "path": "roles[value eq \"auditor\"]" }]);
        let answer = application.patch(&path, removed);
        assert_eq!(roles(&answer.expect(200)), BTreeSet::from(["clerk"]));
    }
}

/// `single = true`: the new one takes the place of the old one, and two at once are refused.
fn at_most_one_where_only_one_can_be_held(on: Kind) {
    let application = Application::start(on);
    let path = application.user("user001");
    let licence = |id: &str| json!({ "value": id, "type": "Licence" });
    for id in ["1", "2", "2"] {
        let patched = application
            .patch(
                &path,
                json!([{ "op": "replace", "path": "entitlements", "value": [licence(id)] }]),
            )
            .expect(200);
        assert_eq!(patched["entitlements"].as_array().map(Vec::len), Some(1));
        assert_eq!(patched["entitlements"][0]["value"], id);
    }
    let both = json!([{ "op": "replace", "path": "entitlements", "value": [licence("1"), licence("2")] }]);
    application
        .patch(&path, both)
        .expect_error(400, Some("invalidValue"), &["Licence"]);
    let id = application
        .database
        .value("SELECT licence_id FROM app_user WHERE username = 'user001'");
    assert_eq!(id.as_deref(), Some("2"));
}

fn an_unknown_one_is_refused(on: Kind) {
    let application = Application::start(on);
    let path = application.user("user001");
    let unknown = json!([{ "op": "add", "path": "roles", "value": [{ "value": "no-such-role" }] }]);
    application
        .patch(&path, unknown)
        .expect_error(400, Some("invalidValue"), &["no-such-role"]);
    assert_eq!(roles(&application.get(&path).expect(200)), BTreeSet::from(["clerk"]));
    application.expect_unharmed();
}
