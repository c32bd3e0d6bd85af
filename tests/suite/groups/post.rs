//! `POST /Groups`

use portcullis_tests::{Application, Kind, application::new_group, on_every_database, on_procedures};
use serde_json::json;

use super::{ids, names, rows};

on_every_database!(
    creates_a_group_with_members,
    creates_a_group_without_members,
    a_name_that_is_taken_is_refused,
    a_member_that_is_nobody_is_named,
    the_host_can_make_the_id,
);

on_procedures!(
    creates_a_group_with_members,
    creates_a_group_without_members,
    a_name_that_is_taken_is_refused,
    a_member_that_is_nobody_is_named
);

fn creates_a_group_with_members(on: Kind) {
    let application = Application::start(on);
    let mut new = new_group("Auditors", &ids(&application, &["user001", "user003"]));
    new["externalId"] = json!("00g-auditors");
    let answer = application.post("/Groups", &new);
    let created = answer.expect(201);
    assert_eq!(created["externalId"], "00g-auditors");
    assert_eq!(names(&created), ["user001", "user003"].into());
    assert_eq!(answer.header("location"), created["meta"]["location"].as_str());
    assert_eq!(rows(&application, "Auditors"), ["user001", "user003"]);
    let read = application.get(&format!("/Groups/{}", created["id"].as_str().unwrap()));
    assert_eq!(read.expect(200), created);
}

fn creates_a_group_without_members(on: Kind) {
    let application = Application::start(on);
    let created = application.post("/Groups", &new_group("Auditors", &[])).expect(201);
    assert!(created.get("members").is_none(), "{created}");
    assert_eq!(application.database.count("SELECT count(*) FROM app_group"), 4);
}

/// What the database says of it.
fn a_name_that_is_taken_is_refused(on: Kind) {
    let application = Application::start(on);
    let new = new_group("Payroll", &ids(&application, &["user003"]));
    application
        .post("/Groups", &new)
        .expect_error(409, Some("uniqueness"), &["create-group"]);
    assert_eq!(rows(&application, "Payroll"), ["user001", "user002"]);
    application.expect_unharmed();
}

/// Nothing is kept of a group that can't be made whole.
fn a_member_that_is_nobody_is_named(on: Kind) {
    let application = Application::start(on);
    for nobody in ["4711", "no-number"] {
        let new = new_group("Auditors", &[application.id_of("user001"), nobody.to_owned()]);
        application
            .post("/Groups", &new)
            .expect_error(400, Some("invalidValue"), &[nobody]);
    }
    assert_eq!(application.database.count("SELECT count(*) FROM app_group"), 3);
    application.expect_unharmed();
}

fn the_host_can_make_the_id(on: Kind) {
    let application = Application::with_users(on, 2)
        .with_table("CREATE TABLE team (team_id VARCHAR(40) PRIMARY KEY, team_name VARCHAR(100) NOT NULL)")
        .with_table("CREATE TABLE team_member (team_id VARCHAR(40) NOT NULL, user_id INTEGER NOT NULL)")
        .without("groups")
        .with(
            "[groups]\nid = \"team_id\"\nnew-id = \"uuid\"\n\
             attributes = { displayName = \"team_name\" }\n\
             get-groups = { sql = \"SELECT team_id, team_name FROM team\" }\n\
             get-group-members = { sql = \"SELECT team_id, user_id FROM team_member WHERE team_id IN (:ids)\" }\n\
             create-group = { sql = \"INSERT INTO team VALUES (:id, :displayName)\" }\n\
             add-member = { sql = \"INSERT INTO team_member VALUES (:id, :member-id)\" }\n\
             remove-member = { sql = \"DELETE FROM team_member WHERE team_id = :id AND user_id = :member-id\" }\n",
        )
        .start();
    let user = application.id_of("user001");
    let created = application
        .post("/Groups", &new_group("Auditors", std::slice::from_ref(&user)))
        .expect(201);
    let id = created["id"].as_str().unwrap();
    assert_eq!(application.database.value("SELECT team_id FROM team").as_deref(), Some(id));
    assert_eq!(id.len(), 36, "{id}");
    assert_eq!(created["members"][0]["value"], user);
}
