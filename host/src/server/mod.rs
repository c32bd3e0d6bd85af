//! The HTTP server: which application a request is for, whether its token is right, and how large and slow it may be.

mod access;
mod request;
mod runtime;
mod token;

use std::{any::Any, net::SocketAddr, sync::Arc};

use anyhow::Context as _;
use axum::{
    Router,
    extract::OriginalUri,
    middleware,
    response::{IntoResponse as _, Response},
    routing::get,
};
use tokio::net::TcpListener;
use tower_http::catch_panic::CatchPanicLayer;

pub use runtime::runtime;

use crate::{
    application::ServerSettings,
    database::Secret,
    operation::Application,
    scim::{self, Error, Provider, ScimType},
};

/// A server that has its port and is not running yet.
pub struct Server {
    listener: TcpListener,
    address: SocketAddr,
    base_url: String,
    router: Router,
    applications: Vec<Arc<Application>>,
}

impl Server {
    /// Takes the port and puts the routes of all applications together.
    pub async fn bind(settings: &ServerSettings, applications: &[Arc<Application>]) -> anyhow::Result<Self> {
        let listen = settings.listen;
        let listener = TcpListener::bind(listen).await.with_context(|| {
            format!("cannot listen on {listen}: is something else there? `--listen ADDR:PORT` chooses another place")
        })?;
        let address = listener.local_addr()?;
        let base_url = settings.base_url.clone().unwrap_or_else(|| format!("http://{address}"));
        Ok(Self {
            listener,
            address,
            base_url,
            router: router(settings, applications.iter().map(Mounted::new)),
            applications: applications.to_vec(),
        })
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What clients reach the server as, without a trailing slash.
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// Serves until SIGINT or SIGTERM, then lets the requests under way end and closes the databases.
    pub async fn run(self) -> anyhow::Result<()> {
        axum::serve(self.listener, self.router)
            .with_graceful_shutdown(stopped())
            .await?;
        for application in &self.applications {
            application.database().close().await;
        }
        tracing::info!("stopped");
        Ok(())
    }
}

/// An application at its place in the server's URLs.
pub struct Mounted {
    /// The first segment of its URLs.
    pub name: String,
    /// What clients must send.
    pub token: Secret,
    pub provider: Arc<dyn Provider>,
}

impl Mounted {
    fn new(application: &Arc<Application>) -> Self {
        let settings = application.settings();
        Self {
            name: settings.name.clone(),
            token: settings.token.clone(),
            provider: application.clone(),
        }
    }
}

/// The routes of all applications.
pub fn router(settings: &ServerSettings, applications: impl IntoIterator<Item = Mounted>) -> Router {
    let mut router = Router::new().route("/health", get(async || "ok\n"));
    for Mounted { name, token, provider } in applications {
        let guard = Arc::new(token::Guard::new(&token));
        let path = format!("/{name}/scim/v2");
        let base = request::Base::new(settings, &path);
        let context = scim::RouterContext {
            base_url: format!("http://{}{path}", settings.listen),
            body_limit: settings.body_limit,
        };
        let routes = scim::router(provider, context)
            .layer(middleware::from_fn_with_state(base, request::base_url))
            .layer(middleware::from_fn_with_state(guard, token::check));
        router = router.nest(&path, routes);
    }
    router
        .fallback(nothing_here)
        .layer(CatchPanicLayer::custom(panicked))
        .layer(middleware::from_fn_with_state(settings.request_timeout, request::within))
        .layer(middleware::from_fn(scim::dress))
        .layer(middleware::from_fn(access::log))
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

async fn stopped() {
    let interrupt = tokio::signal::ctrl_c();
    let mut terminate = match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
        Ok(signal) => signal,
        Err(error) => {
            tracing::warn!("SIGTERM cannot be listened for: {error}");
            let _ = interrupt.await;
            return;
        }
    };
    tokio::select! {
        _ = interrupt => {}
        _ = terminate.recv() => {}
    }
    tracing::info!("stopping: requests under way are served to their end");
}
