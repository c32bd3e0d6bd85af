//! PATCH of groups (RFC 7644 §3.5.2).

use serde_json::{Value, json};

use super::{FIRST, members, with_members};
use crate::scim::Members;

async fn after(operations: Value) -> Vec<String> {
    let group = with_members(&["u1", "u2", "u3"]).await.patch(FIRST, operations).await.ok(200);
    members(&group).into_iter().map(str::to_owned).collect()
}

#[tokio::test]
async fn members_are_added_removed_and_replaced() {
    for (operation, expected) in [
        (
            json!({ "op": "add", "path": "members", "value": [{ "value": "u4" }, { "value": "u1" }] }),
            vec!["u1", "u2", "u3", "u4"],
        ),
        (
            json!({ "op": "add", "value": { "members": [{ "value": "u4" }] } }),
            vec!["u1", "u2", "u3", "u4"],
        ),
        (
            json!({ "op": "add", "path": "members", "value": { "value": "u4" } }),
            vec!["u1", "u2", "u3", "u4"],
        ),
        (
            json!({ "op": "remove", "path": "members[value eq \"u2\"]" }),
            vec!["u1", "u3"],
        ),
        (
            json!({ "op": "remove", "path": "members[value eq \"u2\" or value eq \"u3\"]" }),
            vec!["u1"],
        ),
        (json!({ "op": "remove", "path": "members[type eq \"User\"]" }), vec![]),
        (
            json!({ "op": "remove", "path": "members[value eq \"nobody\"]" }),
            vec!["u1", "u2", "u3"],
        ),
        (
            json!({ "op": "remove", "path": "members[value eq \"U2\"]" }),
            vec!["u1", "u2", "u3"],
        ),
        (json!({ "op": "remove", "path": "members" }), vec![]),
        (
            json!({ "op": "replace", "path": "members", "value": [{ "value": "u9" }] }),
            vec!["u9"],
        ),
        (json!({ "op": "replace", "path": "members", "value": [] }), vec![]),
        (
            json!({ "op": "replace", "value": { "members": [{ "value": "u9" }], "displayName": "Looms" } }),
            vec!["u9"],
        ),
        (
            json!({ "op": "add", "path": "urn:ietf:params:scim:schemas:core:2.0:Group:members", "value": [{ "value": "u4" }] }),
            vec!["u1", "u2", "u3", "u4"],
        ),
    ] {
        assert_eq!(after(json!([operation])).await, expected, "{operation}");
    }
}

#[tokio::test]
async fn several_operations_are_done_in_their_order() {
    let operations = json!([
        { "op": "remove", "path": "members[value eq \"u1\"]" },
        { "op": "add", "path": "members", "value": [{ "value": "u4" }] },
        { "op": "remove", "path": "members[value eq \"u4\"]" },
        { "op": "replace", "path": "displayName", "value": "Looms" },
    ]);
    assert_eq!(after(operations).await, ["u2", "u3"]);
}

#[tokio::test]
async fn what_is_wrong_is_told() {
    let client = with_members(&["u1"]).await;
    let mut told = String::new();
    for operation in [
        json!({ "op": "remove", "path": "displayName" }),
        json!({ "op": "replace", "path": "displayName", "value": " " }),
        json!({ "op": "replace", "path": "id", "value": "g 2" }),
        json!({ "op": "replace", "path": "meta.lastModified", "value": "2026-01-01T00:00:00Z" }),
        json!({ "op": "replace", "path": "userName", "value": "ada" }),
        json!({ "op": "add", "path": "members", "value": [{ "display": "Ada" }] }),
        json!({ "op": "add", "path": "members", "value": [{ "value": "g", "type": "Group" }] }),
        json!({ "op": "add", "path": "members", "value": "u2" }),
        json!({ "op": "replace", "path": "members[value eq \"u9\"].display", "value": "Ada" }),
        json!({ "op": "remove", "path": "members", "value": [{ "display": "Ada" }] }),
        json!({ "op": "remove", "path": "members[age eq 7]" }),
        json!({ "op": "add", "path": "urn:example:other:costCentre", "value": 7 }),
    ] {
        let error = client.patch(FIRST, json!([operation])).await.error(400);
        told += &format!("{operation}\n    {error}\n");
    }
    insta::assert_snapshot!(told);
    assert_eq!(members(&client.get(FIRST).await.ok(200)), ["u1"]);
}

#[tokio::test]
async fn a_group_that_is_not_there_is_404() {
    let add = json!([{ "op": "add", "path": "members", "value": [{ "value": "u4" }] }]);
    let error = with_members(&[]).await.patch("/Groups/nobody", add).await.error(404);
    assert_eq!(error, "-: Group \"nobody\" does not exist");
}

/// A rename needs none of them where nobody wants to see them.
#[tokio::test]
async fn members_are_not_read_for_nobody() {
    let client = with_members(&["u1"]).await;
    let rename = json!([{ "op": "replace", "path": "displayName", "value": "Looms" }]);
    let add = json!([{ "op": "add", "path": "members", "value": [{ "value": "u2" }] }]);
    let path = format!("{FIRST}?excludedAttributes=members");
    for (path, operations, read) in [
        (FIRST, &rename, Members::Read),
        (&path, &rename, Members::LeftOut),
        (&path, &add, Members::Read),
    ] {
        client.patch(path, operations.clone()).await.ok(200);
        assert_eq!(*client.application.members.lock().unwrap(), Some(read), "{path} {operations}");
    }
    assert_eq!(members(&client.get(FIRST).await.ok(200)), ["u1", "u2"]);
}

/// A user can't change the groups that it is in: the groups' members are what says so.
#[tokio::test]
async fn a_users_groups_are_read_only() {
    let client = crate::scim::tests::users::with_user(json!({ "groups": [{ "value": "g 1" }] })).await;
    let path = crate::scim::tests::users::FIRST;
    assert_eq!(client.get(path).await.ok(200).get("groups"), None, "ignored");
    let add = json!([{ "op": "add", "path": "groups", "value": [{ "value": "g 1" }] }]);
    assert_eq!(
        client.patch(path, add).await.error(400),
        "mutability: Operations[0]: `groups` is read-only"
    );
}
