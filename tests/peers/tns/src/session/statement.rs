//! A statement's text, understood as far as it is.

use crate::{
    Failure,
    plsql::Block,
    sql::{self, Token, Translated, Verb},
};

/// What is to be done.
#[derive(Clone, Debug)]
pub(super) enum Work {
    Query(Translated),
    Change(Translated),
    Block(Block),
    Define(Vec<Token>),
    /// `SET TRANSACTION READ ONLY`.
    ReadOnly,
    Commit,
    Rollback,
    Savepoint(String),
    RollbackTo(String),
    /// `ALTER SESSION SET` what follows.
    Set(Vec<Token>),
    /// What changes nothing here.
    Nothing,
}

/// A statement and the binds that it has.
#[derive(Clone, Debug)]
pub(super) struct Statement {
    pub(super) text: String,
    pub(super) work: Result<Work, Failure>,
    /// How many binds it has.
    pub(super) binds: Option<usize>,
    /// How many of them, at the end, only receive what `RETURNING` gives.
    pub(super) receiving: usize,
}

impl Statement {
    pub(super) fn read(text: String, schema: &str) -> Self {
        let work = sql::read(&text).and_then(|tokens| work(&tokens, schema));
        let binds = match &work {
            Ok(Work::Query(query) | Work::Change(query)) => {
                Some((query.binds.len() + query.returned.len(), query.returned.len()))
            }
            Ok(Work::Block(block)) => Some((block.binds.len(), 0)),
            Ok(_) => Some((0, 0)),
            Err(_) => None,
        };
        // A client sends values by what the statement looks like, whatever is wrong with it.
        let looks = || sql::read(&text).map_or(0, |tokens| sql::received(&tokens));
        Self {
            receiving: binds.map_or_else(looks, |(_, receiving)| receiving),
            binds: binds.map(|(all, _)| all),
            text,
            work,
        }
    }
}

fn work(tokens: &[Token], schema: &str) -> Result<Work, Failure> {
    if sql::is_block(tokens) {
        return Block::read(tokens, schema).map(Work::Block);
    }
    let mut cursor = sql::Cursor::new(tokens);
    let ended = || Failure::new(933, "SQL command not properly ended");
    let work = if cursor.eat(&["COMMIT"]) {
        cursor.eat(&["WORK"]);
        Work::Commit
    } else if cursor.eat(&["ROLLBACK", "TO"]) {
        cursor.eat(&["SAVEPOINT"]);
        Work::RollbackTo(cursor.name()?)
    } else if cursor.eat(&["ROLLBACK"]) {
        cursor.eat(&["WORK"]);
        Work::Rollback
    } else if cursor.eat(&["SAVEPOINT"]) {
        Work::Savepoint(cursor.name()?)
    } else if cursor.eat(&["SET", "TRANSACTION", "READ", "ONLY"]) {
        Work::ReadOnly
    } else if cursor.eat(&["SET", "TRANSACTION"]) {
        return Ok(Work::Nothing);
    } else if cursor.eat(&["ALTER", "SESSION", "SET"]) {
        return Ok(Work::Set(cursor.rest().to_vec()));
    } else if ["CREATE", "DROP", "ALTER", "TRUNCATE"]
        .iter()
        .any(|word| tokens.first().is_some_and(|token| token.is_word(word)))
    {
        return Ok(Work::Define(tokens.to_vec()));
    } else {
        let translated = sql::translate(tokens, schema)?;
        return Ok(match translated.verb {
            Verb::Select => Work::Query(translated),
            _ => Work::Change(translated),
        });
    };
    if cursor.is_empty() { Ok(work) } else { Err(ended()) }
}
