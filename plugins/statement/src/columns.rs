//! How the database has the columns that a shape names.

use portcullis_sdk::{Predicate, Shape};

use crate::{Dialect, Token, TokenKind};

/// The shape with its columns as the database has them. Oracle has what is written without quotes in capitals; a column whose
/// name stands in quotes in the statement is meant as it is.
pub(crate) fn written(dialect: Dialect, tokens: &[Token<'_>], shape: &Shape) -> Shape {
    let mut shape = shape.clone();
    if dialect != Dialect::Oracle {
        return shape;
    }
    for predicate in &mut shape.filter {
        match predicate {
            Predicate::Compare(comparison) => capitals(tokens, &mut comparison.column),
            Predicate::Present(column) => capitals(tokens, column),
            Predicate::And(_) | Predicate::Or(_) | Predicate::Not => {}
        }
    }
    for key in &mut shape.sort {
        capitals(tokens, &mut key.column);
    }
    shape
}

fn capitals(tokens: &[Token<'_>], column: &mut String) {
    let quoted = |token: &Token<'_>| token.kind == TokenKind::Quoted && token.text.trim_matches('"') == column;
    if is_plain(column) && !tokens.iter().any(quoted) {
        column.make_ascii_uppercase();
    }
}

/// A column of a mapping, in the database's quotes: what can be written without them is meant as if it were.
pub(crate) fn mapped(dialect: Dialect, column: &str) -> String {
    if dialect == Dialect::Oracle && is_plain(column) {
        dialect.quoted(&column.to_ascii_uppercase())
    } else {
        dialect.quoted(column)
    }
}

/// Whether it can be written without quotes.
fn is_plain(name: &str) -> bool {
    let belongs = |character: char| character.is_ascii_alphanumeric() || matches!(character, '_' | '$' | '#');
    name.starts_with(|first: char| first.is_ascii_alphabetic()) && name.chars().all(belongs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_columns_of_a_mapping_are_in_capitals_in_oracle() {
        assert_eq!(mapped(Dialect::Oracle, "display_name"), "\"DISPLAY_NAME\"");
        assert_eq!(mapped(Dialect::Oracle, "Hourly Rate"), "\"Hourly Rate\"");
        assert_eq!(mapped(Dialect::Postgresql, "display_name"), "\"display_name\"");
    }
}
