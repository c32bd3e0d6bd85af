//! A registry of the OCI's, on a free port of this machine: as much of the distribution specification as clients need that push and
//! fetch, with tokens, and with whatever a registry can do wrong.

use std::{
    collections::BTreeMap,
    io,
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU32, Ordering},
    },
    thread,
};

use axum::{
    Router,
    body::{Body, Bytes},
    extract::State,
    http::{HeaderMap, Method, Response, StatusCode, Uri, header},
    serve::Listener,
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use sha2::{Digest as _, Sha256};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::{TlsAcceptor, server::TlsStream};

use crate::authority::Identity;

/// What it does wrong.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Fault {
    #[default]
    None,
    /// Another artifact than the one of the digest.
    AnotherManifest,
    /// The component has a byte changed.
    AnotherBlob,
    /// Half of the component.
    Truncated,
    /// More than it said.
    TooMuch,
    /// No end.
    Silent,
    /// Components are elsewhere: the URL of another registry.
    Elsewhere(String),
    /// It answers as no registry does.
    Nonsense,
}

/// A registry that runs until the tests end.
pub struct Registry {
    address: SocketAddr,
    shelf: Arc<Shelf>,
}

/// What it has, and how it behaves.
#[derive(Default)]
struct Shelf {
    /// User and password; `None`: anybody may do everything.
    account: Option<(String, String)>,
    /// By digest: what it is, and its bytes.
    blobs: Mutex<BTreeMap<String, Bytes>>,
    /// By repository and tag or digest.
    manifests: Mutex<BTreeMap<String, Bytes>>,
    fault: Mutex<Fault>,
    uploads: AtomicU32,
    /// The requests so far, with what they were authorized by.
    heard: Mutex<Vec<(String, Option<String>)>>,
    address: Mutex<String>,
}

/// What whoever knows the password gets.
const TOKEN: &str = "a-token-of-the-registry";

impl Registry {
    /// That lets anybody in, without TLS.
    pub fn start() -> Self {
        Self::with(None, None)
    }

    /// That lets one account in, without TLS.
    pub fn private(user: &str, password: &str) -> Self {
        Self::with(Some((user.to_owned(), password.to_owned())), None)
    }

    /// That lets anybody in, with a certificate.
    pub fn secured(identity: &Identity) -> Self {
        Self::with(None, Some(TlsAcceptor::from(identity.server_config())))
    }

    fn with(account: Option<(String, String)>, tls: Option<TlsAcceptor>) -> Self {
        let shelf = Arc::new(Shelf {
            account,
            ..Shelf::default()
        });
        let router = Router::new().fallback(answer).with_state(shelf.clone());
        let (tell, told) = std::sync::mpsc::channel();
        thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.expect("a runtime").block_on(async move {
                let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
                tell.send(listener.local_addr().expect("an address")).expect("somebody waits");
                match tls {
                    None => axum::serve(listener, router).await,
                    Some(acceptor) => axum::serve(Secured { listener, acceptor }, router).await,
                }
            })
        });
        let address: SocketAddr = told.recv().expect("a server that runs");
        *shelf.address.lock().expect("a lock") = format!("127.0.0.1:{}", address.port());
        Self { address, shelf }
    }

    /// As it stands in references, for registries without TLS.
    pub fn host(&self) -> String {
        format!("127.0.0.1:{}", self.address.port())
    }

    /// As it stands in references, for one whose certificate is for `localhost`.
    pub fn name(&self) -> String {
        format!("localhost:{}", self.address.port())
    }

    /// Does something wrong from here on.
    pub fn fail(&self, fault: Fault) {
        *self.shelf.fault.lock().expect("a lock") = fault;
    }

    /// The requests so far, with what each was authorized by.
    pub fn heard(&self) -> Vec<(String, Option<String>)> {
        self.shelf.heard.lock().expect("a lock").clone()
    }

    /// Puts a blob there, by its digest.
    pub fn put(&self, digest: &str, bytes: Vec<u8>) {
        self.shelf
            .blobs
            .lock()
            .expect("a lock")
            .insert(digest.to_owned(), bytes.into());
    }

    /// A blob, by its digest.
    pub fn blob(&self, digest: &str) -> Vec<u8> {
        self.shelf.blobs.lock().expect("a lock")[digest].to_vec()
    }

    /// A manifest, by its repository and tag or digest, as `acme/roles:1`.
    pub fn manifest(&self, name: &str) -> String {
        let manifests = self.shelf.manifests.lock().expect("a lock");
        String::from_utf8(manifests[name].to_vec()).expect("UTF-8")
    }

    /// Puts a manifest there, by its repository and tag or digest.
    pub fn put_manifest(&self, name: &str, text: &str) {
        let text = Bytes::copy_from_slice(text.as_bytes());
        self.shelf.manifests.lock().expect("a lock").insert(name.to_owned(), text);
    }
}

struct Secured {
    listener: TcpListener,
    acceptor: TlsAcceptor,
}

impl Listener for Secured {
    type Io = TlsStream<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, SocketAddr) {
        loop {
            let Ok((stream, address)) = self.listener.accept().await else {
                continue;
            };
            // Who does not believe the certificate goes away.
            if let Ok(stream) = self.acceptor.accept(stream).await {
                return (stream, address);
            }
        }
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }
}

async fn answer(State(shelf): State<Arc<Shelf>>, method: Method, uri: Uri, headers: HeaderMap, body: Bytes) -> Response<Body> {
    let authorization = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok().map(str::to_owned));
    let heard = (format!("{method} {}", uri.path()), authorization.clone());
    shelf.heard.lock().expect("a lock").push(heard);
    if uri.path() == "/token" {
        return token(&shelf, authorization.as_deref());
    }
    if shelf.account.is_some() && authorization.as_deref() != Some(&format!("Bearer {TOKEN}")) {
        let realm = format!("http://{}/token", shelf.address.lock().expect("a lock"));
        let challenge = format!("Bearer realm=\"{realm}\",service=\"the tests\"");
        let mut refused = error(StatusCode::UNAUTHORIZED, "UNAUTHORIZED");
        refused
            .headers_mut()
            .insert(header::WWW_AUTHENTICATE, challenge.parse().expect("a header"));
        return refused;
    }
    let fault = shelf.fault.lock().expect("a lock").clone();
    match fault {
        Fault::Silent => std::future::pending().await,
        Fault::Nonsense => return whole(StatusCode::OK, Bytes::from_static(b"<html>\x1b[2Jwelcome</html>"), &[]),
        _ => {}
    }
    let path = uri.path().trim_start_matches("/v2/").to_owned();
    if let Some((repository, rest)) = path.split_once("/manifests/") {
        return manifest(&shelf, &fault, &method, repository, rest, body);
    }
    if let Some((repository, rest)) = path.split_once("/blobs/") {
        return blob(&shelf, &fault, &method, repository, rest, &uri, body);
    }
    whole(StatusCode::OK, Bytes::from_static(b"{}"), &[])
}

fn token(shelf: &Shelf, authorization: Option<&str>) -> Response<Body> {
    let known = shelf.account.as_ref().map(|(user, password)| basic(user, password));
    match known.as_deref() == authorization {
        true => whole(StatusCode::OK, format!("{{\"token\":\"{TOKEN}\"}}").into(), &[]),
        false => error(StatusCode::UNAUTHORIZED, "UNAUTHORIZED"),
    }
}

/// What a client sends that knows the password.
pub fn basic(user: &str, password: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{user}:{password}")))
}

/// As registries write it.
pub fn digest(bytes: &[u8]) -> String {
    let digits = Sha256::digest(bytes)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect::<String>();
    format!("sha256:{digits}")
}

fn manifest(shelf: &Shelf, fault: &Fault, method: &Method, repository: &str, rest: &str, body: Bytes) -> Response<Body> {
    let key = |rest: &str| format!("{repository}:{rest}");
    let mut manifests = shelf.manifests.lock().expect("a lock");
    if method == Method::PUT {
        let digest = digest(&body);
        manifests.insert(key(rest), body.clone());
        manifests.insert(key(&digest), body);
        let location = format!("/v2/{repository}/manifests/{digest}");
        return whole(StatusCode::CREATED, Bytes::new(), &[("location", &location)]);
    }
    let Some(found) = manifests.get(&key(rest)) else {
        return error(StatusCode::NOT_FOUND, "MANIFEST_UNKNOWN");
    };
    let found = match fault {
        Fault::AnotherManifest => Bytes::from(String::from_utf8_lossy(found).replace("\"title\"", "\"other\"") + " "),
        _ => found.clone(),
    };
    let digest = digest(&found);
    let headers = [
        ("content-type", "application/vnd.oci.image.manifest.v1+json"),
        ("docker-content-digest", &digest),
    ];
    whole(StatusCode::OK, found, &headers)
}

fn blob(shelf: &Shelf, fault: &Fault, method: &Method, repository: &str, rest: &str, uri: &Uri, body: Bytes) -> Response<Body> {
    let mut blobs = shelf.blobs.lock().expect("a lock");
    if method == Method::POST {
        let upload = shelf.uploads.fetch_add(1, Ordering::SeqCst);
        let location = format!("/v2/{repository}/blobs/uploads/{upload}");
        return whole(StatusCode::ACCEPTED, Bytes::new(), &[("location", &location)]);
    }
    if method == Method::PUT {
        let wanted = uri.query().unwrap_or_default().replace("%3A", ":");
        let wanted = wanted
            .split('&')
            .find_map(|pair| pair.strip_prefix("digest="))
            .unwrap_or_default()
            .to_owned();
        if digest(&body) != wanted {
            return error(StatusCode::BAD_REQUEST, "DIGEST_INVALID");
        }
        blobs.insert(wanted.clone(), body);
        let location = format!("/v2/{repository}/blobs/{wanted}");
        return whole(StatusCode::CREATED, Bytes::new(), &[("location", &location)]);
    }
    if let Fault::Elsewhere(other) = fault {
        let location = format!("{other}/v2/{repository}/blobs/{rest}");
        return whole(StatusCode::TEMPORARY_REDIRECT, Bytes::new(), &[("location", &location)]);
    }
    let Some(found) = blobs.get(rest) else {
        return error(StatusCode::NOT_FOUND, "BLOB_UNKNOWN");
    };
    let mut bytes = found.to_vec();
    match fault {
        Fault::AnotherBlob => bytes[100] ^= 1,
        Fault::Truncated => bytes.truncate(bytes.len() / 2),
        Fault::TooMuch => bytes.extend_from_slice(&[0; 100]),
        _ => {}
    }
    whole(StatusCode::OK, bytes.into(), &[])
}

fn error(status: StatusCode, code: &str) -> Response<Body> {
    whole(
        status,
        format!("{{\"errors\":[{{\"code\":\"{code}\",\"message\":\"no\"}}]}}").into(),
        &[],
    )
}

fn whole(status: StatusCode, body: Bytes, headers: &[(&str, &str)]) -> Response<Body> {
    let answer = Response::builder().status(status);
    let answer = headers
        .iter()
        .fold(answer, |answer, (name, value)| answer.header(*name, *value));
    answer.body(Body::from(body)).expect("an answer")
}
