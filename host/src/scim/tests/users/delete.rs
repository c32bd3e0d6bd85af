use axum::http::Method;
use serde_json::{Value, json};

use super::{FIRST, with_user};
use crate::scim::tests::{Client, memory};

#[tokio::test]
async fn deletes_once() {
    let client = with_user(json!({})).await;
    assert_eq!(client.send(Method::DELETE, FIRST, None).await.ok(204), Value::Null);
    client.get(FIRST).await.error(404);
    client.send(Method::DELETE, FIRST, None).await.error(404);
}

#[tokio::test]
async fn is_501_where_it_is_not_enabled() {
    let mut surface = memory::surface();
    surface.capabilities.delete_user = false;
    let error = Client::of(surface).send(Method::DELETE, FIRST, None).await.error(501);
    assert_eq!(
        error,
        "-: users can't be deleted, only deactivated: the operation delete-user is not enabled for this application"
    );
}
