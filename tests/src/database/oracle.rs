//! The peer that speaks Oracle's protocol, as a test's database.

use portcullis_tns_peer::{Failure, Peer, Value};

use crate::server::{ADMINISTRATOR, PASSWORD};

/// The service that the program connects to.
pub const SERVICE: &str = "payroll";

pub fn start() -> Peer {
    let peer = Peer::builder().account(ADMINISTRATOR, PASSWORD).service(SERVICE);
    peer.start().expect("a free port")
}

/// Runs statements, with semicolons between them, or one procedure, which has semicolons of its own.
pub fn run(peer: &Peer, sql: &str) {
    if ["CREATE PROCEDURE", "CREATE FUNCTION"]
        .iter()
        .any(|words| sql.starts_with(words))
    {
        peer.run(sql).unwrap_or_else(|failure| panic!("{failure}, in: {sql}"));
        return;
    }
    for statement in statements(sql) {
        let done: Result<u64, Failure> = peer.run(statement);
        done.unwrap_or_else(|failure| panic!("{failure}, in: {statement}"));
    }
}

fn statements(sql: &str) -> impl Iterator<Item = &str> {
    let mut quoted = false;
    let ends = move |letter: char| {
        quoted ^= letter == '\'';
        letter == ';' && !quoted
    };
    sql.split(ends).map(str::trim).filter(|statement| !statement.is_empty())
}

/// The rows of a query, every value in its textual form.
pub fn rows(peer: &Peer, sql: &str) -> Vec<Vec<Option<String>>> {
    let rows = peer.rows(sql).unwrap_or_else(|failure| panic!("{failure}, in: {sql}"));
    rows.into_iter().map(|row| row.into_iter().map(text).collect()).collect()
}

fn text(value: Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::Number(number) => Some(number.to_string()),
        Value::Text(text) => Some(text),
        Value::Moment(moment) => Some(moment.format("%Y-%m-%d %H:%M:%S%.f").to_string()),
        Value::Bytes(bytes) => Some(bytes.iter().map(|byte| format!("{byte:02x}")).collect()),
        Value::Boolean(truth) => Some(truth.to_string()),
    }
}
