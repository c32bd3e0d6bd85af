//! Names of tables, procedures and types that an administrator writes outside of a statement. They become part of one, so
//! they must be names and nothing else.

use crate::{Dialect, Token, TokenKind, lex};

/// Whether this is a name, in the database's quotes or without, with a schema in front or without: `hr."App User"`.
pub(crate) fn is_qualified(dialect: Dialect, text: &str) -> bool {
    let (tokens, mistakes) = lex(dialect, text);
    let in_place = |(index, token): (usize, &Token<'_>)| match index % 2 {
        0 => matches!(token.kind, TokenKind::Word | TokenKind::Quoted),
        _ => token.kind == TokenKind::Operator && token.text == ".",
    };
    mistakes.is_empty() && tokens.len() % 2 == 1 && tokens.iter().enumerate().all(in_place)
}

/// Whether this is the name of a type: `numeric(10, 2)`, `character varying`, `text[]`.
pub(crate) fn is_type(dialect: Dialect, text: &str) -> bool {
    let (tokens, mistakes) = lex(dialect, text);
    let allowed = |token: &Token<'_>| match token.kind {
        TokenKind::Word
        | TokenKind::Quoted
        | TokenKind::Number
        | TokenKind::Open
        | TokenKind::Close
        | TokenKind::OpenBracket
        | TokenKind::CloseBracket => true,
        TokenKind::Space => !token.text.contains('\n'),
        TokenKind::Operator => matches!(token.text, "." | ","),
        _ => false,
    };
    let begins = tokens
        .first()
        .is_some_and(|first| matches!(first.kind, TokenKind::Word | TokenKind::Quoted));
    mistakes.is_empty() && begins && tokens.iter().all(allowed)
}

/// A plain name, which needs no quotes anywhere: of a step, or of a column that later steps name.
pub(crate) fn is_plain(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && text
            .chars()
            .all(|character| character.is_ascii_alphanumeric() || character == '_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_names() {
        for name in ["p", "hr.deactivate_user", "\"App\".\"a \"\"b\"", "é_1", "hr.pkg.p$1"] {
            assert!(is_qualified(Dialect::Postgresql, name), "{name}");
        }
        assert!(is_qualified(Dialect::Mysql, "`a b`.c"));
        for name in [
            "", " ", "a b", "a.", ".a", "a..b", "a;", "a()", "a--", "a/**/", "'a'", "\"a", "1", "a.1", "p$1'", "$1", "a,b", ":id",
        ] {
            assert!(!is_qualified(Dialect::Postgresql, name), "{name}");
        }
    }

    #[test]
    fn types_are_types() {
        for name in [
            "integer",
            "numeric(10, 2)",
            "character varying (20)",
            "text[]",
            "hr.status",
            "\"Status\"",
        ] {
            assert!(is_type(Dialect::Postgresql, name), "{name}");
        }
        for name in [
            "",
            "1",
            "date;",
            "date'",
            "int -- x",
            "int /* */",
            "a+b",
            "int)::text||('",
            "$1",
            ":id",
            "int\n",
        ] {
            assert!(!is_type(Dialect::Postgresql, name), "{name}");
        }
    }
}
