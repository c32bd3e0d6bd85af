//! Groups with more members than a component may hold rows of, or than a user may have of anything.

use portcullis_tests::{Application, Kind, application::new_group, on_every_database};
use serde_json::json;

const MEMBERS: usize = 12_000;

on_every_database!(a_large_group_is_read_and_changed);

fn a_large_group_is_read_and_changed(on: Kind) {
    let application = Application::with_users(on, MEMBERS).start();
    application.database.run("DELETE FROM group_member");
    application.database.run(
        "INSERT INTO group_member SELECT group_id, user_id FROM app_group, app_user \
         WHERE group_name = 'Payroll' AND username <> 'user001'",
    );
    let path = application.group("Payroll");
    let size = |group: &serde_json::Value| group["members"].as_array().map_or(0, Vec::len);
    assert_eq!(size(&application.get(&path).expect(200)), MEMBERS - 1);

    let newcomer = application.id_of("user001");
    let add = json!([{ "op": "add", "path": "members", "value": [{ "value": newcomer }] }]);
    assert_eq!(size(&application.patch(&path, add).expect(200)), MEMBERS);
    let remove = json!([{ "op": "remove", "path": format!("members[value eq \"{newcomer}\"]") }]);
    assert_eq!(size(&application.patch(&path, remove).expect(200)), MEMBERS - 1);

    // A whole group at once, most of which is there already.
    let rows = application
        .database
        .rows("SELECT user_id FROM app_user WHERE username <> 'user002' ORDER BY user_id");
    let ids: Vec<String> = rows.into_iter().flatten().flatten().collect();
    let put = application.put(&path, &new_group("Everybody", &ids)).expect(200);
    assert_eq!((size(&put), &put["displayName"]), (MEMBERS - 1, &json!("Everybody")));
    let absent = application
        .database
        .count("SELECT count(*) FROM group_member m JOIN app_user u ON u.user_id = m.user_id WHERE username = 'user002'");
    assert_eq!(absent, 0);
}
