use serde_json::json;

use super::{Client, FIRST, group, members, with_members};
use crate::scim::tests::memory::TEAM;

#[tokio::test]
async fn replaces_what_it_says() {
    let client = with_members(&["u1", "u2"]).await;
    let wanted = group(
        "Looms",
        json!({ "externalId": "00g", "members": [{ "value": "u2" }, { "value": "u3" }] }),
    );
    let put = client.put(FIRST, wanted).await.ok(200);
    assert_eq!((&put["displayName"], &put["externalId"]), (&json!("Looms"), &json!("00g")));
    assert_eq!(members(&put), ["u2", "u3"]);
    assert_eq!(client.get(FIRST).await.ok(200), put);
}

/// A client that renames a group needn't know who is in it.
#[tokio::test]
async fn members_that_are_not_said_stay() {
    let client = with_members(&["u1"]).await;
    let put = client.put(FIRST, group("Looms", json!({}))).await.ok(200);
    assert_eq!((members(&put), &put["displayName"]), (vec!["u1"], &json!("Looms")));
    let path = format!("{FIRST}?excludedAttributes=members");
    let put = client.put(&path, group("Tables", json!({}))).await.ok(200);
    assert_eq!(put.get("members"), None);
    assert_eq!(members(&client.get(FIRST).await.ok(200)), ["u1"]);
}

#[tokio::test]
async fn an_empty_list_takes_all() {
    for nobody in [json!([]), json!(null)] {
        let client = with_members(&["u1"]).await;
        client
            .put(FIRST, group("Engines", json!({ "members": nobody })))
            .await
            .ok(200);
        assert!(members(&client.get(FIRST).await.ok(200)).is_empty());
    }
}

#[tokio::test]
async fn what_is_read_can_be_put() {
    let client = with_members(&["u1", "u2"]).await;
    let before = client.get(FIRST).await.ok(200);
    assert_eq!(client.put(FIRST, before.clone()).await.ok(200), before);
}

#[tokio::test]
async fn what_only_creating_takes_stays() {
    let client = Client::new();
    client
        .post("/Groups", group("Engines", json!({ TEAM: { "costCentre": 7 } })))
        .await
        .ok(201);
    let put = client.put(FIRST, group("Looms", json!({}))).await.ok(200);
    assert_eq!(put[TEAM]["costCentre"], 7);
    let error = client
        .put(FIRST, group("Looms", json!({ TEAM: { "costCentre": 8 } })))
        .await
        .error(400);
    assert_eq!(
        error,
        format!(
            "mutability: `{TEAM}:costCentre` is set when a group is created and can't be changed: update-group of this \
             application doesn't take it"
        )
    );
}
