use axum::http::Method;
use serde_json::json;

use super::{Client, pretty};
use crate::scim::Start;

#[tokio::test]
async fn a_catalogue_of_roles() {
    insta::assert_snapshot!(pretty(&Client::new().get("/Roles").await.ok(200)));
}

#[tokio::test]
async fn an_entitlement_tells_its_type() {
    insta::assert_snapshot!(pretty(&Client::new().get("/Permissions/2/").await.ok(200)));
}

#[tokio::test]
async fn can_be_paged_and_filtered() {
    let client = Client::new();
    client
        .get("/Licences?startIndex=2&count=1&filter=DISPLAYNAME%20sw%20%22L%22")
        .await
        .ok(200);
    let listed = client.application.listed.lock().unwrap().clone().unwrap();
    assert_eq!((listed.start, listed.count), (Start::Index(2), 1));
    assert_eq!(listed.filter.unwrap().to_string(), "displayName sw \"L\"");
    let error = client.get("/Licences?filter=userName%20pr").await.error(400);
    insta::assert_snapshot!(error);
}

#[tokio::test]
async fn what_is_not_in_the_catalogue_is_404() {
    assert_eq!(Client::new().get("/Roles/9").await.error(404), "-: Role \"9\" does not exist");
}

#[tokio::test]
async fn can_only_be_read() {
    let answer = Client::new().send(Method::POST, "/Roles", Some(json!({}))).await;
    assert_eq!(answer.headers["allow"], "GET,HEAD");
    assert_eq!(answer.error(405), "-: POST can't be done at /payroll/scim/v2/Roles");
    let answer = Client::new().send(Method::DELETE, "/Roles/1", None).await;
    assert_eq!(answer.error(405), "-: DELETE can't be done at /payroll/scim/v2/Roles/1");
}
