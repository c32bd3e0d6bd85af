//! Tokens as a text for SQLite. Values are bound there too: the binds of a text are `?1`, `?2` … in the order in which they
//! stand.

use super::{Token, functions, hidden};
use crate::Failure;

/// # Errors
/// What has no place in SQL, or is not understood.
pub(super) fn emit(tokens: &[Token], schema: &str) -> Result<String, Failure> {
    let mut text = String::new();
    let mut binds = 0_usize;
    let mut casts: Vec<usize> = Vec::new();
    let mut depth = 0_usize;
    let mut rest = tokens;
    while let Some((token, after)) = rest.split_first() {
        rest = after;
        let before_dot = after.first().is_some_and(|next| next.is("."));
        let piece = match token {
            Token::Word(word) if before_dot && word == schema && after.get(1).is_some_and(|token| token.name().is_some()) => {
                rest = after.get(1..).unwrap_or_default();
                continue;
            }
            Token::Word(word) if before_dot => match after.get(1) {
                Some(Token::Word(next)) if next == "NEXTVAL" || next == "CURRVAL" => {
                    rest = after.get(2..).unwrap_or_default();
                    format!("ORA_{next}('{word}')")
                }
                _ => word.clone(),
            },
            Token::Word(word) if word == "CAST" => {
                casts.push(depth + 1);
                "ORA_CAST".to_owned()
            }
            Token::Word(word) if word == "AS" && casts.last() == Some(&depth) => {
                let end = closing(after)?;
                let named: Vec<String> = after.get(..end).unwrap_or_default().iter().map(plain).collect();
                rest = after.get(end..).unwrap_or_default();
                casts.pop();
                format!(",'{}'", named.join(" "))
            }
            // Of a column that is a date, by the session's format for its type.
            Token::Word(word) if word == "TO_CHAR" => match column_in_brackets(after) {
                Some((name, column)) => {
                    rest = after.get(column..).unwrap_or_default();
                    let own: Vec<String> = after.get(1..column - 1).unwrap_or_default().iter().map(identifier).collect();
                    format!("TO_CHAR({},ORA_FORMAT({}))", own.concat(), literally(&name))
                }
                None => word.clone(),
            },
            Token::Word(word) if word == "MINUS" => "EXCEPT".to_owned(),
            Token::Word(word) if matches!(word.as_str(), "DATE" | "TIMESTAMP") => match after.first() {
                Some(Token::Text(literal)) => {
                    rest = after.get(1..).unwrap_or_default();
                    format!("ORA_LITERAL({})", literally(literal))
                }
                _ => word.clone(),
            },
            // Names like others in Oracle.
            Token::Word(word) if ["NOTHING", "TRANSACTION", "COMMIT", "IF"].contains(&word.as_str()) => {
                identifier(&Token::Quoted(word.clone()))
            }
            Token::Word(word) => {
                let called = after.first().is_some_and(|next| next.is("("));
                let behind_dot = text.ends_with('.');
                match functions::call(word).filter(|_| !called && !behind_dot) {
                    Some(call) => call.to_owned(),
                    None => word.clone(),
                }
            }
            Token::Quoted(_) => identifier(token),
            // Oracle has no empty strings.
            Token::Text(literal) if literal.is_empty() => "NULL".to_owned(),
            Token::Text(literal) => literally(literal),
            Token::Number(number) if is_long(number) => format!("TO_NUMBER('{number}')"),
            Token::Number(number) => number.clone(),
            Token::Bind(_) => {
                binds += 1;
                format!("?{binds}")
            }
            Token::Sign(sign) => {
                depth += usize::from(sign == "(");
                depth = depth.saturating_sub(usize::from(sign == ")"));
                if sign == "^=" { "<>".to_owned() } else { sign.clone() }
            }
        };
        // Words must not grow together, and neither must the signs of a comment.
        let joins = |letter: char| letter.is_alphanumeric() || "_$#\"'?".contains(letter);
        let glued = text.ends_with(joins) && piece.starts_with(joins);
        let comment = text.ends_with('-') && piece.starts_with('-') || text.ends_with('/') && piece.starts_with('*');
        let apart = text.ends_with(joins) && piece.starts_with('(') && !calls(&text);
        if glued || comment || apart || (text.ends_with(')') && piece.starts_with(joins)) {
            text.push(' ');
        }
        text.push_str(&piece);
    }
    Ok(text)
}

/// For `(t.c)` the column's name, and how many tokens that is.
fn column_in_brackets(tokens: &[Token]) -> Option<(String, usize)> {
    let end = tokens.iter().position(|token| token.is(")"))?;
    let (name, before) = tokens.get(1..end)?.split_last()?;
    let plain = tokens.first()?.is("(") && before.iter().all(|token| token.is(".") || token.name().is_some());
    let name = name.name().filter(|name| plain && functions::call(name).is_none())?;
    Some((hidden(name), end + 1))
}

fn identifier(token: &Token) -> String {
    match token {
        Token::Quoted(name) => format!("\"{}\"", hidden(name).replace('"', "\"\"")),
        other => plain(other),
    }
}

/// Whether a text ends with the name of a function.
fn calls(text: &str) -> bool {
    let end = text.rsplit(|letter: char| !letter.is_alphanumeric() && letter != '_').next();
    end.is_some_and(|word| functions::is_function(word) || word.starts_with("ORA_"))
}

/// Whether a double would not keep it, nor an integer of SQLite's.
fn is_long(number: &str) -> bool {
    number.bytes().filter(u8::is_ascii_digit).count() > 15 && number.parse::<i64>().is_err()
}

fn literally(literal: &str) -> String {
    format!("'{}'", literal.replace('\'', "''"))
}

/// How many tokens there are before the bracket closes that is open.
fn closing(tokens: &[Token]) -> Result<usize, Failure> {
    let mut depth = 1_usize;
    let end = tokens.iter().position(|token| {
        depth += usize::from(token.is("("));
        depth -= usize::from(token.is(")"));
        depth == 0
    });
    end.ok_or_else(|| Failure::new(907, "missing right parenthesis"))
}

/// A token as it stands in a type.
pub(super) fn plain(token: &Token) -> String {
    match token {
        Token::Word(text)
        | Token::Number(text)
        | Token::Sign(text)
        | Token::Bind(text)
        | Token::Text(text)
        | Token::Quoted(text) => text.replace('\'', ""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sql::read;

    #[test]
    fn a_text_is_written_for_sqlite() {
        let emitted = |text: &str| emit(&read(text).unwrap(), "HR").unwrap();
        assert_eq!(
            emitted("select \"userName\", count(*) from hr.app_user u where u.id = :id and x = '' and d > sysdate"),
            "SELECT \"^U^S^E^RN^A^M^E\",COUNT(*) FROM APP_USER U WHERE U.ID=?1 AND X=NULL AND D>ORA_TODAY()"
        );
        assert_eq!(
            emitted("insert into t (a, b) values (seq.nextval, cast(:1 as number(10, 2)))"),
            "INSERT INTO T (A,B) VALUES (ORA_NEXTVAL('SEQ'),ORA_CAST(?1,'NUMBER ( 10 , 2 )'))"
        );
        assert_eq!(
            emitted("a - -1 + timestamp '2024-01-02 03:04:05'"),
            "A- -1+ORA_LITERAL('2024-01-02 03:04:05')"
        );
    }
}
