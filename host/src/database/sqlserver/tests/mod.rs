//! The driver against the peer of the tests, which is not SQL Server but speaks as it does.

mod connections;
mod sessions;
mod statements;

use std::{sync::Arc, time::Duration};

use portcullis_tds_peer::{Behaviour, Encrypted, Peer, Request, Reset, ServerError, Settings, Times};

use super::{Encryption, Place, SqlserverTarget, Trust};
use crate::database::{
    self, Access, Column, Connection, Database, DatabaseError, ErrorKind, Execution, Parameter, ParameterDirection, RowSink,
    Secret, Session, Statement, Stop, Target, Value,
};

const PASSWORD: &str = "a secret {of} the test's";

fn peer() -> Peer {
    let peer = Peer::start(Settings {
        password: PASSWORD.into(),
        ..Settings::default()
    });
    peer.run(
        "CREATE TABLE app_user (user_id bigint IDENTITY PRIMARY KEY, username nvarchar(50) NOT NULL CONSTRAINT by_name UNIQUE, \
         code varchar(10), hired_on date, seen_at datetime2, left_at datetimeoffset, rate decimal(10,2), is_external bit, \
         badge uniqueidentifier, picture varbinary(max), share float)",
    );
    peer
}

fn target(peer: &Peer) -> SqlserverTarget {
    SqlserverTarget {
        host: "localhost".into(),
        place: Place::Port(peer.port()),
        name: peer.settings().database.clone(),
        user: peer.settings().user.clone(),
        password: Some(Secret::new(PASSWORD)),
        encryption: Encryption::Off,
        application_name: "the driver's tests".into(),
    }
}

fn open(target: SqlserverTarget) -> Arc<dyn Database> {
    database::open(&Connection {
        target: Target::Sqlserver(target),
        pool_size: 1,
        acquire_timeout: Duration::from_secs(10),
        statement_timeout: Duration::from_secs(5),
        conflict_retries: 0,
    })
}

fn statement(text: &str, access: Access, parameters: Vec<Parameter>) -> Statement {
    Statement {
        parameters,
        ..Statement::new("main", text, access)
    }
}

fn reading(text: &str, names: &[&str]) -> Statement {
    statement(text, Access::Read, names.iter().map(|name| Parameter::new(*name)).collect())
}

fn writing(text: &str, names: &[&str]) -> Statement {
    statement(text, Access::Write, names.iter().map(|name| Parameter::new(*name)).collect())
}

fn text(text: &str) -> Value {
    Value::Text(text.into())
}

/// Keeps what comes, up to a number of rows.
#[derive(Default)]
struct Rows {
    columns: Vec<Column>,
    rows: Vec<Vec<Value>>,
    most: Option<usize>,
}

impl RowSink for Rows {
    fn columns(&mut self, columns: &[Column]) -> Result<(), Stop> {
        self.columns = columns.to_vec();
        Ok(())
    }

    fn row(&mut self, row: Vec<Value>) -> Result<(), Stop> {
        if self.most == Some(self.rows.len()) {
            return Err(Stop);
        }
        self.rows.push(row);
        Ok(())
    }
}

async fn read(session: &mut Box<dyn Session>, statement: &Statement, values: &[Value]) -> Result<Vec<Vec<Value>>, DatabaseError> {
    let mut rows = Rows::default();
    session.query(statement, values, &mut rows).await?;
    Ok(rows.rows)
}

/// One statement in a session of its own.
async fn written(database: &Arc<dyn Database>, statement: &Statement, values: &[Value]) -> Result<Execution, DatabaseError> {
    let mut session = database.begin(Access::Write).await?;
    let execution = session.execute(statement, values, 10).await?;
    session.commit().await?;
    Ok(execution)
}

async fn found(database: &Arc<dyn Database>, statement: &Statement, values: &[Value]) -> Result<Vec<Vec<Value>>, DatabaseError> {
    let mut session = database.begin(Access::Read).await?;
    let rows = read(&mut session, statement, values).await?;
    session.commit().await?;
    Ok(rows)
}
