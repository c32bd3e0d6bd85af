//! The catalogues: `/Roles`, `/Licences`.

use portcullis_tests::{Application, Kind, client::encode, on_every_database};
use serde_json::{Value, json};

on_every_database!(
    lists_what_there_is,
    pages,
    finds_one,
    can_be_filtered,
    can_be_sorted,
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

fn ids(application: &Application, path: &str) -> Vec<String> {
    let list = application.get(path).expect(200);
    let id = |item: &Value| item["id"].as_str().unwrap().to_owned();
    list["Resources"].as_array().unwrap().iter().map(id).collect()
}

fn can_be_filtered(on: Kind) {
    let application = Application::start(on);
    for (filter, found) in [
        ("displayName sw \"payroll\"", ["clerk", "manager"].as_slice()),
        ("displayName co \"ROLL m\"", &["manager"]),
        ("not (displayName sw \"Payroll\") and id ne \"reader\"", &["auditor"]),
        ("description eq \"may do what a reader does\"", &["reader"]),
        ("type eq \"role\" and id eq \"clerk\"", &["clerk"]),
        ("type eq \"Licence\"", &[]),
        ("meta.resourceType eq \"Role\" and id eq \"clerk\"", &["clerk"]),
        ("id eq \"CLERK\"", &[]),
    ] {
        let listed = ids(&application, &format!("/Roles?sortBy=id&filter={}", encode(filter)));
        assert_eq!(listed, found, "{filter}");
    }
    assert_eq!(
        ids(&application, &format!("/Licences?filter={}", encode("id eq \"2\""))),
        ["2"]
    );
    assert_eq!(
        ids(&application, &format!("/Licences?filter={}", encode("id eq \"two\""))),
        [] as [&str; 0]
    );
    let unmapped = format!("/Licences?filter={}", encode("description pr"));
    application
        .get(&unmapped)
        .expect_error(400, Some("invalidFilter"), &["description"]);
}

fn can_be_sorted(on: Kind) {
    let application = Application::start(on);
    let by_name = "/Roles?sortBy=displayName&sortOrder=descending";
    assert_eq!(ids(&application, by_name), ["reader", "manager", "clerk", "auditor"]);
    assert_eq!(
        ids(&application, &format!("{by_name}&startIndex=2&count=2")),
        ["manager", "clerk"]
    );
    application
        .get("/Licences?sortBy=description")
        .expect_error(400, Some("invalidValue"), &["description"]);
}
