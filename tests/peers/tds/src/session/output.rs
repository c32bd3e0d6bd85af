//! The response to one request, as it is made.

use tokio::sync::mpsc::Sender;

use crate::{
    error::ServerError,
    value::Value,
    wire::tokens::{self, Change, Column, Command, End},
};

/// What goes to the client.
pub enum Chunk {
    Bytes(Vec<u8>),
    /// The response ends here.
    End,
    /// The server hangs up.
    HangUp,
}

/// How a request came, which decides what a statement's end is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Frame {
    Batch,
    Procedure,
}

/// So much is put together before it is handed on.
const ENOUGH: usize = 16 * 1024;

pub struct Output {
    to: Sink,
    bytes: Vec<u8>,
    /// A statement's end is held back until it is known whether more follows.
    pending: Option<(End, u16, Command, u64)>,
    pub frame: Frame,
}

/// Where results go.
enum Sink {
    Client(Sender<Chunk>),
    /// Nobody but a test: the rows of the last query.
    Rows(Vec<Vec<Option<String>>>),
}

impl Sink {
    /// Nobody may be there any more: the interrupt says so as well.
    fn send(&self, chunk: Chunk) {
        if let Sink::Client(client) = self {
            let _ = client.blocking_send(chunk);
        }
    }
}

impl Output {
    pub fn new(to: Sender<Chunk>) -> Self {
        Self {
            to: Sink::Client(to),
            bytes: Vec::new(),
            pending: None,
            frame: Frame::Batch,
        }
    }

    /// Keeps the rows of the last query.
    pub fn of_rows() -> Self {
        Self {
            to: Sink::Rows(Vec::new()),
            bytes: Vec::new(),
            pending: None,
            frame: Frame::Batch,
        }
    }

    /// What [`of_rows`](Self::of_rows) has kept.
    pub fn take_rows(&mut self) -> Vec<Vec<Option<String>>> {
        self.bytes.clear();
        self.pending = None;
        match &mut self.to {
            Sink::Client(_) => Vec::new(),
            Sink::Rows(rows) => std::mem::take(rows),
        }
    }

    /// The bytes of the response, to which a token is to be added.
    fn more(&mut self) -> &mut Vec<u8> {
        if let Some((end, status, command, count)) = self.pending.take() {
            tokens::done(&mut self.bytes, end, status | tokens::MORE, command, count);
        }
        if self.bytes.len() >= ENOUGH {
            let bytes = std::mem::take(&mut self.bytes);
            self.to.send(Chunk::Bytes(bytes));
        }
        &mut self.bytes
    }

    pub fn change(&mut self, change: &Change) {
        tokens::change(self.more(), change);
    }

    pub fn columns(&mut self, columns: &[Column]) {
        if let Sink::Rows(rows) = &mut self.to {
            rows.clear();
        }
        tokens::columns(self.more(), columns);
    }

    /// # Errors
    /// A value that isn't of its column's type.
    pub fn row(&mut self, columns: &[Column], row: &[Value]) -> Result<(), ServerError> {
        if let Sink::Rows(rows) = &mut self.to {
            rows.push(row.iter().map(Value::text).collect());
            return Ok(());
        }
        let mut bytes = Vec::new();
        tokens::row(&mut bytes, columns, row)?;
        self.more().extend_from_slice(&bytes);
        Ok(())
    }

    pub fn error(&mut self, error: &ServerError) {
        tokens::error(self.more(), error);
    }

    pub fn information(&mut self, number: i32, class: u8, text: &str) {
        tokens::information(self.more(), number, class, text);
    }

    /// A statement has ended. `count`: where its rows are counted.
    pub fn statement(&mut self, command: Command, count: Option<u64>) {
        self.ended(command, count, 0);
    }

    pub fn statement_failed(&mut self, command: Command) {
        self.ended(command, None, tokens::ERROR);
    }

    fn ended(&mut self, command: Command, count: Option<u64>, status: u16) {
        self.more();
        let end = match self.frame {
            Frame::Batch => End::Statement,
            Frame::Procedure => End::InProcedure,
        };
        let status = status | if count.is_some() { tokens::COUNT } else { 0 };
        self.pending = Some((end, status, command, count.unwrap_or(0)));
    }

    pub fn return_status(&mut self, status: i32) {
        tokens::return_status(self.more(), status);
    }

    /// # Errors
    /// A value of another type.
    pub fn return_value(
        &mut self,
        ordinal: u16,
        name: &str,
        of: crate::types::SqlType,
        value: &Value,
    ) -> Result<(), ServerError> {
        let mut bytes = Vec::new();
        tokens::return_value(&mut bytes, ordinal, name, of, value)?;
        self.more().extend_from_slice(&bytes);
        Ok(())
    }

    /// A procedure has ended.
    pub fn procedure(&mut self, failed: bool) {
        self.more();
        let status = if failed { tokens::ERROR } else { 0 };
        self.pending = Some((End::Procedure, status, Command::Other, 0));
    }

    /// The response ends.
    pub fn end(&mut self) {
        let (end, status, command, count) = self.pending.take().unwrap_or((End::Statement, 0, Command::Other, 0));
        tokens::done(&mut self.bytes, end, status, command, count);
        self.finish();
    }

    /// The response ends since the client wished so.
    pub fn acknowledge(&mut self) {
        self.more();
        tokens::done(&mut self.bytes, End::Statement, tokens::ATTENTION, Command::Other, 0);
        self.finish();
    }

    pub fn hang_up(&mut self) {
        if !self.bytes.is_empty() {
            self.end();
        }
        self.to.send(Chunk::HangUp);
    }

    fn finish(&mut self) {
        let bytes = std::mem::take(&mut self.bytes);
        self.to.send(Chunk::Bytes(bytes));
        self.to.send(Chunk::End);
    }
}
