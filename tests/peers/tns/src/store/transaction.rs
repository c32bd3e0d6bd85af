//! A session's connection to the tables, and its transaction.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use rusqlite::{Connection, OpenFlags, config::DbConfig};

use super::{Break, Database, formats::Formats, functions, own_functions, turns::Turn, violation};
use crate::{Account, Failure, sql::Token};

/// After so many steps of SQLite a query looks whether it was broken off.
const STEPS: i32 = 10_000;

/// Where in its transactions a session is.
enum State {
    /// Every query sees what is there.
    Idle,
    /// `SET TRANSACTION READ ONLY`: every query sees what was there.
    Reading,
    Changing(#[allow(dead_code, reason = "ends when it is dropped")] Turn),
}

pub(crate) struct Store {
    pub(super) connection: Connection,
    pub(super) database: Arc<Database>,
    state: State,
    /// Whether a query is going on.
    pub(super) querying: Arc<AtomicBool>,
    pub(super) broken: Break,
    pub(super) account: Account,
    pub(super) formats: Formats,
}

/// `SESSION_ROLES` and `SESSION_PRIVS`, with some of what an administrator has there.
fn rights_of_session(account: &Account) -> &'static str {
    if account.is_free() {
        "CREATE TEMP VIEW SESSION_ROLES AS SELECT 'DBA' AS ROLE UNION ALL SELECT 'RESOURCE'; \
         CREATE TEMP VIEW SESSION_PRIVS AS SELECT 'CREATE SESSION' AS PRIVILEGE UNION ALL SELECT 'CREATE USER' \
         UNION ALL SELECT 'ALTER SYSTEM' UNION ALL SELECT 'SELECT ANY TABLE' UNION ALL SELECT 'DROP ANY TABLE' \
         UNION ALL SELECT 'CREATE ANY DIRECTORY'"
    } else {
        "CREATE TEMP VIEW SESSION_ROLES AS SELECT 'x' AS ROLE WHERE 0; \
         CREATE TEMP VIEW SESSION_PRIVS AS SELECT 'CREATE SESSION' AS PRIVILEGE"
    }
}

impl Store {
    /// # Errors
    /// SQLite refuses.
    pub(crate) fn open(database: &Arc<Database>, account: &Account, broken: Break) -> Result<Self, Failure> {
        let formats = Formats::default();
        let open = || {
            let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
            let connection = Connection::open_with_flags(database.file(), flags)?;
            connection.busy_timeout(std::time::Duration::from_secs(10))?;
            // What is in double quotes is a name, and nothing else.
            connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DML, false)?;
            connection.execute_batch(
                "PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; PRAGMA foreign_keys = ON; \
                 PRAGMA case_sensitive_like = ON; CREATE TABLE IF NOT EXISTS DUAL (DUMMY \"VARCHAR2 ( 1 )\" PRIMARY KEY); \
                 INSERT OR IGNORE INTO DUAL VALUES ('X');",
            )?;
            connection.execute_batch(rights_of_session(account))?;
            functions::add(&connection)?;
            own_functions::add(&connection, database, account.name(), &formats)?;
            Ok(connection)
        };
        let connection = open().map_err(|error: rusqlite::Error| violation::other(&error))?;
        let querying = Arc::new(AtomicBool::new(false));
        let (flag, asked) = (broken.clone(), querying.clone());
        // A query may be broken off at any time. Of a change, SQLite would undo the transaction with it.
        connection
            .progress_handler(STEPS, Some(move || asked.load(Ordering::SeqCst) && flag.is_set()))
            .map_err(|error| violation::other(&error))?;
        Ok(Self {
            connection,
            database: database.clone(),
            state: State::Idle,
            querying,
            broken,
            account: account.clone(),
            formats,
        })
    }

    pub(crate) fn broken(&self) -> &Break {
        &self.broken
    }

    /// From here on texts become dates if they are written as ISO 8601 has it.
    pub(crate) fn write_iso(&self) {
        self.formats.set_iso();
    }

    /// `ALTER SESSION SET` what follows.
    ///
    /// # Errors
    /// There is no such setting.
    pub(crate) fn set(&mut self, settings: &[Token]) -> Result<(), Failure> {
        self.formats.set(settings)
    }

    /// Whether something was changed that is neither committed nor rolled back.
    pub(crate) fn is_changing(&self) -> bool {
        matches!(self.state, State::Changing(_))
    }

    /// From here on the session has the database to itself, until its transaction ends.
    ///
    /// # Errors
    /// ORA-01456 in a transaction that only reads, ORA-01013 when the client didn't want to wait.
    pub(super) fn change(&mut self) -> Result<(), Failure> {
        match self.state {
            State::Changing(_) => Ok(()),
            State::Reading => Err(Failure::new(
                1456,
                "may not perform insert, delete, update operation inside a READ ONLY transaction",
            )),
            State::Idle => {
                let turn = self.database.turns.take(&self.broken)?;
                self.batch("BEGIN IMMEDIATE")?;
                self.state = State::Changing(turn);
                Ok(())
            }
        }
    }

    /// # Errors
    /// ORA-01453: a transaction is there already.
    pub(crate) fn read_only(&mut self) -> Result<(), Failure> {
        if !matches!(self.state, State::Idle) {
            return Err(Failure::new(1453, "SET TRANSACTION must be first statement of transaction"));
        }
        // What a transaction sees is what there is at its first query.
        self.batch("BEGIN; SELECT COUNT(*) FROM sqlite_schema")?;
        self.state = State::Reading;
        Ok(())
    }

    /// # Errors
    /// SQLite refuses.
    pub(crate) fn commit(&mut self) -> Result<(), Failure> {
        self.end("COMMIT")
    }

    /// # Errors
    /// SQLite refuses.
    pub(crate) fn rollback(&mut self) -> Result<(), Failure> {
        self.end("ROLLBACK")
    }

    fn end(&mut self, how: &str) -> Result<(), Failure> {
        if matches!(self.state, State::Idle) {
            return Ok(());
        }
        self.batch(how)?;
        self.state = State::Idle;
        Ok(())
    }

    /// # Errors
    /// SQLite refuses.
    pub(crate) fn savepoint(&mut self, name: &str) -> Result<(), Failure> {
        self.change()?;
        self.batch(&format!("SAVEPOINT \"{name}\""))
    }

    /// # Errors
    /// ORA-01086: there is none of that name.
    pub(crate) fn rollback_to(&mut self, name: &str) -> Result<(), Failure> {
        self.batch(&format!("ROLLBACK TO \"{name}\"")).map_err(|_| {
            Failure::new(
                1086,
                format_args!("savepoint '{name}' never established in this session or is invalid"),
            )
        })
    }

    /// Forgets a savepoint.
    ///
    /// # Errors
    /// There is none of that name.
    pub(crate) fn release(&mut self, name: &str) -> Result<(), Failure> {
        self.batch(&format!("RELEASE \"{name}\""))
    }

    pub(super) fn batch(&self, text: &str) -> Result<(), Failure> {
        self.connection.execute_batch(text).map_err(|error| violation::other(&error))
    }

    /// Does something as a whole or not at all, whatever else its transaction does.
    pub(super) fn whole<T>(&mut self, work: impl FnOnce(&mut Self) -> Result<T, Failure>) -> Result<T, Failure> {
        self.batch("SAVEPOINT \"ora statement\"")?;
        let done = work(self).and_then(|done| self.broken.check().map(|()| done));
        if done.is_err() {
            self.batch("ROLLBACK TO \"ora statement\"")?;
        }
        self.batch("RELEASE \"ora statement\"")?;
        done
    }
}
