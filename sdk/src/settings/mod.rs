//! What an operation is told: the JSON that `prepare` and `refine` get, decoded.
//!
//! ```json
//! { "steps": [{"name": "main", "key": "sql", "sql": "UPDATE … WHERE user_id = ?", "parameters": ["id"], "rows": {"exactly": 1}}],
//!   "access": "write",
//!   "inputs": [{"name": "id"}, {"name": "ids", "list": true},
//!              {"name": "emails[type eq \"work\"].value", "aliases": ["email"], "column": "email", "type": "text"}],
//!   "id-column": "user_id",
//!   "new-id": "database",
//!   "settings": {} }
//! ```
//!
//! A step is one of
//!
//! ```json
//! {"name": "main", "key": "sql", "sql": "…", "parameters": [], "rows": "any", "when": "title pr", "returns": ["user_id"]}
//! {"name": "main", "key": "procedure", "procedure": "hr.create_user", "function": false, "success": 0,
//!  "arguments": [{"name": "p_name", "value": "userName"}, {"name": "p_by", "constant": "scim", "type": "varchar"},
//!                {"name": "p_id", "value": "id", "direction": "out"}]}
//! {"name": "main", "key": "update", "update": {"table": "app_user"}, "rows": {"exactly": 1}}
//! ```
//!
//! Keys that this version does not know are ignored, so that a newer host can say more.

mod argument;
mod step;

pub use argument::{Argument, Source};
use serde::Deserialize;
pub use step::{Action, Procedure, Routine, Step};

use crate::{Access, Document, Problem};

/// An operation's settings.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
pub struct Settings {
    /// What the administrator wrote, at least one; empty for an operation that a plugin does by itself.
    pub steps: Vec<Step>,
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
            steps: Vec::new(),
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
    /// The column that holds it, if it is a mapped attribute that has a column for itself.
    #[serde(default)]
    pub column: Option<String>,
    /// The SQL type that the mapping gives it.
    #[serde(default, rename = "type")]
    pub type_name: Option<String>,
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
    use crate::{ParameterDirection, RowEffect, Value};

    #[test]
    fn reads_what_the_host_writes() {
        let settings = Settings::from_json(
            r#"{"steps": [{"name": "main", "key": "sql", "sql": "DELETE FROM u WHERE id = ?", "parameters": ["id"],
                           "rows": {"at-most": 1}, "when": null, "of-a-newer-host": 1}],
                "access": "write",
                "inputs": [{"name": "id"}, {"name": "ids", "list": true},
                           {"name": "emails[type eq \"work\"].value", "aliases": ["email"], "column": "email", "type": "text"}],
                "id-column": "user_id", "new-id": "host", "settings": {"table": "audit"}, "of-a-newer-host": 1}"#,
        )
        .unwrap();
        let [step] = settings.steps.as_slice() else {
            panic!("{:?}", settings.steps)
        };
        assert_eq!(step.rows, RowEffect::AtMost(1));
        assert!(matches!(&step.action, Action::Sql { parameters, .. } if parameters == &["id"]));
        assert_eq!(settings.access, Access::Write);
        assert_eq!(settings.id_column.as_deref(), Some("user_id"));
        assert_eq!(settings.new_id, Some(NewId::Host));
        assert_eq!(settings.settings["table"], "audit");
        assert!(settings.input("ids").unwrap().list);
        let email = settings.input("EMAIL").unwrap();
        assert_eq!(
            (email.name.as_str(), email.type_name.as_deref()),
            ("emails[type eq \"work\"].value", Some("text"))
        );
        assert_eq!(settings.input("mail"), None);
    }

    #[test]
    fn reads_procedures() {
        let settings = Settings::from_json(
            r#"{"steps": [{"name": "made", "key": "statements[0].procedure", "procedure": "hr.create_user", "success": 0,
                           "arguments": [{"value": "userName"}, {"name": "p_by", "constant": 5, "type": "integer"},
                                         {"name": "p_id", "value": "id", "direction": "in-out"}]},
                          {"name": "second", "key": "statements[1].update", "update": {"table": "app_user"}, "rows": {"exactly": 1}}]}"#,
        )
        .unwrap();
        let Action::Procedure(procedure) = &settings.steps[0].action else {
            panic!("{:?}", settings.steps)
        };
        assert_eq!((procedure.routine, procedure.success), (Routine::Procedure, Some(0)));
        assert_eq!(procedure.arguments[0], Argument::new("userName"));
        assert_eq!(procedure.arguments[1].source, Some(Source::Constant(Value::Integer(5))));
        assert_eq!(procedure.arguments[2].direction, ParameterDirection::InOut);
        assert_eq!(settings.steps[0].rows, RowEffect::Any);
        assert_eq!(settings.steps[1].key_of("when"), "statements[1].when");
    }

    #[test]
    fn little_is_enough() {
        assert_eq!(Settings::from_json("{}").unwrap(), Settings::default());
        assert_eq!(Settings::from_json(r#"{"access": "read"}"#).unwrap(), Settings::default());
    }

    #[test]
    fn what_cannot_be_read_is_a_problem() {
        for (text, word) in [
            (r#"{"access": "some"}"#, "some"),
            (r#"{"steps": [{"name": "main", "key": "sql"}]}"#, "main"),
            (
                r#"{"steps": [{"name": "a", "key": "procedure", "procedure": "p", "arguments": [{"constant": []}]}]}"#,
                "constant",
            ),
        ] {
            let problems = Settings::from_json(text).unwrap_err();
            assert_eq!(problems[0].key, "settings");
            assert!(problems[0].message.contains(word), "{}", problems[0].message);
        }
    }
}
