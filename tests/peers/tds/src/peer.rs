//! A peer that runs, for as long as it is kept.

use std::{
    collections::HashSet,
    io,
    net::{Ipv4Addr, TcpListener},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU16, Ordering},
    },
};

use rustls::{
    ServerConfig,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _},
};
use tempfile::TempDir;
use tokio::{runtime::Runtime, task::JoinSet};
use tokio_rustls::TlsAcceptor;

use crate::{
    connection,
    inside::Inside,
    record::Recorded,
    rules::{Behaviour, Times},
    session::Procedure,
    settings::{Identity, Settings},
    shared::Shared,
};

/// A server that listens on a port of this machine, and ends when this is dropped.
pub struct Peer {
    shared: Arc<Shared>,
    port: u16,
    certificate: String,
    inside: Inside,
    runtime: Option<Runtime>,
    _directory: TempDir,
}

impl Peer {
    /// Starts it. The database is empty.
    ///
    /// # Panics
    /// Where there is no port, no temporary directory, or no sense in the settings' certificate.
    pub fn start(settings: Settings) -> Self {
        let directory = tempfile::Builder::new()
            .prefix("portcullis-tds-peer-")
            .tempdir()
            .expect("a temporary directory");
        let identity = settings.identity.clone().unwrap_or_else(self_signed);
        let tls = TlsAcceptor::from(Arc::new(tls(&identity)));
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, settings.port)).expect("a port of this machine");
        listener.set_nonblocking(true).expect("a socket that doesn't block");
        let port = listener.local_addr().expect("an address").port();
        let shared = Arc::new(Shared {
            settings,
            file: directory.path().join("peer.db"),
            catalogue: Default::default(),
            procedures: Default::default(),
            record: Default::default(),
            rules: Default::default(),
            transactions: Mutex::new(HashSet::new()),
            deaf: AtomicBool::new(false),
        });
        let inside = Inside::new(shared.clone());
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .expect("a runtime");
        runtime.spawn(listen(listener, shared.clone(), tls));
        Self {
            shared,
            port,
            certificate: identity.certificate,
            inside,
            runtime: Some(runtime),
            _directory: directory,
        }
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    pub fn settings(&self) -> &Settings {
        &self.shared.settings
    }

    /// What clients have to trust, in PEM form.
    pub fn certificate(&self) -> &str {
        &self.certificate
    }

    /// Runs T-SQL past the protocol; several statements, or procedures, at once if need be.
    ///
    /// # Panics
    /// If it fails.
    #[track_caller]
    pub fn run(&self, sql: &str) {
        self.rows(sql);
    }

    /// The rows of the last query of some T-SQL, every value as a person reads it. Past the protocol, and not in the record.
    ///
    /// # Panics
    /// If it fails.
    #[track_caller]
    pub fn rows(&self, sql: &str) -> Vec<Vec<Option<String>>> {
        match self.inside.rows(sql) {
            Ok(rows) => rows,
            Err(error) => panic!("{error}, in: {sql}"),
        }
    }

    /// Makes a stored procedure, or another of it. `CREATE PROCEDURE` does the same in T-SQL.
    pub fn procedure(&self, name: &str, procedure: Procedure) {
        self.shared.procedures.add(name, procedure);
    }

    /// What clients sent so far.
    pub fn record(&self) -> Vec<Recorded> {
        self.shared.record.all()
    }

    /// What clients sent since the last time that this was asked.
    pub fn take_record(&self) -> Vec<Recorded> {
        self.shared.record.take()
    }

    /// Has something happen to statements (and procedures) with `part` in their text (or name).
    pub fn on(&self, part: &str, behaviour: Behaviour, times: Times) {
        self.shared.rules.add(part, behaviour, times);
    }

    /// Nothing of that sort happens any more.
    pub fn no_rules(&self) {
        self.shared.rules.clear();
    }

    /// From now on the login may not `SELECT`, `INSERT`, `UPDATE` or `DELETE` on a table.
    pub fn deny(&self, permission: &str, table: &str) {
        let denied = (permission.to_uppercase(), table.to_lowercase());
        self.shared
            .catalogue
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .denied
            .insert(denied);
    }

    /// From now on attentions are not acknowledged, and stop nothing.
    pub fn ignore_attentions(&self) {
        self.shared.deaf.store(true, Ordering::SeqCst);
    }

    /// How many connections are inside of a transaction.
    pub fn open_transactions(&self) -> usize {
        self.shared.transactions.lock().unwrap_or_else(PoisonError::into_inner).len()
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

async fn listen(listener: TcpListener, shared: Arc<Shared>, tls: TlsAcceptor) -> io::Result<()> {
    static PROCESS: AtomicU16 = AtomicU16::new(51);
    let listener = tokio::net::TcpListener::from_std(listener)?;
    let mut connections = JoinSet::new();
    loop {
        let (socket, _) = listener.accept().await?;
        let process = PROCESS.fetch_add(1, Ordering::Relaxed);
        connections.spawn(connection::serve(socket, shared.clone(), tls.clone(), process));
        while connections.try_join_next().is_some() {}
    }
}

fn self_signed() -> Identity {
    let names = ["localhost".to_owned(), "127.0.0.1".to_owned()];
    let made = rcgen::generate_simple_self_signed(names).expect("a certificate");
    Identity {
        certificate: made.cert.pem(),
        key: made.signing_key.serialize_pem(),
    }
}

/// Only TLS 1.2: inside of TDS, that of version 1.3 isn't what SQL Server does.
fn tls(identity: &Identity) -> ServerConfig {
    let chain: Vec<CertificateDer<'static>> = CertificateDer::pem_slice_iter(identity.certificate.as_bytes())
        .collect::<Result<_, _>>()
        .expect("a certificate in PEM form");
    let key = PrivateKeyDer::from_pem_slice(identity.key.as_bytes()).expect("a key in PEM form");
    let mut config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_protocol_versions(&[&rustls::version::TLS12])
        .expect("TLS 1.2")
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .expect("a key that belongs to its certificate");
    config.alpn_protocols = vec![b"tds/8.0".to_vec()];
    config
}
