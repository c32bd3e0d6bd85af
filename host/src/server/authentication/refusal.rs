//! Answers to requests that are not admitted. What a token is, or how nearly right, is never in one.

use std::time::Duration;

use axum::{
    http::{HeaderValue, header},
    response::{IntoResponse as _, Response},
};

use super::tokens::Verdict;
use crate::scim::Error;

/// 401: nothing was sent.
pub fn none() -> Response {
    unauthorised("a token is needed: send it as `Authorization: Bearer <token>`, or as the password of Basic")
}

/// 401: what was sent opens nothing.
pub fn wrong(verdict: &Verdict) -> Response {
    match verdict {
        Verdict::Expired(name, at) => unauthorised(&format!(
            "the token \"{name}\" expired at {}: the administrator can make another",
            at.format("%Y-%m-%dT%H:%M:%SZ")
        )),
        Verdict::Known(_) | Verdict::Unknown => unauthorised("the token is not this application's"),
    }
}

/// 401, with both ways in which a token is taken (RFC 7235 §4.1).
pub fn unauthorised(detail: &str) -> Response {
    let mut response = Error::new(401, detail).into_response();
    for challenge in ["Bearer realm=\"SCIM\"", "Basic realm=\"SCIM\", charset=\"UTF-8\""] {
        let challenge = HeaderValue::from_static(challenge);
        response.headers_mut().append(header::WWW_AUTHENTICATE, challenge);
    }
    response
}

/// 429: the address has sent too many wrong tokens. Whether this one is right is not looked at.
pub fn too_many_failures(wait: Duration) -> Response {
    let seconds = seconds(wait);
    let detail = format!(
        "too many wrong tokens came from this address (`failed-authentications` in [server]): none is looked at for {seconds} s"
    );
    too_many(detail, seconds)
}

/// 429: the application has had its requests for this second.
pub fn too_many_requests(wait: Duration) -> Response {
    let detail = "more requests than `requests-per-second` in [scim] allows this application";
    too_many(detail.to_owned(), seconds(wait))
}

fn too_many(detail: String, seconds: u32) -> Response {
    Error {
        retry_after: Some(seconds),
        ..Error::new(429, detail)
    }
    .into_response()
}

/// Whole seconds, and never none.
fn seconds(wait: Duration) -> u32 {
    let whole = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
    u32::try_from(whole).unwrap_or(u32::MAX).max(1)
}
