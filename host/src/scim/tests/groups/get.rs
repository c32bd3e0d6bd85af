use serde_json::json;

use super::{Client, FIRST, group, members, with_members};
use crate::scim::{
    Members,
    tests::{memory::TEAM, pretty},
};

#[tokio::test]
async fn a_group() {
    let client = Client::new();
    let further = json!({
        "externalId": "00g1",
        "members": [{ "value": "u 1", "display": "Ada" }, { "value": "u2" }],
        TEAM: { "costCentre": 7 },
    });
    client.post("/Groups", group("Engines", further)).await.ok(201);
    insta::assert_snapshot!(pretty(&client.get(FIRST).await.ok(200)));
}

#[tokio::test]
async fn an_unknown_one_is_404() {
    assert_eq!(
        Client::new().get("/Groups/nobody").await.error(404),
        "-: Group \"nobody\" does not exist"
    );
}

/// Okta and Entra ask for groups without members, which may be many.
#[tokio::test]
async fn members_are_not_read_for_nobody() {
    let client = with_members(&["u1", "u2"]).await;
    for (query, read) in [
        ("", Members::Read),
        ("?excludedAttributes=members", Members::LeftOut),
        ("?excludedAttributes=MEMBERS,externalId", Members::LeftOut),
        ("?excludedAttributes=members.display", Members::Read),
        ("?attributes=displayName", Members::LeftOut),
        ("?attributes=members.value", Members::Read),
        (
            "?attributes=urn:ietf:params:scim:schemas:core:2.0:Group:members",
            Members::Read,
        ),
    ] {
        let one = client.get(&format!("{FIRST}{query}")).await.ok(200);
        assert_eq!(*client.application.members.lock().unwrap(), Some(read), "{query}");
        let list = client.get(&format!("/Groups{query}")).await.ok(200);
        assert_eq!(*client.application.members.lock().unwrap(), Some(read), "{query}");
        assert_eq!(list["Resources"][0], one);
        assert_eq!(members(&one).is_empty(), read == Members::LeftOut, "{query}: {one}");
    }
}

/// A version that depends on who reads how much would be none.
#[tokio::test]
async fn what_was_not_read_whole_has_no_version() {
    let client = with_members(&["u1"]).await;
    let answer = client.get(&format!("{FIRST}?excludedAttributes=members")).await;
    assert_eq!(answer.headers.get("etag"), None);
    assert_eq!(answer.ok(200)["meta"].get("version"), None);
}
