//! The catalogues: `/Roles`, `/Licences`.

use portcullis_tests::{Application, Kind, client::encode, on_every_database};
use serde_json::{Value, json};

on_every_database!(
    lists_what_there_is,
    pages,
    finds_one,
    an_unknown_one_does_not_exist,
    cannot_be_changed
);

fn lists_what_there_is(on: Kind) {
    let application = Application::start(on);
    let roles = application.get("/Roles").expect(200);
    assert_eq!(roles["totalResults"], 4);
    let role = roles["Resources"]
        .as_array()
        .unwrap()
        .iter()
        .find(|role| role["id"] == "clerk")
        .expect("the clerk");
    assert_eq!(role["schemas"], json!(["urn:okta:scim:schemas:core:1.0:Role"]));
    assert_eq!(role["displayName"], "Payroll Clerk");
    assert_eq!(role["description"], "May do what a Payroll Clerk does");
    assert!(role.get("type").is_none(), "a role has no type: {role}");

    let licences = application.get("/Licences").expect(200);
    let mut ids: Vec<&Value> = licences["Resources"]
        .as_array()
        .unwrap()
        .iter()
        .map(|licence| &licence["id"])
        .collect();
    ids.sort_by_key(|id| id.to_string());
    assert_eq!(ids, ["1", "2"], "an id is a string");
    assert_eq!(licences["Resources"][0]["type"], "Licence");
    assert_eq!(
        licences["Resources"][0]["schemas"],
        json!(["urn:okta:scim:schemas:core:1.0:Entitlement"])
    );
}

fn pages(on: Kind) {
    let application = Application::start(on);
    let mut seen = Vec::new();
    for start in 1..=4 {
        let page = application.get(&format!("/Roles?startIndex={start}&count=1")).expect(200);
        assert_eq!((&page["totalResults"], &page["itemsPerPage"]), (&json!(4), &json!(1)));
        seen.push(page["Resources"][0]["id"].as_str().unwrap().to_owned());
    }
    seen.sort();
    assert_eq!(seen, ["auditor", "clerk", "manager", "reader"]);
}

fn finds_one(on: Kind) {
    let application = Application::start(on);
    assert_eq!(application.get("/Roles/auditor").expect(200)["displayName"], "Auditor");
    let found = application
        .get(&format!("/Roles?filter={}", encode("displayName eq \"Auditor\"")))
        .expect(200);
    assert_eq!(
        (&found["totalResults"], &found["Resources"][0]["id"]),
        (&json!(1), &json!("auditor"))
    );
}

fn an_unknown_one_does_not_exist(on: Kind) {
    let application = Application::start(on);
    application
        .get("/Roles/no-such-role")
        .expect_error(404, None, &["Role", "no-such-role"]);
    application.get("/Licences/99").expect_error(404, None, &["Licence", "99"]);
    application.get("/Nothings").expect_error(404, None, &["Nothings"]);
}

fn cannot_be_changed(on: Kind) {
    let application = Application::start(on);
    let new = json!({ "schemas": ["urn:okta:scim:schemas:core:1.0:Role"], "displayName": "Owner" });
    application.post("/Roles", &new).expect_error(405, None, &[]);
    application.delete("/Roles/clerk").expect_error(405, None, &[]);
    assert_eq!(application.database.count("SELECT count(*) FROM app_role"), 4);
}
