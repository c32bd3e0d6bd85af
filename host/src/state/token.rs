//! The tokens of applications, as the store has them.

use std::{fmt, str::FromStr};

use chrono::{DateTime, Utc};
use sqlx::{Row as _, sqlite::SqliteRow};

use super::{StateError, Store, TokenHash};

/// What people call a token: it stands in lists and in the access log, where the token itself never does.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct TokenName(String);

/// The longest name.
const NAME_LENGTH: usize = 64;

impl FromStr for TokenName {
    type Err = String;

    /// Letters, digits and `. _ - @`: it can be a Basic user name, a word of a command line and a field of a log line.
    fn from_str(text: &str) -> Result<Self, String> {
        let right = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | '@');
        let starts = text.starts_with(|c: char| c.is_ascii_alphanumeric());
        if starts && text.len() <= NAME_LENGTH && text.chars().all(right) {
            return Ok(Self(text.to_owned()));
        }
        Err(format!(
            "a token's name has 1 to {NAME_LENGTH} ASCII letters, digits and `.`, `_`, `-`, `@`, and begins with a letter or digit"
        ))
    }
}

impl fmt::Display for TokenName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A token that is to be remembered.
#[derive(Clone, Debug)]
pub struct NewToken {
    pub application: String,
    pub name: TokenName,
    pub hash: TokenHash,
    /// From when on it is refused; `None`: never.
    pub expires: Option<DateTime<Utc>>,
}

/// Whether a token was added.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Added {
    Yes,
    /// The application has one of this name.
    NameTaken,
}

/// A token that is remembered.
#[derive(Clone, Debug)]
pub struct StoredToken {
    /// Never used again for another one.
    pub id: i64,
    pub application: String,
    pub name: String,
    pub hash: TokenHash,
    pub created: DateTime<Utc>,
    pub expires: Option<DateTime<Utc>>,
    pub last_used: Option<DateTime<Utc>>,
}

impl Store {
    pub async fn add_token(&self, token: &NewToken) -> Result<Added, StateError> {
        let insert = "INSERT INTO token (application, name, hash, created_at, expires_at) VALUES (?, ?, ?, ?, ?)
                      ON CONFLICT (application, name) DO NOTHING";
        let done = sqlx::query(insert)
            .bind(&token.application)
            .bind(&token.name.0)
            .bind(token.hash.as_bytes())
            .bind(Utc::now().timestamp())
            .bind(token.expires.map(|expires| expires.timestamp()))
            .execute(&self.pool)
            .await
            .map_err(|error| self.failed(&error))?;
        Ok(if done.rows_affected() == 1 {
            Added::Yes
        } else {
            Added::NameTaken
        })
    }

    /// Those of all applications, in the order in which they were made.
    pub async fn tokens(&self) -> Result<Vec<StoredToken>, StateError> {
        let select = "SELECT id, application, name, hash, created_at, expires_at, last_used_at FROM token ORDER BY id";
        let rows = sqlx::query(select).fetch_all(&self.pool).await;
        let rows = rows.map_err(|error| self.failed(&error))?;
        let tokens: Result<_, sqlx::Error> = rows.iter().map(stored).collect();
        tokens.map_err(|error| self.failed(&error))
    }

    /// Says whether there was one.
    pub async fn revoke_token(&self, application: &str, name: &TokenName) -> Result<bool, StateError> {
        let done = sqlx::query("DELETE FROM token WHERE application = ? AND name = ?")
            .bind(application)
            .bind(&name.0)
            .execute(&self.pool)
            .await
            .map_err(|error| self.failed(&error))?;
        Ok(done.rows_affected() > 0)
    }

    /// Keeps when tokens, by their ids, were last used.
    pub async fn tokens_used(&self, uses: &[(i64, DateTime<Utc>)]) -> Result<(), StateError> {
        let failed = |error| self.failed(&error);
        let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await.map_err(failed)?;
        for (id, used) in uses {
            sqlx::query("UPDATE token SET last_used_at = max(coalesce(last_used_at, 0), ?) WHERE id = ?")
                .bind(used.timestamp())
                .bind(id)
                .execute(&mut *transaction)
                .await
                .map_err(failed)?;
        }
        transaction.commit().await.map_err(failed)
    }
}

fn stored(row: &SqliteRow) -> Result<StoredToken, sqlx::Error> {
    let hash: Vec<u8> = row.try_get("hash")?;
    Ok(StoredToken {
        id: row.try_get("id")?,
        application: row.try_get("application")?,
        name: row.try_get("name")?,
        hash: TokenHash::from_bytes(&hash).ok_or_else(|| sqlx::Error::Decode("a hash is not 32 bytes long".into()))?,
        created: instant(row.try_get("created_at")?),
        expires: row.try_get::<Option<i64>, _>("expires_at")?.map(instant),
        last_used: row.try_get::<Option<i64>, _>("last_used_at")?.map(instant),
    })
}

pub(super) fn instant(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(seconds, 0).unwrap_or_default()
}
