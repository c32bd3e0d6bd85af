//! Assignments on the user: what is wanted against what is held, as a difference of sets.

use std::collections::BTreeSet;

use portcullis_tests::{Application, Kind, on_every_database, on_procedures};
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
    an_unknown_one_is_refused_without_a_foreign_key,
    many_at_once_are_looked_up,
    a_second_one_is_refused,
    a_second_one_takes_the_place_of_the_first,
    one_of_many_at_once_is_the_one,
    types_share_an_attribute_and_not_their_rules,
);

on_procedures!(
    put_changes_the_difference,
    patch_adds_and_removes,
    at_most_one_where_only_one_can_be_held,
    an_unknown_one_is_refused
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
    application
        .database
        .run(&format!("ALTER TABLE user_role {} note VARCHAR(20)", on.add_column()));
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

/// Tables whose author trusted everybody. What the catalogue does not have is not assigned, nor is anything beside it.
fn an_unknown_one_is_refused_without_a_foreign_key(on: Kind) {
    let operations = "[entitlements.Role.get-user-entitlements]
sql = \"SELECT user_id, role_id, role_id AS role_name FROM loose_role WHERE user_id IN (:ids)\"
[entitlements.Role.add-entitlement]
sql = \"INSERT INTO loose_role(user_id, role_id) VALUES (:id, :entitlement-id)\"
[entitlements.Role.remove-entitlement]
sql = \"DELETE FROM loose_role WHERE user_id = :id AND role_id = :entitlement-id\"
[entitlements.Licence.add-entitlement]
sql = \"UPDATE app_user SET department = :entitlement-id WHERE user_id = :id\"
";
    let application = Application::with_users(on, 2)
        .with_table("CREATE TABLE loose_role (user_id INTEGER NOT NULL, role_id VARCHAR(50) NOT NULL)")
        .with(operations)
        .start();
    let path = application.user("user001");
    let add = |attribute: &str, values: &[&str]| {
        let elements: Vec<Value> = values.iter().map(|value| json!({ "value": value })).collect();
        application.patch(&path, json!([{ "op": "add", "path": attribute, "value": elements }]))
    };
    for (values, named) in [
        (["clerk", "owner"].as_slice(), "\"owner\""),
        (&["CLERK"], "\"CLERK\""),
        (&["clerk "], "\"clerk \""),
        (&["' OR '1'='1"], "OR"),
        (&["%"], "\"%\""),
    ] {
        add("roles", values).expect_error(400, Some("invalidValue"), &[named, "Role", "/Roles"]);
    }
    for value in ["99", "one", "1.0", " 1"] {
        add("entitlements", &[value]).expect_error(400, Some("invalidValue"), &[value, "Licence"]);
    }
    let mut created = portcullis_tests::application::complete_user("grace");
    created["roles"] = json!([{ "value": "clerk" }, { "value": "nobody" }]);
    application
        .post("/Users", &created)
        .expect_error(400, Some("invalidValue"), &["\"nobody\""]);
    assert_eq!(application.database.count("SELECT count(*) FROM loose_role"), 0);
    assert_eq!(application.database.count("SELECT count(*) FROM app_user"), 2);
    add("roles", &["clerk", "auditor"]).expect(200);
    assert_eq!(application.database.count("SELECT count(*) FROM loose_role"), 2);
    application.expect_unharmed();
}

/// More than one look-up asks for at once, and no power of two.
fn many_at_once_are_looked_up(on: Kind) {
    let application = Application::with_users(on, 1).start();
    let ids: Vec<String> = (0..150).map(|n| format!("many-{n}")).collect();
    let rows: Vec<String> = ids.iter().map(|id| format!("'{id}', '{id}', NULL")).collect();
    application.database.insert("app_role", &rows);
    let path = application.user("user001");
    let elements = |ids: &[String]| ids.iter().map(|id| json!({ "value": id })).collect::<Value>();
    let add = |ids: &[String]| application.patch(&path, json!([{ "op": "add", "path": "roles", "value": elements(ids) }]));
    let mut with_a_stranger = ids.clone();
    with_a_stranger.insert(140, "stranger".to_owned());
    add(&with_a_stranger).expect_error(400, Some("invalidValue"), &["\"stranger\""]);
    assert_eq!(application.database.count("SELECT count(*) FROM user_role"), 1);
    for some in [&ids[..3], &ids[..64], &ids[..65], &ids[..]] {
        let user = add(some).expect(200);
        assert_eq!(user["roles"].as_array().unwrap().len(), some.len() + 1);
    }
}

fn licences(application: &Application, path: &str, add: &[&str]) -> portcullis_tests::Response {
    let elements: Vec<Value> = add.iter().map(|value| json!({ "value": value })).collect();
    application.patch(path, json!([{ "op": "add", "path": "entitlements", "value": elements }]))
}

fn held(application: &Application) -> Option<String> {
    application
        .database
        .value("SELECT licence_id FROM app_user WHERE username = 'user001'")
}

/// `single = \"refuse\"`, which `single = true` is short for.
fn a_second_one_is_refused(on: Kind) {
    let application = Application::with_users(on, 1)
        .with("[entitlements.Licence]\nsingle = \"refuse\"")
        .start();
    let path = application.user("user001");
    licences(&application, &path, &["1"]).expect(200);
    licences(&application, &path, &["1"]).expect(200);
    let second = licences(&application, &path, &["2"]);
    second.expect_error(400, Some("invalidValue"), &["\"1\" and \"2\"", "Licence", "at most one"]);
    let mut whole = application.get(&path).expect(200);
    whole["entitlements"] = json!([{ "value": "1" }, { "value": "2" }]);
    application
        .put(&path, &whole)
        .expect_error(400, Some("invalidValue"), &["at most one"]);
    assert_eq!(held(&application).as_deref(), Some("1"));
    // Making room is the client's to say.
    let exchange = json!([{ "op": "remove", "path": "entitlements[value eq \"1\"]" },
        { "op": "add", "path": "entitlements", "value": [{ "value": "2" }] }]);
    application.patch(&path, exchange).expect(200);
    assert_eq!(held(&application).as_deref(), Some("2"));
    let config = application.get("/ServiceProviderConfig").expect(200);
    let supports = &config["RolesAndEntitlements"];
    assert_eq!(supports["entitlements"]["multipleEntitlementsSupported"], false, "{supports}");
    assert_eq!(supports["roles"]["multipleRolesSupported"], true, "{supports}");
}

/// `single = \"replace\"`: also for clients that send all that they know of.
fn a_second_one_takes_the_place_of_the_first(on: Kind) {
    let application = Application::with_users(on, 1)
        .with("[entitlements.Licence]\nsingle = \"replace\"")
        .start();
    let path = application.user("user001");
    for value in ["1", "2", "2", "1"] {
        let user = licences(&application, &path, &[value]).expect(200);
        assert_eq!(user["entitlements"].as_array().map(Vec::len), Some(1), "{user}");
        assert_eq!(held(&application).as_deref(), Some(value));
    }
    let mut whole = application.get(&path).expect(200);
    whole["entitlements"] = json!([{ "value": "1" }, { "value": "2" }]);
    let user = application.put(&path, &whole).expect(200);
    assert_eq!(user["entitlements"][0]["value"], "2");
    application.database.run("UPDATE app_user SET licence_id = NULL");
    licences(&application, &path, &["1", "2"]).expect_error(400, Some("invalidValue"), &["several at once"]);
    licences(&application, &path, &["1", "99"]).expect_error(400, Some("invalidValue"), &[]);
    assert_eq!(held(&application), None);
    application.expect_unharmed();
}

/// Whoever is first is the one, however many ask at the same instant and whatever the database lets transactions see.
fn one_of_many_at_once_is_the_one(on: Kind) {
    let application = Application::with_users(on, 4)
        .with("[entitlements.Role]\nsingle = \"refuse\"")
        .start();
    for name in ["user003", "user004"] {
        let path = application.user(name);
        let statuses: Vec<u16> = std::thread::scope(|scope| {
            let add = |role: &'static str| {
                let (application, path) = (&application, &path);
                scope.spawn(move || {
                    let value = json!([{ "op": "add", "path": "roles", "value": [{ "value": role }] }]);
                    application.patch(path, value).status.as_u16()
                })
            };
            let asked = ["clerk", "manager", "auditor", "reader"].map(add);
            asked.map(|one| one.join().unwrap()).to_vec()
        });
        assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
        assert!(statuses.iter().all(|status| [200, 400].contains(status)), "{statuses:?}");
        let id = application.id_of(name);
        let held = format!("SELECT count(*) FROM user_role WHERE user_id = {id}");
        assert_eq!(application.database.count(&held), 1);
    }
}

/// Several types in one attribute: each has its own endpoint, its own catalogue, and its own rule of how many.
fn types_share_an_attribute_and_not_their_rules(on: Kind) {
    let application = Application::with_users(on, 1)
        .with_table("CREATE TABLE user_permit (user_id INTEGER NOT NULL, role_id VARCHAR(50) NOT NULL)")
        .with(
            "[entitlements.Permit]
id = \"role_id\"
display = \"role_name\"
get-entitlements = { sql = \"SELECT role_id, role_name FROM app_role WHERE role_id <> 'reader'\" }
get-user-entitlements = { sql = \"SELECT role_id, role_id AS role_name FROM user_permit WHERE user_id = :id\" }
add-entitlement = { sql = \"INSERT INTO user_permit(user_id, role_id) VALUES (:id, :entitlement-id)\" }
remove-entitlement = { sql = \"DELETE FROM user_permit WHERE user_id = :id AND role_id = :entitlement-id\" }
",
        )
        .start();
    let counts =
        ["/Permits", "/Licences", "/Roles"].map(|endpoint| application.get(endpoint).expect(200)["totalResults"].clone());
    assert_eq!(counts, [3, 2, 4].map(Value::from));
    let path = application.user("user001");
    let add = |elements: Value| application.patch(&path, json!([{ "op": "add", "path": "entitlements", "value": elements }]));
    let all = json!([{ "value": "1", "type": "Licence" }, { "value": "clerk", "type": "Permit" }, { "value": "auditor", "type": "Permit" }]);
    let user = add(all.clone()).expect(200);
    let mut held: Vec<(&str, &str)> = user["entitlements"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["type"].as_str().unwrap(), one["value"].as_str().unwrap()))
        .collect();
    held.sort();
    assert_eq!(held, [("Licence", "1"), ("Permit", "auditor"), ("Permit", "clerk")]);
    for (element, named) in [
        (json!({ "value": "2", "type": "Licence" }), "at most one"),
        (
            json!({ "value": "reader", "type": "Permit" }),
            "Permit \"reader\" does not exist",
        ),
        (json!({ "value": "clerk", "type": "Licence" }), "Licence"),
        (json!({ "value": "clerk" }), "type"),
    ] {
        add(json!([element])).expect_error(400, Some("invalidValue"), &[named]);
    }
    let config = application.get("/ServiceProviderConfig").expect(200);
    assert_eq!(
        config["RolesAndEntitlements"]["entitlements"]["multipleEntitlementsSupported"],
        true
    );
    assert_eq!(application.database.count("SELECT count(*) FROM user_permit"), 2);
}
