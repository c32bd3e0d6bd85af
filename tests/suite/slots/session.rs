//! A session of the host's own on a test's database, without the program around it.

use std::time::Duration;

use portcullis::database::{
    self, Access, Address, Author, Column, Connection, DatabaseError, Encryption, OracleDatabase, OracleTarget, OracleTls, Place,
    Product, RowEffect, RowSink, RowSource, Secret, Session, Slot, SlotKind, SqlserverTarget, Statement, Stop, Target, Tls,
    Value,
};
use portcullis_tests::{
    Database, Kind,
    server::{ADMINISTRATOR, PASSWORD},
};
use tokio::runtime::{Builder, Runtime};

/// One transaction.
pub struct Desk {
    runtime: Runtime,
    session: Option<Box<dyn Session>>,
}

impl Drop for Desk {
    /// Connections are closed by a task.
    fn drop(&mut self) {
        let _entered = self.runtime.enter();
        drop(self.session.take());
    }
}

/// A result of one row and one column.
#[derive(Debug, Default, PartialEq)]
pub struct Cell {
    pub name: String,
    pub value: Option<String>,
}

impl Desk {
    pub fn of(test: &Database) -> Self {
        let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
        let database = {
            let _entered = runtime.enter();
            database::open(&connection(test))
        };
        let session = runtime.block_on(database.begin(Access::Write)).expect("a session");
        Self {
            runtime,
            session: Some(session),
        }
    }

    /// Runs a text as it is.
    pub fn run(&mut self, text: &str) {
        let set = statement(text, Vec::new(), Access::Write);
        let session = self.session.as_mut().expect("a session");
        let done = self.runtime.block_on(session.execute(&set, &[], 1));
        done.unwrap_or_else(|error| panic!("{error}, in: {text}"));
    }

    /// The cell that a text gives.
    pub fn read(&mut self, text: &str) -> Result<Cell, DatabaseError> {
        self.query(&statement(text, Vec::new(), Access::Read), &[])
    }

    /// The cell that a text gives whose one slot, between `before` and `after`, has this value.
    pub fn read_slotted(&mut self, before: &str, kind: SlotKind, after: &str, value: &str) -> Result<Cell, DatabaseError> {
        let slot = Slot {
            offset: before.len(),
            name: "value".to_owned(),
            kind,
        };
        let statement = statement(&format!("{before}{after}"), vec![slot], Access::Read);
        self.query(&statement, &[Value::Text(value.to_owned())])
    }

    fn query(&mut self, statement: &Statement, values: &[Value]) -> Result<Cell, DatabaseError> {
        let mut cell = Cell::default();
        let session = self.session.as_mut().expect("a session");
        self.runtime.block_on(session.query(statement, values, &mut cell))?;
        Ok(cell)
    }
}

impl RowSink for Cell {
    fn columns(&mut self, columns: &[Column]) -> Result<(), Stop> {
        let [column] = columns else { panic!("{columns:?}") };
        self.name.clone_from(&column.name);
        Ok(())
    }

    fn row(&mut self, row: Vec<Value>) -> Result<(), Stop> {
        assert_eq!(self.value, None, "one row");
        self.value = row[0].to_text();
        Ok(())
    }
}

fn statement(text: &str, slots: Vec<Slot>, access: Access) -> Statement {
    Statement {
        name: "main".to_owned(),
        text: text.into(),
        parameters: Vec::new(),
        access,
        effect: RowEffect::Any,
        rows_from: RowSource::Result,
        slots,
        author: Author::Administrator,
    }
}

fn connection(test: &Database) -> Connection {
    let settings: toml::Table = test.settings().parse().expect("settings");
    let text = |key: &str| settings[key].as_str().expect("a string").to_owned();
    let port = || u16::try_from(settings["port"].as_integer().expect("a number")).expect("a port");
    let server = |product| Target::Server {
        product,
        address: Address::Tcp {
            host: text("host"),
            port: port(),
        },
        name: text("name"),
        user: ADMINISTRATOR.to_owned(),
        password: Some(Secret::new(PASSWORD)),
        tls: Tls::Off,
    };
    let target = match test.kind() {
        Kind::Sqlite => Target::Sqlite {
            path: text("path").into(),
            create: false,
        },
        Kind::Postgresql => server(Product::Postgresql),
        Kind::Mariadb | Kind::Mysql => server(Product::Mysql),
        Kind::Sqlserver => Target::Sqlserver(SqlserverTarget {
            host: text("host"),
            place: Place::Port(port()),
            name: text("name"),
            user: ADMINISTRATOR.to_owned(),
            password: Some(Secret::new(PASSWORD)),
            encryption: Encryption::Off,
            application_name: "portcullis-tests".to_owned(),
        }),
        Kind::Oracle => Target::Oracle(OracleTarget {
            host: text("host"),
            port: port(),
            database: OracleDatabase::Service(text("service")),
            user: ADMINISTRATOR.to_owned(),
            password: Secret::new(PASSWORD),
            tls: OracleTls::Off,
        }),
    };
    Connection {
        target,
        pool_size: 1,
        acquire_timeout: Duration::from_secs(10),
        statement_timeout: Duration::from_secs(10),
        conflict_retries: 0,
    }
}
