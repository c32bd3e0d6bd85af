//! `ETag`, `meta.version` and preconditions (RFC 7644 §3.14).

use axum::http::{Method, header};
use serde_json::{Value, json};

use super::{FIRST, full, with_user};
use crate::scim::tests::{Answer, Client, user};

const OLD: &str = "W/\"of another time\"";

fn tag(answer: &Answer) -> String {
    answer.headers[header::ETAG].to_str().unwrap().to_owned()
}

async fn change(client: &Client, precondition: (&str, &str)) -> [Answer; 2] {
    let patch = json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
        "Operations": [{ "op": "replace", "path": "name.givenName", "value": "Augusta" }],
    });
    let put = user("ada", json!({ "name": { "givenName": "Byron" } }));
    [
        client.send_if(Method::PATCH, FIRST, precondition, Some(patch)).await,
        client.send_if(Method::PUT, FIRST, precondition, Some(put)).await,
    ]
}

#[tokio::test]
async fn every_answer_with_a_user_has_its_version() {
    let client = with_user(full()).await;
    let created = client.post("/Users", user("bob", json!({}))).await;
    assert_eq!(created.body["meta"]["version"], tag(&created));
    let read = client.get(FIRST).await;
    assert_eq!(read.body["meta"]["version"], tag(&read));
    assert_ne!(tag(&read), tag(&created));
    assert!(tag(&read).starts_with("W/\""), "{}", tag(&read));
    assert_eq!(
        client.get("/Users").await.ok(200)["Resources"][0]["meta"]["version"],
        tag(&read)
    );
    assert_eq!(tag(&client.get(&format!("{FIRST}?attributes=userName")).await), tag(&read));

    let same = client.put(FIRST, read.body.clone()).await;
    assert_eq!(tag(&same), tag(&read), "nothing changed");
    let changed = client.patch(FIRST, json!([{ "op": "remove", "path": "roles" }])).await;
    assert_ne!(tag(&changed), tag(&read));
    assert_eq!(tag(&client.get(FIRST).await), tag(&changed));
}

#[tokio::test]
async fn who_has_it_already_gets_304() {
    let client = with_user(full()).await;
    let read = client.get(FIRST).await;
    let again = client.send_if(Method::GET, FIRST, ("if-none-match", &tag(&read)), None).await;
    assert_eq!(tag(&again), tag(&read));
    assert_eq!(again.ok(304), Value::Null);
    let other = client.send_if(Method::GET, FIRST, ("if-none-match", OLD), None).await;
    assert_eq!(other.ok(200), read.body);
    client.send_if(Method::GET, FIRST, ("if-match", OLD), None).await.error(412);
    client
        .send_if(Method::GET, "/Users/nobody", ("if-none-match", "*"), None)
        .await
        .error(404);
}

#[tokio::test]
async fn who_knows_an_old_one_changes_nothing() {
    let client = with_user(full()).await;
    let before = client.get(FIRST).await;
    for precondition in [("if-match", OLD), ("if-none-match", "*")] {
        for answer in change(&client, precondition).await {
            answer.error(412);
        }
        client.send_if(Method::DELETE, FIRST, precondition, None).await.error(412);
    }
    let error = client
        .send_if(Method::DELETE, FIRST, ("if-match", OLD), None)
        .await
        .error(412);
    assert!(error.contains("If-Match") && error.contains(&tag(&before)), "{error}");
    assert_eq!(client.get(FIRST).await.body, before.body);
}

#[tokio::test]
async fn who_knows_the_present_one_may_change_it() {
    let client = with_user(full()).await;
    let known = tag(&client.get(FIRST).await);
    let [patched, put] = change(&client, ("if-match", &known)).await;
    assert_eq!(patched.ok(200)["name"]["givenName"], "Augusta");
    put.error(412);
    let known = tag(&client.get(FIRST).await);
    let both = format!("{OLD}, {known}");
    client.send_if(Method::DELETE, FIRST, ("if-match", &both), None).await.ok(204);
}

#[tokio::test]
async fn items_of_a_catalogue_have_one_too() {
    let client = Client::new();
    let read = client.get("/Roles/1").await;
    assert_eq!(read.body["meta"]["version"], tag(&read));
    let again = client
        .send_if(Method::GET, "/Roles/1", ("if-none-match", &tag(&read)), None)
        .await;
    assert_eq!(again.ok(304), Value::Null);
}
