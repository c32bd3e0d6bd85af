//! The body of a request as a JSON object, or a SCIM error that says where it stops being one.

use std::sync::Arc;

use axum::{
    body::Bytes,
    extract::{FromRef, FromRequest, Request},
    http::{HeaderMap, StatusCode, header},
};
use serde_json::Value;

use super::{Document, Error, RouterContext, ScimType, answer::MEDIA_TYPE, check};

/// The extractor of it.
#[derive(Debug)]
pub struct Body(pub Document);

impl<S: Send + Sync> FromRequest<S> for Body
where
    Arc<RouterContext>: FromRef<S>,
{
    type Rejection = Error;

    async fn from_request(request: Request, state: &S) -> Result<Self, Error> {
        check_content_type(request.headers())?;
        let bytes = Bytes::from_request(request, state)
            .await
            .map_err(|rejection| match rejection.status() {
                StatusCode::PAYLOAD_TOO_LARGE => too_large(Arc::<RouterContext>::from_ref(state).body_limit),
                _ => syntax("the body of the request broke off before its end".to_owned()),
            })?;
        parse(&bytes).map(Body)
    }
}

/// SCIM's media type, plain JSON, or none said (RFC 7644 §3.8).
fn check_content_type(headers: &HeaderMap) -> Result<(), Error> {
    let Some(value) = headers.get(header::CONTENT_TYPE) else {
        return Ok(());
    };
    let text = String::from_utf8_lossy(value.as_bytes());
    let essence = text.split(';').next().unwrap_or_default().trim();
    if [MEDIA_TYPE, "application/json"]
        .iter()
        .any(|accepted| essence.eq_ignore_ascii_case(accepted))
    {
        return Ok(());
    }
    Err(Error::new(
        415,
        format!("the body of the request must be {MEDIA_TYPE} or application/json, and its Content-Type says `{essence}`"),
    ))
}

/// A JSON object from the bytes of a body.
fn parse(bytes: &[u8]) -> Result<Document, Error> {
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let at = error.valid_up_to();
        syntax(format!(
            "the body of the request is not UTF-8 from byte {at} on, counted from 0"
        ))
    })?;
    let text = text.trim_start_matches('\u{feff}');
    if text.trim().is_empty() {
        return Err(syntax("the request has no body; it must be a JSON object".to_owned()));
    }
    match serde_json::from_str(text) {
        Ok(Value::Object(document)) => Ok(document),
        Ok(other) => Err(syntax(format!(
            "the body of the request must be a JSON object, and is {}",
            check::describe(&other)
        ))),
        Err(error) => Err(syntax(format!("the body of the request is not JSON: {error}"))),
    }
}

fn too_large(limit: usize) -> Error {
    let detail = format!("the body of the request is larger than this server accepts: `body-limit` is {limit} bytes");
    Error::new(413, detail)
}

fn syntax(detail: String) -> Error {
    Error::bad_request(ScimType::InvalidSyntax, detail)
}
