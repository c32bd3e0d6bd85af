//! `GET /Groups/{id}`

use portcullis_tests::{Application, Kind, application::GROUP, on_every_database, on_procedures};
use serde_json::json;

on_every_database!(
    shows_a_group_whole,
    an_unknown_one_does_not_exist,
    works_without_a_statement_of_its_own,
    works_with_a_statement_for_one_group,
);

on_procedures!(shows_a_group_whole, an_unknown_one_does_not_exist);

fn shows_a_group_whole(on: Kind) {
    let application = Application::start(on);
    let path = application.group("Night Shift");
    let answer = application.get(&path);
    let group = answer.expect(200);
    let user = application.id_of("user002");
    let base = application.base();
    assert_eq!(group["schemas"], json!([GROUP]));
    assert_eq!(group["displayName"], "Night Shift");
    let member = json!({ "value": user, "display": "user002", "type": "User", "$ref": format!("{base}/Users/{user}") });
    assert_eq!(group["members"], json!([member]));
    assert_eq!(group["meta"]["resourceType"], "Group");
    assert_eq!(group["meta"]["location"], format!("{base}{path}"));
    assert_eq!(group["meta"]["version"].as_str(), answer.header("etag"));
    let referred = group["members"][0]["$ref"].as_str().unwrap().replace(base, "");
    assert_eq!(application.get(&referred).expect(200)["userName"], "user002");
}

fn an_unknown_one_does_not_exist(on: Kind) {
    let application = Application::start(on);
    for id in ["4711", "no-number", "1%27%20OR%201=1"] {
        application.get(&format!("/Groups/{id}")).expect_error(404, None, &["Group"]);
    }
}

fn works_without_a_statement_of_its_own(on: Kind) {
    let application = Application::with_users(on, 2).without("groups.get-group").start();
    let path = application.group("Payroll");
    assert_eq!(application.get(&path).expect(200)["displayName"], "Payroll");
    application.get("/Groups/4711").expect_error(404, None, &["4711"]);
}

/// `:id` instead of `:ids`.
fn works_with_a_statement_for_one_group(on: Kind) {
    let application = Application::with_users(on, 2)
        .with(
            "[groups.get-group-members]\nsql = \"SELECT u.user_id, u.username FROM group_member m JOIN app_user u \
             ON u.user_id = m.user_id WHERE m.group_id = :id\"",
        )
        .start();
    let list = application.get("/Groups").expect(200);
    let sizes: Vec<usize> = list["Resources"]
        .as_array()
        .unwrap()
        .iter()
        .map(|group| group["members"].as_array().map_or(0, Vec::len))
        .collect();
    assert_eq!(sizes, [2, 1, 0]);
    let group = application.group("Payroll").replace("/Groups/", "");
    let user = application.id_of("user001");
    let found = application.find_groups(&format!("members.value eq \"{user}\" and id eq \"{group}\""));
    assert_eq!(found.len(), 1);
}
