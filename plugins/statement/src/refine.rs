//! From a statement and a shape to a statement: the same rows filtered, sorted, counted or paged, sized to lists, or asked
//! for several values at once.
//!
//! The administrator's SELECT stands in brackets after `FROM`, whatever it is; an `ORDER BY` at its end may stay. Two of
//! its columns with the same name make PostgreSQL (for a filter or order by that name) and MySQL (always) refuse what is
//! made here, and SQL Server refuses them always, as it does columns without a name; the host finds that out when it has the
//! database describe it.

use portcullis_sdk::{Access, ListSize, Projection, RowEffect, Settings, Shape, SortKey, Statement};

use crate::{
    Dialect, Token, columns, lex, parameters,
    predicate::{self, ROWS},
    repeat, rules, sqlserver,
    writer::{Piece, Writer},
};

/// The statement `main`, in a shape. `limit` and `offset` are the parameters of a page.
///
/// # Errors
/// Why it cannot be derived.
pub fn refine(dialect: Dialect, settings: &Settings, statement: &str, shape: &Shape) -> Result<Statement, String> {
    if statement != "main" {
        return Err(format!("the plan has no statement {statement}"));
    }
    let text = settings.sql.as_deref().unwrap_or_default();
    let source = parameters::read(dialect, settings, text);
    if let Some(problem) = source.problems.first() {
        return Err(problem.message.clone());
    }
    if let Some(list) = shape.lists.iter().find(|list| list.size == 0) {
        return Err(format!("the list {} has no values", list.parameter));
    }
    if let Some(list) = shape.lists.iter().find(|list| list.size > dialect.longest_list()) {
        return Err(format!("the list {} has more values than the database takes", list.parameter));
    }
    let has = |piece: &dyn Fn(String) -> Piece, list: &&ListSize| source.pieces.contains(&piece(list.parameter.clone()));
    if let Some(list) = shape.lists.iter().find(|list| !has(&Piece::List, list)) {
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
        return Ok(finished(writer, settings.access, settings.rows));
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
    writer.text(&closing(dialect, &source, text));
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
    Ok(finished(writer, Access::Read, RowEffect::Any))
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

pub(crate) fn finished(writer: Writer, access: Access, effect: RowEffect) -> Statement {
    Statement {
        access,
        effect,
        ..Statement::read("main", writer.text, writer.parameters)
    }
}
