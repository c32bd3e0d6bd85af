//! The statement that sets the mapped columns of a table: all of them in the plan, and derived from it by `shape.assign`
//! those that are to change.

use portcullis_sdk::{Input, Problem, RowSource};

use crate::{Dialect, columns, identifier, parameters::Source, scope::Scope, writer::Piece};

/// The values that tell which row it is, and whether its user is active: others have operations for these.
const APART: [&str; 3] = ["id", "active", "password"];

/// `UPDATE table SET column = :attribute, … WHERE id = :id`; `assign` names the inputs to set, none: all.
pub(crate) fn source(dialect: Dialect, scope: &Scope, table: &str, assign: &[String]) -> Source<'static> {
    let mut source = Source {
        tokens: Vec::new(),
        pieces: Vec::new(),
        problems: Vec::new(),
        rows_from: RowSource::Result,
    };
    if !identifier::is_qualified(dialect, table) {
        let message = format!("`{table}` is not the name of a table");
        let remedy = format!(
            "write its name, with the schema in front if need be; one with other signs in quotes: {}",
            dialect.quoted("App User")
        );
        source.problems.push(Problem::new("update.table", message, remedy));
    }
    let wanted = |input: &&Input| assign.is_empty() || assign.contains(&input.name);
    let set: Vec<(&Input, &str)> = scope
        .inputs
        .iter()
        .filter(|input| !APART.contains(&input.name.as_str()))
        .filter(wanted)
        .filter_map(|input| Some((input, input.column.as_deref()?)))
        .collect();
    let Some(id) = scope.id_column.as_deref().filter(|_| scope.input("id").is_some()) else {
        let remedy = "use it for update-user or update-group, or write `sql`";
        let problem = Problem::new("update", "this operation changes nobody who has an id", remedy);
        source.problems.push(problem);
        return source;
    };
    if set.is_empty() {
        let remedy = "map attributes to columns, or write `sql`";
        let problem = Problem::new("update", "no attribute that this operation takes has a column", remedy);
        source.problems.push(problem);
    }
    source.pieces.push(Piece::Text(format!("UPDATE {table} SET ")));
    for (index, (input, column)) in set.into_iter().enumerate() {
        let separator = if index > 0 { ", " } else { "" };
        source
            .pieces
            .push(Piece::Text(format!("{separator}{} = ", columns::mapped(dialect, column))));
        source.pieces.push(Piece::Parameter(input.name.clone()));
    }
    source
        .pieces
        .push(Piece::Text(format!(" WHERE {} = ", columns::mapped(dialect, id))));
    source.pieces.push(Piece::Parameter("id".to_owned()));
    source
}
