//! `POST …/.search` (RFC 7644 §3.4.3).

use axum::http::Method;
use serde_json::{Value, json};

use super::{Client, user};

fn search(further: Value) -> Value {
    let mut search = json!({ "schemas": ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"] });
    search.as_object_mut().unwrap().extend(further.as_object().unwrap().clone());
    search
}

#[tokio::test]
async fn asks_what_a_query_asks() {
    let client = Client::new();
    for name in ["ada", "bob", "cyd"] {
        client.post("/Users", user(name, json!({ "active": true }))).await.ok(201);
    }
    let by_get = client
        .get("/Users?filter=userName%20pr&startIndex=2&count=1&attributes=userName,active&sortBy=userName&sortOrder=descending")
        .await
        .ok(200);
    let asked = client.application.listed.lock().unwrap().take();
    let body = search(json!({
        "filter": "userName pr", "startIndex": 2, "COUNT": 1, "attributes": ["userName", "active"],
        "sortBy": "userName", "sortOrder": "descending", "excludedAttributes": null,
    }));
    assert_eq!(client.post("/Users/.search", body).await.ok(200), by_get);
    assert_eq!(client.application.listed.lock().unwrap().take(), asked);
}

#[tokio::test]
async fn catalogues_are_searched_too() {
    let client = Client::new();
    let body = search(json!({ "filter": "displayName sw \"L\"", "count": 5 }));
    client.post("/Licences/.search", body.clone()).await.ok(200);
    let listed = client.application.listed.lock().unwrap().take().unwrap();
    assert_eq!(
        (listed.filter.unwrap().to_string().as_str(), listed.count),
        ("displayName sw \"L\"", 5)
    );
    client.post("/Nothings/.search", body).await.error(404);
    for method in [Method::GET, Method::PUT] {
        for path in ["/Users/.search", "/Licences/.search"] {
            let answer = client.send(method.clone(), path, Some(json!({}))).await;
            assert_eq!(answer.headers["allow"], "POST", "{method} {path}");
            answer.error(405);
        }
    }
}

#[tokio::test]
async fn what_is_no_search_is_400() {
    let client = Client::new();
    let mut said = String::new();
    for body in [
        json!({ "filter": "userName pr" }),
        search(json!({ "filters": "userName pr" })),
        search(json!({ "filter": 1 })),
        search(json!({ "filter": "userName is 1" })),
        search(json!({ "count": "10" })),
        search(json!({ "count": 1.5 })),
        search(json!({ "attributes": "userName" })),
        search(json!({ "attributes": ["userName", 1] })),
        search(json!({ "sortBy": ["userName"] })),
    ] {
        let error = client.post("/Users/.search", body.clone()).await.error(400);
        said.push_str(&format!("{body}\n  {error}\n"));
    }
    insta::assert_snapshot!(said);
}
