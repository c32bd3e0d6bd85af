//! `PUT /Groups/{id}`

use portcullis_tests::{Application, Kind, application::new_group, on_every_database, on_procedures};
use serde_json::json;

use super::{ids, names, rows};

on_every_database!(
    replaces_name_and_members,
    what_was_read_changes_nothing,
    members_that_are_not_said_stay,
    an_empty_list_takes_all,
    a_group_that_is_not_there,
);

on_procedures!(
    replaces_name_and_members,
    members_that_are_not_said_stay,
    an_empty_list_takes_all,
    a_group_that_is_not_there
);

/// Rows that stay are not touched: they keep what the database says of when they came.
fn replaces_name_and_members(on: Kind) {
    let application = Application::start(on);
    application
        .database
        .run(&format!("ALTER TABLE group_member {} note VARCHAR(20)", on.add_column()));
    application.database.run("UPDATE group_member SET note = 'old'");
    let path = application.group("Payroll");
    let wanted = new_group("Wages", &ids(&application, &["user002", "user003", "user004"]));
    let put = application.put(&path, &wanted).expect(200);
    assert_eq!(put["displayName"], "Wages");
    assert_eq!(names(&put), ["user002", "user003", "user004"].into());
    assert_eq!(rows(&application, "Wages"), ["user002", "user003", "user004"]);
    let kept = application.database.count(
        "SELECT count(*) FROM group_member m JOIN app_group g ON g.group_id = m.group_id \
         WHERE g.group_name = 'Wages' AND note = 'old'",
    );
    assert_eq!(kept, 1, "the row of user002 is the one that was there");
}

fn what_was_read_changes_nothing(on: Kind) {
    let application = Application::with_users(on, 2)
        .without("groups.update-group.sql")
        .with("[groups.update-group]\nsql = \"UPDATE app_group SET group_name = 'changed' WHERE group_id = :id AND 0 = 1\"")
        .start();
    let path = application.group("Payroll");
    let group = application.get(&path).expect(200);
    let put = application.put(&path, &group);
    assert_eq!(put.expect(200), group);
    assert_eq!(put.header("etag"), group["meta"]["version"].as_str());
}

fn members_that_are_not_said_stay(on: Kind) {
    let application = Application::start(on);
    let path = application.group("Payroll");
    let mut wanted = new_group("Wages", &[]);
    wanted.as_object_mut().unwrap().remove("members");
    assert_eq!(
        names(&application.put(&path, &wanted).expect(200)),
        ["user001", "user002"].into()
    );
}

fn an_empty_list_takes_all(on: Kind) {
    let application = Application::start(on);
    let path = application.group("Payroll");
    let put = application.put(&path, &new_group("Payroll", &[])).expect(200);
    assert!(put.get("members").is_none(), "{put}");
    assert!(rows(&application, "Payroll").is_empty());
    assert_eq!(rows(&application, "Night Shift"), ["user002"]);
}

fn a_group_that_is_not_there(on: Kind) {
    let application = Application::start(on);
    application
        .put("/Groups/4711", &new_group("Wages", &[]))
        .expect_error(404, None, &["4711"]);
    let nameless = json!({ "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"], "members": [] });
    application
        .put(&application.group("Payroll"), &nameless)
        .expect_error(400, Some("invalidValue"), &["displayName"]);
}
