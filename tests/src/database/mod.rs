//! A test's own database, and a look into it that goes past the program.

mod connection;
mod kind;
mod oracle;

use std::{
    sync::atomic::{AtomicU32, Ordering},
    time::{Duration, Instant},
};

pub use portcullis_tds_peer::{Behaviour, Times};
use portcullis_tds_peer::{Peer, Settings};
use tempfile::TempDir;

use crate::server::{self, ADMINISTRATOR, Engine, Installation, PASSWORD, Protocol, Wire};
use connection::Connection;
pub use kind::Kind;

/// How long a transaction may take to end after the request that it belongs to.
const PATIENCE: Duration = Duration::from_secs(15);

/// MariaDB makes its list of transactions anew only when nobody has read it for a tenth of a second.
const REFRESH: Duration = Duration::from_millis(150);

/// The variable that the configurations of the tests take the database's password from.
pub const PASSWORD_VARIABLE: &str = "PORTCULLIS_TESTS_DATABASE_PASSWORD";

/// A database that only one test uses. Servers drop it when this is dropped.
pub struct Database {
    kind: Kind,
    place: Place,
    access: Access,
}

/// The way past the program.
enum Access {
    Connection(Connection),
    Peer(Box<Peer>),
    Oracle(portcullis_tns_peer::Peer),
}

enum Place {
    /// A file in a directory of its own.
    File(TempDir),
    /// On the port of a peer.
    Peer(u16),
    Server {
        port: u16,
        name: String,
        shared: bool,
    },
}

impl Database {
    /// An empty database, on this process's server if its kind has one.
    pub fn new(kind: Kind) -> Self {
        match kind.engine() {
            Some(engine) => Self::on_server(kind, engine, server::shared(engine), true),
            None if kind == Kind::Sqlserver => {
                let peer = Peer::start(Settings {
                    user: ADMINISTRATOR.to_owned(),
                    password: PASSWORD.to_owned(),
                    database: PEER.to_owned(),
                    ..Settings::default()
                });
                Self {
                    kind,
                    place: Place::Peer(peer.port()),
                    access: Access::Peer(Box::new(peer)),
                }
            }
            None if kind == Kind::Oracle => {
                let peer = oracle::start();
                Self {
                    kind,
                    place: Place::Peer(peer.port()),
                    access: Access::Oracle(peer),
                }
            }
            None => {
                let directory = tempfile::tempdir().expect("a temporary directory");
                let connection = Connection::sqlite(&directory.path().join(FILE));
                Self {
                    kind,
                    place: Place::File(directory),
                    access: Access::Connection(connection),
                }
            }
        }
    }

    /// An empty database on a running server of the test's own.
    pub fn on(installation: &Installation) -> Self {
        let kind = match installation.engine() {
            Engine::Postgresql => Kind::Postgresql,
            Engine::Mariadb => Kind::Mariadb,
            Engine::Mysql => Kind::Mysql,
        };
        Self::on_server(kind, installation.engine(), installation.port(), false)
    }

    fn on_server(kind: Kind, engine: Engine, port: u16, shared: bool) -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(1);
        let name = format!("test_{}", NUMBER.fetch_add(1, Ordering::Relaxed));
        administration(engine, port)
            .expect("the server answers")
            .run(&format!("CREATE DATABASE {name}"));
        Self {
            kind,
            access: Access::Connection(Connection::server(engine, port, &name).expect("a new database can be reached")),
            place: Place::Server { port, name, shared },
        }
    }

    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// `[database]` of an application that uses it.
    pub fn settings(&self) -> String {
        match &self.place {
            Place::File(directory) => {
                let path = directory.path().join(FILE);
                format!("kind = \"sqlite\"\npath = {:?}\n", path.display().to_string())
            }
            Place::Peer(port) => settings(self.kind, *port, PEER),
            Place::Server { port, name, .. } => settings(self.kind, *port, name),
        }
    }

    /// A way to it that counts; `None` for a file.
    pub fn wire(&self) -> Option<Wire> {
        match &self.place {
            Place::File(_) => None,
            Place::Peer(port) if self.kind == Kind::Oracle => Some(Wire::to(Protocol::Tns, *port)),
            Place::Peer(port) => Some(Wire::to(Protocol::Tds, *port)),
            Place::Server { port, .. } => Some(Wire::to(self.kind.engine()?.protocol(), *port)),
        }
    }

    /// The peer of Oracle, where it is that.
    pub fn oracle(&self) -> Option<&portcullis_tns_peer::Peer> {
        match &self.access {
            Access::Oracle(peer) => Some(peer),
            Access::Connection(_) | Access::Peer(_) => None,
        }
    }

    /// The peer of SQL Server, where it is that.
    pub fn peer(&self) -> Option<&Peer> {
        match &self.access {
            Access::Peer(peer) => Some(peer),
            Access::Connection(_) | Access::Oracle(_) => None,
        }
    }

    /// A fresh account that has these rights in it and no other, each what stands between GRANT and TO. Its password is
    /// [`PASSWORD`]. `None` for a file.
    pub fn account(&self, grants: &[String]) -> Option<String> {
        static NUMBER: AtomicU32 = AtomicU32::new(1);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("account_{}_{number}", std::process::id());
        let password = PASSWORD.replace('\'', "''");
        let account = match self.kind {
            // The peer of SQL Server has one account.
            Kind::Sqlite | Kind::Sqlserver => return None,
            Kind::Oracle => {
                // A real one takes no quotes in it at all.
                let password = PASSWORD.replace('"', "\"\"");
                self.run(&format!("CREATE USER {name} IDENTIFIED BY \"{password}\""));
                if !grants.is_empty() {
                    self.run(&format!("GRANT CREATE SESSION TO {name}"));
                }
                name.clone()
            }
            Kind::Postgresql => {
                self.run(&format!("CREATE ROLE {name} LOGIN PASSWORD '{password}'"));
                name.clone()
            }
            Kind::Mariadb | Kind::Mysql => {
                let account = format!("'{name}'@'127.0.0.1'");
                self.run(&format!("CREATE USER {account} IDENTIFIED BY '{password}'"));
                account
            }
        };
        for grant in grants {
            self.run(&format!("GRANT {grant} TO {account}"));
        }
        Some(name)
    }

    /// Runs statements, several at once if need be.
    pub fn run(&self, sql: &str) {
        match &self.access {
            Access::Connection(connection) => connection.run(sql),
            Access::Peer(peer) => peer.run(sql),
            Access::Oracle(peer) => oracle::run(peer, sql),
        }
    }

    /// Inserts rows into a table, each what stands between the brackets behind VALUES: `app_role(role_id, role_name)` and
    /// `'clerk', 'Clerk'`.
    pub fn insert(&self, into: &str, rows: &[String]) {
        for some in rows.chunks(AT_ONCE) {
            let rows = match self.kind {
                // Until 23ai, one row stands behind VALUES.
                Kind::Oracle => some
                    .iter()
                    .map(|row| format!("SELECT {row} FROM DUAL"))
                    .collect::<Vec<_>>()
                    .join(" UNION ALL "),
                _ => format!("VALUES ({})", some.join("), (")),
            };
            self.run(&format!("INSERT INTO {into} {rows}"));
        }
    }

    /// The rows of a query, every value in its textual form.
    pub fn rows(&self, sql: &str) -> Vec<Vec<Option<String>>> {
        match &self.access {
            Access::Connection(connection) => connection.rows(sql),
            Access::Peer(peer) => peer.rows(sql),
            Access::Oracle(peer) => oracle::rows(peer, sql),
        }
    }

    /// The one value of a query that gives one.
    pub fn value(&self, sql: &str) -> Option<String> {
        let rows = self.rows(sql);
        match rows.as_slice() {
            [row] if row.len() == 1 => row[0].clone(),
            _ => panic!("`{sql}` should give one value and gave {rows:?}"),
        }
    }

    /// The one number of a query that counts.
    pub fn count(&self, sql: &str) -> u64 {
        let value = self.value(sql).expect("a number and not NULL");
        value
            .parse()
            .unwrap_or_else(|_| panic!("`{sql}` should give a number and gave {value}"))
    }

    /// Waits until nobody else is inside of a transaction; panics when that takes too long.
    #[track_caller]
    pub fn expect_no_transaction(&self) {
        let deadline = Instant::now() + PATIENCE;
        while self.open_transactions() != 0 {
            assert!(Instant::now() < deadline, "a connection is stuck in a transaction");
            std::thread::sleep(REFRESH);
        }
    }

    /// Connections of others to this database that are inside of a transaction.
    ///
    /// SQLite keeps no list. There it is whether somebody holds a lock that would keep a writer out.
    pub fn open_transactions(&self) -> u64 {
        match (self.kind, &self.access) {
            (_, Access::Peer(peer)) => peer.open_transactions() as u64,
            (_, Access::Oracle(peer)) => u64::from(peer.is_changing()),
            (Kind::Sqlite | Kind::Sqlserver | Kind::Oracle, Access::Connection(connection)) => u64::from(!connection.can_write()),
            (Kind::Postgresql, _) => self.count(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() \
                 AND xact_start IS NOT NULL AND backend_type = 'client backend'",
            ),
            (Kind::Mariadb | Kind::Mysql, _) => self.count(
                "SELECT count(*) FROM information_schema.innodb_trx t JOIN information_schema.processlist p \
                 ON p.id = t.trx_mysql_thread_id WHERE p.db = database() AND p.id <> connection_id()",
            ),
        }
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        if let Place::Server {
            port,
            name,
            shared: true,
        } = &self.place
            && let Some(engine) = self.kind.engine()
            && let Ok(administration) = administration(engine, *port)
        {
            let force = if engine == Engine::Postgresql { " WITH (FORCE)" } else { "" };
            administration.try_run(&format!("DROP DATABASE {name}{force}"));
        }
    }
}

const FILE: &str = "application.db";

/// Rows of one statement that inserts them.
const AT_ONCE: usize = 200;

/// The database of a peer.
const PEER: &str = "payroll";

/// A connection to no test's database; an error while the server does not answer.
pub(crate) fn administration(engine: Engine, port: u16) -> Result<Connection, sqlx::Error> {
    let name = match engine {
        Engine::Postgresql => "postgres",
        Engine::Mariadb | Engine::Mysql => "mysql",
    };
    Connection::server(engine, port, name)
}

/// `[database]` for a database on a server of this machine, whether there is one or not.
pub fn settings(kind: Kind, port: u16, name: &str) -> String {
    // MySQL gets the TLS that is the default for a server on this machine.
    let (kind, tls) = match kind {
        Kind::Mariadb => ("mariadb", "tls = \"off\"\n"),
        Kind::Mysql => (kind.name(), ""),
        _ => (kind.name(), "tls = \"off\"\n"),
    };
    // Oracle has no databases in a server, but services.
    let named = if kind == "oracle" { "service" } else { "name" };
    format!(
        "kind = {kind:?}\nhost = \"127.0.0.1\"\nport = {port}\n{named} = {name:?}\nuser = {ADMINISTRATOR:?}\n\
         password = {{ env = {PASSWORD_VARIABLE:?} }}\n{tls}"
    )
}

/// What a program needs in its environment to reach the databases of the tests.
pub fn environment() -> (&'static str, &'static str) {
    (PASSWORD_VARIABLE, PASSWORD)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::application;

    crate::on_every_database!(has_the_tables_of_the_application, sees_a_transaction_of_somebody_else);

    fn has_the_tables_of_the_application(kind: Kind) {
        let database = Database::new(kind);
        application::make_tables(&database, 7);
        assert_eq!(database.count("SELECT count(*) FROM app_user"), 7);
        assert_eq!(database.count("SELECT count(*) FROM user_role"), 3);
        assert_eq!(
            database.rows("SELECT user_id, status, title FROM app_user WHERE username = 'user003'"),
            [[Some("3".to_owned()), Some("INACTIVE".to_owned()), None]]
        );
    }

    fn sees_a_transaction_of_somebody_else(kind: Kind) {
        let database = Database::new(kind);
        application::make_tables(&database, 1);
        let other = match &database.place {
            Place::File(directory) => Connection::sqlite(&directory.path().join(FILE)),
            Place::Server { port, name, .. } => Connection::server(kind.engine().unwrap(), *port, name).unwrap(),
            // Its own tests look at that.
            Place::Peer(_) => return,
        };
        assert_eq!(database.open_transactions(), 0);
        other.run("BEGIN");
        other.run("UPDATE app_user SET first_name = 'Ada'");
        std::thread::sleep(REFRESH);
        assert_eq!(database.open_transactions(), 1);
        other.run("ROLLBACK");
        database.expect_no_transaction();
    }
}
