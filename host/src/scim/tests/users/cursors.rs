//! `GET /Users?cursor=…` (RFC 9865).

use serde_json::{Value, json};

use crate::scim::{
    Position, Start,
    tests::{Client, user},
};

async fn with_five() -> Client {
    let client = Client::new();
    for name in ["ada", "bob", "cyd", "dan", "eve"] {
        client.post("/Users", user(name, json!({}))).await.ok(201);
    }
    client
}

fn names(page: &Value) -> Vec<&str> {
    let users = page["Resources"].as_array().unwrap();
    users.iter().map(|user| user["userName"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn lead_from_page_to_page_and_back() {
    let client = with_five().await;
    let first = client.get("/Users?cursor&count=2").await.ok(200);
    assert_eq!(names(&first), ["ada", "bob"]);
    assert_eq!((&first["totalResults"], &first["itemsPerPage"]), (&json!(5), &json!(2)));
    assert_eq!((first.get("startIndex"), first.get("previousCursor")), (None, None));
    let follow = async |page: &Value, name: &str| {
        let cursor = page[name].as_str().unwrap();
        client.get(&format!("/Users?count=2&cursor={cursor}")).await.ok(200)
    };
    let second = follow(&first, "nextCursor").await;
    assert_eq!(names(&second), ["cyd", "dan"]);
    let last = follow(&second, "nextCursor").await;
    assert_eq!((names(&last), last.get("nextCursor")), (vec!["eve"], None));
    assert_eq!(names(&follow(&last, "previousCursor").await), ["cyd", "dan"]);
}

#[tokio::test]
async fn are_asked_for_by_post_too() {
    let client = with_five().await;
    let search = |cursor: &str| json!({ "schemas": ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"], "count": 3, "cursor": cursor });
    let first = client.post("/Users/.search", search("")).await.ok(200);
    let next = first["nextCursor"].as_str().unwrap();
    assert_eq!(
        names(&client.post("/Users/.search", search(next)).await.ok(200)),
        ["dan", "eve"]
    );
}

#[tokio::test]
async fn an_index_needs_none() {
    let page = with_five().await.get("/Users?startIndex=2&count=2").await.ok(200);
    assert_eq!((page.get("nextCursor"), page.get("previousCursor")), (None, None));
}

#[tokio::test]
async fn bring_the_provider_its_own_position() {
    let client = with_five().await;
    let first = client.get("/Users?cursor=&count=4").await.ok(200);
    let next = first["nextCursor"].as_str().unwrap();
    client.get(&format!("/Users?cursor={next}")).await.ok(200);
    let listed = client.application.listed.lock().unwrap().take().unwrap();
    assert_eq!(
        (listed.start, listed.count),
        (Start::Cursor(Some(Position("4".to_owned()))), 100)
    );
}

#[tokio::test]
async fn what_makes_no_sense_is_told_apart() {
    let client = with_five().await;
    let first = client.get("/Users?cursor&count=2").await.ok(200);
    let next = first["nextCursor"].as_str().unwrap();
    let mut said = String::new();
    for query in [
        "cursor=nonsense".to_owned(),
        format!("cursor={next}&filter=userName%20pr"),
        format!("cursor={next}&sortBy=userName"),
        format!("cursor={next}&startIndex=3"),
        format!("cursor={next}&cursor={next}"),
        "cursor&count=-1".to_owned(),
        "cursor&count=many".to_owned(),
    ] {
        let error = client.get(&format!("/Users?{query}")).await.error(400);
        said.push_str(&format!("{}\n  {error}\n", query.replace(next, "CURSOR")));
    }
    let error = client.get(&format!("/Roles?cursor={next}")).await.error(400);
    said.push_str(&format!("a cursor of users at /Roles\n  {error}\n"));
    insta::assert_snapshot!(said);
}
