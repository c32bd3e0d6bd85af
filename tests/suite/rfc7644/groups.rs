//! RFC 7644 §3.5.2: the examples that change the members of a group.

use portcullis_tests::{Application, Kind, on_every_database};
use serde_json::{Value, json};

use super::application;

on_every_database!(
    section_3_5_2_1_a_member_is_added,
    section_3_5_2_2_one_member_is_removed,
    section_3_5_2_2_all_members_are_removed,
    section_3_5_2_2_and_1_a_member_takes_the_place_of_another,
    section_3_5_2_3_all_members_are_replaced
);

/// A group of Barbara and James, and where it is.
fn group(on: Kind) -> (Application, String) {
    let application = application(on);
    let james = json!({ "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": "jsmith" });
    assert_eq!(application.post("/Users", &james).expect(201)["id"], "2");
    let body = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"],
        "displayName": "Tour Guides Abroad",
        "members": [{ "value": "1" }, { "value": "2" }],
    });
    let group = application.post("/Groups", &body).expect(201);
    let path = format!("/Groups/{}", group["id"].as_str().unwrap());
    assert_eq!(members(&group), ["1", "2"]);
    (application, path)
}

fn members(group: &Value) -> Vec<String> {
    let elements = group["members"].as_array().into_iter().flatten();
    let mut values: Vec<String> = elements.map(|it| it["value"].as_str().unwrap().to_owned()).collect();
    values.sort();
    values
}

fn section_3_5_2_1_a_member_is_added(on: Kind) {
    let (application, path) = group(on);
    application
        .patch(&path, json!([{ "op": "remove", "path": "members" }]))
        .expect(200);
    let operations = json!([{
        "op": "add",
        "path": "members",
        "value": [
            {
                "display": "Babs Jensen",
                "$ref": format!("{}/Users/1", application.base()),
                "value": "1"
            }
        ]
    }]);
    let patched = application.patch(&path, operations.clone()).expect(200);
    assert_eq!(members(&patched), ["1"]);
    assert_eq!(
        application.patch(&path, operations).expect(200),
        patched,
        "it is there already"
    );
}

fn section_3_5_2_2_one_member_is_removed(on: Kind) {
    let (application, path) = group(on);
    let operations = json!([{
        "op": "remove",
        "path": "members[value eq \"1\"]"
    }]);
    assert_eq!(members(&application.patch(&path, operations).expect(200)), ["2"]);
}

fn section_3_5_2_2_all_members_are_removed(on: Kind) {
    let (application, path) = group(on);
    let operations = json!([{ "op": "remove", "path": "members" }]);
    assert_eq!(members(&application.patch(&path, operations).expect(200)), [""; 0]);
}

fn section_3_5_2_2_and_1_a_member_takes_the_place_of_another(on: Kind) {
    let (application, path) = group(on);
    application
        .patch(&path, json!([{ "op": "remove", "path": "members[value eq \"2\"]" }]))
        .expect(200);
    let operations = json!([
        {
            "op": "remove",
            "path": "members[value eq \"1\"]"
        },
        {
            "op": "add",
            "path": "members",
            "value": [
                {
                    "display": "James Smith",
                    "$ref": format!("{}/Users/2", application.base()),
                    "value": "2"
                }
            ]
        }
    ]);
    assert_eq!(members(&application.patch(&path, operations).expect(200)), ["2"]);
}

fn section_3_5_2_3_all_members_are_replaced(on: Kind) {
    let (application, path) = group(on);
    application
        .patch(&path, json!([{ "op": "remove", "path": "members[value eq \"2\"]" }]))
        .expect(200);
    let operations = json!([{
        "op": "replace",
        "path": "members",
        "value": [
            {
                "display": "Babs Jensen",
                "$ref": format!("{}/Users/1", application.base()),
                "value": "1"
            },
            {
                "display": "James Smith",
                "$ref": format!("{}/Users/2", application.base()),
                "value": "2"
            }
        ]
    }]);
    assert_eq!(members(&application.patch(&path, operations).expect(200)), ["1", "2"]);
}
