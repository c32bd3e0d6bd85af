//! Which tables a statement reads.

use super::{Token, hidden};

/// What stands behind `FROM`, `JOIN` and the commas there, as SQLite has it. The table that DELETE takes rows from is none of them.
pub(super) fn read(tokens: &[Token], schema: &str) -> Vec<String> {
    let mut tables = Vec::new();
    // Of each bracket that is open: whether what comes next is a table.
    let mut listing = vec![false];
    let mut before: Option<&Token> = None;
    for (index, token) in tokens.iter().enumerate() {
        let starts = before.is_some_and(|before| before.is_word("FROM") || before.is_word("JOIN") || before.is(","));
        match token {
            Token::Sign(sign) if sign == "(" => listing.push(false),
            Token::Sign(sign) if sign == ")" => {
                listing.pop();
            }
            Token::Word(word) if word == "FROM" => {
                let deletes = before.is_some_and(|before| before.is_word("DELETE"));
                set(&mut listing, !deletes);
            }
            Token::Word(word) if ["WHERE", "GROUP", "ORDER", "UNION", "MINUS", "SELECT"].contains(&word.as_str()) => {
                set(&mut listing, false);
            }
            Token::Word(_) | Token::Quoted(_) if starts && listing.last() == Some(&true) => {
                let (first, next) = (token.name(), tokens.get(index + 2).and_then(Token::name));
                let qualified = tokens.get(index + 1).is_some_and(|dot| dot.is("."));
                let name = if qualified && first == Some(schema) { next } else { first };
                tables.extend(name.map(hidden));
            }
            _ => {}
        }
        before = Some(token);
    }
    tables
}

fn set(listing: &mut [bool], to: bool) {
    if let Some(last) = listing.last_mut() {
        *last = to;
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn tables_are_found() {
        let read = |text: &str| super::read(&crate::sql::read(text).unwrap(), "HR");
        assert_eq!(
            read("SELECT a, b FROM hr.t x, u JOIN v ON v.a IN (SELECT f(a, b) FROM w) WHERE a IN (b, c)"),
            ["T", "U", "V", "W"]
        );
        assert_eq!(read("DELETE FROM t WHERE a IN (SELECT a FROM u)"), ["U"]);
    }
}
