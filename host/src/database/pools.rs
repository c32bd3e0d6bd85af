//! Two pools for an application: one whose sessions only read, one for transactions that write.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use sqlx::{Database as SqlxDatabase, Executor, IntoArguments, Statement as _, pool::PoolOptions};

use super::{
    Access, Connection, Database, DatabaseError, Description, Kind, Session, Statement, connections::Connections, driver,
    driver::Driver, session, session::PooledSession,
};

pub(super) struct Pools<D: Driver> {
    pub read: Connections<D>,
    pub write: Connections<D>,
    pub statement_timeout: Duration,
}

/// The options that all pools have in common.
///
/// Connections aren't tried out before they are given away, which would cost a round trip: a session that finds its
/// connection dead takes another one.
pub(super) fn options<Db: SqlxDatabase>(connection: &Connection) -> PoolOptions<Db> {
    PoolOptions::new()
        .max_connections(connection.pool_size)
        .acquire_timeout(connection.acquire_timeout)
        .idle_timeout(Duration::from_secs(600))
        .max_lifetime(Duration::from_secs(1800))
        .test_before_acquire(false)
}

impl<D: Driver> Pools<D> {
    fn connections(&self, access: Access) -> &Connections<D> {
        match access {
            Access::Read => &self.read,
            Access::Write => &self.write,
        }
    }
}

#[async_trait]
impl<D: Driver> Database for Pools<D>
where
    for<'c> &'c mut <D::Db as SqlxDatabase>::Connection: Executor<'c, Database = D::Db>,
    <D::Db as SqlxDatabase>::Arguments: IntoArguments<D::Db>,
{
    fn kind(&self) -> Kind {
        D::KIND
    }

    async fn begin(&self, access: Access) -> Result<Box<dyn Session>, DatabaseError> {
        let session = PooledSession::<D>::begin(self.connections(access), access, self.statement_timeout).await?;
        Ok(Box::new(session))
    }

    async fn describe(&self, statement: &Statement) -> Result<Description, DatabaseError> {
        // A session that only reads refuses to prepare a statement that writes.
        let mut connection = self.connections(statement.access).acquire().await?;
        let prepared = connection
            .prepare(session::text(statement))
            .await
            .map_err(driver::error::<D>)?;
        let parameters = match prepared.parameters() {
            Some(sqlx::Either::Left(types)) => types.len(),
            Some(sqlx::Either::Right(count)) => count,
            None => statement.parameters.len(),
        };
        Ok(Description {
            parameters,
            columns: D::columns(prepared.columns()),
        })
    }

    fn excess(&self) -> Option<&'static str> {
        D::EXCESS
    }

    async fn close(&self) {
        self.read.close().await;
        self.write.close().await;
    }
}

/// Hides the driver.
pub(super) fn shared<D: Driver>(pools: Pools<D>) -> Arc<dyn Database>
where
    for<'c> &'c mut <D::Db as SqlxDatabase>::Connection: Executor<'c, Database = D::Db>,
    <D::Db as SqlxDatabase>::Arguments: IntoArguments<D::Db>,
{
    Arc::new(pools)
}
