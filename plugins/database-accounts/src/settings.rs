//! What may be managed, as the settings say.

use portcullis_sdk::{Document, Problem, serde_json};
use serde::{Deserialize, Serialize};

/// The settings, read. Also what the plan's memo is, so that each call knows them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Managed {
    pub database: Product,
    /// What the names of all managed accounts begin with.
    pub prefix: String,
    /// The roles that can be given and taken.
    #[serde(default)]
    pub roles: Vec<String>,
    /// Accounts that begin like this and are not managed all the same.
    #[serde(default)]
    pub except: Vec<String>,
    /// The second half of every account's name; PostgreSQL has none.
    #[serde(default = "anywhere")]
    pub host: String,
}

/// The servers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Product {
    Postgresql,
    Mariadb,
    Mysql,
}

fn anywhere() -> String {
    "%".to_owned()
}

impl Managed {
    /// Reads the component's settings.
    ///
    /// # Errors
    /// The first key that is missing, unknown or wrong, or every role that the server itself reserves.
    pub fn read(settings: &Document) -> Result<Self, Vec<Problem>> {
        let value = serde_json::Value::Object(settings.clone());
        let managed: Self = serde_json::from_value(value).map_err(|error| {
            let remedy = "write database = \"postgresql\", \"mariadb\" or \"mysql\", prefix = \"…\", and if need be roles = […], \
                          except = […] and host = \"…\"";
            vec![Problem::new(
                "settings",
                format!("database-accounts cannot read them: {error}"),
                remedy,
            )]
        })?;
        let problems: Vec<Problem> = managed.reserved().collect();
        if problems.is_empty() { Ok(managed) } else { Err(problems) }
    }

    /// What was written into the memo.
    pub fn of_memo(memo: &str) -> Option<Self> {
        serde_json::from_str(memo).ok()
    }

    pub fn memo(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    fn reserved(&self) -> impl Iterator<Item = Problem> {
        let named = self.roles.iter().filter(|role| self.database.reserves(role));
        named.map(|role| {
            Problem::new(
                "settings.roles",
                format!("`{role}` is a name that the server keeps for itself"),
                "take it off the list; grant it to a role of your own if you must",
            )
        })
    }
}

impl Product {
    /// Whether the server keeps a name for itself.
    pub fn reserves(self, name: &str) -> bool {
        match self {
            Product::Postgresql => name.starts_with("pg_") || ["public", "none"].contains(&name),
            Product::Mariadb | Product::Mysql => {
                let lower = name.to_ascii_lowercase();
                ["root", "mariadb.sys", "public", "none", "event_scheduler"].contains(&lower.as_str())
                    || lower.starts_with("mysql.")
            }
        }
    }
}
