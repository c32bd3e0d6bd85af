//! What the server does for one connection, on a thread of its own: requests one after the other, with the state that lasts
//! between them.

mod assignment;
mod batch;
mod call;
mod define;
mod describe;
mod execute;
mod invoke;
mod output;
mod prepared;
mod request;
mod transaction;
mod violation;

use std::{
    collections::HashMap,
    sync::{Arc, PoisonError},
    time::Duration,
};

use rusqlite::Connection;
use tokio::sync::mpsc::{Receiver, Sender};

pub use call::{Call, Procedure, Procedures};
pub use output::Chunk;
use output::Output;

use crate::{
    error::ServerError,
    interrupt::{Interrupt, Reason},
    shared::Shared,
    sql::{
        compiler::Facts,
        engine::{self, Failure},
    },
    wire::packet::Message,
};
use prepared::Prepared;
use transaction::Transaction;

/// Why something isn't finished.
#[derive(Debug)]
pub enum Stop {
    Error(ServerError),
    /// The client doesn't want it any more, or is gone.
    Interrupted(Reason),
}

impl From<ServerError> for Stop {
    fn from(error: ServerError) -> Self {
        Stop::Error(error)
    }
}

pub type Result<T> = std::result::Result<T, Stop>;

/// What a client can set for its session.
#[derive(Clone, Debug, Default)]
struct Options {
    no_count: bool,
    abort: bool,
    /// How long to wait for others; `None`: as long as it takes.
    lock_timeout: Option<Duration>,
}

pub struct Session {
    shared: Arc<Shared>,
    connection: Connection,
    failure: Failure,
    interrupt: Interrupt,
    output: Output,
    facts: Facts,
    options: Options,
    transaction: Option<Transaction>,
    prepared: HashMap<i32, Prepared>,
    next_handle: i32,
    /// How many procedures deep it is, and in which one.
    depth: usize,
    procedure: String,
    /// Inside of how many TRY blocks.
    attempts: usize,
    /// The error that a CATCH block is about.
    caught: Option<ServerError>,
}

/// What a session has to do.
pub enum Work {
    Request(Message),
    Attention,
}

impl Session {
    /// # Errors
    /// SQLite's.
    pub fn new(shared: Arc<Shared>, process: u16, interrupt: Interrupt, to: Sender<Chunk>) -> rusqlite::Result<Self> {
        Self::with_output(shared, process, interrupt, Output::new(to))
    }

    /// One without a client, which may do everything.
    ///
    /// # Errors
    /// SQLite's.
    pub fn inside(shared: Arc<Shared>, process: u16) -> rusqlite::Result<Self> {
        let mut session = Self::with_output(shared, process, Interrupt::default(), Output::of_rows())?;
        session.facts.unrestricted = true;
        session.attempts = 1;
        Ok(session)
    }

    /// The rows of the last query of some T-SQL.
    ///
    /// # Errors
    /// The first.
    pub fn rows(&mut self, sql: &str) -> std::result::Result<Vec<Vec<Option<String>>>, ServerError> {
        self.output.frame = output::Frame::Batch;
        let mut done = Ok(None);
        for batch in batches(sql) {
            done = done.and_then(|_| self.run_text(&batch, &mut crate::sql::compiler::Variables::new()));
        }
        let rows = self.output.take_rows();
        match done {
            Ok(_) => Ok(rows),
            Err(Stop::Error(error)) => Err(error),
            Err(Stop::Interrupted(_)) => Err(ServerError::cannot("why it stopped")),
        }
    }

    fn with_output(shared: Arc<Shared>, process: u16, interrupt: Interrupt, output: Output) -> rusqlite::Result<Self> {
        let (connection, failure) = engine::open(&shared.file)?;
        let watched = interrupt.clone();
        connection.progress_handler(2_000, Some(move || watched.reason().is_some()))?;
        let facts = Facts {
            database: shared.settings.database.clone(),
            user: shared.settings.user.clone(),
            process,
            transactions: 0,
            rows: 0,
            identity: None,
            last_identity: None,
            identity_insert: None,
            error: 0,
            unrestricted: false,
        };
        Ok(Self {
            shared,
            connection,
            failure,
            interrupt,
            output,
            facts,
            options: Options::default(),
            transaction: None,
            prepared: HashMap::new(),
            next_handle: 1,
            depth: 0,
            procedure: String::new(),
            attempts: 0,
            caught: None,
        })
    }

    /// Works until nobody has anything to do for it any more.
    pub fn run(mut self, mut work: Receiver<Work>) {
        while let Some(next) = work.blocking_recv() {
            match next {
                Work::Attention => self.acknowledge(),
                Work::Request(message) => match self.request(message) {
                    Ok(()) => {}
                    Err(Stop::Interrupted(Reason::Attention)) => {
                        // It is the next thing in the queue.
                        if !matches!(work.blocking_recv(), Some(Work::Attention)) {
                            break;
                        }
                        self.acknowledge();
                    }
                    Err(_) => {
                        self.output.hang_up();
                        break;
                    }
                },
            }
        }
        self.forget_transaction();
    }

    fn acknowledge(&mut self) {
        self.depth = 0;
        self.attempts = 0;
        self.procedure.clear();
        // With XACT_ABORT an attention rolls back; and SQLite has rolled back where it was interrupted in the middle of a change.
        let lost = self.transaction.as_ref().is_some_and(|transaction| transaction.begun) && self.connection.is_autocommit();
        if self.options.abort || lost {
            let _ = self.roll_back();
        }
        self.interrupt.clear();
        self.output.acknowledge();
    }

    fn check_interrupt(&self) -> Result<()> {
        match self.interrupt.reason() {
            None => Ok(()),
            Some(reason) => Err(Stop::Interrupted(reason)),
        }
    }

    fn sleep(&self, duration: Duration) -> Result<()> {
        match self.interrupt.sleep(duration) {
            None => Ok(()),
            Some(reason) => Err(Stop::Interrupted(reason)),
        }
    }

    fn catalogue(&self) -> std::sync::RwLockReadGuard<'_, crate::sql::catalogue::Catalogue> {
        self.shared.catalogue.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn catalogue_mut(&self) -> std::sync::RwLockWriteGuard<'_, crate::sql::catalogue::Catalogue> {
        self.shared.catalogue.write().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The batches of a script: between lines with nothing but `GO`.
fn batches(script: &str) -> Vec<String> {
    let mut batches = vec![String::new()];
    for line in script.lines() {
        match batches.last_mut() {
            Some(batch) if !line.trim().eq_ignore_ascii_case("GO") => {
                batch.push_str(line);
                batch.push('\n');
            }
            _ => batches.push(String::new()),
        }
    }
    batches
}

impl Drop for Session {
    fn drop(&mut self) {
        self.forget_transaction();
    }
}
