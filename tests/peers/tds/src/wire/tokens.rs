//! What a response is made of ([MS-TDS] 2.2.7).

use super::{
    bytes::{Put, Result},
    login,
    type_info::{self, COLLATION, Nullability},
    values,
};
use crate::{error::ServerError, types::SqlType, value::Value};

const NAME: &str = "portcullis-tds-peer";

/// What kind of statement a count belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Command {
    Other = 0,
    Select = 0xc1,
    Insert = 0xc3,
    Delete = 0xc4,
    Update = 0xc5,
    Begin = 0xd4,
    Commit = 0xd5,
    Rollback = 0xd2,
}

/// What ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// A statement of a batch.
    Statement = 0xfd,
    /// A procedure.
    Procedure = 0xfe,
    /// A statement in a procedure.
    InProcedure = 0xff,
}

/// The flags of an end.
pub const MORE: u16 = 0x01;
pub const ERROR: u16 = 0x02;
pub const COUNT: u16 = 0x10;
pub const ATTENTION: u16 = 0x20;

pub fn done(out: &mut Vec<u8>, end: End, status: u16, command: Command, count: u64) {
    out.u8(end as u8);
    out.u16(status);
    out.u16(command as u16);
    out.u64(count);
}

/// A column of a result.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    pub name: String,
    pub of: SqlType,
    pub nullability: Nullability,
    pub origin: Origin,
}

/// Where a column's values come from, as the flags of its description say it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    Table,
    Identity,
    Expression,
}

pub fn columns(out: &mut Vec<u8>, columns: &[Column]) {
    out.u8(0x81);
    out.u16(columns.len() as u16);
    for column in columns {
        out.u32(0);
        let nullable = u16::from(column.nullability == Nullability::Nullable);
        out.u16(
            nullable
                | match column.origin {
                    Origin::Table => 0x08,
                    Origin::Identity => 0x10,
                    Origin::Expression => 0x20,
                },
        );
        type_info::write(out, column.of, column.nullability);
        out.short_text(&column.name);
    }
}

/// A row; those with a NULL in the shorter form, which names them by a bit each.
///
/// # Errors
/// A value that isn't of its column's type: a mistake of the peer's.
pub fn row(out: &mut Vec<u8>, columns: &[Column], row: &[Value]) -> Result<()> {
    let compressed = row.iter().any(Value::is_null);
    out.u8(if compressed { 0xd2 } else { 0xd1 });
    if compressed {
        for eight in row.chunks(8) {
            let bits = eight.iter().enumerate().map(|(bit, value)| u8::from(value.is_null()) << bit);
            out.u8(bits.sum());
        }
    }
    for (column, value) in columns.iter().zip(row) {
        if !(compressed && value.is_null()) {
            values::write(out, value, column.of, column.nullability)?;
        }
    }
    Ok(())
}

pub fn return_status(out: &mut Vec<u8>, status: i32) {
    out.u8(0x79);
    out.i32(status);
}

/// What an output parameter holds. `ordinal` is its place among all parameters, from 0.
///
/// # Errors
/// A value of another type: a mistake of the peer's.
pub fn return_value(out: &mut Vec<u8>, ordinal: u16, name: &str, of: SqlType, value: &Value) -> Result<()> {
    out.u8(0xac);
    out.u16(ordinal);
    out.short_text(name);
    out.u8(1);
    out.u32(0);
    out.u16(0x01);
    type_info::write(out, of, Nullability::Nullable);
    values::write(out, value, of, Nullability::Nullable)
}

pub fn error(out: &mut Vec<u8>, error: &ServerError) {
    message(out, 0xaa, error);
}

pub fn information(out: &mut Vec<u8>, number: i32, class: u8, text: &str) {
    message(out, 0xab, &ServerError::new(number, class, text));
}

fn message(out: &mut Vec<u8>, token: u8, error: &ServerError) {
    let mut body = Vec::new();
    body.i32(error.number);
    body.u8(error.state);
    body.u8(error.class);
    body.text(&error.message);
    body.short_text(NAME);
    body.short_text(&error.procedure);
    body.u32(error.line);
    token_with_length(out, token, &body);
}

fn token_with_length(out: &mut Vec<u8>, token: u8, body: &[u8]) {
    out.u8(token);
    out.u16(body.len() as u16);
    out.put(body);
}

/// A change of the session that the client must know of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    Database {
        to: String,
        from: String,
    },
    Language,
    PacketSize {
        to: usize,
        from: usize,
    },
    Collation,
    Begin(u64),
    Commit(u64),
    Rollback(u64),
    /// The session is as new.
    Reset,
}

pub fn change(out: &mut Vec<u8>, change: &Change) {
    let mut body = Vec::new();
    match change {
        Change::Database { to, from } => {
            body.u8(1);
            body.short_text(to);
            body.short_text(from);
        }
        Change::Language => {
            body.u8(2);
            body.short_text("us_english");
            body.short_text("");
        }
        Change::PacketSize { to, from } => {
            body.u8(4);
            body.short_text(&to.to_string());
            body.short_text(&from.to_string());
        }
        Change::Collation => {
            body.u8(7);
            body.u8(COLLATION.len() as u8);
            body.put(&COLLATION);
            body.u8(0);
        }
        Change::Begin(transaction) => {
            body.put(&[8, 8]);
            body.u64(*transaction);
            body.u8(0);
        }
        Change::Commit(transaction) => {
            body.put(&[9, 0, 8]);
            body.u64(*transaction);
        }
        Change::Rollback(transaction) => {
            body.put(&[10, 0, 8]);
            body.u64(*transaction);
        }
        Change::Reset => body.put(&[18, 0, 0]),
    }
    token_with_length(out, 0xe3, &body);
}

/// The login is taken.
pub fn login_acknowledged(out: &mut Vec<u8>) {
    let mut body = Vec::new();
    body.u8(1);
    body.put(&login::VERSION.to_be_bytes());
    body.short_text("Microsoft SQL Server");
    // 16.0.4000, SQL Server 2022: clients look at it.
    body.put(&[16, 0, 0x0f, 0xa0]);
    token_with_length(out, 0xad, &body);
}

const UTF8: u8 = 0x0a;

/// Of the features that the client would like, those that the server has.
pub fn features(out: &mut Vec<u8>, asked: &[u8]) {
    if asked.is_empty() {
        return;
    }
    out.u8(0xae);
    if asked.contains(&UTF8) {
        out.u8(UTF8);
        out.u32(1);
        out.u8(1);
    }
    out.u8(0xff);
}
