//! A peer that listens.

use std::{
    io,
    net::{Ipv4Addr, TcpListener},
    sync::{
        Arc, PoisonError, RwLock,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use rustls::{
    ServerConfig,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
};
use tokio::{net::TcpStream, runtime::Runtime};
use tokio_rustls::TlsAcceptor;

use crate::{
    Account, Failure, Fault, Procedure, Recorded, Value, connection,
    fault::Faults,
    logon::Verifier,
    plsql::{Direction, Procedures, is_source},
    record::Record,
    session::Context,
    sql,
    store::{Break, Database, Store},
};

/// What a peer is to be.
#[derive(Default)]
pub struct Builder {
    service: Option<String>,
    sid: Option<String>,
    schema: Option<String>,
    accounts: Vec<Account>,
    procedures: Vec<Procedure>,
    identity: Option<(String, String)>,
    port: u16,
}

impl Builder {
    /// The service that clients connect to; `ORCLPDB1` otherwise.
    #[must_use]
    pub fn service(mut self, name: &str) -> Self {
        self.service = Some(name.to_owned());
        self
    }

    /// The instance that clients connect to; `ORCL` otherwise.
    #[must_use]
    pub fn sid(mut self, name: &str) -> Self {
        self.sid = Some(name.to_owned());
        self
    }

    /// Whose tables these are; the first account's otherwise.
    #[must_use]
    pub fn schema(mut self, name: &str) -> Self {
        self.schema = Some(name.to_owned());
        self
    }

    /// An account that can log on, and may do everything.
    #[must_use]
    pub fn account(self, name: &str, password: &str) -> Self {
        self.restricted(Account::new(name, password))
    }

    /// An account that can log on, and may do what it says.
    #[must_use]
    pub fn restricted(mut self, account: Account) -> Self {
        self.accounts.push(account);
        self
    }

    /// A procedure or function that can be called.
    #[must_use]
    pub fn procedure(mut self, procedure: Procedure) -> Self {
        self.procedures.push(procedure);
        self
    }

    /// Connections are TLS (`tcps`), with this chain of certificates and this key, both in PEM form.
    #[must_use]
    pub fn tls(mut self, certificates: &str, key: &str) -> Self {
        self.identity = Some((certificates.to_owned(), key.to_owned()));
        self
    }

    /// The port to listen on; a free one otherwise.
    #[must_use]
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// Listens on a loopback port until what this gives is dropped.
    ///
    /// # Errors
    /// The port is taken, there is no place for files, or a certificate is none.
    pub fn start(self) -> io::Result<Peer> {
        let first = self.accounts.first().map(|account| account.name().to_owned());
        let schema = self.schema.or(first).unwrap_or_else(|| "HR".to_owned());
        let database = Arc::new(Database::new(&schema)?);
        let accounts = self.accounts.into_iter().map(Verifier::new);
        let mut procedures = Procedures::default();
        let all = [sleep(), reinitialize(), raise()].into_iter().chain(self.procedures);
        all.for_each(|procedure| procedures.add(procedure, database.schema()));
        let context = Arc::new(Context {
            accounts: RwLock::new(accounts.collect::<Result<_, _>>().map_err(io::Error::other)?),
            database,
            procedures: RwLock::new(procedures),
            record: Record::default(),
            faults: Faults::default(),
            service: self.service.unwrap_or_else(|| "ORCLPDB1".to_owned()),
            sid: self.sid.unwrap_or_else(|| "ORCL".to_owned()),
        });
        let acceptor = self
            .identity
            .map(|(certificates, key)| acceptor(&certificates, &key))
            .transpose()?;
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, self.port))?;
        listener.set_nonblocking(true)?;
        let port = listener.local_addr()?.port();
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .thread_name("tns-peer")
            .enable_all()
            .build()?;
        let listened = context.clone();
        runtime.spawn(async move {
            if let Ok(listener) = tokio::net::TcpListener::from_std(listener) {
                listen(listener, listened, acceptor).await;
            }
        });
        Ok(Peer {
            context,
            port,
            runtime: Some(runtime),
        })
    }
}

/// A server that speaks Oracle's protocol, on a loopback port. It ends, with its tables, when this is dropped.
pub struct Peer {
    context: Arc<Context>,
    port: u16,
    runtime: Option<Runtime>,
}

impl Peer {
    /// What it is to be.
    pub fn builder() -> Builder {
        Builder::default()
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    pub fn service(&self) -> &str {
        &self.context.service
    }

    /// Runs a statement of Oracle's SQL without a client, and commits; `CREATE USER` and `GRANT` can be run in no other way. It is not recorded. Dates
    /// may be written as `2024-02-29 23:59:58.123`.
    ///
    /// # Errors
    /// As a client would get it.
    pub fn run(&self, statement: &str) -> Result<u64, Failure> {
        self.run_with(statement, &[])
    }

    /// The same with values, in the order in which their binds stand.
    ///
    /// # Errors
    /// As a client would get it.
    pub fn run_with(&self, statement: &str, values: &[Value]) -> Result<u64, Failure> {
        let mut store = self.store()?;
        let tokens = sql::read(statement)?;
        if is_source(&tokens) {
            return self.context.make(&tokens).map(|()| 0);
        }
        match tokens.as_slice() {
            [first, second, ..] if first.is_word("CREATE") && second.is_word("USER") => {
                return sql::read_user(&tokens)
                    .and_then(|account| self.context.create_user(account))
                    .map(|()| 0);
            }
            [first, ..] if first.is_word("GRANT") => {
                return sql::read_grant(&tokens)
                    .and_then(|grant| self.context.grant(grant))
                    .map(|()| 0);
            }
            _ => {}
        }
        let defines = ["ALTER", "CREATE", "DROP", "TRUNCATE"];
        if tokens
            .first()
            .is_some_and(|token| defines.iter().any(|word| token.is_word(word)))
        {
            return store.define(&tokens).map(|()| 0);
        }
        let change = sql::translate(&tokens, self.context.database.schema())?;
        let changed = store.change_rows(&change, values)?;
        store.commit()?;
        Ok(changed.rows)
    }

    /// The rows of a query, asked without a client.
    ///
    /// # Errors
    /// As a client would get it.
    pub fn rows(&self, query: &str) -> Result<Vec<Vec<Value>>, Failure> {
        let query = sql::translate(&sql::read(query)?, self.context.database.schema())?;
        self.store()?.query(&query, &[]).map(|found| found.rows)
    }

    /// Whether a session changed something and has neither committed it nor rolled it back.
    pub fn is_changing(&self) -> bool {
        self.context.database.is_changing()
    }

    /// A further procedure or function, or another body for one that there is.
    pub fn add(&self, procedure: Procedure) {
        let mut procedures = self.context.procedures.write().unwrap_or_else(PoisonError::into_inner);
        procedures.add(procedure, self.context.database.schema());
    }

    /// What happens to the next statement whose text contains these words; `COMMIT` and `ROLLBACK` are texts too.
    pub fn on_next(&self, words: &str, fault: Fault) {
        self.context.faults.add(words, fault);
    }

    /// What clients sent so far, over all sessions, in the order in which it came.
    pub fn recorded(&self) -> Vec<Recorded> {
        self.context.record.all()
    }

    /// Forgets what clients sent so far.
    pub fn forget(&self) {
        self.context.record.clear();
    }

    fn store(&self) -> Result<Store, Failure> {
        let owner = Account::new(self.context.database.schema(), "");
        let store = Store::open(&self.context.database, &owner, Break::default())?;
        store.write_iso();
        Ok(store)
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

async fn listen(listener: tokio::net::TcpListener, context: Arc<Context>, acceptor: Option<TlsAcceptor>) {
    let sessions = AtomicU64::new(1);
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            tokio::time::sleep(Duration::from_millis(10)).await;
            continue;
        };
        let number = sessions.fetch_add(1, Ordering::SeqCst);
        let (context, acceptor) = (context.clone(), acceptor.clone());
        tokio::spawn(async move {
            if let Err(error) = session(stream, context, number, acceptor).await {
                eprintln!("TNS peer, session {number}: {error}");
            }
        });
    }
}

async fn session(stream: TcpStream, context: Arc<Context>, number: u64, acceptor: Option<TlsAcceptor>) -> io::Result<()> {
    stream.set_nodelay(true)?;
    match acceptor {
        Some(acceptor) => connection::serve(acceptor.accept(stream).await?, context, number, true).await,
        None => connection::serve(stream, context, number, false).await,
    }
}

fn acceptor(certificates: &str, key: &str) -> io::Result<TlsAcceptor> {
    let chain = CertificateDer::pem_slice_iter(certificates.as_bytes()).collect::<Result<Vec<_>, _>>();
    let key = PrivateKeyDer::from_pem_slice(key.as_bytes()).map_err(io::Error::other)?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(io::Error::other)?
        .with_no_client_auth()
        .with_single_cert(chain.map_err(io::Error::other)?, key)
        .map_err(io::Error::other)?;
    Ok(TlsAcceptor::from(Arc::new(config)))
}

/// `DBMS_SESSION.SLEEP`, which clients can break off.
fn sleep() -> Procedure {
    Procedure::new("DBMS_SESSION.SLEEP")
        .argument("seconds", Direction::In, crate::Type::Number)
        .does(|call| {
            let seconds = call.text("seconds").and_then(|seconds| seconds.parse().ok());
            let duration = Duration::try_from_secs_f64(seconds.unwrap_or(0.0));
            call.sleep(duration.map_err(|_| Failure::new(6502, "PL/SQL: numeric or value error"))?)
        })
}

/// `DBMS_SESSION.MODIFY_PACKAGE_STATE`: there are no packages that could have a state.
fn reinitialize() -> Procedure {
    Procedure::new("DBMS_SESSION.MODIFY_PACKAGE_STATE").argument("action_flags", Direction::In, crate::Type::Number)
}

/// `RAISE_APPLICATION_ERROR`, of which Oracle has numbers from -20999 to -20000.
fn raise() -> Procedure {
    Procedure::new("RAISE_APPLICATION_ERROR")
        .argument("num", Direction::In, crate::Type::Number)
        .argument("msg", Direction::In, crate::Type::Varchar)
        .does(|call| {
            let number = call.text("num").and_then(|number| number.strip_prefix('-')?.parse().ok());
            let Some(code @ 20_000..=20_999) = number else {
                let what = "error number argument to raise_application_error is out of range";
                return Err(Failure::new(21_000, what));
            };
            Err(Failure::new(code, call.text("msg").unwrap_or_default()))
        })
}
