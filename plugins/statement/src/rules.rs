//! What a statement must be besides well written.

use portcullis_sdk::{Access, NewId, Problem};

use crate::{Dialect, Token, TokenKind, oracle, returning, scope::Scope};

/// Words that begin a statement which changes something.
const WRITES: [&str; 12] = [
    "insert", "update", "delete", "merge", "replace", "create", "alter", "drop", "truncate", "grant", "revoke", "copy",
];

/// Words that begin a statement which is about the transaction or the session.
const CONTROLS: [&str; 14] = [
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
    "use",
    "save",
];

/// Words that begin a statement which can stand in brackets after `FROM`.
const SELECTS: [&str; 4] = ["select", "with", "values", "table"];

/// Words outside of brackets that hinder it from standing there all the same.
const HINDERS: [&str; 5] = ["into", "insert", "update", "delete", "merge"];

/// What hinders it on SQL Server besides: hints for the whole statement.
const SQLSERVER_HINDERS: [&str; 1] = ["option"];

/// What is wrong with a statement for this operation.
pub(crate) fn broken(dialect: Dialect, operation: &str, settings: &Scope, tokens: &[Token<'_>]) -> Vec<Problem> {
    let Some(first) = tokens.first() else {
        return vec![Problem::new(
            "sql",
            "there is no statement",
            "write one, or leave the operation out of the configuration",
        )];
    };
    let begins = |words: &[&str]| words.iter().any(|word| first.is_word(word));
    let mut problems = Vec::new();
    if dialect == Dialect::Oracle {
        problems.extend(oracle::broken(tokens));
    }
    if begins(&CONTROLS) && !returning::is_block(dialect, tokens) {
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
    problems.extend(writing(dialect, operation, settings, tokens));
    problems.extend(unreported(dialect, operation, settings, tokens));
    problems
}

/// SQL Server has no sessions that only read: what the database refuses elsewhere must be found here.
fn writing(dialect: Dialect, operation: &str, settings: &Scope, tokens: &[Token<'_>]) -> Option<Problem> {
    if dialect != Dialect::Sqlserver || settings.access != Access::Read {
        return None;
    }
    let (_, rest) = tokens.split_first()?;
    let found = rest.iter().find(|token| HINDERS.iter().any(|word| token.is_word(word)))?;
    let message = format!(
        "{operation} only reads, and {} changes something",
        found.text.to_ascii_uppercase()
    );
    let remedy = "write a SELECT alone; a column of this name stands in [ ]";
    Some(Problem::new("sql", message, remedy).at(found.offset))
}

/// The id that the database makes, and that nobody would learn. Of several statements another one may tell it.
fn unreported(dialect: Dialect, operation: &str, settings: &Scope, tokens: &[Token<'_>]) -> Option<Problem> {
    let first = tokens.first()?;
    let begins = |words: &[&str]| words.iter().any(|word| first.is_word(word));
    let has = |word: &str| tokens.iter().any(|token| token.is_word(word));
    let creates = operation.starts_with("create-")
        && settings.steps == 1
        && settings.new_id == Some(NewId::Database)
        && begins(&["insert", "merge", "with"]);
    let id = settings.id_column.as_deref().unwrap_or("user_id");
    let end = tokens.last().map_or(0, Token::end);
    let (remedy, at) = match dialect {
        Dialect::Postgresql | Dialect::Oracle if creates && !has("returning") => (format!("append RETURNING {id}"), end),
        Dialect::Sqlserver if creates && !has("output") && !has("scope_identity") => {
            let values = tokens.iter().find(|token| token.is_word("values") || token.is_word("select"));
            let remedy = format!(
                "write OUTPUT INSERTED.{id} before VALUES; where the table has triggers, append SELECT SCOPE_IDENTITY() instead"
            );
            (remedy, values.map_or(end, |values| values.offset))
        }
        _ => return None,
    };
    let noun = operation.trim_start_matches("create-");
    let message = format!("the database makes the new {noun}'s id, and the statement does not tell it");
    Some(Problem::new("sql", message, remedy).at(at))
}

/// Whether a statement gives rows and can stand in brackets after `FROM`.
///
/// # Errors
/// Why it cannot.
pub(crate) fn selects(dialect: Dialect, tokens: &[Token<'_>]) -> Result<(), String> {
    let first = tokens.iter().find(|token| token.kind != TokenKind::Open);
    if dialect == Dialect::Sqlserver && first.is_some_and(|first| !first.is_word("select")) {
        return Err("the statement does not begin with SELECT, and so cannot stand in brackets".to_owned());
    }
    let hinders: Vec<&str> = match dialect {
        Dialect::Sqlserver => HINDERS.into_iter().chain(SQLSERVER_HINDERS).collect(),
        _ => HINDERS.to_vec(),
    };
    if !first.is_some_and(|first| SELECTS.iter().any(|word| first.is_word(word))) {
        return Err("the statement is not a SELECT".to_owned());
    }
    let mut depth = 0_usize;
    for token in tokens {
        match token.kind {
            TokenKind::Open => depth += 1,
            TokenKind::Close => depth = depth.saturating_sub(1),
            TokenKind::Word if depth == 0 && hinders.iter().any(|word| token.is_word(word)) => {
                let word = token.text.to_ascii_uppercase();
                return Err(format!("the statement has {word}, and so cannot stand in brackets"));
            }
            _ => {}
        }
    }
    Ok(())
}
