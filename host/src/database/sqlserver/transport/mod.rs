//! The way to a server, up to the point where the driver logs in: a socket, PRELOGIN, TLS.
//!
//! The driver (tiberius) brings a TLS of its own along that would need another cryptographic library or another C library than
//! the rest of the program. So PRELOGIN and TLS are done here, by the rustls of all other connections, and the driver is told
//! that the server has none. What passes through here in the clear also gets the one bit that the driver does not know: the
//! one that resets a session (MS-TDS 2.2.3.1.2, RESETCONNECTION).

mod browser;
mod framing;
mod handshake;
mod prelogin;
mod trust;
mod wire;

#[cfg(test)]
mod tests;

use std::{io, sync::Arc};

use rustls::pki_types::ServerName;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

pub(super) use trust::client_config;
pub(super) use wire::{Reset, Wire};

use super::settings::{Encryption, Place};
use handshake::Handshake;
use prelogin::Wish;
use wire::Stream;

/// TLS as MS-TDS 8.0 has it is told apart by this.
const STRICT: &[u8] = b"tds/8.0";

/// A host, and the port on it, which an instance must be asked for.
pub(super) async fn port(host: &str, place: &Place) -> io::Result<u16> {
    match place {
        Place::Port(port) => Ok(*port),
        Place::Instance(instance) => browser::port(host, instance).await,
    }
}

/// Connects, and does all that comes before the login.
pub(super) async fn connect(
    host: &str,
    port: u16,
    encryption: &Encryption,
    config: Option<Arc<rustls::ClientConfig>>,
) -> io::Result<Wire> {
    let mut socket = TcpStream::connect((host, port)).await?;
    socket.set_nodelay(true)?;
    let (Some(config), false) = (config, matches!(encryption, Encryption::Off)) else {
        let answer = prelogin::exchange(&mut socket, Wish::Clear).await?;
        return Ok(Wire::new(Stream::Clear(socket), &answer));
    };
    let name = ServerName::try_from(host.to_owned())
        .map_err(|_| io::Error::other(format!("`{host}` is no name that a certificate could be for")))?;
    if matches!(encryption, Encryption::Strict(_)) {
        let mut config = (*config).clone();
        config.alpn_protocols = vec![STRICT.to_vec()];
        let mut tls = TlsConnector::from(Arc::new(config))
            .connect(name, Handshake::over(socket))
            .await?;
        let answer = prelogin::exchange(&mut tls, Wish::Strict).await?;
        return Ok(Wire::new(Stream::Tls(Box::new(tls)), &answer));
    }
    let answer = prelogin::exchange(&mut socket, Wish::Encrypted).await?;
    let mut tls = TlsConnector::from(config).connect(name, Handshake::wrapped(socket)).await?;
    tls.get_mut().0.done();
    Ok(Wire::new(Stream::Tls(Box::new(tls)), &answer))
}
