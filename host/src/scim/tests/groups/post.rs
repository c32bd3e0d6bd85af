use serde_json::json;

use super::{Client, group, members};

#[tokio::test]
async fn says_where_it_is() {
    let answer = Client::new()
        .post("/Groups", group("Engines", json!({ "members": [] })))
        .await;
    let location = format!("{}/Groups/g%201", crate::scim::tests::BASE_URL);
    assert_eq!(answer.headers["location"], location.as_str());
    let created = answer.ok(201);
    assert_eq!(created["meta"]["location"], location);
    assert_eq!((&created["id"], &created["displayName"]), (&json!("g 1"), &json!("Engines")));
}

#[tokio::test]
async fn members_arrive_once_each() {
    let client = Client::new();
    let given = json!({ "MEMBERS": [
        { "value": "u1", "$ref": "https://elsewhere.example.com/Users/u1", "display": "Ada" },
        { "value": 7 },
        { "value": "u1", "type": "user" },
    ] });
    let created = client.post("/Groups", group("Engines", given)).await.ok(201);
    assert_eq!(members(&created), ["u1", "7"]);
    let base = crate::scim::tests::BASE_URL;
    assert_eq!(
        created["members"][0]["$ref"],
        format!("{base}/Users/u1"),
        "whatever the client wrote"
    );
}

#[tokio::test]
async fn what_is_wrong_is_told() {
    let client = Client::new();
    for (body, error) in [
        (group("", json!({})), "invalidValue: `displayName` must not be empty"),
        (
            json!({ "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"] }),
            "invalidValue: `displayName` is required and missing",
        ),
        (
            group("Engines", json!({ "members": [{ "display": "Ada" }] })),
            "invalidValue: `members[0].value` is missing: it is the id of a user",
        ),
        (
            group(
                "Engines",
                json!({ "members": [{ "value": "u" }, { "value": "g", "type": "Group" }] }),
            ),
            "invalidValue: `members[1].type` must be `User`: members of a group are users here",
        ),
        (
            group("Engines", json!({ "members": "u" })),
            "invalidValue: `members` must be an array, and is a string",
        ),
        (
            json!({ "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "displayName": "Engines" }),
            "invalidSyntax: `schemas` doesn't say what this is; it must be an array that has \
             `urn:ietf:params:scim:schemas:core:2.0:Group`",
        ),
        (
            group("Engines", json!({ "dispalyName": "x" })),
            "invalidSyntax: no schema of this application has an attribute `dispalyName`; did you mean `displayName`?",
        ),
    ] {
        assert_eq!(client.post("/Groups", body).await.error(400), error);
    }
}

/// More than a user may have of anything.
#[tokio::test]
async fn many_members_are_no_harm() {
    let many: Vec<_> = (0..20_000).map(|n| json!({ "value": n.to_string() })).collect();
    let created = Client::new()
        .post("/Groups", group("Everybody", json!({ "members": many })))
        .await
        .ok(201);
    assert_eq!(members(&created).len(), 20_000);
}
