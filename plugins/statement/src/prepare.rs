//! From what an administrator wrote to a plan.

use portcullis_sdk::{Access, Action, Plan, Problem, RowEffect, Settings, Step};

use crate::{
    Dialect, condition,
    memo::{Code, Given, Memo, Step as Remembered, Way},
    returning, rules,
    scope::Scope,
    sequence::{self, Known},
    step::{self, Read},
    writer::Piece,
};

/// The plan of an operation: a statement for each of its steps, a list in it for one value.
///
/// # Errors
/// Every mistake in the steps, in the order of these and of their places.
pub fn prepare(dialect: Dialect, operation: &str, settings: &Settings) -> Result<Plan, Vec<Problem>> {
    let mut problems = Vec::new();
    let mut known = Known::new(operation, settings);
    let mut plan = Plan::new([]);
    let mut memo = Memo::default();
    if settings.steps.is_empty() {
        let remedy = "write one, or leave the operation out of the configuration";
        return Err(vec![Problem::new("sql", "there is no statement", remedy)]);
    }
    for (index, configured) in settings.steps.iter().enumerate() {
        let scope = Scope::new(settings, &known.inputs, configured);
        let read = step::read(dialect, operation, &scope, configured, &[]);
        let mut found = read.source.problems.clone();
        found.extend(sequence::misnamed(settings, index, configured));
        found.extend(unfit(operation, settings, index, configured, &read));
        let when = configured
            .when
            .as_deref()
            .map(|text| condition::parse(operation, &scope, text));
        let when = when.transpose().map_err(|problem| found.push(problem)).unwrap_or_default();
        let way = way(dialect, settings, index, configured, &read);
        let statement = sequence::statement_of(settings, index).to_owned();
        let (access, rows) = match way {
            // Nobody counts the rows that a block changes.
            Way::Execute if returning::is_uncounted(dialect, &read.source.tokens) => (Access::Write, RowEffect::Any),
            Way::Execute => (Access::Write, configured.rows),
            Way::Query(_) | Way::Forward => (Access::Read, RowEffect::Any),
        };
        plan.statements.push(portcullis_sdk::Statement {
            name: statement.clone(),
            ..read.statement(dialect, &scope, access, rows)
        });
        let takes = known.results.iter().filter(|result| read.names().any(|name| name == *result));
        let takes = takes.cloned().collect();
        let gives: Vec<Given> = read
            .gives
            .into_iter()
            .chain(returned(operation, settings, configured))
            .collect();
        found.extend(known.add(configured, &gives));
        memo.steps.push(Remembered {
            name: configured.name.clone(),
            statement,
            way,
            when,
            constants: read.constants,
            takes,
            gives,
            code: code(configured),
        });
        found.sort_by_key(|problem| (problem.key != "sql", problem.offset));
        problems.extend(step::placed(configured, found));
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    if !is_plain(&memo) {
        plan.memo = memo
            .text()
            .map_err(|message| vec![Problem::new("statements", message, "write the statements in another way")])?;
    }
    Ok(plan)
}

/// Nothing but one statement, for which the host has every value.
fn is_plain(memo: &Memo) -> bool {
    match memo.steps.as_slice() {
        [only] => {
            only.when.is_none()
                && only.constants.is_empty()
                && only.code.is_none()
                && only.gives.iter().all(|given| given.name != "id" || given.is_output())
        }
        _ => false,
    }
}

/// The columns that later steps may name. That of the id is the new id where the database makes one.
fn returned<'s>(operation: &'s str, settings: &'s Settings, step: &'s Step) -> impl Iterator<Item = Given> + 's {
    let given = |name: String, column: &String| Given {
        name,
        output: None,
        column: Some(column.clone()),
        place: None,
    };
    let is_id = move |column: &&String| {
        let id = settings
            .id_column
            .as_deref()
            .filter(|_| sequence::makes_id(operation, settings));
        id.is_some_and(|id| id.eq_ignore_ascii_case(column))
    };
    let ids = step
        .returns
        .iter()
        .filter(is_id)
        .map(move |column| given("id".to_owned(), column));
    let named = step
        .returns
        .iter()
        .map(move |column| given(format!("{}.{column}", step.name), column));
    ids.chain(named)
}

fn code(step: &Step) -> Option<Code> {
    match &step.action {
        Action::Procedure(procedure) => procedure.success.map(|success| Code {
            procedure: procedure.name.clone(),
            success,
        }),
        Action::Sql { .. } | Action::Update { .. } => None,
    }
}

/// How a step is run. One of several that only selects has its rows looked at, and not how many it changes.
fn way(dialect: Dialect, settings: &Settings, index: usize, step: &Step, read: &Read<'_>) -> Way {
    let last = index + 1 == settings.steps.len();
    let selects = matches!(step.action, Action::Sql { .. }) && rules::selects(dialect, &read.source.tokens).is_ok();
    match settings.access {
        Access::Read if last => Way::Forward,
        Access::Read => Way::Query(step.rows.into()),
        Access::Write if selects && settings.steps.len() > 1 => Way::Query(step.rows.into()),
        Access::Write => Way::Execute,
    }
}

/// What this operation cannot do with a step.
fn unfit(operation: &str, settings: &Settings, index: usize, step: &Step, read: &Read<'_>) -> Vec<Problem> {
    let mut problems = Vec::new();
    let last = index + 1 == settings.steps.len();
    if settings.access == Access::Read {
        if last && step.when.is_some() {
            let message = format!("the last statement of {operation} gives the rows, and so always runs");
            problems.push(Problem::new("when", message, "leave it out"));
        }
        if matches!(&step.action, Action::Procedure(procedure) if procedure.success.is_some()) {
            let message = format!("the rows of {operation} are passed on as they come, and no code is looked at");
            problems.push(Problem::new(
                "success",
                message,
                "leave it out, and let the procedure raise an error",
            ));
        }
    }
    let list = read.source.pieces.iter().find_map(|piece| match piece {
        Piece::List(name) => Some(name),
        _ => None,
    });
    if let Some(name) = list.filter(|_| settings.steps.len() > 1) {
        let message = format!("{name} stands for a list of values, which an operation of several statements cannot have");
        problems.push(Problem::new("sql", message, "write the statements for one, with :id"));
    }
    problems
}
