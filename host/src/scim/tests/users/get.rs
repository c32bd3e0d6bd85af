use serde_json::json;

use super::{FIRST, full, with_user};
use crate::scim::tests::{BASE_URL, Client};

#[tokio::test]
async fn gives_what_was_put() {
    let client = with_user(full()).await;
    let user = client.get(FIRST).await.ok(200);
    assert_eq!(user["name"], json!({ "givenName": "Ada", "familyName": "King" }));
    assert_eq!(user["meta"]["resourceType"], "User");
    assert_eq!(user["meta"]["location"], format!("{BASE_URL}{FIRST}"));
    assert_eq!(client.get(&format!("{FIRST}/")).await.ok(200), user);
}

#[tokio::test]
async fn nobody_is_404() {
    let error = Client::new().get("/Users/no%2Fbody").await.error(404);
    assert_eq!(error, "-: User \"no/body\" does not exist");
}

#[tokio::test]
async fn an_id_that_is_not_text_is_400() {
    let error = Client::new().get("/Users/%FF").await.error(400);
    assert_eq!(
        error,
        "invalidSyntax: the URL's path is not UTF-8 once its percent-encoding is undone"
    );
}

#[tokio::test]
async fn shows_what_is_asked_for() {
    let client = with_user(full()).await;
    let shown = client
        .get(&format!("{FIRST}?attributes=USERNAME,name.givenName,emails.value,nothing"))
        .await
        .ok(200);
    let expected = json!({
        "schemas": shown["schemas"],
        "id": "u 1",
        "userName": "ada",
        "name": { "givenName": "Ada" },
        "emails": [{ "value": "ada@example.com" }],
    });
    assert_eq!(shown, expected);
}

#[tokio::test]
async fn hides_what_is_not_wanted() {
    let client = with_user(full()).await;
    let query =
        "excludedAttributes=id,roles,name.familyName,urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department";
    let shown = client.get(&format!("{FIRST}?{query}")).await.ok(200);
    assert_eq!(shown["id"], "u 1");
    assert_eq!(shown.get("roles"), None);
    assert_eq!(shown["name"], json!({ "givenName": "Ada" }));
    assert_eq!(
        shown["urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"],
        json!({ "manager": { "value": "7" } })
    );
    assert_eq!(shown["userName"], "ada");
}
