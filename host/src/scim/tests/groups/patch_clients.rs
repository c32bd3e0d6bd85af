//! The forms in which identity providers send PATCH of groups, each as it is on the wire.

use serde_json::{Value, json};

use super::{FIRST, members, with_members};

async fn after(operations: Value) -> Value {
    with_members(&["u1", "u2", "u3"]).await.patch(FIRST, operations).await.ok(200)
}

/// Group push: the whole group under its id, without a path.
#[tokio::test]
async fn okta_renames_without_a_path() {
    let group = after(json!([{ "op": "replace", "value": { "id": "g 1", "displayName": "Looms" } }])).await;
    assert_eq!(group["displayName"], "Looms");
    assert_eq!(members(&group), ["u1", "u2", "u3"]);
}

#[tokio::test]
async fn okta_adds_and_removes_members() {
    let group = after(json!([
        { "op": "remove", "path": "members[value eq \"u2\"]" },
        { "op": "add", "path": "members", "value": [{ "value": "u4", "display": "grace@example.com" }] },
    ]))
    .await;
    assert_eq!(members(&group), ["u1", "u3", "u4"]);
}

#[tokio::test]
async fn okta_replaces_all_members() {
    let group = after(json!([
        { "op": "replace", "path": "members", "value": [{ "value": "u3", "display": "c" }, { "value": "u4", "display": "d" }] },
    ]))
    .await;
    assert_eq!(members(&group), ["u3", "u4"]);
}

#[tokio::test]
async fn entra_renames() {
    let group = after(json!([{ "op": "Replace", "path": "displayName", "value": "Looms" }])).await;
    assert_eq!(group["displayName"], "Looms");
}

#[tokio::test]
async fn entra_adds_members() {
    let group = after(json!([{ "op": "Add", "path": "members", "value": [{ "$ref": null, "value": "u4" }] }])).await;
    assert_eq!(members(&group), ["u1", "u2", "u3", "u4"]);
}

#[tokio::test]
async fn entra_lists_the_members_to_remove() {
    let group =
        after(json!([{ "op": "Remove", "path": "members", "value": [{ "$ref": null, "value": "u1" }, { "value": "u3" }] }]))
            .await;
    assert_eq!(members(&group), ["u2"]);
}

#[tokio::test]
async fn entra_sets_the_external_id() {
    let group = after(json!([{ "op": "Add", "path": "externalId", "value": "8aa1a0c0-c4c3-4bc0-b4a5-2ef676900159" }])).await;
    assert_eq!(group["externalId"], "8aa1a0c0-c4c3-4bc0-b4a5-2ef676900159");
}
