//! What Microsoft Entra does with groups, in its order and with its peculiarities.

use portcullis_tests::{Application, Kind, client::encode, on_every_database};
use serde_json::json;

use super::rows;

on_every_database!(provisions_a_group);

fn provisions_a_group(on: Kind) {
    let application = Application::start(on);
    let without_members = |filter: &str| {
        let path = format!("/Groups?excludedAttributes=members&filter={}", encode(filter));
        application.get(&path).expect(200)
    };
    assert_eq!(without_members("displayName eq \"Engines\"")["totalResults"], 0);

    // It creates the group empty, with an extension of its own in `schemas` or without.
    let new = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"],
        "externalId": "8aa1a0c0-c4c3-4bc0-b4a5-2ef676900159",
        "displayName": "Engines",
        "meta": { "resourceType": "Group" },
    });
    let created = application.post("/Groups", &new).expect(201);
    let id = created["id"].as_str().unwrap();
    let path = format!("/Groups/{id}");
    assert_eq!(created["externalId"], new["externalId"]);

    let found = without_members("externalId eq \"8aa1a0c0-c4c3-4bc0-b4a5-2ef676900159\"");
    assert_eq!(
        (&found["totalResults"], &found["Resources"][0]["id"]),
        (&json!(1), &created["id"])
    );
    let read = application.get(&format!("{path}?excludedAttributes=members")).expect(200);
    assert!(read.get("members").is_none());

    let [one, two] = ["user001", "user002"].map(|name| application.id_of(name));
    let is_member = |user: &str| {
        let list = without_members(&format!("id eq \"{id}\" and members eq \"{user}\""));
        list["totalResults"].as_u64().unwrap()
    };
    for user in [&one, &two] {
        assert_eq!(is_member(user), 0);
        let add = json!([{ "op": "Add", "path": "members", "value": [{ "$ref": null, "value": user }] }]);
        application.patch(&path, add).expect(200);
        assert_eq!(is_member(user), 1);
    }
    let rename = json!([{ "op": "Replace", "path": "displayName", "value": "Looms" }]);
    assert_eq!(application.patch(&path, rename).expect(200)["displayName"], "Looms");
    let remove = json!([{ "op": "Remove", "path": "members", "value": [{ "$ref": null, "value": one }] }]);
    application.patch(&path, remove).expect(200);
    assert_eq!((is_member(&one), is_member(&two)), (0, 1));
    assert_eq!(rows(&application, "Looms"), ["user002"]);

    application.delete(&path).expect(204);
    assert_eq!(without_members("displayName eq \"Looms\"")["totalResults"], 0);
}
