//! Transactions: begun with the first word, and in SQLite with the first statement.

use std::sync::{
    PoisonError,
    atomic::{AtomicU64, Ordering},
};

use super::{Result, Session, Stop};
use crate::{
    error::ServerError,
    wire::{
        tokens::{Change, Command},
        transaction::{Request, Then},
    },
};

pub(super) struct Transaction {
    /// How the client calls it.
    pub descriptor: u64,
    /// How often it was begun.
    depth: u32,
    /// Whether SQLite knows of it.
    pub begun: bool,
}

type Plain<T> = std::result::Result<T, ServerError>;

impl Session {
    pub(super) fn transaction_request(&mut self, request: &Request) -> Plain<()> {
        match request {
            Request::Begin => {
                self.begin();
                self.output.statement(Command::Begin, None);
            }
            Request::Commit { then } => {
                self.commit()?;
                self.then(*then);
                self.output.statement(Command::Commit, None);
            }
            Request::Rollback { then } => {
                if self.transaction.is_none() {
                    return Err(no_transaction("ROLLBACK", 3903));
                }
                self.roll_back()?;
                self.then(*then);
                self.output.statement(Command::Rollback, None);
            }
            Request::Save { .. } => return Err(ServerError::cannot("savepoints")),
        }
        Ok(())
    }

    fn then(&mut self, then: Then) {
        if then == Then::Begin {
            self.begin();
        }
    }

    pub(super) fn begin(&mut self) {
        static NEXT: AtomicU64 = AtomicU64::new(0x1_0000_0001);
        if let Some(transaction) = &mut self.transaction {
            transaction.depth += 1;
            self.facts.transactions = transaction.depth;
            return;
        }
        let descriptor = NEXT.fetch_add(1, Ordering::Relaxed);
        self.transaction = Some(Transaction {
            descriptor,
            depth: 1,
            begun: false,
        });
        self.facts.transactions = 1;
        self.shared
            .transactions
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(self.facts.process);
        self.output.change(&Change::Begin(descriptor));
    }

    /// # Errors
    /// 3902 without a transaction.
    pub(super) fn commit(&mut self) -> Plain<()> {
        let Some(transaction) = &mut self.transaction else {
            return Err(no_transaction("COMMIT", 3902));
        };
        transaction.depth -= 1;
        self.facts.transactions = transaction.depth;
        if transaction.depth > 0 {
            return Ok(());
        }
        let descriptor = transaction.descriptor;
        if transaction.begun {
            self.connection
                .execute_batch("COMMIT")
                .map_err(|error| ServerError::cannot(format!("why SQLite doesn't commit: {error}")))?;
        }
        self.forget_transaction();
        self.output.change(&Change::Commit(descriptor));
        Ok(())
    }

    /// Whether there is one or not.
    ///
    /// # Errors
    /// SQLite's.
    pub(super) fn roll_back(&mut self) -> Plain<()> {
        let Some(descriptor) = self.transaction.as_ref().map(|transaction| transaction.descriptor) else {
            return Ok(());
        };
        self.forget_transaction();
        self.output.change(&Change::Rollback(descriptor));
        Ok(())
    }

    /// # Errors
    /// 3903 without a transaction.
    pub(super) fn roll_back_statement(&mut self) -> Plain<()> {
        if self.transaction.is_none() {
            return Err(no_transaction("ROLLBACK", 3903));
        }
        self.roll_back()
    }

    /// Rolls back what is not committed, and says nothing.
    pub(super) fn forget_transaction(&mut self) {
        self.transaction = None;
        self.facts.transactions = 0;
        if !self.connection.is_autocommit() {
            let _ = self.connection.execute_batch("ROLLBACK");
        }
        self.shared
            .transactions
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(&self.facts.process);
    }

    /// Before a statement that writes or locks: has SQLite begin what the client has begun. It lets one write at a time, so that
    /// who is second waits here and no deadlock comes about. What reads before that sees what is committed by then.
    pub(super) fn enter_transaction(&mut self) -> Result<()> {
        if self.transaction.as_ref().is_none_or(|transaction| transaction.begun) {
            return Ok(());
        }
        self.patiently(|session| session.connection.execute_batch("BEGIN IMMEDIATE"))?
            .map_err(|error| Stop::Error(ServerError::cannot(format!("why SQLite begins no transaction: {error}"))))?;
        if let Some(transaction) = &mut self.transaction {
            transaction.begun = true;
        }
        Ok(())
    }
}

fn no_transaction(word: &str, number: i32) -> ServerError {
    ServerError::new(
        number,
        16,
        format!("The {word} TRANSACTION request has no corresponding BEGIN TRANSACTION."),
    )
}
