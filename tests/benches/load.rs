//! `GET /Users/{id}` through a component, and the same routes with the same statement without one, in one run.
//!
//! PostgreSQL with 10,000 users, 32 connections, rounds of both in turn. Server and client share the process, so that the
//! client's work is in both figures. A machine's speed changes from minute to minute: the ratio is the median of those of
//! rounds that follow each other.

use std::{
    net::SocketAddr,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use async_trait::async_trait;
use portcullis::{
    application::{Configuration, ResourceMapping, ResourceReader},
    database::{self, Access, Author, Column, Database, Parameter, RowEffect, RowSink, RowSource, Statement, Stop, Value},
    operation::{Application, Ground},
    plugin::{Catalogue, Shelf, Versions},
    sandbox::Sandbox,
    scim::{Allowed, Change, Document, Error, ListRequest, Page, Projection, Provider, RequestId, Surface},
    server::{self, Mounted},
};
use portcullis_tests::{Database as TestDatabase, Kind, database::PASSWORD_VARIABLE, server::PASSWORD};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader},
    net::{TcpListener, TcpStream},
};

use crate::figures::median;

const USERS: u64 = 10_000;
const CONNECTIONS: u64 = 32;
const ROUNDS: usize = 31;
const ROUND: Duration = Duration::from_secs(1);
const TOKEN: &str = "a-token-of-the-benchmark";

/// What both sides run.
const STATEMENT: &str = "SELECT user_id, username, first_name, last_name, email, status FROM app_user WHERE user_id = ";

/// Compares the two.
pub fn run() {
    let test_database = TestDatabase::new(Kind::Postgresql);
    test_database.run(&format!(
        "CREATE TABLE app_user (user_id bigint PRIMARY KEY, username text NOT NULL UNIQUE, first_name text, last_name text, email text,
                                status text);
         INSERT INTO app_user SELECT n, 'user' || n, 'Given' || n, 'Family' || n, 'user' || n || '@example.com', 'ACTIVE'
         FROM generate_series(1, {USERS}) AS n;
         ANALYZE app_user"
    ));
    let directory = tempfile::tempdir().expect("a directory");
    configure(directory.path(), &test_database);
    let runtime = server::runtime().expect("a runtime");
    runtime.block_on(compare(directory.path()));
}

fn configure(directory: &Path, test_database: &TestDatabase) {
    let environment = format!("{{ env = \"{PASSWORD_VARIABLE}\" }}");
    let database = test_database.settings().replace(&environment, "{ file = \"password\" }");
    let application = format!(
        r#"
[scim]
token = "{TOKEN}"
[database]
pool-size = 16
{database}
[users]
id = "user_id"
active = {{ column = "status", true = "ACTIVE" }}
[users.attributes]
userName = "username"
"name.givenName" = "first_name"
"name.familyName" = "last_name"
'emails[type eq "work"].value' = "email"
[operations.get-users]
sql = "SELECT user_id, username, first_name, last_name, email, status FROM app_user"
[operations.get-user]
sql = "{STATEMENT}:id"
"#
    );
    std::fs::create_dir_all(directory.join("applications")).expect("a directory");
    std::fs::write(directory.join("portcullis.toml"), "[server]\nlisten = \"127.0.0.1:0\"\n").expect("a file");
    std::fs::write(directory.join("password"), PASSWORD).expect("a file");
    std::fs::write(directory.join("applications/hr.toml"), application).expect("a file");
}

async fn compare(directory: &Path) {
    let loaded = Configuration::load(directory).unwrap_or_else(|problems| panic!("{problems}"));
    let configuration = loaded.configuration;
    let sandbox = Arc::new(Sandbox::new(configuration.sandbox, None).expect("a sandbox"));
    let catalogue = Catalogue::load(&sandbox, &configuration, Versions::Approved(&Shelf::default())).expect("components");
    let settings = configuration.applications.first().expect("an application").clone();

    let open = || database::open(&settings.connection);
    let component = Application::load(sandbox, &catalogue, Ground::new(settings.clone(), open()))
        .await
        .unwrap_or_else(|unready| panic!("{unready:?}"));
    let native = Native {
        surface: component.surface(),
        mapping: settings.users.clone(),
        database: open(),
        statement: Statement {
            name: "main".into(),
            text: format!("{STATEMENT}$1").into(),
            parameters: vec![Parameter::new("id")],
            access: Access::Read,
            effect: RowEffect::Any,
            rows_from: RowSource::Result,
            slots: Vec::new(),
            author: Author::Administrator,
        },
    };
    let mount = |provider: Arc<dyn Provider>| Mounted {
        name: "hr".into(),
        token: settings.token.clone(),
        requests_per_second: None,
        provider: Some(provider),
        store: None,
    };
    let native = listen(server::router(&configuration.server, None, [mount(Arc::new(native))]).0).await;
    let component = listen(server::router(&configuration.server, None, [mount(Arc::new(component))]).0).await;

    round(native, Duration::from_secs(1)).await;
    round(component, Duration::from_secs(1)).await;
    let (mut native_rates, mut component_rates) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        native_rates.push(round(native, ROUND).await);
        component_rates.push(round(component, ROUND).await);
    }
    let ratios = std::iter::zip(&native_rates, &component_rates).map(|(native, component)| component / native);
    let ratio = median(ratios.collect());
    let (native, component) = (median(native_rates), median(component_rates));
    println!("GET /Users/{{id}}, {USERS} users, {CONNECTIONS} connections, medians of {ROUNDS} rounds:");
    println!("  native                 {native:>6.0} requests/s");
    println!("  through the component  {component:>6.0} requests/s");
    println!("  ratio                  {ratio:>6.2}");
}

/// The same routes, the same statement, the same mapping, and no component.
struct Native {
    surface: Arc<Surface>,
    mapping: ResourceMapping,
    database: Arc<dyn Database>,
    statement: Statement,
}

#[derive(Default)]
struct Rows {
    columns: Vec<Column>,
    rows: Vec<Vec<Value>>,
}

impl RowSink for Rows {
    fn columns(&mut self, columns: &[Column]) -> Result<(), Stop> {
        self.columns = columns.to_vec();
        Ok(())
    }

    fn row(&mut self, row: Vec<Value>) -> Result<(), Stop> {
        self.rows.push(row);
        Ok(())
    }
}

#[async_trait]
impl Provider for Native {
    fn surface(&self) -> Arc<Surface> {
        self.surface.clone()
    }

    async fn get_user(&self, _: &RequestId, id: &str, _: &Projection) -> Result<Document, Error> {
        let failed = |error: database::DatabaseError| Error::new(500, error.to_string());
        let mut session = self.database.begin(Access::Read).await.map_err(failed)?;
        let mut rows = Rows::default();
        session
            .query(&self.statement, &[Value::Text(id.to_owned())], &mut rows)
            .await
            .map_err(failed)?;
        session.rollback().await.map_err(failed)?;
        let reader = ResourceReader::new(&self.mapping, &rows.columns).map_err(|message| Error::new(500, message))?;
        let row = rows.rows.first().ok_or_else(|| Error::not_found("User", id))?;
        reader.read(row).map_err(|message| Error::new(500, message))
    }

    async fn list_users(&self, _: &RequestId, _: &ListRequest, _: &Projection) -> Result<Page, Error> {
        Err(Error::not_implemented("the benchmark only gets users by id"))
    }

    async fn create_user(&self, _: &RequestId, _: Document) -> Result<Document, Error> {
        Err(Error::not_implemented("the benchmark only gets users by id"))
    }

    async fn modify_user(&self, _: &RequestId, _: &str, _: Change<'_>) -> Result<Document, Error> {
        Err(Error::not_implemented("the benchmark only gets users by id"))
    }

    async fn delete_user(&self, _: &RequestId, _: &str, _: Allowed<'_>) -> Result<(), Error> {
        Err(Error::not_implemented("the benchmark only gets users by id"))
    }

    async fn list_entitlements(&self, _: &RequestId, _: &str, _: &ListRequest) -> Result<Page, Error> {
        Err(Error::not_implemented("the benchmark only gets users by id"))
    }

    async fn get_entitlement(&self, _: &RequestId, _: &str, _: &str) -> Result<Document, Error> {
        Err(Error::not_implemented("the benchmark only gets users by id"))
    }
}

async fn listen(router: axum::Router) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move { axum::serve(listener, router).await });
    address
}

/// Requests per second over so much time.
async fn round(address: SocketAddr, time: Duration) -> f64 {
    let done = Arc::new(AtomicU64::new(0));
    let begun = Instant::now();
    let clients: Vec<_> = (0..CONNECTIONS)
        .map(|number| tokio::spawn(client(address, number, begun + time, done.clone())))
        .collect();
    for client in clients {
        client.await.expect("a client");
    }
    done.load(Ordering::Relaxed) as f64 / begun.elapsed().as_secs_f64()
}

/// One connection, one request after another.
async fn client(address: SocketAddr, number: u64, until: Instant, done: Arc<AtomicU64>) {
    let stream = TcpStream::connect(address).await.expect("a connection");
    stream.set_nodelay(true).expect("no delay");
    let mut stream = BufReader::new(stream);
    let mut id = number * 311;
    while Instant::now() < until {
        id = (id + 7919) % USERS;
        let request = format!(
            "GET /hr/scim/v2/Users/{} HTTP/1.1\r\nHost: benchmark\r\nAuthorization: Bearer {TOKEN}\r\n\r\n",
            id + 1
        );
        stream.write_all(request.as_bytes()).await.expect("a request sent");
        read_answer(&mut stream, id + 1).await;
        done.fetch_add(1, Ordering::Relaxed);
    }
}

async fn read_answer(stream: &mut BufReader<TcpStream>, id: u64) {
    let (mut line, mut length) = (String::new(), 0);
    stream.read_line(&mut line).await.expect("a status");
    assert!(line.starts_with("HTTP/1.1 200"), "{line}");
    while line != "\r\n" {
        line.clear();
        stream.read_line(&mut line).await.expect("a header");
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().expect("a length");
        }
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await.expect("a body");
    let wanted = format!("\"id\":\"{id}\"");
    assert!(
        String::from_utf8_lossy(&body).contains(&wanted),
        "{}",
        String::from_utf8_lossy(&body)
    );
}
