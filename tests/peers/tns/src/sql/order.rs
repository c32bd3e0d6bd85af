//! Where NULLs stand in an order: behind everything in Oracle, before everything in SQLite.

use super::{Cursor, Token};

/// Says it for every `ORDER BY` that doesn't.
pub(super) fn nulls(tokens: &[Token]) -> Vec<Token> {
    let mut result = Vec::with_capacity(tokens.len());
    let mut cursor = Cursor::new(tokens);
    while let Some(token) = cursor.next() {
        result.push(token.clone());
        if !token.is_word("ORDER") || !cursor.eat(&["BY"]) {
            continue;
        }
        result.push(Token::Word("BY".to_owned()));
        loop {
            let item = cursor.until(&[",", ")", "OFFSET", "FETCH", "ROWS", "RANGE", "UNION"]);
            result.extend(nulls(item));
            if !item.iter().any(|token| token.is_word("NULLS")) {
                let descending = item.last().is_some_and(|token| token.is_word("DESC"));
                let place = if descending { "FIRST" } else { "LAST" };
                result.extend(["NULLS", place].map(|word| Token::Word(word.to_owned())));
            }
            if !cursor.eat(&[","]) {
                break;
            }
            result.push(Token::sign(","));
        }
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sql::{emit::emit, read};

    #[test]
    fn every_order_says_where_nulls_are() {
        let ordered = |text: &str| emit(&nulls(&read(text).unwrap()), "HR").unwrap();
        assert_eq!(
            ordered("select a from (select b from t order by lower(b), c desc) order by 1 desc nulls last, 2 fetch"),
            "SELECT A FROM (SELECT B FROM T ORDER BY LOWER(B) NULLS LAST,C DESC NULLS FIRST) ORDER BY 1 DESC NULLS LAST,2 NULLS LAST FETCH"
        );
        assert_eq!(
            ordered("row_number() over (order by a)"),
            "ROW_NUMBER()OVER (ORDER BY A NULLS LAST)".replace(")OVER", ") OVER")
        );
    }
}
