//! The driver and a peer that speaks Oracle's protocol (`tests/peers/tns`). No Oracle database has seen any of it.

mod blocks;
mod reading;
mod sessions;
mod tls;
mod writing;

use std::{sync::Arc, time::Duration};

use portcullis_tns_peer::{Peer, Recorded, Request};

use super::{OracleDatabase, OracleTarget, OracleTls};
use crate::database::{
    Access, Column, Connection, Database, Execution, Parameter, ParameterDirection, RowSink, RowSource, Secret, Statement, Stop,
    Target, Value, open,
};

const PASSWORD: &str = "a password";

fn peer() -> Peer {
    let peer = Peer::builder().account("hr", PASSWORD).start().unwrap();
    peer.run(
        "CREATE TABLE app_user (user_id NUMBER GENERATED ALWAYS AS IDENTITY PRIMARY KEY, username VARCHAR2(20) NOT NULL, \
         salary NUMBER(20, 4), hired DATE, changed_at TIMESTAMP(6) WITH TIME ZONE, photo RAW(100), \
         CONSTRAINT app_user_username UNIQUE (username))",
    )
    .unwrap();
    peer
}

/// Makes 256 users, named by their ids.
fn fill(peer: &Peer) {
    peer.run("INSERT INTO app_user (username) VALUES ('u')").unwrap();
    for letter in 'a'..='h' {
        peer.run(&format!(
            "INSERT INTO app_user (username) SELECT username || '{letter}' FROM app_user"
        ))
        .unwrap();
    }
    peer.run("UPDATE app_user SET username = 'user' || user_id").unwrap();
}

fn connection(peer: &Peer) -> Connection {
    Connection {
        target: Target::Oracle(OracleTarget {
            host: "127.0.0.1".into(),
            port: peer.port(),
            database: OracleDatabase::Service(peer.service().to_owned()),
            user: "hr".into(),
            password: Secret::new(PASSWORD),
            tls: OracleTls::Off,
        }),
        pool_size: 2,
        acquire_timeout: Duration::from_secs(5),
        statement_timeout: Duration::from_secs(5),
        conflict_retries: 0,
    }
}

fn database(peer: &Peer) -> Arc<dyn Database> {
    open(&connection(peer))
}

/// A statement whose parameters are in the order of their numbers.
fn statement(text: &str, access: Access, parameters: &[&str]) -> Statement {
    Statement {
        parameters: parameters.iter().map(|name| Parameter::new(*name)).collect(),
        ..Statement::new("main", text, access)
    }
}

fn reads(text: &str, parameters: &[&str]) -> Statement {
    statement(text, Access::Read, parameters)
}

fn writes(text: &str, parameters: &[&str]) -> Statement {
    statement(text, Access::Write, parameters)
}

/// The last parameter goes another way.
fn with_last(mut statement: Statement, direction: ParameterDirection, hint: Option<&str>) -> Statement {
    let last = statement.parameters.last_mut().unwrap();
    last.direction = direction;
    last.type_hint = hint.map(str::to_owned);
    statement
}

#[derive(Default)]
struct Rows {
    columns: Vec<Column>,
    rows: Vec<Vec<Value>>,
    /// How many are wanted.
    most: Option<usize>,
}

impl RowSink for Rows {
    fn columns(&mut self, columns: &[Column]) -> Result<(), Stop> {
        assert!(self.columns.is_empty(), "columns come once");
        self.columns = columns.to_vec();
        Ok(())
    }

    fn row(&mut self, row: Vec<Value>) -> Result<(), Stop> {
        self.rows.push(row);
        if self.most.is_some_and(|most| self.rows.len() >= most) {
            return Err(Stop);
        }
        Ok(())
    }
}

async fn query(database: &Arc<dyn Database>, text: &str, values: &[Value]) -> Rows {
    let names: Vec<String> = (1..=values.len()).map(|n| format!("p{n}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let mut rows = Rows::default();
    let mut session = database.begin(Access::Read).await.unwrap();
    session.query(&reads(text, &names), values, &mut rows).await.unwrap();
    rows
}

/// One statement in a transaction of its own.
async fn written(database: &Arc<dyn Database>, statement: &Statement, values: &[Value]) -> Execution {
    let mut session = database.begin(Access::Write).await.unwrap();
    let execution = session.execute(statement, values, 10).await.unwrap();
    session.commit().await.unwrap();
    execution
}

/// What clients sent, in short: all but what sets a session up.
fn sent(peer: &Peer) -> Vec<String> {
    let short = |recorded: Recorded| match recorded.request {
        Request::Executed { text, .. } if text.starts_with("ALTER SESSION") => None,
        Request::Executed { text, .. } => Some(text),
        Request::Described { text } => Some(format!("describe {text}")),
        Request::Fetched { .. } => Some("fetch".into()),
        Request::Committed => Some("commit".into()),
        Request::RolledBack => Some("rollback".into()),
        Request::Pinged => Some("ping".into()),
        Request::Broken => Some("break".into()),
        Request::Connected { .. } => Some("connect".into()),
        Request::LoggedOn { .. } | Request::LoggedOff => None,
    };
    peer.recorded().into_iter().filter_map(short).collect()
}

fn text(text: &str) -> Value {
    Value::Text(text.into())
}
