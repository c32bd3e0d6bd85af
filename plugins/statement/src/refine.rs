//! From a statement and a shape to a statement: the same rows filtered, sorted, counted or paged, sized to lists, or asked
//! for several values at once, or for all.
//!
//! The administrator's SELECT stands in brackets after `FROM`, whatever it is; an `ORDER BY` at its end may stay. Two of
//! its columns with the same name make PostgreSQL (for a filter or order by that name) and MySQL (always) refuse what is
//! made here, and SQL Server refuses them always, as it does columns without a name; the host finds that out when it has the
//! database describe it.

use portcullis_sdk::{Access, Action, ListSize, Projection, RowEffect, RowSource, Settings, Shape, SortKey, Statement};

use crate::{
    Dialect, Token, columns, everybody, lex, parameters,
    predicate::{self, ROWS},
    repeat, rules,
    scope::Scope,
    sequence::{self, Known},
    sqlserver, step,
    writer::{Piece, Writer},
};

/// The statement `main`, in a shape. `limit` and `offset` are the parameters of a page.
///
/// # Errors
/// Why it cannot be derived.
pub fn refine(
    dialect: Dialect,
    operation: &str,
    settings: &Settings,
    statement: &str,
    shape: &Shape,
) -> Result<Statement, String> {
    if statement != sequence::MAIN {
        return Err(format!("the plan has no statement {statement}"));
    }
    let Some(step) = settings.steps.get(sequence::main_of(settings)) else {
        return Err("there is no statement".to_owned());
    };
    if settings.access == Access::Read && settings.steps.len() > 1 {
        return Err("the rows come from several statements".to_owned());
    }
    let updates = matches!(step.action, Action::Update { .. });
    if !shape.assign.is_empty() && !updates {
        return Err("the statement is not one that sets columns by itself".to_owned());
    }
    let known = Known::new(operation, settings);
    let settings = &Scope::new(settings, &known.inputs, step);
    let mut source = step::read(dialect, operation, settings, step, &shape.assign).source;
    if let Some(problem) = source.problems.first() {
        return Err(problem.message.clone());
    }
    if source.rows_from == RowSource::Cursor {
        return Err("the rows come from a cursor".to_owned());
    }
    let every = shape.lists.iter().find(|list| list.size == 0);
    if let Some(every) = every {
        if shape.lists.len() > 1 {
            return Err("there are several lists".to_owned());
        }
        if settings.access == Access::Write {
            return Err("the statement writes".to_owned());
        }
        source = everybody::of_every_value(&source, &settings.sql, every)?;
    }
    if let Some(list) = shape.lists.iter().find(|list| list.size > dialect.longest_list()) {
        return Err(format!("the list {} has more values than the database takes", list.parameter));
    }
    let has = |piece: &dyn Fn(String) -> Piece, list: &&ListSize| source.pieces.contains(&piece(list.parameter.clone()));
    if let Some(list) = shape.lists.iter().find(|list| every.is_none() && !has(&Piece::List, list)) {
        return match shape.lists.as_slice() {
            [list] if has(&Piece::Parameter, &list) => repeat::repeated(dialect, settings, &source, shape, list),
            _ => Err(format!("the statement has no list {}", list.parameter)),
        };
    }
    let size = |name: &str| {
        let list = shape.lists.iter().find(|list| list.parameter == name);
        list.map_or(1, |list| list.size)
    };
    let counts = shape.projection == Projection::Count;
    let wraps = counts || shape.paged || !shape.filter.is_empty() || !shape.sort.is_empty();
    let mut writer = Writer::new(dialect);
    if !wraps {
        writer.pieces(&source.pieces, size);
        return Ok(finished(writer, settings, source.rows_from, settings.access, settings.rows));
    }
    if settings.access == Access::Write {
        return Err("the statement writes".to_owned());
    }
    rules::selects(dialect, &source.tokens)?;
    let shape = columns::written(dialect, &source.tokens, shape);
    writer.text(match (counts, dialect) {
        (true, Dialect::Sqlserver) => "SELECT COUNT_BIG(*) AS total FROM (",
        (true, _) => "SELECT COUNT(*) AS total FROM (",
        (false, _) => "SELECT * FROM (",
    });
    writer.pieces(&source.pieces, size);
    writer.text(&closing(dialect, &source, &settings.sql));
    writer.text(ROWS);
    if !shape.filter.is_empty() {
        writer.text(" WHERE ");
        writer.pieces(&predicate::condition(dialect, &shape.filter)?, size);
    }
    if !counts {
        if !shape.sort.is_empty() {
            writer.text(" ORDER BY ");
            writer.text(&predicate::order(dialect, &shape.sort));
        }
        if shape.paged {
            window(dialect, &mut writer, &shape.sort);
        }
    }
    Ok(finished(writer, settings, source.rows_from, Access::Read, RowEffect::Any))
}

fn window(dialect: Dialect, writer: &mut Writer, sort: &[SortKey]) {
    if !matches!(dialect, Dialect::Sqlserver | Dialect::Oracle) {
        writer.text(" LIMIT ");
        writer.parameter("limit");
        writer.text(" OFFSET ");
        writer.parameter("offset");
        return;
    }
    // A window is part of an order on SQL Server.
    writer.text(if sort.is_empty() && dialect == Dialect::Sqlserver {
        " ORDER BY (SELECT NULL) OFFSET "
    } else {
        " OFFSET "
    });
    writer.parameter("offset");
    writer.text(" ROWS FETCH NEXT ");
    writer.parameter("limit");
    writer.text(" ROWS ONLY");
}

/// What ends a statement in brackets. A comment to the end of the line must not take the bracket along.
pub(crate) fn closing(dialect: Dialect, source: &parameters::Source<'_>, text: &str) -> String {
    let (tokens, _) = lex(dialect, text);
    let commented = tokens.iter().any(Token::is_line_comment);
    let line = if commented { "\n" } else { "" };
    let order = if dialect == Dialect::Sqlserver {
        sqlserver::kept_order(&source.tokens)
    } else {
        ""
    };
    format!("{line}{order}){}", dialect.naming())
}

/// A statement, its parameters of the types that the list or the mapping says.
pub(crate) fn finished(writer: Writer, scope: &Scope, rows_from: RowSource, access: Access, effect: RowEffect) -> Statement {
    let mut parameters = writer.parameters;
    for parameter in &mut parameters {
        if parameter.type_hint.is_none() {
            parameter.type_hint = scope.type_of(&parameter.name);
        }
    }
    Statement {
        access,
        effect,
        rows_from,
        ..Statement::read(sequence::MAIN, writer.text, parameters)
    }
}
