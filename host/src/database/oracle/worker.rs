//! A connection and the thread that it lives on, since the driver blocks.
//!
//! The thread does one job after the other. It ends when nobody can give it another one, when a job says that the connection
//! is not to be used again, and when the driver panics; then it closes the connection, which undoes what was not committed.
//! A job that nobody waits for any more goes on to its next batch of rows at the most: within the statement timeout the
//! driver interrupts the database by itself.

use std::{
    sync::{Arc, mpsc},
    thread,
};

use oracledb::Connection;
use tokio::sync::oneshot;

use super::{connect::Connector, errors, guarded::guarded};
use crate::database::{Access, DatabaseError, ErrorKind};

type Job = Box<dyn FnOnce(&Connection) -> Fate + Send>;

/// What becomes of a connection after a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    Kept,
    Closed,
}

/// The way to a connection's thread.
pub(super) struct Worker {
    jobs: mpsc::Sender<Job>,
}

impl Worker {
    /// Starts a thread and has it connect.
    ///
    /// # Errors
    /// `Unavailable`, and what the database says to a wrong password for example.
    pub async fn start(connector: &Arc<Connector>, access: Access) -> Result<Self, DatabaseError> {
        let connecting = connector.connecting()?;
        let (jobs, queue) = mpsc::channel();
        let (ready, connected) = oneshot::channel();
        let connector = connector.clone();
        let started = thread::Builder::new().name("oracle".into()).spawn(move || {
            let connection = guarded(|| connector.connect(access));
            drop(connecting);
            match connection {
                Ok(Ok(connection)) => {
                    if ready.send(Ok(())).is_ok() {
                        serve(&connection, &queue);
                    }
                    close(connection);
                }
                Ok(Err(error)) => drop(ready.send(Err(error))),
                // Whoever waits learns it from the channel.
                Err(_) => drop(ready),
            }
        });
        if let Err(error) = started {
            let message = format!("no thread could be started for a connection to the database: {error}");
            return Err(DatabaseError::new(ErrorKind::Unavailable, message));
        }
        connected.await.unwrap_or_else(|_| Err(lost()))?;
        Ok(Self { jobs })
    }

    /// Has the thread do something with the connection; it begins at once, whether or not anybody waits.
    ///
    /// # Errors
    /// What the database says; `Unavailable` if the connection is gone.
    pub fn call<T, W>(&self, work: W) -> impl Future<Output = Result<T, DatabaseError>> + Send + use<T, W>
    where
        T: Send + 'static,
        W: FnOnce(&Connection) -> Result<T, DatabaseError> + Send + 'static,
    {
        let (answer, answered) = oneshot::channel();
        let job = move |connection: &Connection| {
            let result = work(connection);
            let fate = match &result {
                Err(error) if error.kind == ErrorKind::Unavailable => Fate::Closed,
                _ => Fate::Kept,
            };
            // Nobody waits for it: the request is gone, and the connection stands where nobody knows.
            match answer.send(result) {
                Ok(()) => fate,
                Err(_) => Fate::Closed,
            }
        };
        self.queue(job);
        async move { answered.await.unwrap_or_else(|_| Err(lost())) }
    }

    /// Has the thread do something that nobody waits for, before what comes later.
    pub fn queue(&self, job: impl FnOnce(&Connection) -> Fate + Send + 'static) {
        // A thread that has ended drops the job, and with it whatever waits for its answer.
        let _ = self.jobs.send(Box::new(job));
    }
}

fn serve(connection: &Connection, queue: &mpsc::Receiver<Job>) {
    while let Ok(job) = queue.recv() {
        match guarded(|| job(connection)) {
            Ok(Fate::Kept) => {}
            Ok(Fate::Closed) => return,
            Err(_) => {
                tracing::error!("the driver for Oracle failed, and its connection is given up");
                return;
            }
        }
    }
}

/// The driver says goodbye to the server and waits for an answer, and may fail at it.
fn close(connection: Connection) {
    let _ = guarded(|| {
        let mut connection = connection;
        if let Err(error) = connection.close() {
            tracing::debug!(error = errors::classify(&error).message, "closing a connection");
        }
    });
}

fn lost() -> DatabaseError {
    DatabaseError::new(ErrorKind::Unavailable, "the connection to the database was lost")
}
