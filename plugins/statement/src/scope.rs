//! What one step may name, and what it must be.

use std::ops::Deref;

use portcullis_sdk::{Action, Input, RowEffect, Settings, Step};

/// The operation's settings as one step sees them: among the inputs are the results of earlier steps.
pub(crate) struct Scope {
    settings: Settings,
    pub(crate) sql: String,
    /// What each `?` of the text stands for.
    pub(crate) parameters: Vec<String>,
    pub(crate) rows: RowEffect,
    /// How many steps the operation has.
    pub(crate) steps: usize,
    /// Types that the list gives parameters: `hired_on as date`.
    types: Vec<(String, String)>,
}

impl Scope {
    pub(crate) fn new(settings: &Settings, inputs: &[Input], step: &Step) -> Self {
        let (sql, listed) = match &step.action {
            Action::Sql { text, parameters } => (text.clone(), parameters.as_slice()),
            Action::Procedure(_) | Action::Update { .. } => (String::new(), [].as_slice()),
        };
        let mut scope = Self {
            settings: Settings {
                steps: Vec::new(),
                inputs: inputs.to_vec(),
                ..settings.clone()
            },
            sql,
            parameters: Vec::new(),
            rows: step.rows,
            steps: settings.steps.len(),
            types: Vec::new(),
        };
        for entry in listed {
            let (name, type_name) = match entry.split_once(" as ") {
                Some((name, type_name)) => (name.trim(), Some(type_name.trim())),
                None => (entry.as_str(), None),
            };
            if let (Some(input), Some(type_name)) = (scope.settings.input(name), type_name) {
                scope.types.push((input.name.clone(), type_name.to_owned()));
            }
            scope.parameters.push(name.to_owned());
        }
        scope
    }

    /// The type that a parameter is to have: what the list says, else what the mapping says.
    pub(crate) fn type_of(&self, parameter: &str) -> Option<String> {
        let input = self
            .inputs
            .iter()
            .find(|input| input.name == parameter || is_of_list(input, parameter))?;
        let listed = self.types.iter().find(|(name, _)| *name == input.name);
        listed
            .map(|(_, type_name)| type_name.clone())
            .or_else(|| input.type_name.clone())
    }
}

/// `ids.3` is a value of the list `ids`.
fn is_of_list(input: &Input, parameter: &str) -> bool {
    input.list && parameter.rsplit_once('.').is_some_and(|(list, _)| list == input.name)
}

impl Deref for Scope {
    type Target = Settings;

    fn deref(&self) -> &Settings {
        &self.settings
    }
}
