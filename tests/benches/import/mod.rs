//! Imports: users a second and the memory of the server while a client reads all of them, by index and by cursor; and rows a second through
//! the component, forwarded and emitted, compared with the same driver without one.
//!
//! A first import reads a tenth of the users, so that what grows with their number can be told from what doesn't. The server is a process
//! of its own.

mod rows;

use std::{fmt::Write as _, time::Instant};

use clap::Args;
use portcullis_tests::{Client, Database, Kind, Program, client::encode};
use serde::Deserialize;

/// The largest page.
const PAGE: u64 = 200;
const TOKEN: &str = "a-token-of-the-benchmark";

const KINDS: [(&str, Kind); 6] = [
    ("sqlite", Kind::Sqlite),
    ("postgresql", Kind::Postgresql),
    ("mariadb", Kind::Mariadb),
    ("mysql", Kind::Mysql),
    ("sqlserver", Kind::Sqlserver),
    ("oracle", Kind::Oracle),
];

/// How much, and from where.
#[derive(Args)]
pub struct Options {
    /// How many users there are
    #[arg(long, default_value_t = 100_000)]
    users: u64,
    /// sqlite, postgresql, mariadb, mysql; and sqlserver and oracle, which are the tests' own peers and tell nothing of the real ones
    #[arg(long, value_delimiter = ',', default_value = "sqlite,postgresql,mariadb", value_parser = kind)]
    databases: Vec<Kind>,
}

fn kind(name: &str) -> Result<Kind, String> {
    let found = KINDS.into_iter().find(|(other, _)| *other == name);
    found
        .map(|(_, kind)| kind)
        .ok_or_else(|| format!("it is none of {}", KINDS.map(|(name, _)| name).join(", ")))
}

/// Imports from one database after the other.
pub fn run(options: &Options) {
    for kind in &options.databases {
        of(*kind, options.users);
    }
}

fn of(kind: Kind, users: u64) {
    let database = Database::new(kind);
    make(&database, users);
    println!("{kind:?}, {users} users with two roles and a phone number each:");
    let directory = tempfile::tempdir().expect("a directory");
    configure(directory.path(), &database);
    for users in [users / 10, users] {
        // A server for each, so that the one doesn't hold what the other needed.
        for way in [Way::Index, Way::Cursor] {
            import(&Program::serve_logging(directory.path(), "warn"), way, users);
        }
    }
    rows::compare(&database, users);
}

fn make(database: &Database, users: u64) {
    let id = match database.kind() {
        Kind::Sqlite => "INTEGER",
        Kind::Oracle => "NUMBER(19)",
        _ => "BIGINT",
    };
    for table in [
        format!(
            "CREATE TABLE app_user (user_id {id} PRIMARY KEY, username VARCHAR(100) NOT NULL UNIQUE, first_name VARCHAR(100),
                                    last_name VARCHAR(100), email VARCHAR(200), status VARCHAR(10) NOT NULL)"
        ),
        format!("CREATE TABLE user_role (user_id {id} NOT NULL, role_id INTEGER NOT NULL, PRIMARY KEY (user_id, role_id))"),
        format!("CREATE TABLE phone (user_id {id} NOT NULL, digits VARCHAR(50) NOT NULL, PRIMARY KEY (user_id, digits))"),
        "CREATE TABLE app_role (role_id INTEGER PRIMARY KEY, role_name VARCHAR(100) NOT NULL)".to_owned(),
    ] {
        database.run(&table);
    }
    database.insert("app_role", &["1, 'Clerk'", "2, 'Manager'", "3, 'Auditor'"].map(str::to_owned));
    let numbers: Vec<u64> = (1..=users).collect();
    for some in numbers.chunks(1000) {
        let rows = |row: &dyn Fn(u64) -> String| some.iter().map(|n| row(*n)).collect::<Vec<_>>();
        database.insert(
            "app_user",
            &rows(&|n| format!("{n}, 'user{n}', 'Given{n}', 'Family{n}', 'user{n}@example.com', 'ACTIVE'")),
        );
        database.insert("user_role", &rows(&|n| format!("{n}, 1")));
        database.insert("user_role", &rows(&|n| format!("{n}, {}", 2 + n % 2)));
        database.insert("phone", &rows(&|n| format!("{n}, '+1 555 {n}'")));
    }
    if database.kind() == Kind::Postgresql {
        database.run("ANALYZE");
    }
}

fn configure(directory: &std::path::Path, database: &Database) {
    let mut application = format!(
        "[scim]\ntoken = {TOKEN:?}\nmax-results = {PAGE}\n[database]\n{}",
        database.settings()
    );
    application.push_str(include_str!("import.toml"));
    std::fs::create_dir_all(directory.join("applications")).expect("a directory");
    std::fs::write(directory.join("portcullis.toml"), "[server]\ntls = false\n").expect("a file");
    std::fs::write(directory.join("applications/hr.toml"), application).expect("a file");
}

#[derive(Clone, Copy, PartialEq)]
enum Way {
    Index,
    Cursor,
}

impl Way {
    fn name(self) -> &'static str {
        match self {
            Way::Index => "by index ",
            Way::Cursor => "by cursor",
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Page {
    total_results: u64,
    #[serde(default)]
    next_cursor: Option<String>,
    #[serde(rename = "Resources", default)]
    resources: Vec<serde::de::IgnoredAny>,
}

/// Reads the first so many users, page by page.
fn import(program: &Program, way: Way, users: u64) {
    let client = Client::new(format!("{}/hr/scim/v2", program.url), TOKEN);
    // Whatever a first request makes once and for all is no memory of the import's.
    client.get("/Users?count=1").expect_ok();
    let before = memory(program);
    let begun = Instant::now();
    let (mut read, mut cursor, mut slowest) = (0, String::new(), std::time::Duration::ZERO);
    while read < users {
        let mut path = format!("/Users?count={PAGE}");
        match way {
            Way::Index => write!(path, "&startIndex={}", read + 1),
            Way::Cursor => write!(path, "&cursor={}", encode(&cursor)),
        }
        .expect("text");
        let since = Instant::now();
        let answer = client.get(&path);
        slowest = slowest.max(since.elapsed());
        let page: Page = serde_json::from_str(&answer.text).unwrap_or_else(|error| panic!("{error}: {answer}"));
        assert!(page.total_results >= users && !page.resources.is_empty(), "{answer}");
        read += page.resources.len() as u64;
        cursor = page.next_cursor.unwrap_or_default();
    }
    let seconds = begun.elapsed().as_secs_f64();
    let after = memory(program);
    println!(
        "  {users:>7} {}  {:>7.0} users/s, slowest page {:>5.1} ms; resident {:.1} MiB before, {:.1} MiB after, {:.1} MiB at most",
        way.name(),
        read as f64 / seconds,
        slowest.as_secs_f64() * 1e3,
        before.0,
        after.0,
        after.1,
    );
}

/// What the server holds now and held at the most, in MiB; NaN where nobody tells.
fn memory(program: &Program) -> (f64, f64) {
    let mebibytes = |bytes: u64| bytes as f64 / f64::from(1 << 20);
    let memory = program.memory();
    memory.map_or((f64::NAN, f64::NAN), |memory| (mebibytes(memory.now), mebibytes(memory.most)))
}
