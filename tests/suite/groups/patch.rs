//! `PATCH /Groups/{id}`

use portcullis_tests::{Application, Kind, on_every_database, on_procedures};
use serde_json::{Value, json};

use super::{names, rows};

on_every_database!(
    adds_removes_and_replaces_members,
    the_same_twice_is_once,
    renames,
    a_name_that_is_taken_is_refused,
    a_member_that_is_nobody_is_named,
    a_member_that_nothing_refuses_is_missed,
    a_table_that_takes_anybody_gets_users_only,
    the_same_by_many_at_once_is_once,
    all_or_nothing,
    what_is_not_configured_is_refused,
);

on_procedures!(
    adds_removes_and_replaces_members,
    the_same_twice_is_once,
    renames,
    a_name_that_is_taken_is_refused,
    a_member_that_is_nobody_is_named,
    the_same_by_many_at_once_is_once,
    all_or_nothing
);

fn adds_removes_and_replaces_members(on: Kind) {
    let application = Application::start(on);
    let path = application.group("Payroll");
    let id = |name: &str| application.id_of(name);
    let steps: [(Value, &[&str]); 7] = [
        (
            json!({ "op": "add", "path": "members", "value": [{ "value": id("user003") }] }),
            &["user001", "user002", "user003"],
        ),
        (
            json!({ "op": "remove", "path": format!("members[value eq \"{}\"]", id("user001")) }),
            &["user002", "user003"],
        ),
        (
            json!({ "op": "remove", "path": "members", "value": [{ "value": id("user002") }] }),
            &["user003"],
        ),
        (
            json!({ "op": "add", "value": { "members": [{ "value": id("user004") }] } }),
            &["user003", "user004"],
        ),
        (
            json!({ "op": "replace", "path": "members", "value": [{ "value": id("user004") }, { "value": id("user005") }] }),
            &["user004", "user005"],
        ),
        (
            json!({ "op": "remove", "path": "members[display eq \"user004\"]" }),
            &["user005"],
        ),
        (json!({ "op": "remove", "path": "members" }), &[]),
    ];
    for (operation, left) in steps {
        let patched = application.patch(&path, json!([operation])).expect(200);
        assert_eq!(names(&patched), left.iter().copied().collect(), "{operation}");
        assert_eq!(rows(&application, "Payroll"), left, "{operation}");
        assert_eq!(application.get(&path).expect(200), patched);
    }
}

fn the_same_twice_is_once(on: Kind) {
    let application = Application::start(on);
    let path = application.group("Vacant");
    let user = application.id_of("user003");
    let add = json!([{ "op": "add", "path": "members", "value": [{ "value": user }, { "value": user }] }]);
    let remove = json!([{ "op": "remove", "path": format!("members[value eq \"{user}\"]") }]);
    for (operations, left) in [(&add, 1), (&add, 1), (&remove, 0), (&remove, 0)] {
        application.patch(&path, operations.clone()).expect(200);
        assert_eq!(rows(&application, "Vacant").len(), left);
    }
}

fn renames(on: Kind) {
    let application = Application::start(on);
    let path = application.group("Payroll");
    for (operation, name) in [
        (json!({ "op": "replace", "path": "displayName", "value": "Wages" }), "Wages"),
        (json!({ "op": "replace", "value": { "displayName": "Salaries" } }), "Salaries"),
        (
            json!({ "op": "add", "path": "urn:ietf:params:scim:schemas:core:2.0:Group:displayName", "value": "Pay" }),
            "Pay",
        ),
    ] {
        assert_eq!(application.patch(&path, json!([operation])).expect(200)["displayName"], name);
        assert_eq!(rows(&application, name), ["user001", "user002"]);
    }
    application
        .patch(&path, json!([{ "op": "remove", "path": "displayName" }]))
        .expect_error(400, Some("mutability"), &["displayName"]);
}

fn a_name_that_is_taken_is_refused(on: Kind) {
    let application = Application::start(on);
    application
        .patch(
            &application.group("Payroll"),
            json!([{ "op": "replace", "path": "displayName", "value": "Vacant" }]),
        )
        .expect_error(409, Some("uniqueness"), &["update-group"]);
    application.expect_unharmed();
}

fn a_member_that_is_nobody_is_named(on: Kind) {
    let application = Application::start(on);
    let path = application.group("Payroll");
    for nobody in ["4711", "no-number", "1 OR 1=1", "Robert'); DROP TABLE group_member;--"] {
        let add = json!([{ "op": "add", "path": "members", "value": [{ "value": nobody }] }]);
        application
            .patch(&path, add)
            .expect_error(400, Some("invalidValue"), &[nobody]);
    }
    assert_eq!(rows(&application, "Payroll"), ["user001", "user002"]);
    application.expect_unharmed();
}

/// A statement that changes no row is no error by itself: what is read back afterwards decides.
fn a_member_that_nothing_refuses_is_missed(on: Kind) {
    let application = Application::with_users(on, 2)
        .with(
            "[groups.add-member]\nsql = \"INSERT INTO group_member SELECT group_id, user_id FROM app_group, app_user \
               WHERE group_id = :id AND user_id = :member-id AND username = 'user001'\"",
        )
        .start();
    let path = application.group("Vacant");
    let add = |id: &str| json!([{ "op": "add", "path": "members", "value": [{ "value": id }] }]);
    let [one, two] = ["user001", "user002"].map(|name| application.id_of(name));
    application
        .patch(&path, add(&two))
        .expect_error(400, Some("invalidValue"), &[&two]);
    application.patch(&path, add(&one)).expect(200);
    assert_eq!(rows(&application, "Vacant"), ["user001"]);
}

/// There is no reference that would refuse somebody else.
fn a_table_that_takes_anybody_gets_users_only(on: Kind) {
    let application = Application::with_users(on, 3)
        .with_table("CREATE TABLE loose_member (group_id INTEGER NOT NULL, user_id INTEGER NOT NULL)")
        .with(
            "[groups]\nget-group-members = { sql = \"SELECT group_id, user_id, 'somebody' AS username FROM loose_member \
             WHERE group_id IN (:ids)\" }\nadd-member = { sql = \"INSERT INTO loose_member VALUES (:id, :member-id)\" }",
        )
        .start();
    let path = application.group("Vacant");
    let add = |ids: &[&str]| {
        let members: Vec<Value> = ids.iter().map(|id| json!({ "value": id })).collect();
        json!([{ "op": "add", "path": "members", "value": members }])
    };
    let [one, two, three] = ["user001", "user002", "user003"].map(|name| application.id_of(name));
    application.patch(&path, add(&[&one, "4711", &two])).expect_error(
        400,
        Some("invalidValue"),
        &["member \"4711\" does not exist"],
    );
    assert_eq!(application.database.count("SELECT count(*) FROM loose_member"), 0);
    application.patch(&path, add(&[&one, &two, &three])).expect(200);
    assert_eq!(application.database.count("SELECT count(*) FROM loose_member"), 3);
}

/// Each of them finds who is in the group already, whatever the database lets transactions see.
fn the_same_by_many_at_once_is_once(on: Kind) {
    let application = Application::start(on);
    let path = application.group("Vacant");
    let everybody: Vec<Value> = (1..=7)
        .map(|number| json!({ "value": application.id_of(&format!("user{number:03}")) }))
        .collect();
    let add = json!([{ "op": "add", "path": "members", "value": everybody }]);
    for _ in 0..3 {
        let statuses = std::thread::scope(|scope| {
            let asked = [(); 4].map(|()| scope.spawn(|| application.patch(&path, add.clone()).status.as_u16()));
            asked.map(|one| one.join().unwrap())
        });
        assert_eq!(statuses, [200; 4]);
        assert_eq!(rows(&application, "Vacant").len(), 7);
        application
            .patch(&path, json!([{ "op": "remove", "path": "members" }]))
            .expect(200);
    }
}

/// One request is one transaction.
fn all_or_nothing(on: Kind) {
    let application = Application::start(on);
    let path = application.group("Payroll");
    let operations = json!([
        { "op": "replace", "path": "displayName", "value": "Wages" },
        { "op": "remove", "path": format!("members[value eq \"{}\"]", application.id_of("user001")) },
        { "op": "add", "path": "members", "value": [{ "value": application.id_of("user003") }, { "value": "4711" }] },
    ]);
    application
        .patch(&path, operations)
        .expect_error(400, Some("invalidValue"), &["4711"]);
    assert_eq!(rows(&application, "Payroll"), ["user001", "user002"]);
    application.expect_unharmed();
}

fn what_is_not_configured_is_refused(on: Kind) {
    let application = Application::with_users(on, 3)
        .without("groups.remove-member")
        .without("groups.update-group")
        .start();
    let path = application.group("Payroll");
    let remove = json!([{ "op": "remove", "path": "members" }]);
    application
        .patch(&path, remove)
        .expect_error(400, Some("mutability"), &["remove-member"]);
    let rename = json!([{ "op": "replace", "path": "displayName", "value": "Wages" }]);
    application
        .patch(&path, rename)
        .expect_error(400, Some("mutability"), &["displayName", "update-group"]);
    let add = json!([{ "op": "add", "path": "members", "value": [{ "value": application.id_of("user003") }] }]);
    application.patch(&path, add).expect(200);
}
