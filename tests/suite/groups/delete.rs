//! `DELETE /Groups/{id}`

use portcullis_tests::{Application, Kind, on_every_database, on_procedures};

on_every_database!(deletes_a_group, is_off_unless_it_is_enabled, a_user_leaves_its_groups);

on_procedures!(deletes_a_group, a_user_leaves_its_groups);

fn deletes_a_group(on: Kind) {
    let application = Application::start(on);
    let path = application.group("Payroll");
    let gone = application.delete(&path);
    gone.expect(204);
    assert_eq!(gone.text, "");
    application.get(&path).expect_error(404, None, &["Group"]);
    application.delete(&path).expect_error(404, None, &["Group"]);
    assert_eq!(application.database.count("SELECT count(*) FROM app_group"), 2);
    assert_eq!(application.database.count("SELECT count(*) FROM app_user"), 7);
}

fn is_off_unless_it_is_enabled(on: Kind) {
    let application = Application::with_users(on, 1).without("groups.delete-group.enabled").start();
    application
        .delete(&application.group("Payroll"))
        .expect_error(501, None, &["groups.delete-group"]);
    assert_eq!(application.database.count("SELECT count(*) FROM app_group"), 3);
}

fn a_user_leaves_its_groups(on: Kind) {
    let application = Application::start(on);
    application.delete(&application.user("user002")).expect(204);
    let group = application.get(&application.group("Night Shift")).expect(200);
    assert!(group.get("members").is_none(), "{group}");
}
