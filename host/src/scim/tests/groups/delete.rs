use axum::http::Method;

use super::{FIRST, with_members};
use crate::scim::Members;

#[tokio::test]
async fn is_gone_afterwards() {
    let client = with_members(&["u1"]).await;
    client.send(Method::DELETE, FIRST, None).await.ok(204);
    assert_eq!(
        *client.application.members.lock().unwrap(),
        Some(Members::LeftOut),
        "nobody asked who was in it"
    );
    client.get(FIRST).await.error(404);
    client.send(Method::DELETE, FIRST, None).await.error(404);
}
