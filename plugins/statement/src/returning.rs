//! Oracle's `RETURNING … INTO`, which gives values through parameters, and its blocks.
//!
//! What stands behind `INTO` need not be declared: it is what the value is called. An administrator who leaves `INTO` out,
//! as other databases have it, gets it.

use crate::{Dialect, Token, TokenKind};

/// Words that begin a statement which can return something.
const RETURNS: [&str; 4] = ["insert", "update", "delete", "merge"];

/// Whether a text is a block of PL/SQL, which has semicolons of its own.
pub(crate) fn is_block(dialect: Dialect, tokens: &[Token<'_>]) -> bool {
    let first = tokens.iter().find(|token| token.is_significant());
    dialect == Dialect::Oracle && first.is_some_and(|first| first.is_word("begin") || first.is_word("declare"))
}

/// Whether a text is one whose changes Oracle doesn't count: a block, or a call.
pub(crate) fn is_uncounted(dialect: Dialect, tokens: &[Token<'_>]) -> bool {
    let calls = || tokens.first().is_some_and(|first| first.is_word("call"));
    dialect == Dialect::Oracle && (is_block(dialect, tokens) || calls())
}

/// Whether a parameter that comes next is one that the database gives.
pub(crate) fn is_target(dialect: Dialect, tokens: &[Token<'_>]) -> bool {
    returned(dialect, tokens).is_some_and(|returned| outside(returned).any(|token| token.is_word("into")))
}

/// What to call the values of a `RETURNING` without `INTO`; none where there is no such thing.
pub(crate) fn untold(dialect: Dialect, tokens: &[Token<'_>]) -> Vec<String> {
    if is_target(dialect, tokens) {
        return Vec::new();
    }
    let Some(returned) = returned(dialect, tokens) else {
        return Vec::new();
    };
    let mut depth = 0_usize;
    let mut expressions: Vec<Vec<&Token<'_>>> = vec![Vec::new()];
    for token in returned {
        depth = deeper(depth, token);
        if depth == 0 && token.text == "," {
            expressions.push(Vec::new());
        } else if let Some(last) = expressions.last_mut() {
            last.push(token);
        }
    }
    let name = |(index, expression): (usize, &Vec<&Token<'_>>)| match expression.as_slice() {
        [only] if matches!(only.kind, TokenKind::Word | TokenKind::Quoted) => only.text.trim_matches('"').to_owned(),
        _ => format!("returned.{}", index + 1),
    };
    expressions.iter().enumerate().map(name).collect()
}

/// What follows `RETURNING`.
fn returned<'a, 't>(dialect: Dialect, tokens: &'a [Token<'t>]) -> Option<&'a [Token<'t>]> {
    let first = tokens.first().filter(|_| dialect == Dialect::Oracle)?;
    if !RETURNS.iter().any(|word| first.is_word(word)) {
        return None;
    }
    let word = outside(tokens).find(|token| token.is_word("returning"))?;
    let place = tokens.iter().position(|token| token.offset == word.offset)?;
    tokens.get(place + 1..)
}

/// The tokens that stand in no brackets.
fn outside<'a, 't>(tokens: &'a [Token<'t>]) -> impl Iterator<Item = &'a Token<'t>> {
    let mut depth = 0_usize;
    tokens.iter().filter(move |token| {
        depth = deeper(depth, token);
        depth == 0
    })
}

fn deeper(depth: usize, token: &Token<'_>) -> usize {
    match token.kind {
        TokenKind::Open => depth + 1,
        TokenKind::Close => depth.saturating_sub(1),
        _ => depth,
    }
}
