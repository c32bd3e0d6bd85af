use serde_json::json;

use super::{FIRST, full, with_user};
use crate::scim::tests::{BASE_URL, Client, pretty, user};

#[tokio::test]
async fn creates_a_user_and_says_where() {
    let client = Client::new();
    let answer = client.post("/Users", user("ada", full())).await;
    assert_eq!(answer.headers["location"], format!("{BASE_URL}{FIRST}"));
    insta::assert_snapshot!(pretty(&answer.ok(201)));
}

#[tokio::test]
async fn twice_is_a_conflict() {
    let client = with_user(json!({})).await;
    let error = client.post("/Users", user("ada", json!({}))).await.error(409);
    assert_eq!(error, "uniqueness: there is a user of this name already");
}

#[tokio::test]
async fn names_are_read_in_any_case_and_written_in_the_schemas() {
    let client = Client::new();
    let body = json!({
        "SCHEMAS": ["URN:ietf:params:scim:schemas:core:2.0:User"],
        "username": "ada",
        "NAME": { "GIVENNAME": "Ada" },
        "URN:IETF:params:scim:schemas:extension:enterprise:2.0:User": { "Department": "Engines" },
    });
    let created = client.post("/Users", body).await.ok(201);
    assert_eq!(created["userName"], "ada");
    assert_eq!(created["name"]["givenName"], "Ada");
    assert_eq!(
        created["urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"]["department"],
        "Engines"
    );
}

#[tokio::test]
async fn a_password_is_passed_on_and_never_shown() {
    let client = Client::new();
    let created = client
        .post("/Users", user("ada", json!({ "password": "s3cret" })))
        .await
        .ok(201);
    assert!(!created.to_string().contains("s3cret"));
    let written = client.application.written.lock().unwrap().clone().unwrap();
    assert_eq!(written["password"], "s3cret");
}

#[tokio::test]
async fn what_clients_may_not_set_is_ignored() {
    let client = Client::new();
    let further = json!({ "id": "mine", "meta": { "location": "there" }, "groups": [{ "value": "g" }], "title": null });
    let created = client.post("/Users", user("ada", further)).await.ok(201);
    assert_eq!(created["id"], "u 1");
    assert_eq!(created["meta"]["location"], format!("{BASE_URL}{FIRST}"));
    assert_eq!(created.get("groups"), None);
}

#[tokio::test]
async fn attributes_that_are_not_mapped_are_accepted() {
    let client = Client::new();
    let further = json!({ "nickName": "Countess", "phoneNumbers": [{ "value": "1", "type": "work", "primary": "True" }], "externalId": "x" });
    let created = client.post("/Users", user("ada", further)).await.ok(201);
    assert_eq!(created.get("nickName"), None);
}

#[tokio::test]
async fn a_schema_that_is_not_known_is_fine_as_long_as_nothing_of_it_is_there() {
    let client = Client::new();
    let body = json!({ "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User", "urn:other"], "userName": "ada" });
    client.post("/Users", body).await.ok(201);
}

#[tokio::test]
async fn assignments_reach_the_application_in_one_form() {
    let client = Client::new();
    let further = json!({
        "roles": [{ "value": 7, "type": "WindowsAzureActiveDirectoryRole" }, { "value": "7" }, { "value": "8" }],
        "entitlements": [{ "value": "p1", "type": "permission" }],
    });
    client.post("/Users", user("ada", further)).await.ok(201);
    let written = client.application.written.lock().unwrap().clone().unwrap();
    assert_eq!(
        written["roles"],
        json!([{ "value": "7", "type": "Role" }, { "value": "8", "type": "Role" }])
    );
    assert_eq!(written["entitlements"], json!([{ "value": "p1", "type": "Permission" }]));
}

#[tokio::test]
async fn mistakes() {
    let mistakes = [
        ("no schemas", json!({ "userName": "ada" })),
        ("other schemas", json!({ "schemas": ["urn:other"], "userName": "ada" })),
        (
            "schemas of a wrong type",
            json!({ "schemas": "urn:other", "userName": "ada" }),
        ),
        (
            "no userName",
            json!({ "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"] }),
        ),
        ("empty userName", user(" ", json!({}))),
        ("null userName", user("ada", json!({ "userName": null }))),
        ("misspelt", user("ada", json!({ "usrName": "ada" }))),
        ("far from anything", user("ada", json!({ "zzz": 1 }))),
        ("misspelt part", user("ada", json!({ "name": { "givnName": "Ada" } }))),
        ("extension that nobody knows", user("ada", json!({ "urn:other:User": {} }))),
        (
            "misspelt part of an extension",
            user(
                "ada",
                json!({ "urn:example:params:scim:schemas:payroll:2.0:User": { "bagde": 1 } }),
            ),
        ),
        ("number for a string", user("ada", json!({ "name": { "givenName": 5 } }))),
        ("string for an object", user("ada", json!({ "name": "Ada" }))),
        ("object for an array", user("ada", json!({ "emails": { "value": "a" } }))),
        ("string for an element", user("ada", json!({ "emails": ["a"] }))),
        ("string for a boolean", user("ada", json!({ "active": "maybe" }))),
        (
            "array for a mapped attribute",
            user(
                "ada",
                json!({ "urn:example:params:scim:schemas:payroll:2.0:User": { "badge": [] } }),
            ),
        ),
        ("password of a wrong type", user("ada", json!({ "password": 12345 }))),
        (
            "role without a value",
            user("ada", json!({ "roles": [{ "display": "Reader" }] })),
        ),
        (
            "entitlement without a type",
            user("ada", json!({ "entitlements": [{ "value": "p1" }] })),
        ),
        (
            "entitlement of another type",
            user("ada", json!({ "entitlements": [{ "value": "p1", "type": "Seat" }] })),
        ),
    ];
    let client = Client::new();
    let mut told = String::new();
    for (what, body) in mistakes {
        told += &format!("{what}\n    {}\n", client.post("/Users", body).await.error(400));
    }
    insta::assert_snapshot!(told);
    assert_eq!(client.get("/Users").await.ok(200)["totalResults"], 0);
}

#[tokio::test]
async fn is_501_where_users_cannot_be_created() {
    let mut surface = crate::scim::tests::memory::surface();
    surface.capabilities.create_user = false;
    let client = Client::of(surface);
    let error = client.post("/Users", user("ada", json!({}))).await.error(501);
    assert_eq!(
        error,
        "-: users can't be created: the operation create-user is not enabled for this application"
    );
}
