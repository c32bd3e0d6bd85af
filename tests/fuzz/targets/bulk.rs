//! Bulk requests: the body of a POST to `/Bulk`.
//!
//! - The message is refused as a whole and nothing is done, or each of its operations is answered.
//! - What the answer says was created is there.

#![no_main]

use axum::http::Method;
use libfuzzer_sys::fuzz_target;
use portcullis_fuzz::{Answer, Client};
use serde_json::Value;

/// The base of the client's URLs, in front of a resource's path.
const BASE: &str = "https://scim.example.com";

fuzz_target!(|body: &[u8]| {
    // Whatever is made must be gone before the next input.
    let client = Client::new();
    let answer = client.send(Method::POST, "/Bulk", body);
    let there = users(&client);
    if answer.status != 200 {
        assert!(there.is_empty(), "the message was refused, and done: {answer:?}");
        return;
    }
    check(&client, &answer, &there);
});

fn check(client: &Client, answer: &Answer, there: &[Value]) {
    assert_eq!(
        answer.body["schemas"][0],
        "urn:ietf:params:scim:api:messages:2.0:BulkResponse"
    );
    let mut made = 0;
    for operation in answer.body["Operations"].as_array().expect("operations") {
        let status: u16 = operation["status"]
            .as_str()
            .and_then(|text| text.parse().ok())
            .expect("a status that is a string");
        assert!((200..500).contains(&status), "{operation}");
        if status >= 400 {
            assert_eq!(operation["response"]["status"], operation["status"], "{operation}");
        }
        if status == 201 && operation["location"].as_str().is_some_and(|it| it.contains("/Users/")) {
            made += 1;
        }
    }
    assert!(there.len() <= made, "{there:?} of {made}");
    // No operation but a DELETE takes one away again.
    let deletes = answer.body["Operations"]
        .as_array()
        .into_iter()
        .flatten()
        .any(|operation| operation["method"] == "DELETE");
    if !deletes {
        assert_eq!(there.len(), made);
        for user in there {
            let path = user["meta"]["location"]
                .as_str()
                .and_then(|it| it.strip_prefix(BASE))
                .expect("a location");
            assert_eq!(client.get(path).status, 200);
        }
    }
}

fn users(client: &Client) -> Vec<Value> {
    let list = client.get("/Users?count=200");
    list.body["Resources"].as_array().cloned().expect("a list")
}
