//! What every request gets: an identifier, the URL that it came in by, and a bound on its time.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use axum::{
    extract::{Request, State},
    http::header,
    middleware::Next,
    response::{IntoResponse as _, Response},
};

use crate::{
    application::ServerSettings,
    scim::{BaseUrl, Deadline, Error},
};

/// How absolute URLs of an application are made.
#[derive(Clone)]
pub struct Base(Arc<BaseParts>);

struct BaseParts {
    configured: Option<String>,
    scheme: &'static str,
    listen: String,
    path: String,
}

impl Base {
    /// `path` is where the application's SCIM is, for example `/payroll/scim/v2`.
    pub fn new(settings: &ServerSettings, path: &str) -> Self {
        Self(Arc::new(BaseParts {
            configured: settings.base_url.clone(),
            scheme: settings.scheme(),
            listen: settings.listen.to_string(),
            path: path.to_owned(),
        }))
    }

    fn url(&self, request: &Request) -> String {
        let parts = &self.0;
        match &parts.configured {
            Some(base) => format!("{base}{}", parts.path),
            None => {
                let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok());
                format!("{}://{}{}", parts.scheme, host.unwrap_or(&parts.listen), parts.path)
            }
        }
    }
}

/// Tells the protocol which URL the application is reached by.
pub async fn base_url(State(base): State<Base>, mut request: Request, next: Next) -> Response {
    let url = base.url(&request);
    request.extensions_mut().insert(BaseUrl(url));
    next.run(request).await
}

/// An application's base with a slash behind it is its base, which nested routes know without one.
pub fn at_base(mut request: Request) -> Request {
    let root = request.uri().query().map_or("/".to_owned(), |query| format!("/?{query}"));
    if let Ok(root) = root.parse() {
        *request.uri_mut() = root;
    }
    request
}

/// Answers 503 when a request takes too long. What it began is rolled back, since its transaction is dropped with it.
pub async fn within(State(limit): State<Duration>, mut request: Request, next: Next) -> Response {
    request.extensions_mut().insert(Deadline(Instant::now() + limit));
    match tokio::time::timeout(limit, next.run(request)).await {
        Ok(response) => response,
        Err(_) => Error::unavailable(
            format!("the request took longer than `request-timeout = {limit:?}` in [server]; what it had not committed by then was undone"),
            5,
        ).into_response(),
    }
}
