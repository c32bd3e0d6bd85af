//! From a message to what is done for it.

use super::{Result, Session, Stop, output::Frame};
use crate::{
    error::{Ends, ServerError},
    record::{Recorded, Request},
    rules::Behaviour,
    sql::compiler::Variables,
    wire::{
        bytes::{Bytes, utf16},
        headers,
        packet::{self, Message, Reset},
        rpc,
        tokens::Change,
        transaction,
    },
};

impl Session {
    pub(super) fn request(&mut self, message: Message) -> Result<()> {
        if message.ignore {
            // The client gave it up while it was sending it.
            self.output.end();
            return Ok(());
        }
        let (asked, of_transaction) = match decoded(&message) {
            Ok(decoded) => decoded,
            Err(error) => return self.refused(&error),
        };
        self.shared.record.add(Recorded {
            connection: self.facts.process.into(),
            reset: message.reset,
            request: asked.clone(),
        });
        match message.reset {
            Reset::No => {}
            reset => self.reset(reset)?,
        }
        self.facts.error = 0;
        let current = self.transaction.as_ref().map_or(0, |transaction| transaction.descriptor);
        // A client that resets sends what it believed before.
        if message.reset == Reset::No && of_transaction != current {
            let message = format!("The server failed to resume the transaction. Desc:{of_transaction:x}.");
            return self.refused(&ServerError::new(3971, 16, message));
        }
        self.output.frame = Frame::Batch;
        match asked {
            Request::Batch(text) => self.batch(&text)?,
            Request::Call(call) => self.rpc(&call)?,
            Request::Transaction(asked) => {
                let done = self.transaction_request(&asked);
                self.outcome(done.map_err(Stop::from))?;
            }
            Request::Login(_) | Request::Attention => {}
        }
        self.output.end();
        Ok(())
    }

    fn batch(&mut self, text: &str) -> Result<()> {
        let done = self
            .meet(text)
            .and_then(|()| self.run_text(text, &mut Variables::new()))
            .map(|_| ());
        self.outcome(done)
    }

    /// What a test wants to happen for this text.
    pub(super) fn meet(&mut self, text: &str) -> Result<()> {
        match self.shared.rules.meet(text) {
            None => Ok(()),
            Some(Behaviour::Delay(duration)) => self.sleep(duration),
            Some(Behaviour::Fail(error)) => Err(error.into()),
            Some(Behaviour::HangUp) => Err(ServerError::new(0, 20, "").ends(Ends::Connection).into()),
        }
    }

    /// Tells the client of an error that ended the batch.
    pub(super) fn outcome(&mut self, done: Result<()>) -> Result<()> {
        match done {
            Err(Stop::Error(error)) => {
                self.attempts = 0;
                self.fail(&error);
                if error.ends == Ends::Transaction || self.options.abort {
                    self.roll_back().map_err(Stop::from)?;
                }
                if error.ends == Ends::Connection {
                    Err(Stop::Error(error))
                } else {
                    Ok(())
                }
            }
            other => other,
        }
    }

    fn refused(&mut self, error: &ServerError) -> Result<()> {
        self.output.error(error);
        self.output.statement_failed(crate::wire::tokens::Command::Other);
        if error.ends == Ends::Connection {
            return Err(Stop::Error(error.clone()));
        }
        self.output.end();
        Ok(())
    }

    /// The session as it was after the login.
    fn reset(&mut self, how: Reset) -> Result<()> {
        if how == Reset::Session {
            self.roll_back().map_err(Stop::from)?;
        }
        self.options = super::Options::default();
        self.prepared.clear();
        self.facts.identity = None;
        self.facts.last_identity = None;
        self.facts.identity_insert = None;
        self.facts.rows = 0;
        self.output.change(&Change::Reset);
        Ok(())
    }
}

fn decoded(message: &Message) -> std::result::Result<(Request, u64), ServerError> {
    let mut bytes = Bytes::new(&message.bytes);
    let transaction = headers::read(&mut bytes)?;
    let request = match message.kind {
        packet::BATCH => Request::Batch(utf16(bytes.rest())?),
        packet::RPC => {
            let mut calls = rpc::read(&mut bytes)?;
            match (calls.pop(), calls.is_empty()) {
                (Some(call), true) => Request::Call(call),
                _ => return Err(ServerError::cannot("several calls in one message")),
            }
        }
        packet::TRANSACTION => Request::Transaction(transaction::read(&mut bytes)?),
        packet::BULK => return Err(ServerError::cannot("bulk loading")),
        other => return Err(ServerError::stream(format!("a message of type {other} in a session"))),
    };
    Ok((request, transaction))
}
