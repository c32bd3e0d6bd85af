//! A client of the application, as the network would bring it: requests through the routes of the protocol.

use std::time::Duration;

use anyhow::{Context as _, bail};
use axum::{
    Router,
    body::{Body, to_bytes},
    http::{self, header},
};
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use serde_json::{Value, json};
use tower::ServiceExt as _;

use super::case::Request;
use crate::scim::{self, RequestId};

/// What people write into a URL and no URL has.
const UNFIT: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'<')
    .add(b'>')
    .add(b'`')
    .add(b'{')
    .add(b'}')
    .add(b'\\')
    .add(b'|')
    .add(b'^');

/// The largest answer that is looked at, in bytes.
const LARGEST: usize = 64 << 20;

/// What came back.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    pub status: u16,
    /// `null`: there is none.
    pub body: Value,
}

/// A client of the application that is served at this path.
pub struct Client {
    pub router: Router,
    /// Without a slash at its end.
    pub base: String,
    /// After which a request has failed.
    pub patience: Duration,
}

impl Client {
    /// Sends the request of this number. The number is its identifier to components.
    ///
    /// # Errors
    /// It is none that could be sent, or no answer comes.
    pub async fn send(&self, number: usize, request: &Request) -> anyhow::Result<Answer> {
        let name = format!("{} {}", request.method, request.path);
        let path = utf8_percent_encode(&request.path, UNFIT);
        let mut builder = http::Request::builder()
            .method(request.method.clone())
            .uri(format!("{}{path}", self.base))
            .extension(RequestId(format!("request-{number}")));
        if request.body.is_some() {
            builder = builder.header(header::CONTENT_TYPE, scim::MEDIA_TYPE);
        }
        let body = request.body.as_ref().map(Value::to_string).unwrap_or_default();
        let sent = builder
            .body(Body::from(body))
            .with_context(|| format!("`{name}` is not a request"))?;
        let answered = async {
            let answer = self.router.clone().oneshot(sent).await?;
            let status = answer.status().as_u16();
            let bytes = to_bytes(answer.into_body(), LARGEST).await?;
            anyhow::Ok((status, bytes))
        };
        let Ok(answered) = tokio::time::timeout(self.patience, answered).await else {
            bail!("{name} has no answer after {}", humantime::format_duration(self.patience));
        };
        let (status, bytes) = answered.with_context(|| name.clone())?;
        let body = match bytes.as_ref() {
            b"" => Value::Null,
            bytes => serde_json::from_slice(bytes).with_context(|| format!("the answer to {name} is not JSON"))?,
        };
        Ok(Answer { status, body })
    }
}

impl Answer {
    /// As golden files have it.
    pub fn described(self, request: &Request) -> Value {
        let mut described = json!({ "request": format!("{} {}", request.method, request.path), "status": self.status });
        if let (Some(members), false) = (described.as_object_mut(), self.body.is_null()) {
            members.insert("body".into(), self.body);
        }
        described
    }
}
