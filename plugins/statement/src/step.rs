//! One step of an operation, written for the plan.

use portcullis_sdk::{Access, Action, Problem, RowEffect, Step, serde_json::Value as Json};

use crate::{
    Dialect,
    memo::Given,
    parameters::{self, Source},
    procedure, rules,
    scope::Scope,
    sequence, update,
    writer::{Piece, Writer},
};

/// A step that has been read.
pub(crate) struct Read<'s> {
    pub(crate) source: Source<'s>,
    /// What it gives besides the columns that it declares.
    pub(crate) gives: Vec<Given>,
    /// Values of the configuration, by the parameters that take them.
    pub(crate) constants: Vec<(String, Json)>,
}

/// Reads a step. The problems of its source have keys as if it were the operation's only one.
pub(crate) fn read<'s>(dialect: Dialect, operation: &str, scope: &'s Scope, step: &Step, assign: &[String]) -> Read<'s> {
    match &step.action {
        Action::Sql { .. } => {
            let mut source = parameters::read(dialect, scope);
            let broken = rules::broken(dialect, operation, scope, &source.tokens);
            source.problems.extend(broken);
            let gives = outputs(operation, scope, step, &source.pieces);
            Read {
                source,
                gives,
                constants: Vec::new(),
            }
        }
        Action::Update { table } => Read {
            source: update::source(dialect, scope, table, assign),
            gives: Vec::new(),
            constants: Vec::new(),
        },
        Action::Procedure(procedure) => {
            let prepared = procedure::prepare(dialect, operation, scope, step, procedure);
            Read {
                source: prepared.source,
                gives: prepared.gives,
                constants: prepared.constants,
            }
        }
    }
}

/// What the database gives through parameters of a text (`RETURNING … INTO :name`).
fn outputs(operation: &str, scope: &Scope, step: &Step, pieces: &[Piece]) -> Vec<Given> {
    let given = |name: &String| Given {
        name: match name.as_str() {
            "id" if sequence::makes_id(operation, scope) => name.clone(),
            other => format!("{}.{other}", step.name),
        },
        output: Some(name.clone()),
        column: None,
        place: None,
    };
    let outputs = pieces.iter().filter_map(|piece| match piece {
        Piece::Output(name) => Some(given(name)),
        _ => None,
    });
    outputs.collect()
}

impl Read<'_> {
    /// The statement, a list in it for one value.
    pub(crate) fn statement(
        &self,
        dialect: Dialect,
        scope: &Scope,
        access: Access,
        rows: RowEffect,
    ) -> portcullis_sdk::Statement {
        let mut writer = Writer::new(dialect);
        writer.pieces(&self.source.pieces, |_| 1);
        crate::refine::finished(writer, scope, self.source.rows_from, access, rows)
    }

    /// The parameters' names.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.source.pieces.iter().filter_map(|piece| match piece {
            Piece::Text(_) | Piece::Output(_) => None,
            Piece::Parameter(name) | Piece::List(name) => Some(name.as_str()),
            Piece::Bound(parameter) => Some(parameter.name.as_str()),
        })
    }
}

/// Problems with the keys that the step has in the operation's table.
pub(crate) fn placed(step: &Step, problems: Vec<Problem>) -> impl Iterator<Item = Problem> {
    problems.into_iter().map(|problem| Problem {
        key: step.key_of(&problem.key),
        ..problem
    })
}
