//! What one plugin may ask of whom, and a request from its beginning to the head of its answer.

use std::{collections::BTreeSet, future::Future, path::Path, sync::Arc, time::Duration};

use bytes::Bytes;
use http::{
    HeaderValue, Method, Request, Response, StatusCode, Uri,
    header::{CONNECTION, EXPECT, FORWARDED, HOST, HeaderName, TE, TRAILER, VIA},
    uri::PathAndQuery,
};
use http_body::Body;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use rustls::ClientConfig;

use super::{
    Allowance, Driver, Failure, Networks, Origin, ResponseBody, Scheme,
    body::{RequestBody, Whose},
    connection,
    resolver::{Resolver, System},
    trust,
};

/// Bytes of the head of an answer; one that is not complete after so many is none.
const HEAD: usize = 64 << 10;
/// Bytes of the path and query of a request.
const PATH: usize = 8 << 10;
/// Bytes that are shown of a host that was asked for.
const SHOWN: usize = 100;

/// Headers that are the connection's business or say where a request comes from, besides those that `wasi:http` forbids. A component
/// can neither set them nor see them.
pub const FORBIDDEN: [HeaderName; 5] = [EXPECT, FORWARDED, TE, TRAILER, VIA];

/// The hosts of a plugin, and how they are reached.
pub struct Access {
    plugin: Arc<str>,
    origins: BTreeSet<Origin>,
    networks: Networks,
    /// `None`: none of the hosts has TLS.
    tls: Option<Arc<ClientConfig>>,
    resolver: Arc<dyn Resolver>,
}

/// What a component wants to wait at most; what it does not say, and more than it may, is what its [`Allowance`] says.
#[derive(Clone, Copy, Debug, Default)]
pub struct Timeouts {
    /// For a connection.
    pub connect: Option<Duration>,
    /// For the head of the answer.
    pub first_byte: Option<Duration>,
    /// For each part of its body.
    pub between_bytes: Option<Duration>,
}

impl Access {
    /// For a plugin with these hosts.
    ///
    /// # Errors
    /// There are no authorities to hold certificates against.
    pub fn new(plugin: &str, origins: BTreeSet<Origin>, networks: Networks, ca: Option<&Path>) -> anyhow::Result<Self> {
        let tls = origins.iter().any(|origin| origin.scheme() == Scheme::Https);
        Ok(Self {
            plugin: plugin.into(),
            tls: tls.then(|| trust::client_config(ca)).transpose()?,
            origins,
            networks,
            resolver: Arc::new(System),
        })
    }

    /// Sends a request, and gives the answer as soon as its head is there. The driver must be kept for as long as the body is read.
    ///
    /// # Errors
    /// Why there is no answer; the log says so, too.
    pub async fn send<B>(
        &self,
        request: Request<B>,
        timeouts: Timeouts,
        allowance: Arc<Allowance>,
    ) -> Result<(Response<ResponseBody>, Driver), Failure>
    where
        B: Body<Data = Bytes> + Send + Unpin + 'static,
    {
        let origin = Origin::of(request.uri()).map_err(Failure::Malformed);
        let whose = Whose {
            plugin: self.plugin.clone(),
            host: match &origin {
                Ok(origin) => origin.to_string(),
                Err(_) => shown(request.uri()),
            },
        };
        let answer = match origin {
            // What is refused counts too, so that nobody writes into the log without end.
            _ if !allowance.take_request() => Err(Failure::TooMany),
            Ok(origin) => self.exchange(&origin, request, timeouts, allowance, whose.clone()).await,
            Err(failure) => Err(failure),
        };
        answer.inspect_err(|failure| {
            // A bound that was hit is told once, as the call's failure.
            if *failure != Failure::TooMany {
                whose.tell(failure);
            }
        })
    }

    async fn exchange<B>(
        &self,
        origin: &Origin,
        request: Request<B>,
        timeouts: Timeouts,
        allowance: Arc<Allowance>,
        whose: Whose,
    ) -> Result<(Response<ResponseBody>, Driver), Failure>
    where
        B: Body<Data = Bytes> + Send + Unpin + 'static,
    {
        if !self.origins.contains(origin) {
            return Err(Failure::NotApproved);
        }
        let request = prepared(origin, request, &allowance)?;
        let place = allowance.place().ok_or(Failure::TooManyAtOnce)?;
        let wait = |wanted: Option<Duration>| wanted.map_or(allowance.wait, |wanted| wanted.min(allowance.wait));

        let tls = match origin.scheme() {
            Scheme::Https => self.tls.as_ref(),
            Scheme::Http => None,
        };
        let connection = connection::open(origin, &*self.resolver, &self.networks, tls);
        let connection = within(wait(timeouts.connect), connection, Failure::ConnectTimeout).await?;
        let mut protocol = http1::Builder::new();
        protocol.max_buf_size(HEAD);
        let handshake = protocol.handshake(TokioIo::new(connection)).await;
        let (mut sender, connection) = handshake.map_err(|error| Failure::of(&error))?;
        let driver = Driver(tokio::spawn(async move {
            // What becomes of it is what the sender and the body say.
            let _ = connection.await;
        }));
        let answer = async { sender.send_request(request).await.map_err(|error| Failure::of(&error)) };
        let answer = within(wait(timeouts.first_byte), answer, Failure::AnswerTimeout).await?;
        if answer.status() == StatusCode::SWITCHING_PROTOCOLS {
            return Err(Failure::Upgrade);
        }
        let answer = answer.map(|inner| ResponseBody {
            inner,
            wait: wait(timeouts.between_bytes),
            allowance: allowance.clone(),
            waiting: None,
            whose,
            _place: place,
        });
        Ok((answer, driver))
    }
}

async fn within<T>(limit: Duration, work: impl Future<Output = Result<T, Failure>>, otherwise: Failure) -> Result<T, Failure> {
    tokio::time::timeout(limit, work).await.unwrap_or(Err(otherwise))
}

/// The request as it goes over the connection: for this host, and the last one of it.
fn prepared<B>(origin: &Origin, request: Request<B>, allowance: &Arc<Allowance>) -> Result<Request<RequestBody<B>>, Failure> {
    if [Method::CONNECT, Method::TRACE].contains(request.method()) {
        return Err(Failure::Method);
    }
    let mut request = request.map(|inner| RequestBody {
        inner,
        allowance: allowance.clone(),
    });
    *request.uri_mut() = target(request.uri())?;
    let host = HeaderValue::try_from(origin.header()).map_err(|_| Failure::Malformed("is not a host"))?;
    let headers = request.headers_mut();
    headers.insert(HOST, host);
    headers.insert(CONNECTION, HeaderValue::from_static("close"));
    FORBIDDEN.iter().for_each(|name| drop(headers.remove(name)));
    Ok(request)
}

/// The path and query alone: the host that they are for is the one that is connected to.
fn target(uri: &Uri) -> Result<Uri, Failure> {
    let written = uri.path_and_query().map_or("/", PathAndQuery::as_str);
    if written.len() > PATH {
        return Err(Failure::PathTooLong);
    }
    let rooted = match written.starts_with('/') {
        true => written.to_owned(),
        false => format!("/{written}"),
    };
    let target = PathAndQuery::try_from(rooted).map_err(|_| Failure::Malformed("has no path"))?;
    Ok(Uri::from(target))
}

/// What was asked for in place of a host, without what may stand before an `@`.
fn shown(uri: &Uri) -> String {
    let host = uri.host().unwrap_or_default();
    host.chars().take(SHOWN).flat_map(char::escape_default).collect()
}

#[cfg(test)]
mod tests;
