//! HTTP answers: SCIM's media type on everything that has a body, errors as RFC 7644 §3.12 wants them.

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;

use super::{
    Document, Error,
    projection::Projection,
    version::{Preconditions, Version},
};

/// The media type of SCIM (RFC 7644 §8.1).
pub const MEDIA_TYPE: &str = "application/scim+json";

/// A body in SCIM's media type.
#[derive(Clone, Debug)]
pub struct Scim<T>(pub T);

impl<T: Serialize> IntoResponse for Scim<T> {
    fn into_response(self) -> Response {
        match serde_json::to_vec(&self.0) {
            Ok(body) => ([(header::CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE))], body).into_response(),
            Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        }
    }
}

/// A resource with its version, in the header `ETag` and in `meta.version`.
#[derive(Clone, Debug)]
pub struct Tagged {
    /// `None`: not everything of it was read that the version depends on.
    pub version: Option<Version>,
    pub resource: Document,
}

impl Tagged {
    /// The part of it that a client wants to see; the version is that of the whole.
    pub fn shown(mut self, projection: &Projection) -> Self {
        self.resource = projection.apply(self.resource);
        self
    }

    /// 304 without a body if the client has this version already (RFC 7644 §3.14).
    ///
    /// # Errors
    /// 412: it asks for another version.
    pub fn unless_known(self, preconditions: &Preconditions) -> Result<Response, Error> {
        let Some(version) = &self.version else {
            return Ok(self.into_response());
        };
        preconditions.hold_for_reading(version)?;
        if !preconditions.is_known(version) {
            return Ok(self.into_response());
        }
        let mut response = StatusCode::NOT_MODIFIED.into_response();
        tag(&mut response, Some(version));
        Ok(response)
    }
}

impl IntoResponse for Tagged {
    fn into_response(self) -> Response {
        let mut response = Scim(self.resource).into_response();
        tag(&mut response, self.version.as_ref());
        response
    }
}

fn tag(response: &mut Response, version: Option<&Version>) {
    let tag = version.and_then(Version::header).map(|tag| (header::ETAG, tag));
    response.headers_mut().extend(tag);
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = (status, Scim(self.body())).into_response();
        if let Some(seconds) = self.retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}
