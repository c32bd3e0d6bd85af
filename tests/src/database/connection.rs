//! A connection that a test has to a database, blocking, for statements without parameters.

use std::{path::Path, sync::Mutex, time::Duration};

use sqlx::{
    AssertSqlSafe, ConnectOptions as _, Connection as _, Row as _,
    mysql::{MySqlConnectOptions, MySqlConnection, MySqlSslMode},
    postgres::{PgConnectOptions, PgConnection, PgSslMode},
    sqlite::{SqliteConnectOptions, SqliteConnection},
};
use tokio::runtime::{Builder, Runtime};

use crate::server::{ADMINISTRATOR, Engine, PASSWORD};

pub struct Connection {
    runtime: Runtime,
    driver: Mutex<Driver>,
}

enum Driver {
    Sqlite(SqliteConnection),
    Postgresql(PgConnection),
    Mysql(MySqlConnection),
}

/// The same expression for each driver: `raw_sql` speaks the protocol in which every value is text.
macro_rules! on_driver {
    ($self:ident, $connection:ident => $expression:expr) => {
        match &mut *$self.driver.lock().unwrap_or_else(|poisoned| poisoned.into_inner()) {
            Driver::Sqlite($connection) => $self.runtime.block_on(async { $expression }),
            Driver::Postgresql($connection) => $self.runtime.block_on(async { $expression }),
            Driver::Mysql($connection) => $self.runtime.block_on(async { $expression }),
        }
    };
}

impl Connection {
    /// Makes the file if it is not there.
    pub fn sqlite(path: &Path) -> Self {
        let runtime = runtime();
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .busy_timeout(Duration::from_secs(10))
            .disable_statement_logging();
        let connection = runtime
            .block_on(SqliteConnection::connect_with(&options))
            .expect("a database file");
        Self {
            runtime,
            driver: Mutex::new(Driver::Sqlite(connection)),
        }
    }

    pub fn server(engine: Engine, port: u16, name: &str) -> Result<Self, sqlx::Error> {
        let runtime = runtime();
        let driver = runtime.block_on(async {
            match engine {
                Engine::Postgresql => {
                    let options = PgConnectOptions::new_without_pgpass()
                        .host("127.0.0.1")
                        .port(port)
                        .username(ADMINISTRATOR)
                        .password(PASSWORD)
                        .database(name)
                        .ssl_mode(PgSslMode::Disable)
                        .disable_statement_logging();
                    PgConnection::connect_with(&options).await.map(Driver::Postgresql)
                }
                Engine::Mariadb | Engine::Mysql => {
                    // The server of MySQL wants no password in clear text, until it has seen it once.
                    let tls = match engine {
                        Engine::Mysql => MySqlSslMode::Required,
                        _ => MySqlSslMode::Disabled,
                    };
                    let options = MySqlConnectOptions::new()
                        .host("127.0.0.1")
                        .port(port)
                        .username(ADMINISTRATOR)
                        .password(PASSWORD)
                        .database(name)
                        .ssl_mode(tls)
                        .disable_statement_logging();
                    MySqlConnection::connect_with(&options).await.map(Driver::Mysql)
                }
            }
        })?;
        Ok(Self {
            runtime,
            driver: Mutex::new(driver),
        })
    }

    pub fn run(&self, sql: &str) {
        self.execute(sql).unwrap_or_else(|error| panic!("{error}, in: {sql}"));
    }

    /// Runs a statement whose failure is of no importance.
    pub fn try_run(&self, sql: &str) {
        let _ = self.execute(sql);
    }

    fn execute(&self, sql: &str) -> Result<(), sqlx::Error> {
        on_driver!(self, connection => sqlx::raw_sql(AssertSqlSafe(sql)).execute(connection).await.map(drop))
    }

    pub fn rows(&self, sql: &str) -> Vec<Vec<Option<String>>> {
        let rows: Result<_, sqlx::Error> = on_driver!(self, connection => {
            let rows = sqlx::raw_sql(AssertSqlSafe(sql)).fetch_all(connection).await?;
            rows.iter()
                .map(|row| (0..row.len()).map(|column| row.try_get_unchecked(column)).collect())
                .collect::<Result<_, _>>()
        });
        rows.unwrap_or_else(|error| panic!("{error}, in: {sql}"))
    }

    /// Whether a transaction that writes can begin at once.
    pub fn can_write(&self) -> bool {
        self.run("PRAGMA busy_timeout = 0");
        let free = self.execute("BEGIN IMMEDIATE").is_ok();
        if free {
            self.run("ROLLBACK");
        }
        self.run("PRAGMA busy_timeout = 10000");
        free
    }
}

fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().expect("a runtime")
}
