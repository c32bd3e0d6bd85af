//! Connections, one task each, with HTTP/1.1 on them.
//!
//! A client that begins a request and doesn't end its head, or that keeps a connection and asks for nothing, is cut off after a
//! while: connections are file descriptors, and there are only so many. The body of a request has the request's own time.

use std::{net::SocketAddr, time::Duration};

use axum::{Router, extract::ConnectInfo, serve::Listener};
use hyper::{Request, body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
};
use tower::ServiceExt as _;

use super::peer::Peer;

/// Serves until `stopping`, then until the requests under way are answered. `idle`: for the head of a request, from the
/// connection's beginning or the answer before.
pub async fn serve(
    mut listener: impl Listener<Addr = SocketAddr>,
    router: Router,
    idle: Duration,
    stopping: impl Future<Output = ()>,
) {
    let open = GracefulShutdown::new();
    let mut stopping = std::pin::pin!(stopping);
    loop {
        let (stream, address) = tokio::select! {
            accepted = listener.accept() => accepted,
            () = &mut stopping => break,
        };
        let router = router.clone();
        let answer = service_fn(move |mut request: Request<Incoming>| {
            request.extensions_mut().insert(ConnectInfo(Peer::new(address)));
            router.clone().oneshot(request)
        });
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(idle)
            .serve_connection(TokioIo::new(stream), answer);
        let connection = open.watch(connection);
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(peer = %address, "the connection ended: {error}");
            }
        });
    }
    drop(listener);
    open.shutdown().await;
}
