//! The HTTP server: TLS, which application a request is for, whether its token is right, and how large, slow and many requests
//! may be.

mod access;
mod authentication;
mod connections;
mod discovery;
mod peer;
mod place;
mod rate;
mod request;
mod router;
mod runtime;
mod shadow;
mod tls;

use std::{net::SocketAddr, sync::Arc, time::Duration};

use anyhow::Context as _;
use axum::Router;
use futures_util::FutureExt as _;
use tokio::net::TcpListener;

pub use authentication::{CONFIGURED, Tokens};
pub use place::Place;
pub use router::{Mounted, router};
pub use runtime::runtime;
pub use shadow::{Shadow, Shadowed};
pub use tls::{Made, Tls, ensure, host_of, names};

use crate::{
    application::ServerSettings,
    database::Database,
    operation::{Application, Ground},
    state::Store,
};
use tls::TlsListener;

/// From the answer of the last request to the end of its connection.
const AFTERWARDS: Duration = Duration::from_secs(1);

/// A server that has its port and is not running yet.
pub struct Server {
    listener: TcpListener,
    tls: Option<Arc<Tls>>,
    address: SocketAddr,
    base_url: String,
    router: Router,
    tokens: Arc<Tokens>,
    store: Store,
    request_timeout: Duration,
    idle_timeout: Duration,
    places: Vec<Place>,
    databases: Vec<Arc<dyn Database>>,
}

impl Server {
    /// Takes the port and puts the routes of all applications together, and of those that are `out` of service. `tls` is what
    /// the settings ask for.
    pub async fn bind(
        settings: &ServerSettings,
        tls: Option<Tls>,
        applications: &[Arc<Application>],
        out: &[Ground],
        store: Store,
    ) -> anyhow::Result<Self> {
        let listen = settings.listen;
        let listener = TcpListener::bind(listen).await.with_context(|| {
            format!("cannot listen on {listen}: is something else there? `--listen ADDR:PORT` chooses another place")
        })?;
        let address = listener.local_addr()?;
        let base_url = settings.base_url.clone();
        let base_url = base_url.unwrap_or_else(|| format!("{}://{address}", settings.scheme()));
        let tokens = Arc::new(Tokens::new(store.clone()));
        let mounted = applications.iter().map(|application| Mounted::new(application, &store));
        let mounted = mounted.chain(out.iter().map(|ground| Mounted::out(&ground.settings, &store)));
        let (router, places) = router(settings, Some(&tokens), mounted);
        let databases = applications.iter().map(|application| application.database().clone());
        let databases = databases.chain(out.iter().map(|ground| ground.database.clone()));
        Ok(Self {
            listener,
            tls: tls.map(Arc::new),
            address,
            base_url,
            router,
            places,
            tokens,
            store,
            request_timeout: settings.request_timeout,
            idle_timeout: settings.idle_timeout,
            databases: databases.collect(),
        })
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What clients reach the server as, without a trailing slash.
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// The places of its applications.
    pub fn places(&self) -> &[Place] {
        &self.places
    }

    /// Serves until SIGINT or SIGTERM, then lets the requests under way end and closes the databases. What is to be done beside the
    /// requests, `meanwhile`, is a task of its own, and ends with them.
    pub async fn run(self, meanwhile: impl Future<Output = ()> + Send + 'static) -> anyhow::Result<()> {
        let stopping = stopped().boxed().shared();
        let meanwhile = tokio::spawn(meanwhile);
        let serving = async {
            let (router, idle, stopping) = (self.router, self.idle_timeout, stopping.clone());
            match self.tls {
                None => connections::serve(self.listener, router, idle, stopping).await,
                Some(tls) => connections::serve(TlsListener::new(self.listener, tls)?, router, idle, stopping).await,
            }
            std::io::Result::Ok(())
        };
        tokio::select! {
            served = serving => served?,
            () = self.tokens.keep_uses() => {}
            // What is still there then is no request, but a client that began one and never ended it.
            () = overdue(stopping.clone(), self.request_timeout) => tracing::warn!("clients are cut off that never ended a request"),
        }
        meanwhile.abort();
        self.tokens.keep_last_uses().await;
        self.store.close().await;
        for database in &self.databases {
            database.close().await;
        }
        tracing::info!("stopped");
        Ok(())
    }
}

/// So long after the signal no request can be under way any more.
async fn overdue(stopping: impl Future<Output = ()>, request_timeout: Duration) {
    stopping.await;
    tokio::time::sleep(request_timeout + AFTERWARDS).await;
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
