//! RFC 7644 §3.7: Bulk Operations.

use portcullis_tests::{Kind, on_every_database};
use serde_json::{Value, json};

use super::{BARBARA, application};

on_every_database!(
    section_3_7_1_a_circle_of_references,
    section_3_7_2_a_reference_to_another_operation,
    section_3_7_3_the_first_error_ends_it,
    section_3_7_3_each_method
);

const REQUEST: &str = "urn:ietf:params:scim:api:messages:2.0:BulkRequest";
const RESPONSE: &str = "urn:ietf:params:scim:api:messages:2.0:BulkResponse";
const USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";

fn statuses(answer: &Value) -> Vec<&str> {
    assert_eq!(answer["schemas"], json!([RESPONSE]));
    let operations = answer["Operations"].as_array().unwrap();
    operations.iter().map(|it| it["status"].as_str().unwrap()).collect()
}

/// The example has two groups that are members of each other; here it is two users whose external ids name each other's.
fn section_3_7_1_a_circle_of_references(on: Kind) {
    let application = application(on);
    let of = |own: &str, other: &str| {
        json!({
            "method": "PATCH", "bulkId": own, "path": format!("/Users/bulkId:{other}"),
            "data": { "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": [] }
        })
    };
    let body = json!({ "schemas": [REQUEST], "Operations": [of("qwerty", "ytrewq"), of("ytrewq", "qwerty")] });
    let answer = application.post("/Bulk", &body).expect(200);
    // Neither makes anything that could be referred to.
    for operation in answer["Operations"].as_array().unwrap() {
        let status = operation["status"].as_str().unwrap();
        assert!(status.starts_with('4'), "{answer}");
        assert_eq!(operation["response"]["status"], status);
    }
}

/// A user, and what refers to it by `bulkId`.
fn section_3_7_2_a_reference_to_another_operation(on: Kind) {
    let application = application(on);
    let body = json!({
        "schemas": [REQUEST],
        "Operations": [
            {
                "method": "PATCH",
                "path": "/Users/bulkId:qwerty",
                "data": {
                    "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
                    "Operations": [{ "op": "add", "path": "nickName", "value": "Al" }]
                }
            },
            {
                "method": "POST",
                "path": "/Users",
                "bulkId": "qwerty",
                "data": { "schemas": [USER], "userName": "Alice" }
            },
        ]
    });
    let answer = application.post("/Bulk", &body).expect(200);
    assert_eq!(statuses(&answer), ["200", "201"]);
    let made = answer["Operations"]
        .as_array()
        .unwrap()
        .iter()
        .find(|it| it["bulkId"] == "qwerty")
        .unwrap();
    let location = made["location"].as_str().unwrap();
    let path = location.strip_prefix(application.base()).unwrap();
    let alice = application.get(path).expect(200);
    assert_eq!((&alice["userName"], &alice["nickName"]), (&json!("Alice"), &json!("Al")));
}

fn section_3_7_3_the_first_error_ends_it(on: Kind) {
    let application = application(on);
    let body = json!({
        "schemas": [REQUEST],
        "failOnErrors": 1,
        "Operations": [
            { "method": "POST", "path": "/Users", "bulkId": "qwerty", "data": { "schemas": [USER], "userName": "bjensen" } },
            { "method": "PUT", "path": "/Users/b7c14771-226c-4d05-8860-134711653041", "data": { "schemas": [USER], "userName": "Bob" } },
        ]
    });
    let answer = application.post("/Bulk", &body).expect(200);
    assert_eq!(statuses(&answer), ["409"], "{answer}");
    assert_eq!(answer["Operations"][0]["response"]["scimType"], "uniqueness");
    assert_eq!(answer["Operations"][0]["bulkId"], "qwerty");
}

/// POST, PUT, PATCH and DELETE in one message, with the versions that the client knows.
fn section_3_7_3_each_method(on: Kind) {
    let application = application(on);
    let version = application.get(BARBARA).expect(200)["meta"]["version"].clone();
    let bob = application
        .post("/Users", &json!({ "schemas": [USER], "userName": "Bob" }))
        .expect(201);
    let bob = format!("/Users/{}", bob["id"].as_str().unwrap());
    let body = json!({
        "schemas": [REQUEST],
        "failOnErrors": 1,
        "Operations": [
            {
                "method": "POST",
                "path": "/Users",
                "bulkId": "qwerty",
                "data": {
                    "schemas": ["urn:ietf:params:scim:api:messages:2.0:User", USER],
                    "userName": "Alice"
                }
            },
            {
                "method": "PUT",
                "path": bob,
                "data": { "schemas": [USER], "userName": "Bob" }
            },
            {
                "method": "PATCH",
                "path": BARBARA,
                "version": version,
                "data": {
                    "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
                    "Operations": [
                        { "op": "remove", "path": "nickName" },
                        { "op": "add", "path": "nickName", "value": "Dave" }
                    ]
                }
            },
            {
                "method": "DELETE",
                "path": bob
            }
        ]
    });
    let answer = application.post("/Bulk", &body).expect(200);
    assert_eq!(statuses(&answer), ["201", "200", "200", "204"], "{answer}");
    let operations = answer["Operations"].as_array().unwrap();
    assert_eq!(operations[2]["location"], format!("{}{BARBARA}", application.base()));
    assert_ne!(operations[2]["version"], version);
    assert_eq!(application.get(BARBARA).expect(200)["nickName"], "Dave");
    application.get(&bob).expect_error(404, None, &[]);
}
