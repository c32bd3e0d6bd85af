//! Queries at the root (RFC 7644 §3.4.2.1).

use serde_json::{Value, json};

use super::{Client, user};

async fn client() -> Client {
    let client = Client::new();
    for name in ["ada", "bob", "cyd"] {
        client.post("/Users", user(name, json!({}))).await.ok(201);
    }
    client
}

/// Type and id of each resource.
fn shown(page: &Value) -> Vec<String> {
    let resources = page["Resources"].as_array().unwrap();
    let shown = resources.iter().map(|it| {
        format!(
            "{} {}",
            it["meta"]["resourceType"].as_str().unwrap(),
            it["id"].as_str().unwrap()
        )
    });
    shown.collect()
}

#[tokio::test]
async fn gives_all_types_one_after_the_other() {
    let client = client().await;
    let page = client.get("").await.ok(200);
    let all = [
        "User u 1",
        "User u 2",
        "User u 3",
        "Role 1",
        "Role 2",
        "Licence 1",
        "Licence 2",
        "Permission 1",
        "Permission 2",
    ];
    assert_eq!(shown(&page), all);
    assert_eq!((&page["totalResults"], &page["startIndex"]), (&json!(9), &json!(1)));
}

#[tokio::test]
async fn pages_partition_the_users_and_the_rest() {
    let client = client().await;
    let page = client.get("?startIndex=2&count=1").await.ok(200);
    assert_eq!(
        (shown(&page), &page["totalResults"]),
        (vec!["User u 2".to_owned()], &json!(9))
    );
    let none = client.get("?count=0").await.ok(200);
    assert_eq!((shown(&none), &none["totalResults"]), (Vec::new(), &json!(9)));
}

#[tokio::test]
async fn a_filter_asks_those_that_can_fulfil_it() {
    let client = client().await;
    let search = async |filter: &str| {
        let body = json!({ "schemas": ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"], "filter": filter });
        client.post("/.search", body).await
    };
    let only_users = search("userName eq \"bob\"").await.ok(200);
    assert_eq!(shown(&only_users), ["User u 2"]);
    let by_type = search("meta.resourceType eq \"Role\"").await.ok(200);
    assert_eq!(shown(&by_type), ["Role 1", "Role 2"]);
    let error = search("colour eq \"red\"").await.error(400);
    assert!(error.starts_with("invalidFilter: ") && error.contains("colour"), "{error}");
}

#[tokio::test]
async fn an_order_needs_one_type() {
    let client = client().await;
    let filter = "filter=meta.resourceType%20eq%20%22User%22";
    client.get(&format!("?sortBy=userName&{filter}")).await.ok(200);
    assert!(client.application.listed.lock().unwrap().take().unwrap().sort.is_some());
    for query in ["?sortBy=id", "?cursor", "?filter=userName", "?startIndex=x"] {
        client.get(query).await.error(400);
    }
}

#[tokio::test]
async fn shows_what_is_asked_for() {
    let page = client().await.get("?attributes=userName,displayName").await.ok(200);
    let members = |index: usize| -> Vec<String> {
        let resource = page["Resources"][index].as_object().unwrap();
        resource.keys().cloned().collect()
    };
    assert_eq!(members(0), ["schemas", "id", "userName"]);
    assert_eq!(members(3), ["schemas", "id", "displayName"]);
}
