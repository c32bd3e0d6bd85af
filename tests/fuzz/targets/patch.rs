//! PATCH: the body of a request that changes a user.
//!
//! - What is refused changes nothing.
//! - What is done is what a GET shows, and the user can be PUT back as it is.
//! - One operation that names what it changes by name can be done again and changes nothing more. (What looks for an element
//!   by a filter may not find it a second time.)

#![no_main]

use axum::http::Method;
use libfuzzer_sys::fuzz_target;
use portcullis_fuzz::{Answer, Client};
use serde_json::Value;

thread_local! {
    static CLIENT: Client = Client::new();
}

const USER: &str = r#"{
    "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
    "userName": "ada",
    "name": { "givenName": "Ada", "familyName": "Lovelace" },
    "emails": [{ "type": "work", "value": "ada@example.com", "primary": true }],
    "userType": "Employee",
    "active": true,
    "roles": [{ "value": "r1" }, { "value": "r2" }],
    "entitlements": [{ "type": "Licence", "value": "1" }, { "type": "Permission", "value": "2" }],
    "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": { "department": "Engines", "manager": { "value": "7" } }
}"#;

fuzz_target!(|body: &[u8]| {
    CLIENT.with(|client| {
        let before = client.send(Method::POST, "/Users", USER.as_bytes());
        assert_eq!(before.status, 201, "{before:?}");
        let path = format!("/Users/{}", before.id().replace(' ', "%20"));
        check(client, &path, before, body);
        assert_eq!(client.send(Method::DELETE, &path, b"").status, 204);
    });
});

fn check(client: &Client, path: &str, before: Answer, body: &[u8]) {
    let patched = client.send(Method::PATCH, path, body);
    let after = client.get(path);
    if patched.status != 200 {
        assert_eq!(after.body, before.body);
        return;
    }
    assert_eq!(after, patched);

    let put = client.send(Method::PUT, path, after.body.to_string().as_bytes());
    assert_eq!(put, after, "a user can't be put back as it is");

    if can_be_repeated(body) {
        assert_eq!(
            client.send(Method::PATCH, path, body),
            patched,
            "twice isn't the same as once"
        );
    }
}

fn can_be_repeated(body: &[u8]) -> bool {
    let message: Value = serde_json::from_slice(body).unwrap_or_default();
    let mut members = message.as_object().into_iter().flatten();
    let operations = members.find(|(key, _)| key.eq_ignore_ascii_case("operations"));
    let one = operations
        .and_then(|(_, operations)| operations.as_array())
        .is_some_and(|it| it.len() == 1);
    one && !message.to_string().contains("[type") && !message.to_string().contains("[value")
}
