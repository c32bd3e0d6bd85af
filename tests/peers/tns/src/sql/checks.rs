//! What Oracle would refuse and SQLite would not, and what Oracle can do and this peer cannot.

use super::{Token, functions};
use crate::Failure;

/// Where in a query a token stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Clause {
    /// In no query: an expression in brackets, a list.
    None,
    List,
    From,
    Later,
}

fn ended() -> Failure {
    Failure::new(933, "SQL command not properly ended")
}

fn no_from() -> Failure {
    Failure::new(923, "FROM keyword not found where expected")
}

/// # Errors
/// Oracle's own, or ORA-03001.
pub(super) fn check(tokens: &[Token]) -> Result<(), Failure> {
    words(tokens)?;
    signs(tokens)?;
    calls(tokens)?;
    clauses(tokens)
}

fn words(tokens: &[Token]) -> Result<(), Failure> {
    for token in tokens {
        let Token::Word(word) = token else {
            continue;
        };
        match word.as_str() {
            "LIMIT" | "ILIKE" | "GLOB" | "REGEXP" | "CONFLICT" | "AUTOINCREMENT" | "EXCEPT" | "ISNULL" | "NOTNULL"
            | "RECURSIVE" => {
                return Err(ended());
            }
            "TRUE" | "FALSE" => return Err(Failure::new(904, format_args!("\"{word}\": invalid identifier"))),
            "ROWNUM" | "ROWID" | "CONNECT" | "PIVOT" | "INTERVAL" | "LEVEL" | "COLLATE" | "PRIOR" | "LATERAL" | "MATCH" => {
                return Err(Failure::unsupported(word));
            }
            _ => {}
        }
    }
    Ok(())
}

fn signs(tokens: &[Token]) -> Result<(), Failure> {
    for pair in tokens.windows(2) {
        let [one, other] = pair else {
            continue;
        };
        let comparison = |token: &Token| ["=", "<", ">"].iter().any(|sign| token.is(sign));
        if comparison(one) && comparison(other) {
            return Err(Failure::new(936, "missing expression"));
        }
        // Days and intervals are not calculated with.
        let moment = |token: &Token| matches!(token, Token::Word(word) if functions::call(word).is_some() && word != "USER");
        let sum = |token: &Token| token.is("+") || token.is("-");
        if (moment(one) && sum(other)) || (sum(one) && moment(other)) {
            return Err(Failure::unsupported("calculating with dates"));
        }
    }
    if tokens.iter().any(|token| token.is("%")) {
        return Err(Failure::new(911, "invalid character"));
    }
    match tokens
        .iter()
        .find(|token| [";", ":=", "=>", ".."].iter().any(|sign| token.is(sign)))
    {
        Some(_) => Err(ended()),
        None if tokens.iter().any(|token| token.is("@")) => Err(Failure::unsupported("database links")),
        None => Ok(()),
    }
}

fn calls(tokens: &[Token]) -> Result<(), Failure> {
    // What has a list of columns behind it: a table to insert into, and names that WITH gives.
    let with = tokens.iter().any(|token| token.is_word("WITH"));
    for (index, pair) in tokens.windows(2).enumerate() {
        let [Token::Word(word), open] = pair else {
            continue;
        };
        if !open.is("(") || functions::stands_before_brackets(word) || functions::is_function(word) {
            continue;
        }
        let before = tokens.get(..index).unwrap_or_default();
        let inserted = before.len() <= 4 && before.iter().any(|token| token.is_word("INTO"));
        if inserted || with || is_type(word) {
            continue;
        }
        return Err(if functions::is_oracles(word) {
            Failure::unsupported(word)
        } else {
            Failure::new(904, format_args!("\"{word}\": invalid identifier"))
        });
    }
    Ok(())
}

fn is_type(word: &str) -> bool {
    ["VARCHAR2", "NVARCHAR2", "NUMBER", "CHAR", "RAW", "TIMESTAMP"].contains(&word)
}

fn clauses(tokens: &[Token]) -> Result<(), Failure> {
    let mut stack = vec![Clause::None];
    let closed = |clause: Clause| if clause == Clause::List { Err(no_from()) } else { Ok(()) };
    for token in tokens {
        let clause = stack.last().copied().unwrap_or(Clause::None);
        let next = match token {
            Token::Sign(sign) if sign == "(" => {
                stack.push(Clause::None);
                continue;
            }
            Token::Sign(sign) if sign == ")" => {
                closed(clause)?;
                stack.pop();
                continue;
            }
            Token::Word(word) => match (word.as_str(), clause) {
                ("SELECT", _) => {
                    closed(clause)?;
                    Clause::List
                }
                ("FROM", Clause::List) => Clause::From,
                ("UNION" | "INTERSECT" | "MINUS", _) => {
                    closed(clause)?;
                    Clause::None
                }
                ("WHERE" | "GROUP" | "ORDER" | "HAVING" | "OFFSET" | "FETCH", Clause::From) => Clause::Later,
                // Tables get other names without it.
                ("AS", Clause::From) => return Err(ended()),
                _ => continue,
            },
            _ => continue,
        };
        if let Some(last) = stack.last_mut() {
            *last = next;
        }
    }
    stack.into_iter().try_for_each(closed)
}
