//! `POST /Bulk` (RFC 7644 §3.7).

use serde_json::{Value, json};

use super::{Client, pretty, user};

fn bulk(operations: Value) -> Value {
    json!({ "schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"], "Operations": operations })
}

fn patch(operations: Value) -> Value {
    json!({ "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": operations })
}

fn statuses(answer: &Value) -> Vec<&str> {
    let operations = answer["Operations"].as_array().unwrap();
    operations.iter().map(|it| it["status"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn says_what_came_of_each_operation() {
    let client = Client::new();
    let answer = client
        .post(
            "/Bulk",
            bulk(json!([
                { "method": "POST", "path": "/Users", "bulkId": "a", "data": user("ada", json!({})) },
                { "method": "post", "path": "/Users", "bulkId": "b", "data": user("ada", json!({})) },
                { "method": "PATCH", "path": "/Users/bulkId:a",
                  "data": patch(json!([{ "op": "replace", "path": "name.givenName", "value": "Ada" }])) },
                { "method": "PUT", "path": "/Users/u%201", "version": "W/\"old\"", "data": user("ada", json!({})) },
                { "method": "DELETE", "path": "/Users/nobody" },
                { "method": "PUT", "path": "/Users/u%201", "data": user("lovelace", json!({})) },
                { "method": "DELETE", "path": "/Users/u%201" },
                { "method": "POST", "path": "/Users/u%201", "bulkId": "c", "data": {} },
            ])),
        )
        .await
        .ok(200);
    insta::assert_snapshot!(pretty(&answer));
    client.get("/Users/u%201").await.error(404);
}

#[tokio::test]
async fn what_refers_to_a_later_one_waits_for_it() {
    let client = Client::new();
    let manager = |id: &str| json!({ super::memory::ENTERPRISE: { "manager": { "value": id } } });
    let answer = client
        .post(
            "/Bulk",
            bulk(json!([
                { "method": "POST", "path": "/Users", "bulkId": "ada", "data": user("ada", manager("bulkId:boss")) },
                { "method": "POST", "path": "/Users", "bulkId": "boss", "data": user("boss", json!({})) },
            ])),
        )
        .await
        .ok(200);
    assert_eq!(statuses(&answer), ["201", "201"]);
    let location = |index: usize| answer["Operations"][index]["location"].as_str().unwrap();
    let path = location(0).strip_prefix(super::BASE_URL).unwrap();
    let ada = client.get(path).await.ok(200);
    assert_eq!(ada[super::memory::ENTERPRISE]["manager"]["value"], "u 1");
    assert!(location(1).ends_with("/Users/u%201"));
}

#[tokio::test]
async fn references_that_lead_nowhere_are_errors_of_their_operations() {
    let client = Client::new();
    let manager = |id: &str| json!({ super::memory::ENTERPRISE: { "manager": { "value": id } } });
    let answer = client
        .post(
            "/Bulk",
            bulk(json!([
                { "method": "POST", "path": "/Users", "bulkId": "1", "data": user("a", manager("bulkId:2")) },
                { "method": "POST", "path": "/Users", "bulkId": "2", "data": user("b", manager("bulkId:1")) },
                { "method": "POST", "path": "/Users", "bulkId": "3", "data": user("", json!({})) },
                { "method": "PATCH", "path": "/Users/bulkId:3",
                  "data": patch(json!([{ "op": "replace", "path": "userName", "value": "x" }])) },
                { "method": "DELETE", "path": "/Users/bulkId:4" },
                { "method": "POST", "path": "/Users", "bulkId": "5", "data": user("c", manager("bulkId:4")) },
                { "method": "POST", "path": "/Users", "bulkId": "6", "data": user("bulkId:4", json!({})) },
            ])),
        )
        .await
        .ok(200);
    assert_eq!(statuses(&answer), ["409", "409", "400", "409", "400", "400", "201"]);
    let details: Vec<&str> = answer["Operations"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|it| it["response"]["detail"].as_str())
        .collect();
    insta::assert_snapshot!(details.join("\n"));
}

#[tokio::test]
async fn ends_after_as_many_errors_as_the_client_wants() {
    let client = Client::new();
    let operations: Vec<Value> = ["ada", "", "bob", "", "cyd"]
        .iter()
        .enumerate()
        .map(|(index, name)| {
            json!({ "method": "POST", "path": "/Users", "bulkId": index.to_string(), "data": user(name, json!({})) })
        })
        .collect();
    let mut message = bulk(json!(operations));
    message["failOnErrors"] = json!(2);
    let answer = client.post("/Bulk", message).await.ok(200);
    assert_eq!(statuses(&answer), ["201", "400", "201", "400"]);
    assert_eq!(client.get("/Users").await.ok(200)["totalResults"], 2);
}

#[tokio::test]
async fn a_message_that_is_none_does_nothing() {
    let client = Client::new();
    let create = json!({ "method": "POST", "path": "/Users", "bulkId": "1", "data": user("ada", json!({})) });
    let with = |further: Value| {
        let mut operation = create.clone();
        operation
            .as_object_mut()
            .unwrap()
            .extend(further.as_object().unwrap().clone());
        bulk(json!([create, operation]))
    };
    let mut said = String::new();
    let mut without_schema = bulk(json!([create]));
    without_schema["schemas"] = json!([]);
    let mut no_number = bulk(json!([create]));
    no_number["failOnErrors"] = json!("1");
    for body in [
        without_schema,
        no_number,
        bulk(json!(null)),
        bulk(json!({})),
        bulk(json!(["POST"])),
        with(json!({ "bulkId": "1" })),
        with(json!({ "bulkId": null })),
        with(json!({ "bulkId": 2 })),
        with(json!({ "bulkId": "2", "method": "GET" })),
        with(json!({ "bulkId": "2", "method": null })),
        with(json!({ "bulkId": "2", "path": "Users" })),
        with(json!({ "bulkId": "2", "path": "//evil.example.com/Users" })),
        with(json!({ "bulkId": "2", "path": "/Users?attributes=id" })),
        with(json!({ "bulkId": "2", "path": "/" })),
        with(json!({ "bulkId": "2", "path": "/Bulk" })),
        with(json!({ "bulkId": "2", "path": "/Users/.search" })),
        with(json!({ "bulkId": "2", "data": null })),
        with(json!({ "bulkId": "2", "data": [] })),
        with(json!({ "bulkId": "2", "version": 1 })),
    ] {
        let error = client.post("/Bulk", body.clone()).await.error(400);
        let shown = body["Operations"]
            .as_array()
            .map_or(body.clone(), |all| all.last().cloned().unwrap());
        said.push_str(&format!("{shown}\n  {error}\n"));
    }
    insta::assert_snapshot!(said);
    let many: Vec<Value> = (0..1001)
        .map(|index| json!({ "method": "DELETE", "path": format!("/Users/{index}") }))
        .collect();
    client.post("/Bulk", bulk(json!(many))).await.error(413);
    assert_eq!(client.get("/Users").await.ok(200)["totalResults"], 0);
    assert_eq!(client.get("/Bulk").await.headers["allow"], "POST");
}

#[tokio::test]
async fn nothing_to_do_is_done() {
    let answer = Client::new().post("/Bulk", bulk(json!([]))).await.ok(200);
    assert_eq!(answer["Operations"], json!([]));
}
