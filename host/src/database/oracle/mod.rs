//! Oracle, by Oracle's own driver in Rust, which blocks: every connection has a thread.
//!
//! The driver speaks to 12.1 and later, without a client of Oracle's. It does not look at the server's proof that it knows the
//! password, so that TLS is what tells a server from an impostor.
//!
//! Oracle says of no parameter what type it has (see [`bind`]), takes an empty string for NULL, and gives the names of columns
//! in capitals unless they were written in quotes. A transaction begins by itself, so that beginning costs nothing; it has no
//! sessions that only read before 23ai (see [`session`]). It has no reset of a session: what PL/SQL leaves in packages is
//! reset after it; what a procedure sets with `ALTER SESSION` or in a context stays until the connection is closed, after half
//! an hour at the most.

mod bind;
mod connect;
mod errors;
mod guarded;
mod json;
mod moment;
mod names;
mod number;
mod pool;
mod rows;
mod run;
mod session;
mod target;
mod text;
mod worker;

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use connect::Connector;
use pool::Pool;
use session::OracleSession;
pub use target::{OracleDatabase, OracleTarget, OracleTls};

use super::{Access, Connection, Database, DatabaseError, Description, Kind, Session, Statement};

/// The administrator's roles, and privileges that reach everybody's objects.
const EXCESS: &str = "\
    SELECT role AS what FROM session_roles WHERE role IN ('DBA', 'IMP_FULL_DATABASE', 'EXP_FULL_DATABASE', 'DATAPUMP_IMP_FULL_DATABASE') \
    UNION ALL \
    SELECT privilege FROM session_privs WHERE privilege LIKE '% ANY %' \
        OR privilege IN ('ALTER SYSTEM', 'ALTER DATABASE', 'CREATE USER', 'ALTER USER', 'DROP USER', 'BECOME USER')";

struct Oracle {
    read: Pool,
    write: Pool,
    statement_timeout: Duration,
}

pub(super) fn open(connection: &Connection, target: &OracleTarget) -> Arc<dyn Database> {
    // The driver takes whichever library of cryptography the process has chosen; the one that is there already stays.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let (waits, limit) = (connection.acquire_timeout, connection.statement_timeout);
    let connector = Arc::new(Connector::new(target.clone(), waits, limit));
    let pool = |access| Pool::new(connector.clone(), access, connection.pool_size, waits);
    Arc::new(Oracle {
        read: pool(Access::Read),
        write: pool(Access::Write),
        statement_timeout: limit,
    })
}

impl Oracle {
    fn pool(&self, access: Access) -> &Pool {
        match access {
            Access::Read => &self.read,
            Access::Write => &self.write,
        }
    }
}

#[async_trait]
impl Database for Oracle {
    fn kind(&self) -> Kind {
        Kind::Oracle
    }

    async fn begin(&self, access: Access) -> Result<Box<dyn Session>, DatabaseError> {
        let session = OracleSession::begin(self.pool(access), access, self.statement_timeout).await?;
        Ok(Box::new(session))
    }

    async fn describe(&self, statement: &Statement) -> Result<Description, DatabaseError> {
        let pool = self.pool(statement.access);
        let mut passes = pool.passes();
        loop {
            let held = pool.acquire().await?;
            let (reused, asked) = (held.reused, statement.clone());
            let described = held.worker.call(move |connection| run::describe(connection, &asked)).await;
            match described {
                // It died in the pool.
                Err(error) if reused && passes.take(&error) => {}
                described => {
                    if described.as_ref().err().is_none_or(|error| error.code.is_some()) {
                        pool.give_back(held);
                    }
                    return described;
                }
            }
        }
    }

    fn excess(&self) -> Option<&'static str> {
        Some(EXCESS)
    }

    async fn close(&self) {
        self.read.close().await;
        self.write.close().await;
    }
}

#[cfg(test)]
mod tests;
