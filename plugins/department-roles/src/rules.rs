//! Which roles a department has.

use std::collections::BTreeSet;

use portcullis_sdk::{
    Document, Failure,
    serde_json::{self, Value, json},
};
use serde::Deserialize;

use crate::attribute;

/// The settings, read.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Rules {
    rules: Vec<Rule>,
    /// The roles of those whose department has no rule, or who have none.
    #[serde(default)]
    otherwise: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Rule {
    department: String,
    roles: Vec<String>,
}

impl Rules {
    /// # Errors
    /// A key is missing, unknown or of the wrong type.
    pub fn read(settings: &Document) -> Result<Self, Failure> {
        let settings = Value::Object(settings.clone());
        serde_json::from_value(settings).map_err(|error| {
            let detail = format!("the plugin department-roles cannot read its settings: {error}");
            Failure::new(500, detail)
        })
    }

    /// Gives and takes the roles that rules name, and says how many.
    pub fn apply(&self, user: &mut Document) -> usize {
        let due = self.due(attribute::department(user));
        let name = attribute::name_in(user, "roles").unwrap_or_else(|| "roles".to_owned());
        let mut roles = match user.remove(&name) {
            Some(Value::Array(roles)) => roles,
            Some(other) => vec![other],
            None => Vec::new(),
        };
        let before = roles.len();
        roles.retain(|role| value(role).is_none_or(|role| due.contains(role) || !self.is_ruled(role)));
        let mut changed = before - roles.len();
        for role in due {
            if !roles.iter().any(|held| value(held) == Some(role)) {
                roles.push(json!({ "value": role }));
                changed += 1;
            }
        }
        if before > 0 || !roles.is_empty() {
            user.insert(name, Value::Array(roles));
        }
        changed
    }

    /// The roles of a department, of all its rules.
    fn due(&self, department: Option<&str>) -> BTreeSet<&str> {
        let is_of = |rule: &&Rule| department.is_some_and(|it| it.to_lowercase() == rule.department.trim().to_lowercase());
        let mut due: Vec<&Rule> = self.rules.iter().filter(is_of).collect();
        match due.is_empty() {
            true => self.otherwise.iter().map(String::as_str).collect(),
            false => due.drain(..).flat_map(|rule| &rule.roles).map(String::as_str).collect(),
        }
    }

    fn is_ruled(&self, role: &str) -> bool {
        let named = self.rules.iter().flat_map(|rule| &rule.roles).chain(&self.otherwise);
        named.into_iter().any(|named| named == role)
    }
}

/// The value of an element of `roles`. Clients also write it bare.
fn value(role: &Value) -> Option<&str> {
    match role {
        Value::Object(role) => attribute::of(role, "value").and_then(Value::as_str),
        other => other.as_str(),
    }
}
