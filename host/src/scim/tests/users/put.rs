use serde_json::{Value, json};

use super::{FIRST, full, with_user};
use crate::scim::tests::user;

async fn put(further: Value) -> Value {
    let client = with_user(full()).await;
    client.put(FIRST, user("ada", further)).await.ok(200)
}

#[tokio::test]
async fn what_get_gave_changes_nothing() {
    let client = with_user(full()).await;
    client.application.put_aside("u 1", "title", json!("Countess"));
    client
        .application
        .put_aside("u 1", "meta.lastModified", json!("2026-01-01T00:00:00Z"));
    let before = client.get(FIRST).await.ok(200);
    assert_eq!(before["title"], "Countess");
    assert_eq!(client.put(FIRST, before.clone()).await.ok(200), before);
    assert_eq!(client.get(FIRST).await.ok(200), before);
}

#[tokio::test]
async fn what_is_left_out_goes() {
    let after = put(json!({ "name": { "givenName": "Ada" } })).await;
    assert_eq!(after["name"], json!({ "givenName": "Ada" }));
    assert_eq!(after.get("emails"), None);
    assert_eq!(after.get("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"), None);
}

#[tokio::test]
async fn what_is_null_goes_too() {
    let after = put(json!({ "name": null, "emails": [] })).await;
    assert_eq!(after.get("name"), None);
    assert_eq!(after.get("emails"), None);
}

#[tokio::test]
async fn active_and_assignments_stay_when_they_are_left_out() {
    let after = put(json!({})).await;
    assert_eq!(after["active"], true);
    assert_eq!(after["roles"], json!([{ "value": "r1" }, { "value": "r2" }]));
    assert_eq!(after["entitlements"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn assignments_go_when_the_client_says_so() {
    assert_eq!(put(json!({ "roles": [] })).await["roles"], json!([]));
    assert_eq!(put(json!({ "roles": null })).await["roles"], json!([]));
    let after = put(json!({ "entitlements": [{ "value": "p2", "type": "Permission" }] })).await;
    assert_eq!(after["entitlements"], json!([{ "value": "p2", "type": "Permission" }]));
    assert_eq!(after["roles"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn deactivates() {
    assert_eq!(put(json!({ "active": false })).await["active"], false);
    assert_eq!(put(json!({ "active": "False" })).await["active"], false);
}

#[tokio::test]
async fn what_no_operation_takes_is_ignored() {
    let client = with_user(json!({})).await;
    client.application.put_aside("u 1", "title", json!("Countess"));
    let after = client.put(FIRST, user("ada", json!({ "title": "Queen" }))).await.ok(200);
    assert_eq!(after["title"], "Countess");
}

#[tokio::test]
async fn what_only_a_creation_takes_may_be_repeated_and_not_changed() {
    let client = with_user(json!({ "userType": "Employee" })).await;
    let repeated = client
        .put(FIRST, user("ada", json!({ "userType": "Employee" })))
        .await
        .ok(200);
    assert_eq!(repeated["userType"], "Employee");
    let left_out = client.put(FIRST, user("ada", json!({}))).await.ok(200);
    assert_eq!(left_out["userType"], "Employee");
    let error = client
        .put(FIRST, user("ada", json!({ "userType": "Intern" })))
        .await
        .error(400);
    insta::assert_snapshot!(error);
}

#[tokio::test]
async fn nobody_is_404() {
    let client = with_user(json!({})).await;
    let error = client.put("/Users/nobody", user("ada", json!({}))).await.error(404);
    assert_eq!(error, "-: User \"nobody\" does not exist");
}

#[tokio::test]
async fn a_mistake_changes_nothing() {
    let client = with_user(full()).await;
    let before = client.get(FIRST).await.ok(200);
    let error = client
        .put(FIRST, user("ada", json!({ "name": { "givenName": 1 } })))
        .await
        .error(400);
    assert_eq!(error, "invalidValue: `name.givenName` must be a string, and is a number");
    assert_eq!(client.get(FIRST).await.ok(200), before);
}
