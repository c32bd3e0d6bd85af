//! What a statement must be besides well written.

use portcullis_sdk::{Access, NewId, Problem, Settings};

use crate::{Dialect, Token, TokenKind};

/// Words that begin a statement which changes something.
const WRITES: [&str; 12] = [
    "insert", "update", "delete", "merge", "replace", "create", "alter", "drop", "truncate", "grant", "revoke", "copy",
];

/// Words that begin a statement which is about the transaction or the session.
const CONTROLS: [&str; 12] = [
    "begin",
    "start",
    "commit",
    "end",
    "rollback",
    "savepoint",
    "release",
    "set",
    "reset",
    "lock",
    "attach",
    "pragma",
];

/// Words that begin a statement which can stand in brackets after `FROM`.
const SELECTS: [&str; 4] = ["select", "with", "values", "table"];

/// Words outside of brackets that hinder it from standing there all the same.
const HINDERS: [&str; 5] = ["into", "insert", "update", "delete", "merge"];

/// What is wrong with a statement for this operation.
pub(crate) fn broken(dialect: Dialect, operation: &str, settings: &Settings, tokens: &[Token<'_>]) -> Vec<Problem> {
    let Some(first) = tokens.first() else {
        return vec![Problem::new(
            "sql",
            "there is no statement",
            "write one, or leave the operation out of the configuration",
        )];
    };
    let begins = |words: &[&str]| words.iter().any(|word| first.is_word(word));
    let mut problems = Vec::new();
    if begins(&CONTROLS) {
        let message = format!(
            "{} changes the transaction or the session, which belong to Portcullis",
            first.text
        );
        let remedy = "leave it out: everything that a request changes is kept or undone together";
        problems.push(Problem::new("sql", message, remedy).at(first.offset));
    }
    if settings.access == Access::Read && begins(&WRITES) {
        let message = format!("{operation} only reads, and {} changes something", first.text);
        problems.push(Problem::new("sql", message, "write a SELECT").at(first.offset));
    }
    let returns = || tokens.iter().any(|token| token.is_word("returning"));
    if dialect == Dialect::Postgresql
        && operation.starts_with("create-")
        && settings.new_id == Some(NewId::Database)
        && begins(&["insert", "merge", "with"])
        && !returns()
    {
        let id = settings.id_column.as_deref().unwrap_or("user_id");
        let noun = operation.trim_start_matches("create-");
        let message = format!("the database makes the new {noun}'s id, and the statement does not tell it");
        let remedy = format!("append RETURNING {id}");
        let end = tokens.last().map_or(0, Token::end);
        problems.push(Problem::new("sql", message, remedy).at(end));
    }
    problems
}

/// Whether a statement gives rows and can stand in brackets after `FROM`.
///
/// # Errors
/// Why it cannot.
pub(crate) fn selects(tokens: &[Token<'_>]) -> Result<(), String> {
    let first = tokens.iter().find(|token| token.kind != TokenKind::Open);
    if !first.is_some_and(|first| SELECTS.iter().any(|word| first.is_word(word))) {
        return Err("the statement is not a SELECT".to_owned());
    }
    let mut depth = 0_usize;
    for token in tokens {
        match token.kind {
            TokenKind::Open => depth += 1,
            TokenKind::Close => depth = depth.saturating_sub(1),
            TokenKind::Word if depth == 0 && HINDERS.iter().any(|word| token.is_word(word)) => {
                let word = token.text.to_ascii_uppercase();
                return Err(format!("the statement has {word}, and so cannot stand in brackets"));
            }
            _ => {}
        }
    }
    Ok(())
}
