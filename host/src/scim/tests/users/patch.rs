use serde_json::{Value, json};

use super::{FIRST, full, with_user};
use crate::scim::tests::Client;

const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

/// What a full user is after these operations.
async fn after(operations: Value) -> Value {
    with_user(full()).await.patch(FIRST, operations).await.ok(200)
}

#[tokio::test]
async fn replaces_what_a_path_names() {
    let user = after(json!([{ "op": "replace", "path": "name.givenName", "value": "Augusta" }])).await;
    assert_eq!(user["name"], json!({ "givenName": "Augusta", "familyName": "King" }));
    let user =
        after(json!([{ "op": "replace", "path": "urn:ietf:params:scim:schemas:core:2.0:User:USERNAME", "value": "al" }])).await;
    assert_eq!(user["userName"], "al");
}

#[tokio::test]
async fn leaves_what_a_complex_value_does_not_name() {
    for op in ["add", "replace"] {
        let user = after(json!([{ "op": op, "path": "name", "value": { "GIVENNAME": "Augusta" } }])).await;
        assert_eq!(user["name"], json!({ "givenName": "Augusta", "familyName": "King" }));
        let user = after(json!([{ "op": op, "path": "name", "value": { "givenName": null } }])).await;
        assert_eq!(user["name"], json!({ "familyName": "King" }));
    }
}

#[tokio::test]
async fn removes() {
    let user = after(json!([
        { "op": "remove", "path": "name.givenName" },
        { "op": "remove", "path": "emails[type eq \"work\"]" },
        { "op": "remove", "path": format!("{ENTERPRISE}:department") },
        { "op": "remove", "path": "roles[value eq \"r1\"]" },
        { "op": "remove", "path": "entitlements" },
    ]))
    .await;
    assert_eq!(user["name"], json!({ "familyName": "King" }));
    assert_eq!(user.get("emails"), None);
    assert_eq!(user[ENTERPRISE], json!({ "manager": { "value": "7" } }));
    assert_eq!(user["roles"], json!([{ "value": "r2" }]));
    assert_eq!(user["entitlements"], json!([]));
}

#[tokio::test]
async fn removes_a_whole_extension() {
    let user = after(json!([{ "op": "remove", "path": ENTERPRISE }])).await;
    assert_eq!(user.get(ENTERPRISE), None);
}

#[tokio::test]
async fn an_extension_may_come_with_its_schemas() {
    for path in [json!(ENTERPRISE), json!(null)] {
        let members = json!({ "schemas": [ENTERPRISE], "department": "Looms" });
        let value = if path.is_null() {
            json!({ ENTERPRISE: members })
        } else {
            members
        };
        let user = after(json!([{ "op": "replace", "path": path, "value": value }])).await;
        assert_eq!(user[ENTERPRISE]["department"], "Looms");
    }
}

#[tokio::test]
async fn removing_what_is_not_there_changes_nothing() {
    let operations = json!([
        { "op": "remove", "path": "roles[value eq \"r9\"]" },
        { "op": "remove", "path": "roles", "value": [{ "value": "r9" }] },
        { "op": "remove", "path": "nickName" },
        { "op": "remove", "path": "phoneNumbers[type eq \"work\"].value" },
    ]);
    let client = with_user(full()).await;
    let before = client.get(FIRST).await.ok(200);
    assert_eq!(client.patch(FIRST, operations).await.ok(200), before);
}

#[tokio::test]
async fn adding_what_is_there_changes_nothing() {
    let client = with_user(full()).await;
    let before = client.get(FIRST).await.ok(200);
    for value in [json!([{ "value": "r2" }, { "value": "r1" }]), json!({ "value": "r1" })] {
        let same = client
            .patch(FIRST, json!([{ "op": "add", "path": "roles", "value": value }]))
            .await
            .ok(200);
        assert_eq!(same, before);
    }
}

#[tokio::test]
async fn adds_and_removes_assignments() {
    let client = with_user(full()).await;
    let before = client.get(FIRST).await.ok(200);
    let add = json!([{ "op": "add", "path": "roles", "value": [{ "value": "r3" }, { "value": 4 }] }]);
    let more = client.patch(FIRST, add).await.ok(200);
    assert_eq!(
        more["roles"],
        json!([{ "value": "r1" }, { "value": "r2" }, { "value": "r3" }, { "value": "4" }])
    );
    let remove = json!([{ "op": "remove", "path": "roles[value eq \"r3\" or value eq \"4\"]" }]);
    assert_eq!(client.patch(FIRST, remove).await.ok(200), before);
}

#[tokio::test]
async fn the_value_of_an_assignment_is_compared_exactly() {
    let client = with_user(json!({ "roles": [{ "value": "r1" }, { "value": "R1" }] })).await;
    let user = client
        .patch(FIRST, json!([{ "op": "remove", "path": "roles[value eq \"R1\"]" }]))
        .await
        .ok(200);
    assert_eq!(user["roles"], json!([{ "value": "r1" }]));
}

#[tokio::test]
async fn one_licence_takes_the_place_of_another() {
    let client = with_user(full()).await;
    let replace = json!([{ "op": "replace", "path": "entitlements[type eq \"licence\"].value", "value": "l2" }]);
    let user = client.patch(FIRST, replace).await.ok(200);
    assert_eq!(
        user["entitlements"],
        json!([{ "value": "l2", "type": "Licence" }, { "value": "p1", "type": "Permission" }])
    );
}

#[tokio::test]
async fn an_element_is_not_made_that_the_filter_would_not_find() {
    let client = with_user(json!({})).await;
    let operations = json!([{ "op": "replace", "path": "emails[type eq \"work\"].type", "value": "home" }]);
    let error = client.patch(FIRST, operations).await.error(400);
    assert_eq!(
        error,
        "noTarget: Operations[0]: `emails[type eq \"work\"].type` is not there: no element matches the filter"
    );
}

#[tokio::test]
async fn there_is_room_for_one_work_address() {
    let value = json!([{ "type": "work", "value": "new@example.com" }, { "type": "home", "value": "home@example.com" }]);
    let user = after(json!([{ "op": "add", "path": "emails", "value": value }])).await;
    assert_eq!(user["emails"], json!([{ "type": "work", "value": "new@example.com" }]));
}

#[tokio::test]
async fn who_becomes_the_primary_one_takes_that_from_the_others() {
    let client = with_user(json!({})).await;
    let phones = json!([{ "type": "work", "value": "1", "primary": true }, { "type": "home", "value": "2" }]);
    // Nothing of it is mapped, and so one message must say it all.
    let after = async |operation: Value| {
        let first = json!({ "op": "add", "path": "phoneNumbers", "value": phones });
        let answer = client.patch(FIRST, json!([first, operation])).await;
        if answer.status != 200 {
            return json!(answer.error(400));
        }
        client.application.written.lock().unwrap().clone().unwrap()["phoneNumbers"].clone()
    };
    let home = json!([{ "type": "work", "value": "1", "primary": false }, { "type": "home", "value": "2", "primary": true }]);
    for operation in [
        json!({ "op": "replace", "path": "phoneNumbers[type eq \"home\"].primary", "value": true }),
        json!({ "op": "add", "path": "phoneNumbers[value eq \"2\"]", "value": { "primary": "True" } }),
        json!({ "op": "add", "path": "phoneNumbers", "value": [{ "type": "home", "value": "2", "primary": true }] }),
        json!({ "op": "add", "value": { "phoneNumbers[type eq \"home\"].primary": true } }),
    ] {
        assert_eq!(after(operation.clone()).await, home, "{operation}");
    }
    let third = json!({ "op": "add", "path": "phoneNumbers", "value": [{ "value": "3", "primary": true }] });
    assert_eq!(
        after(third).await,
        json!([
            { "type": "work", "value": "1", "primary": false }, { "type": "home", "value": "2" }, { "value": "3", "primary": true },
        ])
    );
    let same = json!({ "op": "replace", "path": "phoneNumbers[type eq \"work\"].primary", "value": true });
    assert_eq!(after(same).await, phones);
    let several = json!({ "op": "replace", "path": "phoneNumbers", "value": [
        { "value": "1", "primary": true }, { "value": "2", "primary": true },
    ] });
    assert_eq!(
        after(several).await,
        "invalidValue: Operations[1]: `phoneNumbers` can have one primary element, and several would be it (RFC 7643 §2.4)"
    );
}

#[tokio::test]
async fn operations_are_done_in_order_and_all_or_none() {
    let client = with_user(full()).await;
    let before = client.get(FIRST).await.ok(200);
    let operations = json!([
        { "op": "replace", "path": "name.givenName", "value": "Augusta" },
        { "op": "replace", "path": "roles[value eq \"r9\"].display", "value": "Nine" },
    ]);
    let error = client.patch(FIRST, operations).await.error(400);
    assert_eq!(
        error,
        "noTarget: Operations[1]: `roles[value eq \"r9\"].display` is not there: no element matches the filter"
    );
    assert_eq!(client.get(FIRST).await.ok(200), before);
    let operations = json!([
        { "op": "add", "path": "name.givenName", "value": "One" },
        { "op": "replace", "path": "name.givenName", "value": "Two" },
    ]);
    assert_eq!(client.patch(FIRST, operations).await.ok(200)["name"]["givenName"], "Two");
}

#[tokio::test]
async fn a_password_is_passed_on_and_never_shown() {
    let client = with_user(json!({})).await;
    let user = client
        .patch(FIRST, json!([{ "op": "replace", "path": "password", "value": "s3cret" }]))
        .await
        .ok(200);
    assert!(!user.to_string().contains("s3cret"));
    assert_eq!(
        client.application.written.lock().unwrap().clone().unwrap()["password"],
        "s3cret"
    );
}

#[tokio::test]
async fn what_no_operation_takes_cannot_be_changed() {
    let client = with_user(json!({ "userType": "Employee" })).await;
    client.application.put_aside("u 1", "title", json!("Countess"));
    let mut told = String::new();
    for (path, value) in [
        ("title", "Queen"),
        ("userType", "Intern"),
        ("id", "u 1"),
        ("meta.lastModified", "now"),
        ("groups", "x"),
    ] {
        let error = client
            .patch(FIRST, json!([{ "op": "replace", "path": path, "value": value }]))
            .await
            .error(400);
        told += &format!("{path}\n    {error}\n");
    }
    insta::assert_snapshot!(told);
    let same = json!([{ "op": "replace", "path": "title", "value": "Countess" }, { "op": "add", "path": "userType", "value": "Employee" }]);
    client.patch(FIRST, same).await.ok(200);
}

#[tokio::test]
async fn mistakes() {
    let mistakes = [
        json!([]),
        json!("none"),
        json!(["remove"]),
        json!([{}]),
        json!([{ "op": "move", "path": "title" }]),
        json!([{ "op": 1 }]),
        json!([{ "op": "add", "path": 1, "value": 1 }]),
        json!([{ "op": "add", "path": "name.givenName" }]),
        json!([{ "op": "add" }]),
        json!([{ "op": "replace", "value": "x" }]),
        json!([{ "op": "remove" }]),
        json!([{ "op": "replace", "path": "usrName", "value": "x" }]),
        json!([{ "op": "replace", "path": "name.first", "value": "x" }]),
        json!([{ "op": "replace", "path": "name[first", "value": "x" }]),
        json!([{ "op": "replace", "path": "userName[type eq \"x\"]", "value": "x" }]),
        json!([{ "op": "replace", "path": "emails[label eq \"x\"].value", "value": "x" }]),
        json!([{ "op": "replace", "path": "urn:other:User:x", "value": "x" }]),
        json!([{ "op": "replace", "value": { "usrName": "x" } }]),
        json!([{ "op": "replace", "value": { "name": { "first": "x" } } }]),
        json!([{ "op": "replace", "value": { "id": "other" } }]),
        json!([{ "op": "replace", "path": ENTERPRISE, "value": "x" }]),
        json!([{ "op": "replace", "path": "name.givenName", "value": { "x": 1 } }]),
        json!([{ "op": "replace", "path": "active", "value": "perhaps" }]),
        json!([{ "op": "replace", "path": "emails", "value": "x" }]),
        json!([{ "op": "replace", "path": "emails[type eq \"work\"]", "value": "x" }]),
        json!([{ "op": "replace", "path": "userName", "value": "" }]),
        json!([{ "op": "remove", "path": "userName" }]),
        json!([{ "op": "replace", "path": "active", "value": null }]),
        json!([{ "op": "remove", "path": "roles", "value": [{ "display": "x" }] }]),
        json!([{ "op": "add", "path": "roles", "value": [{ "display": "x" }] }]),
        json!([{ "op": "replace", "path": "roles[value eq \"r9\"]", "value": { "display": "x" } }]),
    ];
    let client = with_user(full()).await;
    let before = client.get(FIRST).await.ok(200);
    let mut told = String::new();
    for operations in mistakes {
        let shown = operations.to_string();
        told += &format!("{shown}\n    {}\n", client.patch(FIRST, operations).await.error(400));
    }
    insta::assert_snapshot!(told);
    assert_eq!(client.get(FIRST).await.ok(200), before);
}

#[tokio::test]
async fn a_message_must_say_that_it_is_one() {
    let client = with_user(json!({})).await;
    let body = json!({ "Operations": [{ "op": "remove", "path": "title" }] });
    let error = client.send(axum::http::Method::PATCH, FIRST, Some(body)).await.error(400);
    insta::assert_snapshot!(error);
    let body = json!({ "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"] });
    let error = client.send(axum::http::Method::PATCH, FIRST, Some(body)).await.error(400);
    assert_eq!(error, "invalidSyntax: `Operations` is missing");
}

#[tokio::test]
async fn too_much_is_413() {
    let client = with_user(json!({})).await;
    let operations = vec![json!({ "op": "remove", "path": "title" }); 1001];
    let error = client.patch(FIRST, json!(operations)).await.error(413);
    assert_eq!(
        error,
        "tooMany: 1001 operations are more than the 1000 that one message may have"
    );
    let roles: Vec<Value> = (0..5001).map(|it| json!({ "value": it })).collect();
    let (some, others) = roles.split_at(3000);
    let operations = json!([{ "op": "add", "path": "roles", "value": some }, { "op": "add", "path": "roles", "value": others }]);
    let error = client.patch(FIRST, operations).await.error(413);
    assert_eq!(
        error,
        "tooMany: Operations[1]: `roles` has 5001 elements, and 5000 is the most that it may have"
    );
}

#[tokio::test]
async fn nobody_is_404() {
    let operations = json!([{ "op": "replace", "path": "active", "value": false }]);
    Client::new().patch("/Users/nobody", operations).await.error(404);
}
