//! Which versions of plugins were approved, by whom, and which of them serves.
//!
//! The component is kept with its approval: what serves is what was seen, whatever becomes of the file that it came from.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use sqlx::{Row as _, SqliteConnection, sqlite::SqliteRow};

use super::{StateError, Store, token::instant};

/// Versions that are kept of a plugin, the one that serves among them.
const KEPT: i64 = 5;

/// The version of the store that plugins are in from then on, as they are here.
const VERSION: i64 = 7;

/// A version that is to be approved, and to serve from then on.
#[derive(Clone, Copy, Debug)]
pub struct NewVersion<'a> {
    pub plugin: &'a str,
    /// Of the component, in hexadecimal.
    pub sha256: &'a str,
    pub component: &'a [u8],
    /// The text of its manifest.
    pub manifest: &'a str,
    /// What it may do, as JSON.
    pub approval: &'a str,
    /// In Base64.
    pub signature: Option<&'a str>,
    /// Who approved it.
    pub by: &'a str,
}

/// What a version is approved for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    Serving,
    /// It is given what clients read, beside the version that serves.
    Shadow,
}

/// How a version in the shadow did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ShadowTally {
    pub reads: u64,
    pub differences: u64,
    /// The last difference, by the names of attributes and never by what they hold.
    pub last: Option<String>,
}

/// A version that was approved.
#[derive(Clone, Debug)]
pub struct ApprovedVersion {
    pub id: i64,
    pub plugin: String,
    pub sha256: String,
    pub manifest: String,
    pub approval: String,
    pub signature: Option<String>,
    pub approved: DateTime<Utc>,
    pub by: String,
    /// Whether it is the one that serves.
    pub serving: bool,
    /// Whether it ever served: one that was only in the shadow did not.
    pub served: bool,
    /// `None`: it is not in the shadow of the one that serves.
    pub shadow: Option<ShadowTally>,
    /// Why a server that runs did not take it.
    pub failure: Option<String>,
}

/// A version that shall serve, as it was approved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServingVersion {
    /// Another approval of the same component has another one.
    pub id: i64,
    pub sha256: String,
}

impl Store {
    /// Remembers a version with its approval, in place of an earlier approval of the same component, and has it serve, or follow
    /// what serves. Of the plugin's other versions the oldest are forgotten.
    pub async fn approve_plugin(&self, version: &NewVersion<'_>, role: Role) -> Result<(), StateError> {
        let failed = |error| self.failed(&error);
        let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await.map_err(failed)?;
        let makes_way = match role {
            Role::Serving => "UPDATE plugin_version SET serving = 0, shadow = 0 WHERE plugin = ?",
            Role::Shadow => "UPDATE plugin_version SET shadow = 0 WHERE plugin = ?",
        };
        let makes_way = sqlx::query(makes_way).bind(version.plugin);
        makes_way.execute(&mut *transaction).await.map_err(failed)?;
        let earlier = sqlx::query("DELETE FROM plugin_version WHERE plugin = ? AND sha256 = ?");
        let earlier = earlier.bind(version.plugin).bind(version.sha256);
        earlier.execute(&mut *transaction).await.map_err(failed)?;
        if role == Role::Serving {
            resume(&mut transaction, version.plugin).await.map_err(failed)?;
        }
        let insert =
            "INSERT INTO plugin_version (plugin, sha256, component, manifest, approval, signature, approved_at, approved_by, serving, served, shadow)
                      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
        sqlx::query(insert)
            .bind(version.plugin)
            .bind(version.sha256)
            .bind(version.component)
            .bind(version.manifest)
            .bind(version.approval)
            .bind(version.signature)
            .bind(Utc::now().timestamp())
            .bind(version.by)
            .bind(role == Role::Serving)
            .bind(role == Role::Serving)
            .bind(role == Role::Shadow)
            .execute(&mut *transaction)
            .await
            .map_err(failed)?;
        let forget = "DELETE FROM plugin_version WHERE plugin = ?1 AND serving = 0 AND id NOT IN
                      (SELECT id FROM plugin_version WHERE plugin = ?1 ORDER BY id DESC LIMIT ?2)";
        let forgetting = sqlx::query(forget).bind(version.plugin).bind(KEPT);
        forgetting.execute(&mut *transaction).await.map_err(failed)?;
        transaction.commit().await.map_err(failed)
    }

    /// All versions of all plugins, a plugin's newest first.
    pub async fn plugin_versions(&self) -> Result<Vec<ApprovedVersion>, StateError> {
        let version: Result<i64, _> = sqlx::query_scalar("PRAGMA user_version").fetch_one(&self.pool).await;
        // One that an earlier program made, and that is only looked at.
        if version.map_err(|error| self.failed(&error))? < VERSION {
            return Ok(Vec::new());
        }
        let select =
            "SELECT id, plugin, sha256, manifest, approval, signature, approved_at, approved_by, serving, served, shadow, shadow_reads,
                      shadow_differences, shadow_last, failure FROM plugin_version
                      ORDER BY plugin, id DESC";
        let rows = sqlx::query(select).fetch_all(&self.pool).await;
        let rows = rows.map_err(|error| self.failed(&error))?;
        let versions: Result<_, sqlx::Error> = rows.iter().map(approved).collect();
        versions.map_err(|error| self.failed(&error))
    }

    /// Which version of each plugin shall serve.
    pub async fn serving_plugins(&self) -> Result<BTreeMap<String, ServingVersion>, StateError> {
        self.plugins_that("SELECT plugin, id, sha256 FROM plugin_version WHERE serving = 1")
            .await
    }

    /// Which version of each plugin is in the shadow of the one that serves.
    pub async fn shadow_plugins(&self) -> Result<BTreeMap<String, ServingVersion>, StateError> {
        self.plugins_that("SELECT plugin, id, sha256 FROM plugin_version WHERE shadow = 1")
            .await
    }

    /// Adds to what is known of a version in the shadow.
    pub async fn tally_shadow(&self, version: &ServingVersion, tally: &ShadowTally) -> Result<(), StateError> {
        let update = "UPDATE plugin_version SET shadow_reads = shadow_reads + ?, shadow_differences = shadow_differences + ?,
                      shadow_last = coalesce(?, shadow_last) WHERE id = ?";
        sqlx::query(update)
            .bind(i64::try_from(tally.reads).unwrap_or(i64::MAX))
            .bind(i64::try_from(tally.differences).unwrap_or(i64::MAX))
            .bind(&tally.last)
            .bind(version.id)
            .execute(&self.pool)
            .await
            .map_err(|error| self.failed(&error))?;
        Ok(())
    }

    /// Takes a plugin's version out of the shadow. Says whether there was one.
    pub async fn drop_shadow(&self, plugin: &str) -> Result<bool, StateError> {
        let update = "UPDATE plugin_version SET shadow = 0 WHERE plugin = ? AND shadow = 1";
        let done = sqlx::query(update).bind(plugin).execute(&self.pool).await;
        Ok(done.map_err(|error| self.failed(&error))?.rows_affected() > 0)
    }

    async fn plugins_that(&self, select: &'static str) -> Result<BTreeMap<String, ServingVersion>, StateError> {
        let rows = sqlx::query_as(select).fetch_all(&self.pool).await;
        let rows: Vec<(String, i64, String)> = rows.map_err(|error| self.failed(&error))?;
        let versions = rows
            .into_iter()
            .map(|(plugin, id, sha256)| (plugin, ServingVersion { id, sha256 }));
        Ok(versions.collect())
    }

    /// Remembers why a server that runs did not take a version, or that it did.
    pub async fn settle_plugin(&self, version: &ServingVersion, failure: Option<&str>) -> Result<(), StateError> {
        sqlx::query("UPDATE plugin_version SET failure = ?1 WHERE id = ?2 AND failure IS NOT ?1")
            .bind(failure)
            .bind(version.id)
            .execute(&self.pool)
            .await
            .map_err(|error| self.failed(&error))?;
        Ok(())
    }

    /// The component of a version.
    pub async fn plugin_component(&self, plugin: &str, sha256: &str) -> Result<Option<Vec<u8>>, StateError> {
        sqlx::query_scalar("SELECT component FROM plugin_version WHERE plugin = ? AND sha256 = ?")
            .bind(plugin)
            .bind(sha256)
            .fetch_optional(&self.pool)
            .await
            .map_err(|error| self.failed(&error))
    }

    /// Has another version serve. Says whether there is one.
    pub async fn serve_plugin(&self, plugin: &str, sha256: &str) -> Result<bool, StateError> {
        let failed = |error| self.failed(&error);
        let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await.map_err(failed)?;
        let stop = sqlx::query("UPDATE plugin_version SET serving = 0 WHERE plugin = ?").bind(plugin);
        stop.execute(&mut *transaction).await.map_err(failed)?;
        let serve = sqlx::query("UPDATE plugin_version SET serving = 1, served = 1, shadow = 0 WHERE plugin = ? AND sha256 = ?");
        let serve = serve.bind(plugin).bind(sha256);
        let served = serve.execute(&mut *transaction).await.map_err(failed)?.rows_affected() == 1;
        if served {
            resume(&mut transaction, plugin).await.map_err(failed)?;
            transaction.commit().await.map_err(failed)?;
        }
        Ok(served)
    }

    /// Forgets a plugin with all its versions. Says whether there was one.
    pub async fn remove_plugin(&self, plugin: &str) -> Result<bool, StateError> {
        let failed = |error| self.failed(&error);
        let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await.map_err(failed)?;
        let versions = sqlx::query("DELETE FROM plugin_version WHERE plugin = ?").bind(plugin);
        let removed = versions.execute(&mut *transaction).await.map_err(failed)?.rows_affected() > 0;
        resume(&mut transaction, plugin).await.map_err(failed)?;
        transaction.commit().await.map_err(failed)?;
        Ok(removed)
    }
}

/// Whoever has a version serve means it: it is not suspended for what it did before.
async fn resume(transaction: &mut SqliteConnection, plugin: &str) -> Result<(), sqlx::Error> {
    let resume = sqlx::query("DELETE FROM plugin_suspension WHERE plugin = ?").bind(plugin);
    resume.execute(transaction).await.map(drop)
}

fn approved(row: &SqliteRow) -> Result<ApprovedVersion, sqlx::Error> {
    let count = |column: &str| Ok::<_, sqlx::Error>(u64::try_from(row.try_get::<i64, _>(column)?).unwrap_or_default());
    let tally = ShadowTally {
        reads: count("shadow_reads")?,
        differences: count("shadow_differences")?,
        last: row.try_get("shadow_last")?,
    };
    let shadow = row.try_get::<i64, _>("shadow")? == 1;
    Ok(ApprovedVersion {
        id: row.try_get("id")?,
        plugin: row.try_get("plugin")?,
        sha256: row.try_get("sha256")?,
        manifest: row.try_get("manifest")?,
        approval: row.try_get("approval")?,
        signature: row.try_get("signature")?,
        approved: instant(row.try_get("approved_at")?),
        by: row.try_get("approved_by")?,
        serving: row.try_get::<i64, _>("serving")? == 1,
        served: row.try_get::<i64, _>("served")? == 1,
        shadow: shadow.then_some(tally),
        failure: row.try_get("failure")?,
    })
}
