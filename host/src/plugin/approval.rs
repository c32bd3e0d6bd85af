//! What an administrator has approved of a plugin, and what is still to be approved.
//!
//! An approval is of one component, by its SHA-256, and says what it may import, in which applications it does what, and with
//! which statements. A component that says other statements at its next start is held to those that were seen.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{Capability, DatabaseAccess, Manifest, TransformPlace};
use crate::{
    application::Operation,
    database::{Access, Plan},
    outbound::Origin,
};

/// What a component may do.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approval {
    pub capabilities: BTreeSet<Capability>,
    pub database: Option<DatabaseAccess>,
    /// The hosts that it may send requests to.
    #[serde(default)]
    pub hosts: BTreeSet<Origin>,
    /// The artifact of a registry that it was fetched from; `None`: it was a file.
    #[serde(default)]
    pub source: Option<String>,
    /// By application and by the key of its configuration (`operations.create-user`), the statements of the plan as people
    /// are shown them. A transform has none.
    pub uses: BTreeMap<String, BTreeMap<String, Vec<String>>>,
}

impl Approval {
    /// All that a manifest asks for, and no use yet.
    pub fn of(manifest: &Manifest) -> Self {
        Self {
            capabilities: manifest.capabilities.keys().copied().collect(),
            database: manifest.database,
            hosts: manifest.hosts.clone(),
            source: None,
            uses: BTreeMap::new(),
        }
    }

    /// Adds a use.
    pub fn add(&mut self, application: &str, key: &str, plan: &Plan) {
        let uses = self.uses.entry(application.to_owned()).or_default();
        uses.insert(key.to_owned(), statements(plan));
    }

    /// Adds a use as a transform.
    pub fn add_transform(&mut self, application: &str, place: TransformPlace) {
        self.add(application, &place.key(), &Plan::default());
    }

    /// Whether any of its uses has to do with what clients read.
    pub fn reads(&self) -> bool {
        let of_transform = TransformPlace::FromApplication.key();
        self.uses.values().flat_map(BTreeMap::keys).any(|key| {
            let last = key.rsplit('.').next().unwrap_or_default();
            let operation = Operation::all().find(|operation| operation.name() == last);
            *key == of_transform || operation.is_some_and(|operation| operation.access() == Access::Read)
        })
    }

    /// Whether a plan at this place is the one that was approved.
    ///
    /// # Errors
    /// What is not approved, in a sentence.
    pub fn hold(&self, application: &str, key: &str, plan: &Plan) -> Result<(), String> {
        let Some(approved) = self.uses.get(application).and_then(|uses| uses.get(key)) else {
            return Err("is approved for other uses than this one".to_owned());
        };
        let statements = statements(plan);
        match statements.iter().find(|statement| !approved.contains(statement)) {
            Some(statement) => Err(format!("plans a statement that is not approved: {}", on_one_line(statement))),
            None => Ok(()),
        }
    }

    /// Whether the manifest of the component asks for nothing else.
    pub fn lacks(&self, manifest: &Manifest) -> Vec<Capability> {
        let asked = manifest.capabilities.keys().copied();
        asked
            .filter(|capability| {
                !self.capabilities.contains(capability)
                    || *capability == Capability::Database && manifest.database > self.database
                    || *capability == Capability::Http && !manifest.hosts.is_subset(&self.hosts)
            })
            .collect()
    }

    /// What this one has more and less than `before`, a line each; empty: nothing.
    pub fn differences(&self, before: &Approval) -> Vec<Difference> {
        let mut differences = Vec::new();
        let mut push = |added: bool, line: String| {
            differences.push(match added {
                true => Difference::Added(line),
                false => Difference::Removed(line),
            });
        };
        for capability in self.capabilities.symmetric_difference(&before.capabilities) {
            let added = self.capabilities.contains(capability);
            push(added, format!("{capability}: {}", capability.meaning()));
        }
        if let (Some(now), Some(then)) = (self.database, before.database)
            && now != then
        {
            push(true, format!("database access: {} instead of {}", now.name(), then.name()));
        }
        for host in self.hosts.symmetric_difference(&before.hosts) {
            push(self.hosts.contains(host), format!("requests to {host}"));
        }
        if self.source != before.source {
            let fetched = |source: &String| format!("fetched from {source}");
            before.source.iter().for_each(|source| push(false, fetched(source)));
            self.source.iter().for_each(|source| push(true, fetched(source)));
        }
        let (now, then) = (self.statements(), before.statements());
        for statement in now.symmetric_difference(&then) {
            let (application, key, text) = statement;
            push(now.contains(statement), format!("{application}: {key}{text}"));
        }
        differences
    }

    /// Uses as a set of places and statements; a use without a statement has an empty one.
    fn statements(&self) -> BTreeSet<(String, String, String)> {
        let mut all = BTreeSet::new();
        for (application, uses) in &self.uses {
            for (key, statements) in uses {
                let place = |text: String| (application.clone(), key.clone(), text);
                if statements.is_empty() {
                    all.insert(place(String::new()));
                }
                all.extend(statements.iter().map(|text| place(format!(": {}", on_one_line(text)))));
            }
        }
        all
    }
}

/// A line of what an update changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Difference {
    Added(String),
    Removed(String),
}

impl std::fmt::Display for Difference {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Difference::Added(line) => write!(f, "+ {line}"),
            Difference::Removed(line) => write!(f, "- {line}"),
        }
    }
}

fn statements(plan: &Plan) -> Vec<String> {
    plan.statements
        .iter()
        .map(|statement| statement.titled(&statement.name).to_string())
        .collect()
}

fn on_one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::database::{Access, Author, Parameter, RowEffect, RowSource, Statement};

    fn plan(text: &str, parameter: &str) -> Plan {
        Plan {
            statements: vec![Statement {
                name: "main".into(),
                text: text.into(),
                parameters: vec![Parameter::new(parameter)],
                access: Access::Write,
                effect: RowEffect::Exactly(1),
                rows_from: RowSource::Result,
                slots: Vec::new(),
                author: Author::Administrator,
            }],
            memo: String::new(),
        }
    }

    #[test]
    fn another_plan_or_place_is_not_approved() {
        let mut approval = Approval::default();
        approval.add("hr", "operations.delete-user", &plan("DELETE FROM u WHERE id = ?", "id"));
        let hold = |application, key, text, parameter| approval.hold(application, key, &plan(text, parameter));
        assert_eq!(
            hold("hr", "operations.delete-user", "DELETE FROM u WHERE id = ?", "id"),
            Ok(())
        );
        let other = hold("hr", "operations.delete-user", "DELETE FROM u", "id").unwrap_err();
        assert!(other.contains("DELETE FROM u"), "{other}");
        assert!(hold("hr", "operations.delete-user", "DELETE FROM u WHERE id = ?", "userName").is_err());
        assert!(hold("hr", "operations.update-user", "DELETE FROM u WHERE id = ?", "id").is_err());
        assert!(hold("payroll", "operations.delete-user", "DELETE FROM u WHERE id = ?", "id").is_err());
    }

    #[test]
    fn differences_are_what_a_person_decides_on() {
        let mut before = Approval {
            capabilities: [Capability::Log, Capability::Database].into(),
            database: Some(DatabaseAccess::Read),
            hosts: ["https://a.example".parse().unwrap(), "https://b.example".parse().unwrap()].into(),
            ..Approval::default()
        };
        before.add("hr", "operations.get-users", &plan("SELECT 1", "a"));
        assert_eq!(before.differences(&before), []);
        let mut after = Approval {
            capabilities: [Capability::Database, Capability::DynamicSql].into(),
            database: Some(DatabaseAccess::Write),
            hosts: ["https://b.example".parse().unwrap(), "http://b.example".parse().unwrap()].into(),
            ..Approval::default()
        };
        after.add("hr", "operations.get-users", &plan("SELECT 2", "a"));
        let lines: Vec<_> = after.differences(&before).iter().map(ToString::to_string).collect();
        insta::assert_snapshot!(lines.join("\n"));
    }
}
