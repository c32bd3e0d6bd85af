//! Which columns a query compares or sorts by: what Oracle refuses of LOBs, and SQLite does not.

use super::{Token, functions, hidden};

const SIGNS: [&str; 8] = ["=", "<", ">", "<=", ">=", "<>", "!=", "^="];
/// What gives a LOB where it is given one.
const SAME: [&str; 6] = ["LOWER", "UPPER", "TRIM", "LTRIM", "RTRIM", "NVL"];
/// Words behind which the columns of an order end.
const ENDS: [&str; 7] = ["OFFSET", "FETCH", "UNION", "HAVING", "ORDER", "MINUS", "INTERSECT"];

/// Their names, as SQLite has them.
pub(super) fn columns(tokens: &[Token]) -> Vec<String> {
    let mut names = Vec::new();
    for (place, token) in tokens.iter().enumerate() {
        if SIGNS.iter().any(|sign| token.is(sign)) {
            names.extend(before(tokens, place));
            names.extend(tokens.get(place + 1..).and_then(first));
        }
        let by = token.is_word("BY") && place > 0;
        if by
            && tokens
                .get(place - 1)
                .is_some_and(|word| word.is_word("ORDER") || word.is_word("GROUP"))
        {
            let listed = tokens.get(place + 1..).unwrap_or_default();
            let ends = |token: &Token| ENDS.iter().any(|word| token.is_word(word));
            let end = listed.iter().position(ends).unwrap_or(listed.len());
            let items = listed.get(..end).unwrap_or_default().split(|token| token.is(","));
            names.extend(items.filter_map(first));
        }
    }
    names.iter().map(|name| hidden(name)).collect()
}

/// The column with which an expression ends.
fn before(tokens: &[Token], end: usize) -> Option<String> {
    let last = tokens.get(end.checked_sub(1)?)?;
    if !last.is(")") {
        return last.name().map(str::to_owned);
    }
    let mut depth = 0_usize;
    for (place, token) in tokens.get(..end)?.iter().enumerate().rev() {
        depth += usize::from(token.is(")"));
        depth -= usize::from(token.is("("));
        if depth == 0 {
            return first(tokens.get(place.checked_sub(1)?..end)?);
        }
    }
    None
}

/// The column with which an expression begins: by itself, or in a call that leaves it what it is.
fn first(tokens: &[Token]) -> Option<String> {
    let mut place = 0;
    if tokens.get(1).is_some_and(|token| token.is("(")) {
        let word = tokens.first()?;
        if !SAME.iter().any(|same| word.is_word(same)) {
            return None;
        }
        place = 2;
    }
    while tokens.get(place + 1).is_some_and(|token| token.is(".")) {
        place += 2;
    }
    let name = tokens.get(place)?.name()?;
    (!tokens.get(place + 1).is_some_and(|token| token.is("(")) && functions::call(name).is_none()).then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    #[test]
    fn columns_are_found() {
        let columns = |text: &str| super::columns(&crate::sql::read(text).unwrap());
        assert_eq!(
            columns(
                "SELECT a FROM t WHERE t.b = :1 AND LOWER(c) <> 'x' AND TO_CHAR(d) = :2 AND LENGTH(e) > 1 ORDER BY LOWER(t.f), g DESC OFFSET :3 ROWS"
            ),
            ["B", "C", "F", "G"]
        );
        assert_eq!(columns("SELECT a FROM t GROUP BY h HAVING COUNT(*) > 1"), ["H"]);
        assert!(columns("SELECT a FROM t WHERE a LIKE :1 OR a IS NULL OR INSTR(a, :2) > 0").is_empty());
    }
}
