//! Which entitlement types have been served, and as what. Identity providers keep what they discovered: whether a user holds
//! one of a type or several must not change afterwards.

use chrono::{DateTime, Utc};
use sqlx::Row as _;

use super::{StateError, Store, token::instant};

/// How many of a type a user holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holding {
    /// At most one.
    One,
    Several,
}

impl Holding {
    fn word(self) -> &'static str {
        match self {
            Holding::One => "one",
            Holding::Several => "several",
        }
    }
}

/// An entitlement type whose items clients have read.
#[derive(Clone, Debug)]
pub struct ServedType {
    pub name: String,
    pub holding: Holding,
    /// When that was first.
    pub since: DateTime<Utc>,
}

impl Store {
    /// Remembers that a type was served. What is remembered of it already stays.
    pub async fn remember_served(&self, application: &str, name: &str, holding: Holding) -> Result<(), StateError> {
        let insert = "INSERT INTO served_entitlement_type (application, name, holding, served_at) VALUES (?, ?, ?, ?)
                      ON CONFLICT DO NOTHING";
        sqlx::query(insert)
            .bind(application)
            .bind(name)
            .bind(holding.word())
            .bind(Utc::now().timestamp())
            .execute(&self.pool)
            .await
            .map_err(|error| self.failed(&error))?;
        Ok(())
    }

    /// In the order of their names.
    pub async fn served(&self, application: &str) -> Result<Vec<ServedType>, StateError> {
        let select = "SELECT name, holding, served_at FROM served_entitlement_type WHERE application = ? ORDER BY name";
        let rows = sqlx::query(select).bind(application).fetch_all(&self.pool).await;
        let rows = rows.map_err(|error| self.failed(&error))?;
        let types: Result<_, sqlx::Error> = rows
            .iter()
            .map(|row| {
                let holding: String = row.try_get("holding")?;
                Ok(ServedType {
                    name: row.try_get("name")?,
                    holding: match holding == Holding::One.word() {
                        true => Holding::One,
                        false => Holding::Several,
                    },
                    since: instant(row.try_get("served_at")?),
                })
            })
            .collect();
        types.map_err(|error| self.failed(&error))
    }

    /// Says whether there was something to forget.
    pub async fn forget_served(&self, application: &str, name: &str) -> Result<bool, StateError> {
        let done = sqlx::query("DELETE FROM served_entitlement_type WHERE application = ? AND name = ?")
            .bind(application)
            .bind(name)
            .execute(&self.pool)
            .await
            .map_err(|error| self.failed(&error))?;
        Ok(done.rows_affected() > 0)
    }
}
