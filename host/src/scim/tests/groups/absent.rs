//! An application without groups: clients that look for some find none, and those that write are told what is missing.

use axum::http::Method;
use serde_json::json;

use super::{Client, FIRST, group};
use crate::scim::{GroupSurface, Surface, tests::memory};

fn without_groups() -> Client {
    Client::of(Surface {
        groups: None,
        ..memory::surface()
    })
}

#[tokio::test]
async fn a_list_is_empty_whatever_it_asks_for() {
    let client = without_groups();
    for query in [
        "",
        "?startIndex=1&count=2",
        "?filter=displayName%20eq%20%22Engines%22",
        "?filter=id%20eq%20%22g%22%20and%20members%20eq%20%22u%22&excludedAttributes=members",
        "?sortBy=displayName",
    ] {
        let list = client.get(&format!("/Groups{query}")).await.ok(200);
        assert_eq!(list["schemas"], json!(["urn:ietf:params:scim:api:messages:2.0:ListResponse"]));
        assert_eq!(
            (&list["totalResults"], &list["Resources"]),
            (&json!(0), &json!([])),
            "{query}"
        );
    }
    let search = json!({ "schemas": ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"] });
    assert_eq!(client.post("/Groups/.search", search).await.ok(200)["totalResults"], 0);
}

#[tokio::test]
async fn a_filter_must_be_one_all_the_same() {
    let error = without_groups().get("/Groups?filter=displayName%20eq").await.error(400);
    assert!(error.starts_with("invalidFilter: "), "{error}");
}

#[tokio::test]
async fn there_is_none_to_be_read() {
    assert_eq!(
        without_groups().get("/Groups/1").await.error(404),
        "-: Group \"1\" does not exist"
    );
}

#[tokio::test]
async fn writes_are_told_what_to_configure() {
    let client = without_groups();
    let body = || Some(group("Engines", json!({})));
    let operations = json!([{ "op": "replace", "path": "displayName", "value": "Looms" }]);
    let answers = [
        (client.send(Method::POST, "/Groups", body()).await, "create-group"),
        (client.send(Method::PUT, FIRST, body()).await, "update-group"),
        (client.patch(FIRST, operations).await, "update-group"),
        (client.send(Method::DELETE, FIRST, None).await, "delete-group"),
    ];
    for (answer, operation) in answers {
        assert_eq!(
            answer.error(501),
            format!(
                "-: application payroll has no groups: to have them, configure [groups] with the operations get-groups and \
                 {operation}"
            )
        );
    }
}

#[tokio::test]
async fn discovery_says_nothing_of_them() {
    let client = without_groups();
    client.get("/ResourceTypes/Group").await.error(404);
    client
        .get("/Schemas/urn:ietf:params:scim:schemas:core:2.0:Group")
        .await
        .error(404);
    let config = client.get("/ServiceProviderConfig").await.ok(200).to_string();
    assert!(!config.contains("GROUP_PUSH"), "{config}");
    let schemas = client.get("/Schemas").await.ok(200).to_string();
    assert!(!schemas.contains("\"groups\""), "{schemas}");
}

#[tokio::test]
async fn an_operation_that_is_not_there_is_named() {
    let client = Client::of(Surface {
        groups: Some(GroupSurface {
            create_group: false,
            delete_group: false,
            ..memory::groups()
        }),
        ..memory::surface()
    });
    let error = client.post("/Groups", group("Engines", json!({}))).await.error(501);
    assert!(error.contains("[groups.create-group]"), "{error}");
    let error = client.send(Method::DELETE, FIRST, None).await.error(501);
    assert!(error.contains("[groups.delete-group]"), "{error}");
    let config = client.get("/ServiceProviderConfig").await.ok(200).to_string();
    assert!(!config.contains("GROUP_PUSH"), "{config}");
}

/// Taking members and forgetting them would be a success that is none.
#[tokio::test]
async fn members_that_nothing_can_keep_are_refused() {
    let client = Client::of(Surface {
        groups: Some(GroupSurface {
            members: None,
            ..memory::groups()
        }),
        ..memory::surface()
    });
    client
        .post("/Groups", group("Engines", json!({ "members": [] })))
        .await
        .ok(201);
    let error = client
        .post("/Groups", group("Looms", json!({ "members": [{ "value": "u" }] })))
        .await
        .error(501);
    assert!(error.contains("get-group-members"), "{error}");
    let add = json!([{ "op": "add", "path": "members", "value": [{ "value": "u" }] }]);
    let error = client.patch(FIRST, add).await.error(501);
    assert!(error.contains("get-group-members"), "{error}");
    let schema = client
        .get("/Schemas/urn:ietf:params:scim:schemas:core:2.0:Group")
        .await
        .ok(200);
    assert!(!schema.to_string().contains("members"), "{schema}");
}
