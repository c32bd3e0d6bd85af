//! The connections of one pool, and how soon the pool's waiting for a server that isn't there ends.
//!
//! The pool takes a refused connection for a server that is starting, and tries again until `acquire-timeout` is over. All
//! that time the request would hold its place in the sandbox, which other applications want. So a request that has waited a
//! little, on a pool that gave nobody a connection meanwhile, tries to connect by itself, and believes a refusal.

use std::{
    pin::pin,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use sqlx::{ConnectOptions as _, Connection as _, Pool, pool::PoolConnection};

use super::{DatabaseError, driver, driver::Driver, standing::Passes};

/// How long a pool may be silent before it is doubted. A connection to a healthy server takes some milliseconds.
const PATIENCE: Duration = Duration::from_millis(200);

pub(super) struct Connections<D: Driver> {
    pool: Pool<D::Db>,
    shared: Arc<Shared>,
}

struct Shared {
    /// When the pool last gave a connection away.
    given: Mutex<Instant>,
    /// One request at a time tries for all.
    trying: tokio::sync::Mutex<()>,
}

impl<D: Driver> Clone for Connections<D> {
    fn clone(&self) -> Self {
        Self {
            pool: self.pool.clone(),
            shared: self.shared.clone(),
        }
    }
}

impl<D: Driver> Connections<D> {
    pub fn new(pool: Pool<D::Db>) -> Self {
        let shared = Shared {
            given: Mutex::new(Instant::now()),
            trying: tokio::sync::Mutex::default(),
        };
        Self {
            pool,
            shared: Arc::new(shared),
        }
    }

    /// For whoever passes over connections that died here.
    pub fn passes(&self) -> Passes {
        Passes::of_pool(self.pool.options().get_max_connections())
    }

    pub async fn close(&self) {
        self.pool.close().await;
    }

    /// # Errors
    /// `Unavailable`: the server isn't there, or no connection became free within `acquire-timeout`. Others are what the
    /// server said, to a wrong password for example.
    pub async fn acquire(&self) -> Result<PoolConnection<D::Db>, DatabaseError> {
        let mut acquired = pin!(self.pool.acquire());
        loop {
            if let Ok(acquired) = tokio::time::timeout(PATIENCE, &mut acquired).await {
                *self.given() = Instant::now();
                return acquired.map_err(driver::error::<D>);
            }
            if self.given().elapsed() >= PATIENCE {
                self.doubt().await?;
            }
        }
    }

    /// Fails if the server is not there. Anything else is for the pool to find out.
    async fn doubt(&self) -> Result<(), DatabaseError> {
        let _trying = self.shared.trying.lock().await;
        match self.pool.connect_options().connect().await {
            Ok(connection) => {
                let _ = connection.close().await;
                Ok(())
            }
            Err(error @ sqlx::Error::Io(_)) => Err(driver::error::<D>(error)),
            Err(_) => Ok(()),
        }
    }

    fn given(&self) -> std::sync::MutexGuard<'_, Instant> {
        self.shared.given.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
