//! Filters and orders in a database's own words.
//!
//! Every condition is true or false, never unknown: a comparison with a column that has no value is false, and its
//! negation true, as SCIM has it (RFC 7644 §3.4.2.2). Parts of strings are found by position and length, so `%` and `_`
//! mean themselves.
//!
//! Before and after are a matter of the letters' numbers, as in the host when it filters rows itself, and not of a locale; an
//! order that a client asks for is the database's own.
//!
//! | | native | exact | insensitive | instant |
//! |---|---|---|---|---|
//! | PostgreSQL | as the column's type and collation have it | as text, letter for letter | `lower(column)`, served by an index on that | as native |
//! | SQLite | letter for letter | letter for letter | `lower(column)`, served by an index on that; it knows ASCII letters only | `julianday(column)`: it has no type for points in time, but several ways to write one |
//! | MySQL | letter for letter, after a look into the index; before and after go by the column's collation | letter for letter, after a look into the index | letter for letter in lower case, after a comparison of `LOWER(column)` | by the column's type |
//! | Oracle | by the column's type, text letter for letter | letter for letter; before and after as text | `LOWER(column)`, served by an index on that | by the column's type |
//!
//! | SQL Server | as on MySQL | as on MySQL | as on MySQL | by the column's type |
//!
//! MySQL's and SQL Server's collations take letters with different accents, or with spaces after them, for the same. SCIM does not, and a
//! client that finds `josé` when it asks for `jose` gives one person's account to another: hence letter for letter.

use portcullis_sdk::{Collation, Comparison, ComparisonOperator, Predicate, SortKey};

use crate::{
    Dialect,
    comparison::{self, COLUMN, VALUE},
    sqlserver,
    writer::Piece,
};

/// What a wrapped statement's rows are called.
pub(crate) const ROWS: &str = "portcullis_rows";

/// A filter in postfix order as one condition.
///
/// # Errors
/// The steps do not come out at one outcome.
pub(crate) fn condition(dialect: Dialect, filter: &[Predicate]) -> Result<Vec<Piece>, String> {
    let mut stack: Vec<Vec<Piece>> = Vec::new();
    for step in filter {
        let outcome = match step {
            Predicate::Compare(comparison) => compare(dialect, comparison),
            Predicate::Present(column) => present(dialect, column),
            Predicate::And(count) => joined(&mut stack, *count, " AND ", "1 = 1")?,
            Predicate::Or(count) => joined(&mut stack, *count, " OR ", "1 = 0")?,
            Predicate::Not => not(stack.pop().ok_or_else(malformed)?),
        };
        stack.push(outcome);
    }
    match (stack.pop(), stack.is_empty()) {
        (Some(condition), true) => Ok(condition),
        _ => Err(malformed()),
    }
}

/// The keys after `ORDER BY`. What has no value comes last, and first in descending order (RFC 7644 §3.4.2.3).
pub(crate) fn order(dialect: Dialect, keys: &[SortKey]) -> String {
    if dialect == Dialect::Sqlserver {
        return sqlserver::order(keys, |name| column(dialect, name));
    }
    let mut text = String::new();
    for key in keys {
        if !text.is_empty() {
            text.push_str(", ");
        }
        let column = column(dialect, &key.column);
        let compared = match (dialect, key.collation) {
            (Dialect::Postgresql, Collation::Insensitive) => format!("lower({column}::text)"),
            (_, Collation::Insensitive) => format!("lower({column})"),
            (Dialect::Sqlite, Collation::Instant) => format!("julianday({column})"),
            (Dialect::Sqlite, Collation::Native | Collation::Exact) => format!("{column} COLLATE BINARY"),
            (_, Collation::Native | Collation::Exact | Collation::Instant) => column.clone(),
        };
        let direction = if key.descending { " DESC" } else { "" };
        if dialect == Dialect::Mysql {
            text.push_str(&format!("{column} IS NULL{direction}, "));
        }
        text.push_str(&compared);
        text.push_str(direction);
        // PostgreSQL does so by itself.
        match (dialect, key.descending) {
            (Dialect::Sqlite, false) => text.push_str(" NULLS LAST"),
            (Dialect::Sqlite, true) => text.push_str(" NULLS FIRST"),
            _ => {}
        }
    }
    text
}

fn column(dialect: Dialect, name: &str) -> String {
    format!("{ROWS}.{}", dialect.quoted(name))
}

fn malformed() -> String {
    "the filter's steps do not come out at one outcome".to_owned()
}

fn joined(stack: &mut Vec<Vec<Piece>>, count: u32, operator: &str, neutral: &str) -> Result<Vec<Piece>, String> {
    let first = stack.len().checked_sub(count as usize).ok_or_else(malformed)?;
    let mut pieces = vec![Piece::from("(")];
    for (index, outcome) in stack.split_off(first).into_iter().enumerate() {
        if index > 0 {
            pieces.push(Piece::from(operator));
        }
        pieces.extend(outcome);
    }
    if count == 0 {
        pieces.push(Piece::from(neutral));
    }
    pieces.push(Piece::from(")"));
    Ok(pieces)
}

fn not(outcome: Vec<Piece>) -> Vec<Piece> {
    let mut pieces = vec![Piece::from("NOT (")];
    pieces.extend(outcome);
    pieces.push(Piece::from(")"));
    pieces
}

fn present(dialect: Dialect, name: &str) -> Vec<Piece> {
    let column = column(dialect, name);
    // There, an empty string is no value.
    if dialect == Dialect::Oracle {
        return vec![Piece::Text(format!("({column} IS NOT NULL)"))];
    }
    let filled = match dialect {
        Dialect::Postgresql => format!("{column}::text <> ''"),
        Dialect::Sqlite => format!("{column} <> ''"),
        // Here 0 would be equal to ''.
        Dialect::Mysql | Dialect::Oracle => format!("LENGTH({column}) > 0"),
        // Here blanks would be equal to ''.
        Dialect::Sqlserver => format!("DATALENGTH({column}) > 0"),
    };
    vec![Piece::Text(format!("({column} IS NOT NULL AND {filled})"))]
}

fn compare(dialect: Dialect, comparison: &Comparison) -> Vec<Piece> {
    let words = comparison::words(dialect, comparison.operator, comparison.collation);
    let negation = if comparison.operator == ComparisonOperator::Ne {
        "NOT "
    } else {
        ""
    };
    let template = format!("{negation}({COLUMN} IS NOT NULL AND {words})");
    let column = column(dialect, &comparison.column);
    let mut pieces = Vec::new();
    for (index, part) in template.split(VALUE).enumerate() {
        if index > 0 {
            pieces.push(Piece::Parameter(comparison.parameter.clone()));
        }
        pieces.push(Piece::Text(part.replace(COLUMN, &column)));
    }
    pieces
}

#[cfg(test)]
mod tests {
    use portcullis_sdk::Predicate::{And, Compare, Not, Or, Present};

    use super::*;
    use crate::writer::Writer;

    fn written(dialect: Dialect, filter: &[Predicate]) -> Result<(String, Vec<String>), String> {
        let mut writer = Writer::new(dialect);
        writer.pieces(&condition(dialect, filter)?, |_| 1);
        let names = writer.parameters.into_iter().map(|parameter| parameter.name).collect();
        Ok((writer.text, names))
    }

    fn eq(column: &str, parameter: &str) -> Predicate {
        Compare(Comparison {
            column: column.into(),
            operator: ComparisonOperator::Eq,
            collation: Collation::Native,
            parameter: parameter.into(),
        })
    }

    #[test]
    fn postfix_becomes_infix() {
        let filter = [eq("a", "p1"), Present("b".into()), Not, And(2), eq("c", "p2"), Or(2)];
        let (text, parameters) = written(Dialect::Postgresql, &filter).unwrap();
        assert_eq!(
            text,
            "(((portcullis_rows.\"a\" IS NOT NULL AND portcullis_rows.\"a\" = $1) AND \
             NOT ((portcullis_rows.\"b\" IS NOT NULL AND portcullis_rows.\"b\"::text <> ''))) OR \
             (portcullis_rows.\"c\" IS NOT NULL AND portcullis_rows.\"c\" = $2))"
        );
        assert_eq!(parameters, ["p1", "p2"]);
    }

    #[test]
    fn a_mark_in_a_name_is_a_name() {
        let (text, parameters) = written(Dialect::Sqlite, &[eq("{v} {c}", "p")]).unwrap();
        assert_eq!(
            text,
            "(portcullis_rows.\"{v} {c}\" IS NOT NULL AND portcullis_rows.\"{v} {c}\" COLLATE BINARY = ?1)"
        );
        assert_eq!(parameters, ["p"]);
    }

    #[test]
    fn steps_that_do_not_come_out_are_refused() {
        for filter in [
            vec![],
            vec![And(1)],
            vec![Not],
            vec![eq("a", "p"), eq("b", "p")],
            vec![eq("a", "p"), Or(2)],
        ] {
            assert!(written(Dialect::Mysql, &filter).is_err(), "{filter:?}");
        }
        assert_eq!(written(Dialect::Mysql, &[And(0)]).unwrap().0, "(1 = 1)");
        assert_eq!(written(Dialect::Mysql, &[Or(0)]).unwrap().0, "(1 = 0)");
    }
}
