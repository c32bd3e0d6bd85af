//! The forms in which identity providers send PATCH, each as it is on the wire.

use serde_json::{Value, json};

use super::{FIRST, full, with_user};

const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

async fn after(operations: Value) -> Value {
    with_user(full()).await.patch(FIRST, operations).await.ok(200)
}

#[tokio::test]
async fn okta_deactivates_without_a_path() {
    let user = after(json!([{ "op": "replace", "value": { "active": false } }])).await;
    assert_eq!(user["active"], false);
    assert_eq!(user["name"]["givenName"], "Ada");
}

#[tokio::test]
async fn okta_repeats_the_id_without_a_path() {
    let user =
        after(json!([{ "op": "replace", "value": { "id": "u 1", "schemas": [], "meta": { "version": "1" }, "active": false } }]))
            .await;
    assert_eq!(user["active"], false);
}

#[tokio::test]
async fn okta_pushes_assignments() {
    let user = after(json!([
        { "op": "add", "path": "entitlements", "value": [{ "value": "p2", "display": "Approve", "type": "Permission" }] },
        { "op": "remove", "path": "entitlements[value eq \"p1\"]" },
        { "op": "replace", "path": "roles", "value": [{ "value": "r3", "display": "Reader" }] },
    ]))
    .await;
    let expected = json!([{ "value": "l1", "type": "Licence" }, { "value": "p2", "display": "Approve", "type": "Permission" }]);
    assert_eq!(user["entitlements"], expected);
    assert_eq!(user["roles"], json!([{ "value": "r3", "display": "Reader" }]));
}

#[tokio::test]
async fn entra_deactivates_with_text() {
    let user = after(json!([{ "op": "Replace", "path": "active", "value": "False" }])).await;
    assert_eq!(user["active"], false);
}

#[tokio::test]
async fn entra_capitalises_op() {
    let user = after(json!([
        { "op": "Add", "path": "name.givenName", "value": "Augusta" },
        { "op": "REPLACE", "path": "name.familyName", "value": "Byron" },
        { "op": "Remove", "path": format!("{ENTERPRISE}:department") },
    ]))
    .await;
    assert_eq!(user["name"], json!({ "givenName": "Augusta", "familyName": "Byron" }));
    assert_eq!(user[ENTERPRISE].get("department"), None);
}

#[tokio::test]
async fn entra_changes_the_work_address() {
    let user = after(json!([{ "op": "Replace", "path": "emails[type eq \"work\"].value", "value": "al@example.com" }])).await;
    assert_eq!(user["emails"], json!([{ "type": "work", "value": "al@example.com" }]));
}

#[tokio::test]
async fn entra_replaces_a_work_address_that_is_not_there() {
    for op in ["Add", "Replace"] {
        let client = with_user(json!({})).await;
        let operations = json!([{ "op": op, "path": "emails[type eq \"work\"].value", "value": "al@example.com" }]);
        let user = client.patch(FIRST, operations).await.ok(200);
        assert_eq!(user["emails"], json!([{ "type": "work", "value": "al@example.com" }]));
    }
}

#[tokio::test]
async fn entra_writes_paths_as_keys() {
    let client = with_user(json!({})).await;
    let value = json!({
        "name.givenName": "Augusta",
        "emails[type eq \"work\"].value": "al@example.com",
        "active": "True",
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department": "Looms",
    });
    let user = client
        .patch(FIRST, json!([{ "op": "replace", "value": value }]))
        .await
        .ok(200);
    assert_eq!(user["name"]["givenName"], "Augusta");
    assert_eq!(user["emails"][0]["value"], "al@example.com");
    assert_eq!(user["active"], true);
    assert_eq!(user[ENTERPRISE]["department"], "Looms");
}

#[tokio::test]
async fn entra_nests_an_extension_without_a_path() {
    let user = after(json!([{ "op": "Add", "value": { ENTERPRISE: { "Department": "Looms" } } }])).await;
    assert_eq!(
        user[ENTERPRISE],
        json!({ "department": "Looms", "manager": { "value": "7" } })
    );
}

#[tokio::test]
async fn entra_writes_a_manager_as_its_id() {
    let user = after(json!([{ "op": "Add", "path": format!("{ENTERPRISE}:manager"), "value": "8" }])).await;
    assert_eq!(user[ENTERPRISE]["manager"], json!({ "value": "8" }));
    let user = after(json!([{ "op": "Remove", "path": format!("{ENTERPRISE}:manager") }])).await;
    assert_eq!(user[ENTERPRISE].get("manager"), None);
}

#[tokio::test]
async fn entra_lists_the_roles_to_remove() {
    let user = after(json!([{ "op": "Remove", "path": "roles", "value": [{ "value": "r1" }] }])).await;
    assert_eq!(user["roles"], json!([{ "value": "r2" }]));
}

#[tokio::test]
async fn entra_sets_the_primary_role() {
    let client = with_user(json!({})).await;
    let operations = json!([{ "op": "Add", "path": "roles[primary eq \"True\"].value", "value": "r1" }]);
    let user = client.patch(FIRST, operations).await.ok(200);
    assert_eq!(user["roles"], json!([{ "primary": true, "value": "r1" }]));
}
