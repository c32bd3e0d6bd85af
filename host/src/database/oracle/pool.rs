//! Connections that wait for a session, and how many there can be.
//!
//! Connections aren't tried out when they are given away, except those for writing that have waited for a while: a transaction
//! has no first statement of its own here that would find a dead one.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::{connect::Connector, errors, worker::Worker};
use crate::database::{Access, DatabaseError, ErrorKind, standing::Passes};

/// After which a connection that waited is closed.
const IDLE: Duration = Duration::from_secs(600);
/// After which a connection is closed in any case.
const LIFETIME: Duration = Duration::from_secs(1800);
/// After which a connection for writing is tried out.
const FRESH: Duration = Duration::from_secs(1);

#[derive(Clone)]
pub(super) struct Pool {
    connector: Arc<Connector>,
    access: Access,
    acquire_timeout: Duration,
    size: u32,
    places: Arc<Semaphore>,
    waiting: Arc<Mutex<Vec<Waiting>>>,
}

struct Waiting {
    worker: Worker,
    since: Instant,
    made: Instant,
}

/// A connection that somebody has. Dropped, it is closed.
pub(super) struct Held {
    pub worker: Worker,
    made: Instant,
    /// Whether it comes from the pool and may have died there.
    pub reused: bool,
    place: OwnedSemaphorePermit,
}

impl Pool {
    pub fn new(connector: Arc<Connector>, access: Access, size: u32, acquire_timeout: Duration) -> Self {
        Self {
            connector,
            access,
            acquire_timeout,
            size,
            places: Arc::new(Semaphore::new(usize::try_from(size).unwrap_or(1).max(1))),
            waiting: Arc::default(),
        }
    }

    /// For whoever passes over connections that died here.
    pub fn passes(&self) -> Passes {
        Passes::of_pool(self.size)
    }

    /// # Errors
    /// `Unavailable`: the server isn't there, or no connection became free within `acquire-timeout`.
    pub async fn acquire(&self) -> Result<Held, DatabaseError> {
        let acquired = tokio::time::timeout(self.acquire_timeout, self.acquire_at_leisure()).await;
        acquired.unwrap_or_else(|_| {
            let message = "no connection to the database was to be had within `acquire-timeout`";
            Err(DatabaseError::new(ErrorKind::Unavailable, message))
        })
    }

    async fn acquire_at_leisure(&self) -> Result<Held, DatabaseError> {
        let place = self.places.clone().acquire_owned().await;
        let place = place.map_err(|_| DatabaseError::new(ErrorKind::Unavailable, "the application's connections are closed"))?;
        while let Some(found) = self.take() {
            if self.access == Access::Write && found.since.elapsed() >= FRESH {
                let alive = found
                    .worker
                    .call(|connection| connection.ping().map_err(|error| errors::classify(&error)));
                if alive.await.is_err() {
                    continue;
                }
            }
            return Ok(Held {
                worker: found.worker,
                made: found.made,
                reused: true,
                place,
            });
        }
        let made = Instant::now();
        Ok(Held {
            worker: Worker::start(&self.connector, self.access).await?,
            made,
            reused: false,
            place,
        })
    }

    /// The connection that was used last, so that others grow old and are closed.
    fn take(&self) -> Option<Waiting> {
        let mut waiting = self.waiting();
        waiting.retain(|found| found.since.elapsed() < IDLE && found.made.elapsed() < LIFETIME);
        waiting.pop()
    }

    /// Takes a connection back that is fit to be used again.
    pub fn give_back(&self, held: Held) {
        if self.places.is_closed() {
            return;
        }
        self.waiting().push(Waiting {
            worker: held.worker,
            since: Instant::now(),
            made: held.made,
        });
        drop(held.place);
    }

    /// Waits for those who have a connection, and closes all.
    pub async fn close(&self) {
        if let Ok(all) = self.places.acquire_many(self.size.max(1)).await {
            all.forget();
        }
        self.places.close();
        self.waiting().clear();
    }

    fn waiting(&self) -> MutexGuard<'_, Vec<Waiting>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
