//! SQL Server, from 2012 on, and Azure SQL.
//!
//! The driver is tiberius. Its TLS is not used, but the program's own (`transport`); and what it can't do, to have the server
//! reset a session and to keep a connection after a statement was cancelled, is done there too, or by closing the connection.
//!
//! - A connection that is used again is reset by the server with the first request of the next session, so that nothing that a
//!   session sets outlives it; that costs no round trip.
//! - There are no sessions that only read: `ApplicationIntent` chooses a replica and refuses nothing. So what reads runs in a
//!   transaction that is rolled back in the same request (`undone`).
//! - The server knows no limit for a statement. A statement that takes longer than `statement-timeout` is cancelled by the
//!   client, with an attention as all of Microsoft's own clients do it, and the connection is closed.
//! - Parameters have the types that the author or else the server says (`describe`).

mod arguments;
mod client;
mod describe;
mod errors;
mod names;
mod pool;
mod rows;
mod session;
mod settings;
mod sql_type;
mod transport;
mod undone;

#[cfg(test)]
mod tests;

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;

use super::{Access, Connection, Database, DatabaseError, Description, ErrorKind, Kind, Session, Statement};
use pool::Pool;
pub use settings::{Encryption, Place, SqlserverTarget, Trust};

struct Sqlserver {
    read: Pool,
    write: Pool,
    shared: Arc<Shared>,
}

/// Roles of the server and of the database that may do everything, or give themselves the right to.
const EXCESS: &str = "\
    SELECT held.what FROM (VALUES (N'sysadmin', IS_SRVROLEMEMBER(N'sysadmin')), (N'securityadmin', IS_SRVROLEMEMBER(N'securityadmin')), \
        (N'db_owner', IS_ROLEMEMBER(N'db_owner')), (N'db_securityadmin', IS_ROLEMEMBER(N'db_securityadmin')), \
        (N'db_ddladmin', IS_ROLEMEMBER(N'db_ddladmin'))) AS held(what, is_held) WHERE held.is_held = 1";

/// What all sessions have in common.
struct Shared {
    types: describe::Types,
    statement_timeout: Duration,
}

pub(super) fn open(connection: &Connection, target: &SqlserverTarget) -> Arc<dyn Database> {
    let target = Arc::new(target.clone());
    Arc::new(Sqlserver {
        read: Pool::new(target.clone(), connection),
        write: Pool::new(target, connection),
        shared: Arc::new(Shared {
            types: describe::Types::default(),
            statement_timeout: connection.statement_timeout,
        }),
    })
}

impl Sqlserver {
    fn pool(&self, access: Access) -> &Pool {
        match access {
            Access::Read => &self.read,
            Access::Write => &self.write,
        }
    }
}

#[async_trait]
impl Database for Sqlserver {
    fn kind(&self) -> Kind {
        Kind::Sqlserver
    }

    async fn begin(&self, access: Access) -> Result<Box<dyn Session>, DatabaseError> {
        let session = session::PooledSession::begin(self.pool(access), &self.shared, access).await?;
        Ok(Box::new(session))
    }

    async fn describe(&self, statement: &Statement) -> Result<Description, DatabaseError> {
        let limit = self.shared.statement_timeout;
        let mut passes = self.read.passes();
        loop {
            let mut connection = self.read.acquire().await?;
            let error = match tokio::time::timeout(limit, describe::describe(&mut connection, statement)).await {
                Ok(Ok(description)) => return Ok(description),
                Ok(Err(error)) => error,
                Err(_) => DatabaseError::new(ErrorKind::Timeout, "the server did not say in time what the statement is"),
            };
            if error.code.is_none() {
                // Nobody knows where the answer stands.
                drop(deadpool::managed::Object::take(connection));
            }
            if error.code.is_some() || !passes.take(&error) {
                return Err(error);
            }
        }
    }

    fn excess(&self) -> Option<&'static str> {
        Some(EXCESS)
    }

    async fn close(&self) {
        self.read.close();
        self.write.close();
    }
}
