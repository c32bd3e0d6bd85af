//! From a host that was approved to a connection with an address that was looked at.

use std::{io, sync::Arc};

use rustls::{ClientConfig, Error as TlsError, pki_types::ServerName};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
};
use tokio_rustls::TlsConnector;

use super::{Failure, Networks, Origin, resolver::Resolver};

/// Addresses of one name that are tried.
const TRIED: usize = 4;

/// A connection, with or without TLS.
pub(super) type Connection = Box<dyn Stream>;

pub(super) trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<S: AsyncRead + AsyncWrite + Send + Unpin> Stream for S {}

/// Connects. The name is looked up once, and what is connected to is one of the addresses that came of it and that may be.
pub(super) async fn open(
    origin: &Origin,
    resolver: &dyn Resolver,
    networks: &Networks,
    tls: Option<&Arc<ClientConfig>>,
) -> Result<Connection, Failure> {
    let host = origin.host();
    let unknown = |error: io::Error| Failure::Unknown(error.to_string());
    let found = resolver.addresses(&host).await.map_err(unknown)?;
    let mut failure = Failure::Address(found.clone());
    if found.is_empty() {
        failure = Failure::Unknown("it stands for no address".to_owned());
    }
    let permitted = found.iter().filter_map(|address| networks.permitted(*address));
    for address in permitted.take(TRIED) {
        match TcpStream::connect((address, origin.port())).await {
            Ok(stream) => return secured(stream, host, tls).await,
            Err(error) => failure = Failure::Unreachable(error.to_string()),
        }
    }
    Err(failure)
}

async fn secured(stream: TcpStream, host: String, tls: Option<&Arc<ClientConfig>>) -> Result<Connection, Failure> {
    let Some(tls) = tls else {
        return Ok(Box::new(stream));
    };
    let name = ServerName::try_from(host).map_err(|error| Failure::Tls(error.to_string()))?;
    let connected = TlsConnector::from(tls.clone()).connect(name, stream).await;
    connected.map(|stream| Box::new(stream) as Connection).map_err(|error| {
        let inner = error.get_ref().and_then(|inner| inner.downcast_ref::<TlsError>());
        match inner {
            Some(TlsError::InvalidCertificate(reason)) => Failure::Certificate(reason.to_string()),
            _ => Failure::Tls(error.to_string()),
        }
    })
}
