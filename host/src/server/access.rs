//! One log line a request, with the name of the token that it came with. The query is left out: filters hold personal data.

use std::time::Instant;

use axum::{extract::Request, middleware::Next, response::Response};

use super::authentication::Admitted;
use crate::scim::RequestId;

/// Gives the request its identifier and logs what came of it.
pub async fn log(mut request: Request, next: Next) -> Response {
    let id = uuid::Uuid::new_v4().simple().to_string();
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    request.extensions_mut().insert(RequestId(id.clone()));
    let begun = Instant::now();
    let mut response = next.run(request).await;
    let status = response.status().as_u16();
    let microseconds = u64::try_from(begun.elapsed().as_micros()).unwrap_or(u64::MAX);
    let admitted = response.extensions().get::<Admitted>();
    let token = admitted.map(|Admitted(name)| name.as_ref());
    tracing::info!(%method, path, status, microseconds, token, request = id, "request");
    if let Ok(value) = id.parse() {
        response.headers_mut().insert("x-request-id", value);
    }
    response
}
