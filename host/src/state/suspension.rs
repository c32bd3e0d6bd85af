//! Which components are suspended, and why. It outlives the server that suspended them.

use chrono::{DateTime, Utc};
use sqlx::Row as _;

use super::{StateError, Store, token::instant};

/// The version of the store that has this table.
const VERSION: i64 = 6;

/// What is suspended or not: a component at a place of an application.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Duty {
    pub plugin: String,
    /// Of the component, in hexadecimal: another version is not suspended.
    pub sha256: String,
    pub application: String,
    /// The key of its place, for example `operations.create-user`.
    pub place: String,
}

/// That something is suspended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suspension {
    pub duty: Duty,
    /// The last failure, as the log has it.
    pub reason: String,
    pub since: DateTime<Utc>,
}

impl Store {
    /// Remembers that a component is suspended.
    pub async fn suspend(&self, suspension: &Suspension) -> Result<(), StateError> {
        let Suspension { duty, reason, since } = suspension;
        let insert = "INSERT OR IGNORE INTO plugin_suspension (plugin, sha256, application, place, reason, since)
                      VALUES (?, ?, ?, ?, ?, ?)";
        sqlx::query(insert)
            .bind(&duty.plugin)
            .bind(&duty.sha256)
            .bind(&duty.application)
            .bind(&duty.place)
            .bind(reason)
            .bind(since.timestamp())
            .execute(&self.pool)
            .await
            .map_err(|error| self.failed(&error))?;
        Ok(())
    }

    /// Everything that is suspended.
    pub async fn suspensions(&self) -> Result<Vec<Suspension>, StateError> {
        let version: Result<i64, _> = sqlx::query_scalar("PRAGMA user_version").fetch_one(&self.pool).await;
        // One that an earlier program made, and that is only looked at.
        if version.map_err(|error| self.failed(&error))? < VERSION {
            return Ok(Vec::new());
        }
        let select = "SELECT plugin, sha256, application, place, reason, since FROM plugin_suspension
                      ORDER BY plugin, application, place";
        let rows = sqlx::query(select).fetch_all(&self.pool).await;
        let rows = rows.map_err(|error| self.failed(&error))?;
        let suspensions: Result<_, sqlx::Error> = rows
            .iter()
            .map(|row| {
                Ok(Suspension {
                    duty: Duty {
                        plugin: row.try_get("plugin")?,
                        sha256: row.try_get("sha256")?,
                        application: row.try_get("application")?,
                        place: row.try_get("place")?,
                    },
                    reason: row.try_get("reason")?,
                    since: instant(row.try_get("since")?),
                })
            })
            .collect();
        suspensions.map_err(|error| self.failed(&error))
    }

    /// Lets a plugin work again wherever it is suspended. Says where that was.
    pub async fn resume_plugin(&self, plugin: &str) -> Result<Vec<Suspension>, StateError> {
        let mut suspended = self.suspensions().await?;
        suspended.retain(|suspension| suspension.duty.plugin == plugin);
        sqlx::query("DELETE FROM plugin_suspension WHERE plugin = ?")
            .bind(plugin)
            .execute(&self.pool)
            .await
            .map_err(|error| self.failed(&error))?;
        Ok(suspended)
    }
}
