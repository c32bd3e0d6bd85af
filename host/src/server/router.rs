//! The routes of all applications, each behind its guard.

use std::{any::Any, num::NonZeroU32, sync::Arc};

use axum::{
    Router,
    extract::OriginalUri,
    middleware,
    response::{IntoResponse as _, Response},
    routing::get,
};
use tower::ServiceExt as _;
use tower_http::catch_panic::CatchPanicLayer;

use super::{
    access,
    authentication::{self, Failures, Guard, Tokens},
    place::Place,
    rate::Rate,
    request,
};
use crate::{
    application::{ApplicationSettings, ServerSettings},
    database::Secret,
    operation::Application,
    scim::{self, Error, Provider, ScimType},
    state::Store,
};

/// An application at its place in the server's URLs.
pub struct Mounted {
    /// The first segment of its URLs.
    pub name: String,
    /// The token of its configuration, if it has one.
    pub token: Option<Secret>,
    pub requests_per_second: Option<NonZeroU32>,
    /// `None`: it is out of service, and says so to whoever shows a token.
    pub provider: Option<Arc<dyn Provider>>,
    /// Where it is remembered what clients have discovered; `None`: nowhere.
    pub store: Option<Store>,
}

impl Mounted {
    pub(super) fn new(application: &Arc<Application>, store: &Store) -> Self {
        Self {
            provider: Some(application.clone()),
            ..Self::out(application.settings(), store)
        }
    }

    pub(super) fn out(settings: &ApplicationSettings, store: &Store) -> Self {
        Self {
            name: settings.name.clone(),
            token: settings.token.clone(),
            requests_per_second: settings.requests_per_second,
            provider: None,
            store: Some(store.clone()),
        }
    }
}

/// The routes of all applications, and their places. Without `tokens` those of their configurations are all that open them.
pub fn router(
    settings: &ServerSettings,
    tokens: Option<&Arc<Tokens>>,
    applications: impl IntoIterator<Item = Mounted>,
) -> (Router, Vec<Place>) {
    let mut places = Vec::new();
    let failures = settings.failed_authentications.map(|limit| Arc::new(Failures::new(limit)));
    let mut router = Router::new().route("/health", get(async || "ok\n"));
    for mounted in applications {
        let guard = Guard::new(&mounted.name, mounted.token.as_ref(), tokens.cloned())
            .with_failures(failures.clone())
            .with_rate(mounted.requests_per_second.map(Rate::per_second));
        let path = format!("/{}/scim/v2", mounted.name);
        let base = request::Base::new(settings, &path);
        let context = scim::RouterContext {
            base_url: format!("{}://{}{path}", settings.scheme(), settings.listen),
            body_limit: settings.body_limit,
        };
        let place = Place::new(&mounted.name, context, mounted.store);
        if let Some(provider) = mounted.provider {
            place.serve(provider);
        }
        let routes = Router::new().fallback_service(place.clone());
        places.push(place);
        let routes = routes
            .layer(middleware::from_fn_with_state(base, request::base_url))
            .layer(middleware::from_fn_with_state(Arc::new(guard), authentication::check));
        let base = routes.clone().map_request(request::at_base);
        router = router.nest(&path, routes).route_service(&format!("{path}/"), base);
    }
    let router = router
        .fallback(nothing_here)
        .layer(CatchPanicLayer::custom(panicked))
        .layer(middleware::from_fn_with_state(settings.request_timeout, request::within))
        .layer(middleware::from_fn(scim::dress))
        .layer(middleware::from_fn(access::log));
    (router, places)
}

/// Names what was asked for, not what there is: whoever asks has shown no token.
async fn nothing_here(OriginalUri(uri): OriginalUri) -> Error {
    let path = uri.path();
    let mut segments = path.split('/').skip(1);
    if let (Some(_), Some("scim"), Some(version)) = (segments.next(), segments.next(), segments.next())
        && is_version(version)
        && version != "v2"
    {
        let detail = format!("this server speaks SCIM 2.0 and not {version}: SCIM is at /{{application}}/scim/v2/");
        return Error::bad_request(ScimType::InvalidVers, detail);
    }
    let detail = match path.split('/').nth(1) {
        Some(name) if path.contains("/scim/v2") => format!("this server has no application \"{name}\""),
        _ => format!("there is nothing at {path}"),
    };
    Error::new(404, format!("{detail}: SCIM is at /{{application}}/scim/v2/"))
}

/// RFC 7644 §3.13.
fn is_version(segment: &str) -> bool {
    let digits = segment.strip_prefix('v').unwrap_or_default();
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
}

/// A mistake in this program. The panic itself has said where; the transaction of the request was undone with it.
fn panicked(panic: Box<dyn Any + Send>) -> Response {
    let words = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    let words = words.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_default();
    tracing::error!("a request ended in a panic: {words}");
    let detail = "the server failed, by a mistake of its own; what the request had not committed was undone";
    Error::new(500, detail).into_response()
}
