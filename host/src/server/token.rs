//! Who may speak to an application: whoever sends its token, as `Authorization: Bearer <token>` or bare.

use std::sync::Arc;

use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, header},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

use crate::{database::Secret, scim::Error};

/// Knows the hash of an application's token.
pub struct Guard {
    hash: [u8; 32],
}

impl Guard {
    pub fn new(token: &Secret) -> Self {
        Self {
            hash: Sha256::digest(token.expose()).into(),
        }
    }

    /// Hashes are compared, so that neither the length nor the beginning of the token shows in the time that it takes.
    fn admits(&self, token: &str) -> bool {
        let hash: [u8; 32] = Sha256::digest(token).into();
        hash.ct_eq(&self.hash).into()
    }
}

/// Answers 401 unless the request has the token.
pub async fn check(State(guard): State<Arc<Guard>>, request: Request, next: Next) -> Response {
    match sent(request.headers()) {
        Some(token) if guard.admits(token) => next.run(request).await,
        Some(_) => refusal("the token is not this application's"),
        None => refusal("a token is needed: send it as `Authorization: Bearer <token>`"),
    }
}

fn sent(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?.trim();
    match value.split_once(' ') {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => Some(token.trim()),
        Some(_) => None,
        None => Some(value),
    }
}

fn refusal(detail: &str) -> Response {
    let mut response = Error::new(401, detail).into_response();
    let challenge = HeaderValue::from_static("Bearer realm=\"SCIM\"");
    response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token_of(value: &'static str) -> Option<String> {
        let mut headers = HeaderMap::new();
        headers.insert(header::AUTHORIZATION, HeaderValue::from_static(value));
        sent(&headers).map(str::to_owned)
    }

    #[test]
    fn takes_the_token_with_bearer_and_without() {
        assert_eq!(token_of("Bearer abc"), Some("abc".into()));
        assert_eq!(token_of("bearer   abc"), Some("abc".into()));
        assert_eq!(token_of("abc"), Some("abc".into()));
        assert_eq!(token_of("Basic YTpi"), None);
    }

    #[test]
    fn admits_its_token_and_no_other() {
        let guard = Guard::new(&Secret::new("0123456789abcdef"));
        assert!(guard.admits("0123456789abcdef"));
        assert!(!guard.admits("0123456789abcdeF"));
        assert!(!guard.admits(""));
    }
}
