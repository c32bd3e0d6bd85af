//! From what an administrator wrote to a plan.

use portcullis_sdk::{Plan, Problem, RowEffect, Settings};

use crate::{Dialect, parameters, refine, returning, rules, writer::Writer};

/// The plan of an operation: the statement `main`, a list in it for one value.
///
/// # Errors
/// Every mistake in the text and in the list of parameters, in the order of their places.
pub fn prepare(dialect: Dialect, operation: &str, settings: &Settings) -> Result<Plan, Vec<Problem>> {
    let text = settings.sql.as_deref().unwrap_or_default();
    let source = parameters::read(dialect, settings, text);
    let mut problems = source.problems;
    problems.extend(rules::broken(dialect, operation, settings, &source.tokens));
    if !problems.is_empty() {
        problems.sort_by_key(|problem| (problem.key != "sql", problem.offset));
        return Err(problems);
    }
    let mut writer = Writer::new(dialect);
    writer.pieces(&source.pieces, |_| 1);
    // Nobody counts the rows that a block changes.
    let effect = if returning::is_uncounted(dialect, &source.tokens) {
        RowEffect::Any
    } else {
        settings.rows
    };
    Ok(Plan::new([refine::finished(writer, settings.access, effect)]))
}
