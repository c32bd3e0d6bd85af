//! What an operation is told: the JSON that `prepare` and `refine` get, decoded.
//!
//! ```json
//! { "sql": "SELECT … WHERE user_id = ?",
//!   "parameters": ["id"],
//!   "rows": {"exactly": 1},
//!   "access": "write",
//!   "inputs": [{"name": "id"}, {"name": "emails[type eq \"work\"].value", "aliases": ["email"]}, {"name": "ids", "list": true}],
//!   "id-column": "user_id",
//!   "new-id": "database",
//!   "settings": {} }
//! ```
//!
//! Keys that this version does not know are ignored, so that a newer host can say more.

use serde::Deserialize;

use crate::{Access, Document, Problem, RowEffect};

/// An operation's settings.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
pub struct Settings {
    /// What the administrator wrote; `None` for an operation that a plugin does by itself.
    pub sql: Option<String>,
    /// What each `?` of the text stands for; empty where the text names its parameters.
    pub parameters: Vec<String>,
    /// How many rows the statement must change.
    pub rows: RowEffect,
    /// Whether the operation only reads.
    pub access: Access,
    /// The values that a call will have.
    pub inputs: Vec<Input>,
    /// The column that identifies a user.
    pub id_column: Option<String>,
    /// create-user, create-group: who makes the id.
    pub new_id: Option<NewId>,
    /// The plugin's own settings, with the operation's laid over them.
    pub settings: Document,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            sql: None,
            parameters: Vec::new(),
            rows: RowEffect::Any,
            access: Access::Read,
            inputs: Vec::new(),
            id_column: None,
            new_id: None,
            settings: Document::new(),
        }
    }
}

impl Settings {
    /// Reads the settings that the host hands over.
    ///
    /// # Errors
    /// One problem, with the key `settings`: the text is not what this module describes.
    pub fn from_json(text: &str) -> Result<Self, Vec<Problem>> {
        serde_json::from_str(text).map_err(|error| {
            vec![Problem::new(
                "settings",
                format!("the component cannot read its settings: {error}"),
                "use a component and a Portcullis of the same release line",
            )]
        })
    }

    /// The input that is called `name`, by its own name or an alias.
    ///
    /// Names are compared without regard to case, as SCIM does (RFC 7643 §2.1), unless one is the same letter for letter.
    pub fn input(&self, name: &str) -> Option<&Input> {
        let by = |same: fn(&str, &str) -> bool| self.inputs.iter().find(|input| input.names().any(|known| same(known, name)));
        by(|known, name| known == name).or_else(|| by(|known, name| known.eq_ignore_ascii_case(name)))
    }
}

/// A value that a call will have.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct Input {
    /// What the plan calls it, for example `emails[type eq "work"].value`.
    pub name: String,
    /// What a text may call it as well, for example the column `email`.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// Whether it stands for several values, as `ids` does.
    #[serde(default)]
    pub list: bool,
}

impl Input {
    /// An input with one value and no alias.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            ..Self::default()
        }
    }

    /// Its own name, then its aliases.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.name.as_str()).chain(self.aliases.iter().map(String::as_str))
    }
}

/// Who makes the id of a new user.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NewId {
    /// The database, and the component has to find it out.
    Database,
    /// The host, which binds it as `id`.
    Host,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_the_host_writes() {
        let settings = Settings::from_json(
            r#"{"sql": "DELETE FROM u WHERE id = ?", "parameters": ["id"], "rows": {"at-most": 1}, "access": "write",
                "inputs": [{"name": "id"}, {"name": "emails[type eq \"work\"].value", "aliases": ["email"]},
                           {"name": "ids", "list": true}],
                "id-column": "user_id", "new-id": "host", "settings": {"table": "audit"}, "of-a-newer-host": 1}"#,
        )
        .unwrap();
        assert_eq!(settings.rows, RowEffect::AtMost(1));
        assert_eq!(settings.access, Access::Write);
        assert_eq!(settings.id_column.as_deref(), Some("user_id"));
        assert_eq!(settings.new_id, Some(NewId::Host));
        assert_eq!(settings.settings["table"], "audit");
        assert!(settings.input("ids").unwrap().list);
        assert_eq!(settings.input("EMAIL").unwrap().name, "emails[type eq \"work\"].value");
        assert_eq!(settings.input("mail"), None);
    }

    #[test]
    fn little_is_enough() {
        assert_eq!(Settings::from_json("{}").unwrap(), Settings::default());
        assert_eq!(
            Settings::from_json(r#"{"rows": "any", "access": "read"}"#).unwrap(),
            Settings::default()
        );
    }

    #[test]
    fn what_cannot_be_read_is_a_problem() {
        let problems = Settings::from_json(r#"{"rows": "some"}"#).unwrap_err();
        assert_eq!(problems[0].key, "settings");
        assert!(problems[0].message.contains("some"), "{}", problems[0].message);
    }
}
