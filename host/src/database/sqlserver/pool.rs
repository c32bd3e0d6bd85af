//! Connections that are used again.
//!
//! None is tried out before use, which would cost a round trip: a session that finds its connection dead takes another one. What
//! a session has set on a connection the server forgets when the next one begins (`Client::renew`).

use std::{sync::Arc, time::Duration};

use deadpool::{
    Runtime,
    managed::{self, Metrics, Object, PoolError, RecycleError, RecycleResult, TimeoutType},
};

use super::{client::Client, settings::SqlserverTarget};
use crate::database::{Connection, DatabaseError, ErrorKind, standing::Passes};

/// After so long unused, a firewall may have forgotten the connection.
const IDLE: Duration = Duration::from_secs(600);
const LIFETIME: Duration = Duration::from_secs(1800);

#[derive(Debug)]
pub(super) struct Manager(Arc<SqlserverTarget>);

impl managed::Manager for Manager {
    type Type = Client;
    type Error = DatabaseError;

    async fn create(&self) -> Result<Client, DatabaseError> {
        Client::connect(&self.0).await
    }

    async fn recycle(&self, client: &mut Client, metrics: &Metrics) -> RecycleResult<DatabaseError> {
        if client.age() > LIFETIME || metrics.last_used() > IDLE {
            return Err(RecycleError::message("the connection is old"));
        }
        client.renew();
        Ok(())
    }
}

#[derive(Clone)]
pub(super) struct Pool {
    /// Cannot be made without a clock for its time limits, and there is one.
    made: Result<managed::Pool<Manager>, DatabaseError>,
    size: u32,
}

impl Pool {
    pub fn new(target: Arc<SqlserverTarget>, connection: &Connection) -> Self {
        let most = usize::try_from(connection.pool_size).unwrap_or(usize::MAX);
        let made = managed::Pool::builder(Manager(target))
            .max_size(most)
            .wait_timeout(Some(connection.acquire_timeout))
            .create_timeout(Some(connection.acquire_timeout))
            .recycle_timeout(Some(connection.acquire_timeout))
            .runtime(Runtime::Tokio1)
            .build()
            .map_err(|error| DatabaseError::new(ErrorKind::Unavailable, error.to_string()));
        let size = connection.pool_size;
        Self { made, size }
    }

    /// For whoever passes over connections that died here.
    pub fn passes(&self) -> Passes {
        Passes::of_pool(self.size)
    }

    pub fn close(&self) {
        if let Ok(pool) = &self.made {
            pool.close();
        }
    }

    /// # Errors
    /// `Unavailable`: the server isn't there, or no connection became free within `acquire-timeout`.
    pub async fn acquire(&self) -> Result<Object<Manager>, DatabaseError> {
        let pool = self.made.as_ref().map_err(Clone::clone)?;
        pool.get().await.map_err(|error| match error {
            PoolError::Backend(error) => error,
            PoolError::Timeout(TimeoutType::Wait | TimeoutType::Create | TimeoutType::Recycle) => DatabaseError::new(
                ErrorKind::Unavailable,
                "no connection to the database was to be had within `acquire-timeout`",
            ),
            other => DatabaseError::new(ErrorKind::Unavailable, other.to_string()),
        })
    }
}
