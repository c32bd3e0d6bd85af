//! The tables of the state store, by version. What has been released never changes: a new version is a new script.

use sqlx::{Connection as _, Sqlite, SqliteConnection, pool::PoolConnection};

/// Each script brings the store from one version to the next, and says so in `user_version`. Points in time are seconds since
/// 1970.
const SCRIPTS: [&str; 7] = [
    "
    CREATE TABLE token (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        application TEXT NOT NULL,
        name TEXT NOT NULL,
        hash BLOB NOT NULL,
        created_at INTEGER NOT NULL,
        expires_at INTEGER,
        last_used_at INTEGER,
        UNIQUE (application, name)
    ) STRICT;
    CREATE TABLE served_entitlement_type (
        application TEXT NOT NULL,
        name TEXT NOT NULL,
        holding TEXT NOT NULL CHECK (holding IN ('one', 'several')),
        served_at INTEGER NOT NULL,
        PRIMARY KEY (application, name)
    ) STRICT, WITHOUT ROWID;
    PRAGMA user_version = 1;
",
    "
    CREATE TABLE plugin_version (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        plugin TEXT NOT NULL,
        sha256 TEXT NOT NULL,
        component BLOB NOT NULL,
        manifest TEXT NOT NULL,
        approval TEXT NOT NULL,
        approved_at INTEGER NOT NULL,
        approved_by TEXT NOT NULL,
        serving INTEGER NOT NULL CHECK (serving IN (0, 1)),
        UNIQUE (plugin, sha256)
    ) STRICT;
    CREATE UNIQUE INDEX serving_plugin_version ON plugin_version (plugin) WHERE serving = 1;
    PRAGMA user_version = 2;
",
    "
    ALTER TABLE plugin_version ADD COLUMN failure TEXT;
    PRAGMA user_version = 3;
",
    "
    ALTER TABLE plugin_version ADD COLUMN signature TEXT;
    PRAGMA user_version = 4;
",
    "
    ALTER TABLE plugin_version ADD COLUMN shadow INTEGER NOT NULL DEFAULT 0 CHECK (shadow IN (0, 1));
    ALTER TABLE plugin_version ADD COLUMN shadow_reads INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE plugin_version ADD COLUMN shadow_differences INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE plugin_version ADD COLUMN shadow_last TEXT;
    PRAGMA user_version = 5;
",
    "
    CREATE TABLE plugin_suspension (
        plugin TEXT NOT NULL,
        sha256 TEXT NOT NULL,
        application TEXT NOT NULL,
        place TEXT NOT NULL,
        reason TEXT NOT NULL,
        since INTEGER NOT NULL,
        PRIMARY KEY (plugin, sha256, application, place)
    ) STRICT, WITHOUT ROWID;
    PRAGMA user_version = 6;
",
    "
    ALTER TABLE plugin_version ADD COLUMN served INTEGER NOT NULL DEFAULT 1 CHECK (served IN (0, 1));
    UPDATE plugin_version SET served = 0 WHERE shadow = 1;
    PRAGMA user_version = 7;
",
];

/// How many versions this program knows.
pub const KNOWN: usize = SCRIPTS.len();

/// The version of a store; 0: it has no tables.
pub async fn version(connection: &mut SqliteConnection) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar("PRAGMA user_version").fetch_one(connection).await
}

/// Brings a store to the newest version, all or nothing, however many processes try at once. Gives the version that it had.
pub async fn migrate(connection: &mut PoolConnection<Sqlite>) -> Result<i64, sqlx::Error> {
    let found = version(connection).await?;
    if usize::try_from(found).is_ok_and(|found| found >= KNOWN) {
        return Ok(found);
    }
    // The lock is taken before the version is read, so that nobody else migrates in between.
    let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await?;
    let found = version(&mut transaction).await?;
    for script in SCRIPTS.into_iter().skip(usize::try_from(found).unwrap_or(KNOWN)) {
        sqlx::raw_sql(script).execute(&mut *transaction).await?;
    }
    transaction.commit().await?;
    Ok(found)
}
