//! From a target to a connection whose session is set up.

use std::{
    sync::{
        Arc, OnceLock,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use oracledb::Connection;

use super::{
    errors,
    target::{self, Login, OracleTarget},
};
use crate::database::{Access, DatabaseError, ErrorKind};

/// What every session is told once, so that text becomes dates and numbers and the reverse in the same way everywhere, text is
/// compared letter for letter, and a time without a zone is one of UTC. Messages are in English, since the names in them are
/// looked for.
const SESSION: &str = "ALTER SESSION SET NLS_LANGUAGE = 'AMERICAN' NLS_TERRITORY = 'AMERICA' NLS_NUMERIC_CHARACTERS = '.,' \
     NLS_SORT = BINARY NLS_COMP = BINARY NLS_DATE_FORMAT = 'YYYY-MM-DD HH24:MI:SS' \
     NLS_TIMESTAMP_FORMAT = 'YYYY-MM-DD HH24:MI:SS.FF' NLS_TIMESTAMP_TZ_FORMAT = 'YYYY-MM-DD HH24:MI:SS.FF TZH:TZM' \
     TIME_ZONE = '+00:00'";

/// A session that the database itself holds to reading. Before 23ai there are only transactions that it does, which would
/// cost a read two round trips more.
const READ_ONLY: &str = "ALTER SESSION SET READ_ONLY = TRUE";
const FIRST_WITH_READ_ONLY: usize = 23;

/// A server that takes connections and then says nothing would keep a thread for each attempt.
const MOST_CONNECTING: usize = 64;

/// Makes connections.
pub(super) struct Connector {
    target: OracleTarget,
    connect_timeout: Duration,
    statement_timeout: Duration,
    login: OnceLock<Login>,
    connecting: Arc<AtomicUsize>,
}

/// A place among those that connect, for as long as it is held.
pub(super) struct Connecting(Arc<AtomicUsize>);

impl Drop for Connecting {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Connector {
    pub fn new(target: OracleTarget, connect_timeout: Duration, statement_timeout: Duration) -> Self {
        Self {
            target,
            connect_timeout,
            statement_timeout,
            login: OnceLock::new(),
            connecting: Arc::default(),
        }
    }

    /// # Errors
    /// Too many are at it.
    pub fn connecting(&self) -> Result<Connecting, DatabaseError> {
        let place = Connecting(self.connecting.clone());
        if self.connecting.fetch_add(1, Ordering::Relaxed) < MOST_CONNECTING {
            return Ok(place);
        }
        let message = format!("{MOST_CONNECTING} attempts to connect to the database are still without an answer");
        Err(DatabaseError::new(ErrorKind::Unavailable, message))
    }

    /// Connects, and waits for it.
    pub fn connect(&self, access: Access) -> Result<Connection, DatabaseError> {
        let connection = oracledb::connect(self.login()?.config.clone()).map_err(|error| errors::classify(&error))?;
        let set_up = self.set_up(&connection, access);
        set_up.map_err(|error| DatabaseError {
            kind: ErrorKind::Unavailable,
            ..errors::classify(&error)
        })?;
        Ok(connection)
    }

    fn login(&self) -> Result<&Login, DatabaseError> {
        if std::env::var_os(TRACE).is_some() {
            let message = format!("{TRACE} is set, which has the driver print passwords: unset it");
            return Err(DatabaseError::new(ErrorKind::Unavailable, message));
        }
        if let Some(login) = self.login.get() {
            return Ok(login);
        }
        let login = target::login(&self.target, self.connect_timeout)
            .map_err(|message| DatabaseError::new(ErrorKind::Unavailable, message))?;
        Ok(self.login.get_or_init(|| login))
    }

    fn set_up(&self, connection: &Connection, access: Access) -> Result<(), oracledb::Error> {
        connection.set_call_timeout(Some(self.statement_timeout))?;
        connection.execute(SESSION, &[])?;
        if access == Access::Read && connection.version()?.0 >= FIRST_WITH_READ_ONLY {
            connection.execute(READ_ONLY, &[])?;
        }
        Ok(())
    }
}

/// Makes the driver print all that it sends and receives.
const TRACE: &str = "RSO_DEBUG_PACKETS";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::database::{OracleDatabase, OracleTls, Secret};

    #[test]
    fn only_so_many_connect_at_once() {
        let target = OracleTarget {
            host: "127.0.0.1".into(),
            port: 1,
            database: OracleDatabase::Service("hr".into()),
            user: "portcullis".into(),
            password: Secret::new("x"),
            tls: OracleTls::Off,
        };
        let connector = Connector::new(target, Duration::from_secs(1), Duration::from_secs(1));
        let places: Vec<_> = (0..MOST_CONNECTING).map(|_| connector.connecting().unwrap()).collect();
        assert_eq!(connector.connecting().err().unwrap().kind, ErrorKind::Unavailable);
        drop(places);
        connector.connecting().unwrap();
        let refused = connector.connect(Access::Read).err().unwrap();
        assert_eq!(refused.kind, ErrorKind::Unavailable, "{refused}");
    }
}
