//! Okta's group push: what it asks and sends, in its order.

use portcullis_tests::{Application, Kind, application::new_group, client::encode, on_every_database};
use serde_json::json;

use super::{ids, names, rows};

on_every_database!(pushes_a_group, takes_over_a_group_that_is_there, imports_groups);

/// Create, fill, rename, empty, delete.
fn pushes_a_group(on: Kind) {
    let application = Application::start(on);
    let capabilities = application.get("/ServiceProviderConfig").expect(200);
    let capabilities = capabilities["urn:okta:schemas:scim:providerconfig:1.0"]["userManagementCapabilities"].to_string();
    assert!(capabilities.contains("GROUP_PUSH"), "{capabilities}");

    let miss = format!(
        "/Groups?filter={}&startIndex=1&count=100",
        encode("displayName eq \"Engines\"")
    );
    assert_eq!(application.get(&miss).expect(200)["totalResults"], 0);

    let [one, two, three] = ["user001", "user002", "user003"].map(|name| application.id_of(name));
    let new = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"],
        "displayName": "Engines",
        "members": [{ "value": one, "display": "user001" }],
    });
    let created = application.post("/Groups", &new).expect(201);
    let path = format!("/Groups/{}", created["id"].as_str().unwrap());
    assert_eq!(names(&created), ["user001"].into());

    let members = json!([
        { "op": "remove", "path": format!("members[value eq \"{one}\"]") },
        { "op": "add", "path": "members", "value": [{ "value": two, "display": "user002" }, { "value": three }] },
    ]);
    application.patch(&path, members).expect(200);
    assert_eq!(rows(&application, "Engines"), ["user002", "user003"]);

    let rename = json!([{ "op": "replace", "value": { "id": created["id"], "displayName": "Looms" } }]);
    let renamed = application.patch(&path, rename).expect(200);
    assert_eq!((&renamed["id"], &renamed["displayName"]), (&created["id"], &json!("Looms")));

    application
        .patch(&path, json!([{ "op": "replace", "path": "members", "value": [] }]))
        .expect(200);
    assert!(rows(&application, "Looms").is_empty());
    application.delete(&path).expect(204);
    application.get(&path).expect_error(404, None, &["Group"]);
}

/// Linking to a group that the application has: found by name, then its members replaced.
fn takes_over_a_group_that_is_there(on: Kind) {
    let application = Application::start(on);
    application
        .post("/Groups", &new_group("Payroll", &[]))
        .expect_error(409, Some("uniqueness"), &[]);
    let found = application.find_groups("displayName eq \"Payroll\"");
    assert_eq!(found.len(), 1);
    let path = format!("/Groups/{}", found[0]["id"].as_str().unwrap());
    let members: Vec<_> = ids(&application, &["user003", "user002"])
        .into_iter()
        .map(|id| json!({ "value": id, "display": "somebody" }))
        .collect();
    let replace = json!([{ "op": "replace", "path": "members", "value": members }]);
    let replaced = application.patch(&path, replace).expect(200);
    assert_eq!(names(&replaced), ["user002", "user003"].into());
    let mut put = replaced.clone();
    put["displayName"] = json!("Wages");
    assert_eq!(application.put(&path, &put).expect(200)["displayName"], "Wages");
    assert_eq!(rows(&application, "Wages"), ["user002", "user003"]);
}

/// An import reads groups page by page, and then users.
fn imports_groups(on: Kind) {
    let application = Application::start(on);
    let mut seen = Vec::new();
    let mut start = 1;
    loop {
        let page = application.get(&format!("/Groups?startIndex={start}&count=2")).expect(200);
        let groups = page["Resources"].as_array().cloned().unwrap_or_default();
        seen.extend(groups.into_iter().map(|group| group["displayName"].clone()));
        start += 2;
        if start > page["totalResults"].as_u64().unwrap() {
            break;
        }
    }
    assert_eq!(seen, portcullis_tests::application::GROUPS);
}
