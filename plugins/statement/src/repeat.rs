//! A statement for one value, asked for several of them at once: written once for each, its rows put together.
//!
//! An administrator who reads the assignments of one user (`WHERE user_id = :id`) need not know that a page of users is
//! read with them.

use portcullis_sdk::{Access, ListSize, Parameter, Projection, RowEffect, Shape, Statement};

use crate::{
    Dialect,
    parameters::Source,
    predicate::ROWS,
    refine::{closing, finished},
    rules,
    scope::Scope,
    writer::{Piece, Writer},
};

/// The column that says for which value a row is, counted from 1, or where all are asked for the value itself. It comes last.
pub(crate) const ITEM: &str = "portcullis_item";

/// # Errors
/// Why it cannot be derived.
pub(crate) fn repeated(
    dialect: Dialect,
    settings: &Scope,
    source: &Source<'_>,
    shape: &Shape,
    values: &ListSize,
) -> Result<Statement, String> {
    if settings.access == Access::Write {
        return Err("the statement writes".to_owned());
    }
    if shape.projection == Projection::Count || shape.paged || !shape.filter.is_empty() || !shape.sort.is_empty() {
        return Err(format!(
            "what is asked for several {} is all rows, as they come",
            values.parameter
        ));
    }
    rules::selects(dialect, &source.tokens)?;
    let closing = closing(dialect, source, &settings.sql);
    let mut writer = Writer::new(dialect);
    for number in 1..=values.size {
        if number > 1 {
            writer.text(" UNION ALL ");
        }
        writer.text(&format!("SELECT {ROWS}.*, {number} AS {ITEM} FROM ("));
        let of_number = |piece: &Piece| match piece {
            Piece::Parameter(name) if *name == values.parameter => Piece::Parameter(format!("{name}.{number}")),
            Piece::Bound(parameter) if parameter.name == values.parameter => Piece::Bound(Parameter {
                name: format!("{}.{number}", parameter.name),
                ..parameter.clone()
            }),
            other => other.clone(),
        };
        let pieces: Vec<Piece> = source.pieces.iter().map(of_number).collect();
        writer.pieces(&pieces, |_| 1);
        writer.text(&closing);
        writer.text(ROWS);
    }
    Ok(finished(writer, settings, source.rows_from, Access::Read, RowEffect::Any))
}
