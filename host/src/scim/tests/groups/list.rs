use serde_json::json;

use super::{Client, group};

async fn listed(client: &Client, query: &str) -> String {
    client.get(&format!("/Groups?{query}")).await.ok(200);
    let listed = client.application.listed.lock().unwrap().clone().unwrap();
    listed.filter.map(|filter| filter.to_string()).unwrap_or_default()
}

#[tokio::test]
async fn filters_arrive_in_the_words_of_the_schema() {
    let client = Client::new();
    for (filter, arrives) in [
        ("DISPLAYNAME eq \"Engines\"", "displayName eq \"Engines\""),
        ("externalid eq \"00g1\"", "externalId eq \"00g1\""),
        ("Members.Value eq \"u1\"", "members.value eq \"u1\""),
        ("members eq \"u1\" and id eq \"g\"", "members eq \"u1\" and id eq \"g\""),
        ("members[VALUE eq \"u1\"]", "members[value eq \"u1\"]"),
        (
            "urn:ietf:params:scim:schemas:core:2.0:group:displayName sw \"E\"",
            "displayName sw \"E\"",
        ),
    ] {
        let query = percent_encoding::utf8_percent_encode(filter, percent_encoding::NON_ALPHANUMERIC);
        assert_eq!(listed(&client, &format!("filter={query}")).await, arrives);
    }
}

#[tokio::test]
async fn what_is_not_mapped_is_400() {
    let error = Client::new().get("/Groups?filter=userName%20pr").await.error(400);
    assert!(
        error.starts_with("invalidFilter: no schema of this application has an attribute `userName`"),
        "{error}"
    );
    let error = Client::new().get("/Groups?sortBy=title").await.error(400);
    assert!(error.starts_with("invalidValue: `sortBy`"), "{error}");
}

#[tokio::test]
async fn pages() {
    let client = Client::new();
    for name in ["Engines", "Looms", "Tables"] {
        client.post("/Groups", group(name, json!({}))).await.ok(201);
    }
    let page = client.get("/Groups?startIndex=2&count=1").await.ok(200);
    assert_eq!((&page["totalResults"], &page["itemsPerPage"]), (&json!(3), &json!(1)));
    assert_eq!(page["Resources"][0]["displayName"], "Looms");
    let search = json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"],
        "filter": "displayName eq \"looms\"",
        "excludedAttributes": ["members"],
    });
    let found = client.post("/Groups/.search", search).await.ok(200);
    assert_eq!(
        (&found["totalResults"], &found["Resources"][0]["id"]),
        (&json!(1), &json!("g 2"))
    );
}
