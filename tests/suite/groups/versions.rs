//! Versions of groups (RFC 7644 §3.14).

use portcullis_tests::{Application, Kind, application::new_group, on_every_database, on_procedures};
use serde_json::json;

use super::rows;

on_every_database!(a_change_of_members_is_one, an_old_version_changes_nothing);

on_procedures!(a_change_of_members_is_one, an_old_version_changes_nothing);

fn a_change_of_members_is_one(on: Kind) {
    let application = Application::start(on);
    let path = application.group("Payroll");
    let before = application.get(&path);
    let tag = before.header("etag").expect("a version").to_owned();
    let known = application.with_header("if-none-match", &tag);
    assert_eq!(known.get(&path).status, 304);
    application
        .database
        .run("DELETE FROM group_member WHERE user_id = (SELECT user_id FROM app_user WHERE username = 'user001')");
    let after = known.get(&path);
    after.expect(200);
    assert_ne!(after.header("etag"), Some(tag.as_str()));
}

fn an_old_version_changes_nothing(on: Kind) {
    let application = Application::start(on);
    let path = application.group("Payroll");
    let old = application.with_header("if-match", "W/\"old\"");
    let remove = json!([{ "op": "remove", "path": "members" }]);
    old.patch(&path, remove.clone()).expect_error(412, None, &["If-Match"]);
    old.put(&path, &new_group("Wages", &[]))
        .expect_error(412, None, &["If-Match"]);
    old.delete(&path).expect_error(412, None, &["If-Match"]);
    old.get(&path).expect_error(412, None, &["If-Match"]);
    assert_eq!(rows(&application, "Payroll"), ["user001", "user002"]);

    // The version is known, whatever is shown.
    let tag = application.get(&path).header("etag").expect("a version").to_owned();
    let known = application.with_header("if-match", &tag);
    known.patch(&format!("{path}?excludedAttributes=members"), remove).expect(200);
    known.delete(&path).expect_error(412, None, &["If-Match"]);
    assert!(rows(&application, "Payroll").is_empty());
}
