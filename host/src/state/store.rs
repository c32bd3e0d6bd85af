//! Opening the file.

use std::{
    fs, io,
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use sqlx::{
    ConnectOptions as _, SqlitePool,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

use super::{StateError, schema};

/// How long a command waits for another process that writes.
const BUSY: Duration = Duration::from_secs(5);
/// One reads tokens while the other writes when they were used.
const CONNECTIONS: u32 = 2;

/// An open state store. Clones share it.
#[derive(Clone, Debug)]
pub struct Store {
    pub(super) pool: SqlitePool,
    pub(super) path: Arc<Path>,
}

impl Store {
    /// Opens the store, and makes it or brings it to this program's version where that is needed. What it makes only its owner
    /// can read.
    pub async fn open(path: &Path) -> Result<Self, StateError> {
        create(path)?;
        // The journal outlives a crash of the machine: a token that was revoked must stay revoked.
        let options = options(path).synchronous(SqliteSynchronous::Full);
        let store = Self::connect(path, options.journal_mode(SqliteJournalMode::Wal)).await?;
        let mut connection = store.pool.acquire().await.map_err(|error| StateError::closed(path, &error))?;
        let migrated = schema::migrate(&mut connection).await;
        let version = migrated.map_err(|error| StateError::closed(path, &error))?;
        store.known(version)
    }

    /// Opens the store for reading, changing nothing; `None`: there is none yet.
    pub async fn look(path: &Path) -> Result<Option<Self>, StateError> {
        match fs::metadata(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(closed(path, &error)),
            Ok(_) => {}
        }
        let reading = options(path).read_only(true);
        let store = match Self::connect(path, reading.clone()).await {
            Ok(store) => store,
            // In a directory that cannot be written SQLite reads only what nobody is writing.
            Err(error) if journal(path).exists() => return Err(error),
            Err(_) => Self::connect(path, reading.immutable(true)).await?,
        };
        let mut connection = store.pool.acquire().await.map_err(|error| StateError::closed(path, &error))?;
        match schema::version(&mut connection).await {
            // Somebody is making it at this moment.
            Ok(0) => Ok(None),
            Ok(version) => {
                drop(connection);
                store.known(version).map(Some)
            }
            Err(error) => Err(StateError::closed(path, &error)),
        }
    }

    async fn connect(path: &Path, options: SqliteConnectOptions) -> Result<Self, StateError> {
        let pool = SqlitePoolOptions::new()
            .max_connections(CONNECTIONS)
            .test_before_acquire(false)
            .acquire_timeout(2 * BUSY)
            .connect_with(options)
            .await
            .map_err(|error| StateError::closed(path, &error))?;
        Ok(Self { pool, path: path.into() })
    }

    fn known(self, version: i64) -> Result<Self, StateError> {
        match usize::try_from(version) {
            Ok(version) if version <= schema::KNOWN => Ok(self),
            _ => Err(StateError::Newer {
                path: self.path.to_path_buf(),
                found: version,
                known: schema::KNOWN,
            }),
        }
    }

    /// Ends its connections; the journal is put into the file.
    pub async fn close(&self) {
        self.pool.close().await;
    }

    pub(super) fn failed(&self, error: &sqlx::Error) -> StateError {
        StateError::failed(&self.path, error)
    }
}

fn options(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .busy_timeout(BUSY)
        .disable_statement_logging()
}

/// SQLite would make it readable for everybody; its journals get the mode of the file.
fn create(path: &Path) -> Result<(), StateError> {
    let made = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
    match made {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(closed(path, &error)),
        _ => Ok(()),
    }
}

fn journal(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push("-wal");
    name.into()
}

fn closed(path: &Path, error: &io::Error) -> StateError {
    StateError::Closed {
        path: path.to_owned(),
        reason: error.to_string(),
    }
}
