//! The steps of an operation in their order: what the plan calls each, and what each may name of those before.

use portcullis_sdk::{Access, Action, Input, NewId, Problem, Settings, Step};

use crate::{identifier, memo::Given};

/// What the plan calls the statement that others are derived from.
pub(crate) const MAIN: &str = "main";
/// What the host calls derived statements.
const REFINED: &str = "refined";

/// Which step others are derived from: of an operation that reads the last, which gives the rows; else the generated update,
/// or the first.
pub(crate) fn main_of(settings: &Settings) -> usize {
    let is_update = |step: &Step| matches!(step.action, Action::Update { .. });
    match settings.access {
        Access::Read => settings.steps.len().saturating_sub(1),
        Access::Write => settings.steps.iter().position(is_update).unwrap_or_default(),
    }
}

/// What the plan calls the statement of a step.
pub(crate) fn statement_of(settings: &Settings, index: usize) -> &str {
    match settings.steps.get(index) {
        Some(step) if index != main_of(settings) => &step.name,
        _ => MAIN,
    }
}

/// Whether a new resource gets its id from the database.
pub(crate) fn makes_id(operation: &str, settings: &Settings) -> bool {
    operation.starts_with("create-") && settings.new_id == Some(NewId::Database)
}

/// What a step may name: the inputs of the call, and what the steps before it gave.
pub(crate) struct Known<'s> {
    operation: &'s str,
    settings: &'s Settings,
    pub(crate) inputs: Vec<Input>,
    /// The names of results among them.
    pub(crate) results: Vec<String>,
}

impl<'s> Known<'s> {
    pub(crate) fn new(operation: &'s str, settings: &'s Settings) -> Self {
        let made = makes_id(operation, settings);
        let given = settings.inputs.iter().filter(|input| !(made && input.name == "id"));
        Self {
            operation,
            settings,
            inputs: given.cloned().collect(),
            results: Vec::new(),
        }
    }

    /// Adds what a step gives.
    ///
    /// # Errors
    /// Names that cannot be told from others.
    pub(crate) fn add(&mut self, step: &Step, gives: &[Given]) -> Vec<Problem> {
        let mut problems = Vec::new();
        if makes_id(self.operation, self.settings) && self.results.iter().all(|name| name != "id") {
            self.result("id");
        }
        for given in gives.iter().filter(|given| given.name != "id") {
            if self
                .inputs
                .iter()
                .any(|input| input.names().any(|name| name.eq_ignore_ascii_case(&given.name)))
            {
                let message = format!("`{}` is the name of something else already", given.name);
                problems.push(Problem::new("name", message, "give the statement another name"));
            }
            self.result(&given.name);
        }
        problems.retain(|_| !step.name.is_empty());
        problems
    }

    fn result(&mut self, name: &str) {
        self.inputs.push(Input::new(name));
        self.results.push(name.to_owned());
    }
}

/// What is wrong with the name of a step, or with the columns that it says it gives.
pub(crate) fn misnamed(settings: &Settings, index: usize, step: &Step) -> Vec<Problem> {
    let mut problems = Vec::new();
    let plain = step.name.starts_with(|first: char| first.is_ascii_alphabetic())
        && step
            .name
            .chars()
            .all(|character| character.is_ascii_alphanumeric() || matches!(character, '_' | '-'));
    let earlier = settings.steps.iter().take(index);
    if !plain {
        let message = format!("`{}` is not a name that other statements could use", step.name);
        problems.push(Problem::new(
            "name",
            message,
            "write letters, digits, _ and -, a letter first",
        ));
    } else if earlier.clone().any(|other| other.name.eq_ignore_ascii_case(&step.name)) {
        let message = format!("another statement of this operation is called `{}`", step.name);
        problems.push(Problem::new("name", message, "give each a name of its own"));
    } else if step.name == REFINED || step.name == MAIN && index != main_of(settings) {
        let message = format!("`{}` is what Portcullis calls another statement of this operation", step.name);
        problems.push(Problem::new("name", message, "give it another name"));
    }
    for (place, column) in step.returns.iter().enumerate() {
        if !identifier::is_plain(column) {
            let message = format!("`{column}` is not a name that other statements could use");
            let remedy = "give the column an alias of letters, digits and _ in the statement, and write that here";
            problems.push(Problem::new(format!("returns[{place}]"), message, remedy));
        }
    }
    problems
}
