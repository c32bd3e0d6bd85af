//! Signs: those with a meaning for parameters each by themselves, the rest together.

use crate::{
    Dialect, TokenKind,
    lexer::{begins_word, continues_word},
    scanner::Scanner,
};

/// Goes over one sign or a run of signs that mean nothing here.
pub(crate) fn scan(dialect: Dialect, scanner: &mut Scanner<'_>) -> TokenKind {
    if scanner.eat("::") || scanner.eat(":=") {
        return TokenKind::Operator;
    }
    match scanner.next() {
        Some(':')
            if matches!(dialect, Dialect::Sqlite | Dialect::Oracle)
                && scanner.peek().is_some_and(|next| next.is_ascii_digit()) =>
        {
            scanner.eat_while(continues_word);
            TokenKind::Native
        }
        Some(':') => TokenKind::Colon,
        Some(';') => TokenKind::Semicolon,
        Some('(') => TokenKind::Open,
        Some(')') => TokenKind::Close,
        Some('[') => TokenKind::OpenBracket,
        Some(']') => TokenKind::CloseBracket,
        // `?1`; on PostgreSQL that is an operator before a number.
        Some('?') if dialect != Dialect::Postgresql && scanner.peek().is_some_and(|next| next.is_ascii_digit()) => {
            scanner.eat_while(|character| character.is_ascii_digit());
            TokenKind::Native
        }
        Some('?') => TokenKind::Question,
        // Parameters of SQLite's own.
        Some('@' | '$') if dialect == Dialect::Sqlite && scanner.peek().is_some_and(begins_word) => {
            scanner.eat_while(continues_word);
            TokenKind::Native
        }
        _ => TokenKind::Operator,
    }
}
