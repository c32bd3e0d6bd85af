//! Filters: the text of `filter` in a list request.
//!
//! A filter is understood, or it is `invalidFilter`, or names a password, which is `sensitive`. One that is understood reaches the application in canonical form, and
//! that form, written out and read again, is the same filter.

#![no_main]

use libfuzzer_sys::fuzz_target;
use portcullis_fuzz::{Client, encode, scim::ListRequest};

thread_local! {
    static CLIENT: Client = Client::new();
}

fuzz_target!(|text: &str| {
    CLIENT.with(|client| {
        for endpoint in ["/Users", "/Roles"] {
            let Some(understood) = list(client, endpoint, text) else {
                continue;
            };
            let Some(filter) = &understood.filter else {
                // An empty one is none.
                assert!(text.trim().is_empty());
                continue;
            };
            let again = list(client, endpoint, &filter.to_string());
            assert_eq!(again.as_ref(), Some(&understood), "{endpoint}: {filter}");
        }
    });
});

/// What the application was asked, if the filter was understood.
fn list(client: &Client, endpoint: &str, filter: &str) -> Option<ListRequest> {
    let answer = client.get(&format!("{endpoint}?filter={}", encode(filter)));
    match answer.status {
        200 => client.application.listed.lock().expect("no panic").take(),
        status => {
            let refused = [(400, Some("invalidFilter")), (403, Some("sensitive"))];
            assert!(refused.contains(&(status, answer.scim_type())), "{answer:?}");
            None
        }
    }
}
