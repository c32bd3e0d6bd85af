//! Which column a bind is compared with, where that is plain to see. Oracle makes numbers and dates of texts there, and has
//! errors for texts that are none; SQLite would find them unequal.

use super::{Token, hidden};

const SIGNS: [&str; 8] = ["=", "<", ">", "<=", ">=", "<>", "!=", "^="];

/// For each bind the name of the column, as SQLite has it.
pub(super) fn columns(tokens: &[Token]) -> Vec<Option<String>> {
    let mut columns = Vec::new();
    for (place, token) in tokens.iter().enumerate() {
        if matches!(token, Token::Bind(_)) {
            let column = behind_sign(tokens, place)
                .or_else(|| before_sign(tokens, place))
                .or_else(|| in_list(tokens, place))
                .or_else(|| between(tokens, place));
            columns.push(column.and_then(Token::name).map(hidden));
        }
    }
    columns
}

fn is_sign(token: Option<&Token>) -> bool {
    token.is_some_and(|token| SIGNS.iter().any(|sign| token.is(sign)))
}

fn at(tokens: &[Token], place: usize, back: usize) -> Option<&Token> {
    tokens.get(place.checked_sub(back)?)
}

/// The name that ends before a place, if an expression begins with it.
fn column(tokens: &[Token], place: usize) -> Option<&Token> {
    let name = at(tokens, place, 1)?;
    name.name()?;
    let before = at(tokens, place, 2);
    let starts = before.is_none_or(|before| match before {
        Token::Word(_) => true,
        Token::Sign(sign) => [".", "(", ","].contains(&sign.as_str()),
        _ => false,
    });
    starts.then_some(name)
}

/// Whether an expression goes on.
fn goes_on(token: Option<&Token>) -> bool {
    token.is_some_and(|token| ["+", "-", "*", "/", "||", ".", "("].iter().any(|sign| token.is(sign)))
}

fn behind_sign(tokens: &[Token], place: usize) -> Option<&Token> {
    if !is_sign(at(tokens, place, 1)) || goes_on(tokens.get(place + 1)) {
        return None;
    }
    column(tokens, place - 1)
}

fn before_sign(tokens: &[Token], place: usize) -> Option<&Token> {
    if !is_sign(tokens.get(place + 1)) || goes_on(at(tokens, place, 1)) && !at(tokens, place, 1)?.is("(") {
        return None;
    }
    let mut end = place + 2;
    while tokens.get(end + 1).is_some_and(|dot| dot.is(".")) {
        end += 2;
    }
    tokens.get(end).filter(|_| !goes_on(tokens.get(end + 1)))
}

fn in_list(tokens: &[Token], place: usize) -> Option<&Token> {
    let listed = |token: &Token| token.is(",") || matches!(token, Token::Bind(_) | Token::Text(_) | Token::Number(_));
    let inside = tokens.get(..place)?.iter().rev().take_while(|token| listed(token)).count();
    let open = place.checked_sub(inside + 1)?;
    if !tokens.get(open)?.is("(") || !at(tokens, open, 1)?.is_word("IN") {
        return None;
    }
    let negated = at(tokens, open, 2)?.is_word("NOT");
    column(tokens, open - if negated { 2 } else { 1 })
}

fn between(tokens: &[Token], place: usize) -> Option<&Token> {
    if at(tokens, place, 1)?.is_word("BETWEEN") {
        return column(tokens, place - 1);
    }
    let second = at(tokens, place, 1)?.is_word("AND") && at(tokens, place, 3)?.is_word("BETWEEN");
    if second { column(tokens, place - 3) } else { None }
}

#[cfg(test)]
mod tests {
    #[test]
    fn columns_are_found() {
        let columns = |text: &str| super::columns(&crate::sql::read(text).unwrap());
        let named = |names: &[&str]| -> Vec<Option<String>> {
            names
                .iter()
                .map(|name| (!name.is_empty()).then(|| (*name).to_owned()))
                .collect()
        };
        assert_eq!(
            columns("SELECT a FROM t WHERE t.b = :1 AND :2 < c AND d NOT IN (:3, 1, :4) AND e BETWEEN :5 AND :6 AND \"F\" >= :7"),
            named(&["B", "C", "D", "D", "E", "E", "F"])
        );
        assert_eq!(
            columns("SELECT a FROM t WHERE :1 IS NULL OR LOWER(b) = :2 OR c + d = :3 OR e = :4 || 'x' OR f = LOWER(:5)"),
            named(&["", "", "", "", ""])
        );
        assert_eq!(columns("UPDATE t SET a = :1, b = :2 WHERE c = :3"), named(&["A", "B", "C"]));
    }
}
