//! The user's read-only `groups`.

use portcullis_tests::{Application, Builder, Kind, application::complete_user, on_every_database};
use serde_json::{Value, json};

use super::GET_USER_GROUPS;

on_every_database!(
    a_user_shows_its_groups,
    a_page_of_users_shows_theirs,
    a_user_cannot_change_them,
    works_with_a_statement_for_one_user,
);

fn with_groups(on: Kind) -> Builder {
    Application::with_users(on, 3).with(GET_USER_GROUPS)
}

fn displayed(user: &Value) -> Vec<&str> {
    let groups = user["groups"].as_array().into_iter().flatten();
    let mut names: Vec<&str> = groups.map(|group| group["display"].as_str().expect("a name")).collect();
    names.sort_unstable();
    names
}

fn a_user_shows_its_groups(on: Kind) {
    let application = with_groups(on).start();
    let user = application.get(&application.user("user001")).expect(200);
    let path = application.group("Payroll");
    let group = json!({
        "value": path.replace("/Groups/", ""),
        "display": "Payroll",
        "$ref": format!("{}{path}", application.base()),
    });
    assert_eq!(user["groups"], json!([group]));
    let add = json!([{ "op": "add", "path": "members", "value": [{ "value": user["id"] }] }]);
    application.patch(&application.group("Vacant"), add).expect(200);
    let now = application.get(&application.user("user001")).expect(200);
    assert_eq!(displayed(&now), ["Payroll", "Vacant"]);
    assert_ne!(now["meta"]["version"], user["meta"]["version"]);
}

fn a_page_of_users_shows_theirs(on: Kind) {
    let application = with_groups(on).start();
    let page = application.get("/Users").expect(200);
    let groups: Vec<Vec<&str>> = page["Resources"].as_array().unwrap().iter().map(displayed).collect();
    assert_eq!(groups, [vec!["Payroll"], vec!["Night Shift", "Payroll"], vec![]]);
    let schema = application
        .get("/Schemas/urn:ietf:params:scim:schemas:core:2.0:User")
        .expect(200);
    let described = schema["attributes"]
        .as_array()
        .unwrap()
        .iter()
        .find(|it| it["name"] == "groups");
    assert_eq!(described.expect("it is described")["mutability"], "readOnly");
}

/// RFC 7643 §4.1.2: by the group alone.
fn a_user_cannot_change_them(on: Kind) {
    let application = with_groups(on).start();
    let path = application.user("user001");
    let add = json!([{ "op": "add", "path": "groups", "value": [{ "value": "3" }] }]);
    application
        .patch(&path, add)
        .expect_error(400, Some("mutability"), &["groups"]);
    let mut user = application.get(&path).expect(200);
    user["groups"] = json!([]);
    assert_eq!(displayed(&application.put(&path, &user).expect(200)), ["Payroll"]);
    let mut new = complete_user("grace@example.com");
    new["groups"] = json!([{ "value": application.group("Payroll").replace("/Groups/", "") }]);
    let created = application.post("/Users", &new).expect(201);
    assert!(created.get("groups").is_none(), "{created}");
}

fn works_with_a_statement_for_one_user(on: Kind) {
    let application = with_groups(on)
        .with(
            "[groups.get-user-groups]\nsql = \"SELECT g.group_id FROM group_member m JOIN app_group g \
             ON g.group_id = m.group_id WHERE m.user_id = :id\"",
        )
        .start();
    let page = application.get("/Users").expect(200);
    let sizes: Vec<usize> = page["Resources"]
        .as_array()
        .unwrap()
        .iter()
        .map(|user| user["groups"].as_array().map_or(0, Vec::len))
        .collect();
    assert_eq!(sizes, [1, 2, 0]);
    let user = application.id_of("user002");
    assert_eq!(application.find_groups(&format!("members eq \"{user}\"")).len(), 2);
}
