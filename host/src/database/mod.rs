//! The databases of applications. The only code that names a driver.
//!
//! [`Database`] owns pooling, typing, transactions, timeouts and streaming; [`open`] gives the one for a configured
//! connection. Opening never connects: a database that is down is reported by the first request that needs it, and the
//! host recovers by itself when it is back.
//!
//! Contract of every implementation:
//! - Values are bound by the type that the database asks for, a NULL too. No value becomes part of a statement's text but in its
//!   slots, quoted by [`Quoting`]; such a text is not kept and not written down anywhere.
//! - A session for reading runs on connections whose sessions are read-only where the database knows such a thing, and
//!   costs no round trip of its own. A session for writing is one transaction on one connection.
//! - A session that is dropped without `commit` is rolled back; one that is dropped while a statement is under way has
//!   its connection closed, so that no connection goes back to the pool inside a transaction or a statement.
//! - Nothing that a session sets on its connection outlives it.
//! - A statement that takes longer than the configured timeout is ended in the database.

mod column_type;
mod connections;
mod convert;
mod driver;
mod error;
mod excess;
mod login;
mod mysql;
mod oracle;
mod pools;
mod postgresql;
mod quoting;
mod session;
mod shape;
mod shown;
mod sqlite;
mod sqlserver;
mod standing;
mod statement;
mod value;

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;

pub use column_type::ColumnType;
pub use error::{DatabaseError, ErrorKind};
pub use excess::excess;
pub use oracle::{OracleDatabase, OracleTarget, OracleTls};
pub use quoting::{Backslash, Quoting, misplaced};
pub use shape::{Collation, Comparison, ComparisonOperator, ListSize, Paging, Predicate, Projection, Shape, SortKey};
pub use shown::{is_hidden, visible};
pub use sqlite::sqlite_script;
pub use sqlserver::{Encryption, Place, SqlserverTarget, Trust};
pub use statement::{Access, Author, Parameter, ParameterDirection, Plan, RowEffect, RowSource, Slot, SlotKind, Statement};
pub use value::Value;

/// The databases that have a driver.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    Sqlite,
    Postgresql,
    /// MySQL and MariaDB: one protocol, one driver.
    Mysql,
    Sqlserver,
    Oracle,
}

impl Kind {
    pub const ALL: [Kind; 5] = [Kind::Sqlite, Kind::Postgresql, Kind::Mysql, Kind::Sqlserver, Kind::Oracle];

    /// The name in a configuration, and of the built-in component.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Sqlite => "sqlite",
            Kind::Postgresql => "postgresql",
            Kind::Mysql => "mysql",
            Kind::Sqlserver => "sqlserver",
            Kind::Oracle => "oracle",
        }
    }
}

/// How to reach an application's database. Its `Debug` shows no password.
#[derive(Clone, Debug)]
pub struct Connection {
    pub target: Target,
    /// Connections for reading, and as many for writing, at the most.
    pub pool_size: u32,
    /// How long to wait for a connection before the request is answered 503.
    pub acquire_timeout: Duration,
    /// How long a statement may take in the database.
    pub statement_timeout: Duration,
    /// How often a transaction is done again that was in the way of another one ([`ErrorKind::Conflict`]).
    pub conflict_retries: u32,
}

/// Where the database is.
#[derive(Clone, Debug)]
pub enum Target {
    /// A file; made when missing if `create` says so.
    Sqlite {
        path: std::path::PathBuf,
        create: bool,
    },
    Server {
        product: Product,
        address: Address,
        /// The name of the database.
        name: String,
        user: String,
        password: Option<Secret>,
        tls: Tls,
    },
    Sqlserver(SqlserverTarget),
    Oracle(OracleTarget),
}

impl Target {
    pub fn kind(&self) -> Kind {
        match self {
            Target::Sqlite { .. } => Kind::Sqlite,
            Target::Server {
                product: Product::Postgresql,
                ..
            } => Kind::Postgresql,
            Target::Server {
                product: Product::Mysql, ..
            } => Kind::Mysql,
            Target::Sqlserver(_) => Kind::Sqlserver,
            Target::Oracle(_) => Kind::Oracle,
        }
    }
}

/// The databases that are servers of one form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Product {
    Postgresql,
    /// MySQL and MariaDB.
    Mysql,
}

#[derive(Clone, Debug)]
pub enum Address {
    Tcp { host: String, port: u16 },
    Socket(std::path::PathBuf),
}

/// What TLS must do for a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Tls {
    /// No TLS.
    Off,
    /// TLS, with a certificate that the given file (PEM) or the system's store vouches for, and the right host name.
    Verify { ca: Option<std::path::PathBuf> },
    /// TLS without looking at the certificate.
    Unverified,
    /// TLS if the server offers it, without looking at the certificate: for servers on this machine that want no password in
    /// clear text, as MySQL does.
    Offered,
}

/// Text that no `Debug`, log or error shows.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text itself. Whoever calls this must not let it go anywhere but where it is needed.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// A column of a result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    pub name: String,
    /// The database's name for the type, in lower case.
    pub type_name: String,
}

/// What a statement that writes has done.
#[derive(Clone, Debug, Default)]
pub struct Execution {
    /// Rows inserted, deleted or matched by an update.
    pub affected: u64,
    /// The id that the database generated, where it reports one outside of a result.
    pub generated_id: Option<Value>,
    /// What the statement returns: of several results the first that has columns.
    pub columns: Vec<Column>,
    pub rows: Vec<Vec<Value>>,
    /// What the parameters that are not only given hold afterwards, by parameter.
    pub outputs: Vec<(String, Value)>,
}

/// What the database says of a statement without running it.
#[derive(Clone, Debug)]
pub struct Description {
    /// How many placeholders the database counts.
    pub parameters: usize,
    pub columns: Vec<Column>,
}

/// Where the rows of a query go.
pub trait RowSink: Send {
    /// The result's columns; called once, before the first row. Not called for an empty result whose columns the database does
    /// not tell, as that of a procedure.
    fn columns(&mut self, columns: &[Column]) -> Result<(), Stop>;
    fn row(&mut self, row: Vec<Value>) -> Result<(), Stop>;
}

/// The receiver of rows wants no more of them; why is for the receiver to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stop;

/// An application's database.
#[async_trait]
pub trait Database: Send + Sync {
    fn kind(&self) -> Kind;

    /// Takes a connection. `Access::Read`: nothing is sent to the database. `Access::Write`: begins a transaction.
    async fn begin(&self, access: Access) -> Result<Box<dyn Session>, DatabaseError>;

    /// Has the database parse a statement without slots, without running it.
    async fn describe(&self, statement: &Statement) -> Result<Description, DatabaseError>;

    /// A query whose rows, of one column of text, are rights of the account that no application needs; see [`excess()`]. `None` where
    /// there are no accounts.
    fn excess(&self) -> Option<&'static str> {
        None
    }

    /// Closes every connection; sessions under way end first.
    async fn close(&self);
}

/// One connection for one request; a transaction when it was begun for writing.
#[async_trait]
pub trait Session: Send {
    fn kind(&self) -> Kind;

    /// Runs a statement and hands its rows on as they come. One value for each of the statement's parameters, NULL for those
    /// that take none, and then one for each of its slots.
    async fn query(&mut self, statement: &Statement, values: &[Value], rows: &mut dyn RowSink) -> Result<(), DatabaseError>;

    /// Runs a statement that writes. `Execution::rows` holds what it returns, at most `max_rows` of them; more is an
    /// error of the kind `Statement`.
    async fn execute(&mut self, statement: &Statement, values: &[Value], max_rows: usize) -> Result<Execution, DatabaseError>;

    /// Ends the session and keeps what it did.
    async fn commit(self: Box<Self>) -> Result<(), DatabaseError>;

    /// Ends the session and undoes what it did.
    async fn rollback(self: Box<Self>) -> Result<(), DatabaseError>;
}

/// The database of a configured connection. Doesn't connect.
pub fn open(connection: &Connection) -> Arc<dyn Database> {
    match &connection.target {
        Target::Sqlite { path, create } => sqlite::open(connection, path, *create),
        Target::Sqlserver(target) => sqlserver::open(connection, target),
        Target::Oracle(target) => oracle::open(connection, target),
        Target::Server {
            product,
            address,
            name,
            user,
            password,
            tls,
        } => {
            let login = login::Login {
                address,
                name,
                user,
                password: password.as_ref(),
                tls,
            };
            match product {
                Product::Mysql => mysql::open(connection, &login),
                Product::Postgresql => postgresql::open(connection, &login),
            }
        }
    }
}
