//! A client of an application in memory.

use std::sync::Arc;

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{Method, Request, StatusCode, header},
};
use serde_json::Value;
use tokio::runtime::{Builder, Runtime};
use tower::ServiceExt as _;

use crate::{
    memory::{Memory, surface},
    scim::{RouterContext, router},
};

/// The longest detail of an error, in characters. What a client sent is quoted in part at the most.
const LONGEST_DETAIL: usize = 2_003;

pub struct Client {
    pub application: Arc<Memory>,
    router: Router,
    runtime: Runtime,
}

/// An answer that is one of SCIM's.
#[derive(Debug, PartialEq)]
pub struct Answer {
    pub status: u16,
    pub body: Value,
}

impl Client {
    /// Of the application that the protocol's own tests use.
    #[allow(clippy::new_without_default, reason = "making one isn't nothing")]
    pub fn new() -> Self {
        let application = Arc::new(Memory::new(surface()));
        let context = RouterContext {
            base_url: "https://scim.example.com".to_owned(),
            body_limit: 1 << 20,
        };
        let router = router(application.clone(), context);
        let runtime = Builder::new_current_thread().enable_time().build().expect("a runtime");
        Self {
            application,
            router,
            runtime,
        }
    }

    pub fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, b"")
    }

    /// # Panics
    /// The answer is none that SCIM knows.
    pub fn send(&self, method: Method, path: &str, body: &[u8]) -> Answer {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::CONTENT_TYPE, "application/scim+json")
            .body(Body::from(body.to_vec()))
            .expect("a request");
        let (status, bytes) = self.runtime.block_on(async {
            let answer = self.router.clone().oneshot(request).await.expect("the router always answers");
            let status = answer.status();
            (status, to_bytes(answer.into_body(), usize::MAX).await.expect("a body"))
        });
        let body = match bytes.as_ref() {
            b"" => Value::Null,
            bytes => serde_json::from_slice(bytes).expect("JSON"),
        };
        let answer = Answer {
            status: status.as_u16(),
            body,
        };
        answer.check(status);
        answer
    }
}

impl Answer {
    /// Every error is SCIM's, says why, and doesn't throw back what it got; none is our own fault.
    fn check(&self, status: StatusCode) {
        assert!(!status.is_server_error(), "{self:?}");
        if !status.is_client_error() {
            return;
        }
        assert_eq!(self.body["schemas"][0], "urn:ietf:params:scim:api:messages:2.0:Error");
        assert_eq!(self.body["status"], status.as_u16().to_string());
        let detail = self.body["detail"].as_str().expect("a detail");
        assert!(!detail.is_empty());
        let length = detail.chars().count();
        assert!(length <= LONGEST_DETAIL, "{length} characters of detail: {detail}");
    }

    /// Its `scimType`.
    pub fn scim_type(&self) -> Option<&str> {
        self.body["scimType"].as_str()
    }

    /// The id of the resource that it is.
    pub fn id(&self) -> &str {
        self.body["id"].as_str().expect("an id")
    }
}

/// Encodes a value for a URL.
pub fn encode(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
}
