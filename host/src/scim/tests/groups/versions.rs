//! Versions of groups (RFC 7644 §3.14).

use axum::http::{Method, header};
use serde_json::{Value, json};

use super::{FIRST, group, with_members};
use crate::scim::{Members, tests::Answer};

fn tag(answer: &Answer) -> String {
    answer.headers[header::ETAG].to_str().unwrap().to_owned()
}

#[tokio::test]
async fn change_with_the_members() {
    let client = with_members(&["u1", "u2"]).await;
    let before = client.get(FIRST).await;
    let again = json!([{ "op": "add", "path": "members", "value": [{ "value": "u1" }] }]);
    assert_eq!(tag(&client.patch(FIRST, again).await), tag(&before), "nothing changed");
    let add = json!([{ "op": "add", "path": "members", "value": [{ "value": "u3" }] }]);
    let after = client.patch(FIRST, add).await;
    assert_ne!(tag(&after), tag(&before));
    assert_eq!(tag(&client.get(FIRST).await), tag(&after));
}

/// A precondition needs the version, and so the members, whatever is shown of them.
#[tokio::test]
async fn hold_for_who_sees_no_members() {
    let client = with_members(&["u1"]).await;
    let known = tag(&client.get(FIRST).await);
    let path = format!("{FIRST}?excludedAttributes=members");
    let answer = client.send_if(Method::GET, &path, ("if-none-match", &known), None).await;
    assert_eq!(answer.ok(304), Value::Null);
    assert_eq!(*client.application.members.lock().unwrap(), Some(Members::Read));

    let wanted = || Some(group("Looms", json!({})));
    client
        .send_if(Method::PUT, &path, ("if-match", "W/\"old\""), wanted())
        .await
        .error(412);
    let put = client.send_if(Method::PUT, &path, ("if-match", &known), wanted()).await;
    assert_eq!(put.ok(200).get("members"), None);
    client
        .send_if(Method::DELETE, FIRST, ("if-match", &known), None)
        .await
        .error(412);
    let known = tag(&client.get(FIRST).await);
    client
        .send_if(Method::DELETE, FIRST, ("if-match", &known), None)
        .await
        .ok(204);
}
