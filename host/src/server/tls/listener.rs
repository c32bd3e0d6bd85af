//! Accepts connections and makes TLS of them.
//!
//! Handshakes are many at once and each has its time, so that a client that is slow, or sends nothing, holds up nobody. What
//! comes out of here has its handshake behind it.

use std::{io, net::SocketAddr, sync::Arc, time::Duration};

use axum::serve::Listener;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    sync::{Semaphore, mpsc},
};
use tokio_rustls::{TlsAcceptor, server::TlsStream};

use super::Tls;

/// From the connection to the end of the handshake.
const PATIENCE: Duration = Duration::from_secs(10);
/// Handshakes at once; further clients wait in the system's queue.
const HANDSHAKES: usize = 1024;
/// Connections that wait for the server to take them.
const READY: usize = 64;
/// How much of a request in clear text is read and thrown away.
const UNREAD: u64 = 64 << 10;
/// What every handshake begins with (RFC 8446 §5.1).
const HANDSHAKE: u8 = 22;

type Connection = (TlsStream<TcpStream>, SocketAddr);

/// A listener whose connections speak TLS. Its port is closed when it is dropped.
pub struct TlsListener {
    ready: mpsc::Receiver<Connection>,
    address: SocketAddr,
}

impl TlsListener {
    /// Takes the listener over; to be called on a runtime.
    pub fn new(listener: TcpListener, tls: Arc<Tls>) -> io::Result<Self> {
        let address = listener.local_addr()?;
        let (sender, ready) = mpsc::channel(READY);
        tokio::spawn(accept(listener, tls, sender));
        Ok(Self { ready, address })
    }
}

impl Listener for TlsListener {
    type Io = TlsStream<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> Connection {
        match self.ready.recv().await {
            Some(connection) => connection,
            // The task above ends when this listener is dropped, and not before.
            None => std::future::pending().await,
        }
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        Ok(self.address)
    }
}

async fn accept(mut listener: TcpListener, tls: Arc<Tls>, ready: mpsc::Sender<Connection>) {
    let places = Arc::new(Semaphore::new(HANDSHAKES));
    loop {
        let Ok(place) = places.clone().acquire_owned().await else {
            return;
        };
        // This `accept` is axum's, which waits when the process has no more file descriptors.
        let (stream, peer) = tokio::select! {
            accepted = Listener::accept(&mut listener) => accepted,
            () = ready.closed() => return,
        };
        let (tls, ready) = (tls.clone(), ready.clone());
        tokio::spawn(async move {
            match tokio::time::timeout(PATIENCE, handshake(stream, &tls)).await {
                Ok(Ok(stream)) => {
                    drop(place);
                    let _ = ready.send((stream, peer)).await;
                }
                Ok(Err(error)) => tracing::debug!(%peer, "no TLS: {error}"),
                Err(_) => tracing::debug!(%peer, "no TLS: the handshake took longer than {PATIENCE:?}"),
            }
        });
    }
}

async fn handshake(mut stream: TcpStream, tls: &Tls) -> io::Result<TlsStream<TcpStream>> {
    stream.set_nodelay(true)?;
    let mut first = [0];
    if stream.peek(&mut first).await? > 0 && first != [HANDSHAKE] {
        stream.write_all(PLAIN.as_bytes()).await?;
        stream.shutdown().await?;
        // Closing over what was not read would take the answer back.
        tokio::io::copy(&mut stream.take(UNREAD), &mut tokio::io::sink()).await?;
        return Err(io::Error::other("the client speaks another protocol"));
    }
    TlsAcceptor::from(tls.config()).accept(stream).await
}

/// What a client gets that speaks HTTP without TLS, or anything else.
const PLAIN: &str = concat!(
    "HTTP/1.1 400 Bad Request\r\nContent-Type: application/scim+json\r\nConnection: close\r\n\r\n",
    r#"{"schemas":["urn:ietf:params:scim:api:messages:2.0:Error"],"status":"400","#,
    r#""detail":"this port speaks HTTPS: the URL must begin with https://"}"#
);
