//! The protocol as a client meets it: requests through the router, against an application in memory.

mod bulk;
mod discovery;
mod entitlements;
mod groups;
mod memory;
mod requests;
mod root;
mod search;
mod typed;
mod users;

use std::sync::Arc;

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{HeaderMap, Method, Request, StatusCode, header, request},
};
use serde_json::{Value, json};
use tower::ServiceExt;

use super::{BaseUrl, RequestId, RouterContext, Surface, router};
use memory::Memory;

pub const BASE_URL: &str = "https://scim.example.com/payroll/scim/v2";

/// A client of an application.
pub struct Client {
    pub application: Arc<Memory>,
    router: Router,
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Value,
}

impl Client {
    /// Of the application that most tests use.
    pub fn new() -> Self {
        Self::of(memory::surface())
    }

    pub fn of(surface: Surface) -> Self {
        let application = Arc::new(Memory::new(surface));
        let context = RouterContext {
            base_url: "https://not.this.example.com".to_owned(),
            body_limit: 1 << 20,
        };
        // Nested as the server does it.
        let router = Router::new().nest("/payroll/scim/v2", router(application.clone(), context));
        Self { application, router }
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, None).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.send(Method::POST, path, Some(body)).await
    }

    pub async fn put(&self, path: &str, body: Value) -> Answer {
        self.send(Method::PUT, path, Some(body)).await
    }

    /// PATCH with these operations.
    pub async fn patch(&self, path: &str, operations: Value) -> Answer {
        let body = json!({ "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": operations });
        self.send(Method::PATCH, path, Some(body)).await
    }

    pub async fn send(&self, method: Method, path: &str, body: Option<Value>) -> Answer {
        let body = body.map(|body| body.to_string().into_bytes()).unwrap_or_default();
        self.send_bytes(method, path, "application/scim+json", body).await
    }

    /// With a header, for example a precondition.
    pub async fn send_if(&self, method: Method, path: &str, (name, value): (&str, &str), body: Option<Value>) -> Answer {
        let mut request = request(method, path, "application/scim+json");
        request = request.header(name, value);
        let body = body.map(|body| body.to_string()).unwrap_or_default();
        self.answer(request.body(body.into()).unwrap()).await
    }

    pub async fn send_bytes(&self, method: Method, path: &str, content_type: &str, body: impl Into<Body>) -> Answer {
        self.answer(request(method, path, content_type).body(body.into()).unwrap())
            .await
    }

    async fn answer(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, usize::MAX).await.unwrap();
        let body = match bytes.as_ref() {
            b"" => Value::Null,
            bytes => serde_json::from_slice(bytes).unwrap(),
        };
        if body != Value::Null {
            assert_eq!(parts.headers[header::CONTENT_TYPE], "application/scim+json");
        }
        Answer {
            status: parts.status,
            headers: parts.headers,
            body,
        }
    }
}

fn request(method: Method, path: &str, content_type: &str) -> request::Builder {
    Request::builder()
        .method(method)
        .uri(format!("/payroll/scim/v2{path}"))
        .header(header::CONTENT_TYPE, content_type)
        .extension(RequestId("request-1".to_owned()))
        .extension(BaseUrl(BASE_URL.to_owned()))
}

impl Answer {
    /// Asserts the status and gives the body.
    #[track_caller]
    pub fn ok(self, status: u16) -> Value {
        assert_eq!(self.status.as_u16(), status, "{:#}", self.body);
        self.body
    }

    /// Asserts a SCIM error and gives `scimType: detail`.
    #[track_caller]
    pub fn error(self, status: u16) -> String {
        assert_eq!(self.status.as_u16(), status, "{:#}", self.body);
        assert_eq!(self.body["schemas"], json!(["urn:ietf:params:scim:api:messages:2.0:Error"]));
        assert_eq!(self.body["status"], json!(status.to_string()), "the status is a string");
        let detail = self.body["detail"].as_str().unwrap();
        format!("{}: {detail}", self.body["scimType"].as_str().unwrap_or("-"))
    }
}

/// A user with what a test needs besides its name.
pub fn user(name: &str, further: Value) -> Value {
    let mut user = json!({ "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": name });
    let members = user.as_object_mut().unwrap();
    members.extend(further.as_object().unwrap().clone());
    user
}

pub fn pretty(value: &Value) -> String {
    serde_json::to_string_pretty(value).unwrap()
}
