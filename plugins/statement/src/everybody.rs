//! A statement for one value or for a list of them, asked for every value that there is.
//!
//! Who holds a role is found out in one statement though the administrator wrote one that reads the roles of certain users: in
//! `WHERE ur.user_id = :id` the column is compared with itself, and so lets every row through that it would let through for
//! some value. That holds only where the rows of one value do not depend on those of another: no groups, no limits, no window
//! functions, and a condition that all rows must fulfil. Whatever else there is, is not derived.

use portcullis_sdk::ListSize;

use crate::{Token, TokenKind, parameters::Source, repeat::ITEM, writer::Piece};

/// Words outside of brackets that have rows depend on each other.
const TOGETHER: [&str; 15] = [
    "union",
    "intersect",
    "except",
    "minus",
    "group",
    "having",
    "limit",
    "offset",
    "fetch",
    "top",
    "window",
    "qualify",
    "for",
    "connect",
    "into",
];

/// Words anywhere that do.
const NUMBERED: [&str; 2] = ["over", "rownum"];

/// Words in a condition that make it more than a list of conditions all of which must hold.
const NOT_PLAIN: [&str; 4] = ["or", "xor", "between", "case"];

/// What may stand before a bracket in the list of columns: functions that look at one row.
const OF_ONE_ROW: [&str; 17] = [
    "coalesce",
    "nullif",
    "ifnull",
    "nvl",
    "isnull",
    "cast",
    "convert",
    "lower",
    "upper",
    "trim",
    "ltrim",
    "rtrim",
    "concat",
    "replace",
    "substr",
    "substring",
    "to_char",
];

/// The statement without its parameter. Where that stands for one value, a further column says which a row is for.
///
/// # Errors
/// Why it cannot be derived.
pub(crate) fn of_every_value<'t>(source: &Source<'t>, text: &str, of: &ListSize) -> Result<Source<'t>, String> {
    let refused = || format!("not every statement can be asked for every {}", of.parameter);
    let [Piece::Text(before), parameter, rest @ ..] = source.pieces.as_slice() else {
        return Err(refused());
    };
    let rest = match rest {
        [] => "",
        [Piece::Text(rest)] => rest.as_str(),
        _ => return Err(refused()),
    };
    let tokens = Tokens::new(&source.tokens);
    let clauses = tokens.clauses().ok_or_else(refused)?;
    if tokens.depend_on_each_other(&clauses) {
        return Err(refused());
    }
    let before = match parameter {
        Piece::List(name) if *name == of.parameter => {
            let column = tokens.compared_with_list(&clauses).ok_or_else(refused)?;
            format!("{before}{column}")
        }
        Piece::Parameter(name) if *name == of.parameter => {
            let column = tokens.compared_with_one(&clauses).ok_or_else(refused)?;
            let trimmed = text.len() - text.trim_start().len();
            let end = clauses.from_offset.checked_sub(trimmed);
            let (columns, tables) = end.and_then(|end| before.split_at_checked(end)).ok_or_else(refused)?;
            format!("{columns}, {column} AS {ITEM} {tables}{column}")
        }
        _ => return Err(refused()),
    };
    Ok(Source {
        tokens: source.tokens.clone(),
        pieces: vec![Piece::Text(format!("{before}{rest}"))],
        problems: Vec::new(),
        rows_from: source.rows_from,
    })
}

/// The significant tokens, each with how many brackets are open around it.
struct Tokens<'s, 't> {
    tokens: &'s [Token<'t>],
    depths: Vec<usize>,
}

/// Where the parts of a SELECT are.
struct Clauses {
    from: usize,
    from_offset: usize,
    /// Its `WHERE`, and what follows its condition.
    condition: (usize, usize),
}

impl<'s, 't> Tokens<'s, 't> {
    fn new(tokens: &'s [Token<'t>]) -> Self {
        let mut depth = 0_usize;
        let depths = tokens.iter().map(|token| {
            if token.kind == TokenKind::Close {
                depth = depth.saturating_sub(1);
            }
            let found = depth;
            if token.kind == TokenKind::Open {
                depth += 1;
            }
            found
        });
        Self {
            depths: depths.collect(),
            tokens,
        }
    }

    /// `SELECT … FROM … WHERE …`, and an order at the end perhaps.
    fn clauses(&self) -> Option<Clauses> {
        let first = self.tokens.first()?;
        let distinct_on = self.is(1, "distinct") && self.is(2, "on");
        let (from, r#where) = (self.only("from")?, self.only("where")?);
        let end = (r#where..self.tokens.len()).find(|index| self.outside(*index) && self.is(*index, "order"));
        (first.is_word("select") && !distinct_on && from < r#where).then(|| Clauses {
            from,
            from_offset: self.tokens.get(from).map_or(0, |token| token.offset),
            condition: (r#where, end.unwrap_or(self.tokens.len())),
        })
    }

    fn depend_on_each_other(&self, clauses: &Clauses) -> bool {
        let among = |words: &[&str], token: &Token<'_>| words.iter().any(|word| token.is_word(word));
        let plain = |token: &Token<'_>| !among(&NOT_PLAIN, token) && !["||", "&&"].contains(&token.text);
        let (r#where, end) = clauses.condition;
        self.tokens.iter().enumerate().any(|(index, token)| {
            let outside = self.outside(index);
            let follows = index.checked_sub(1).and_then(|before| self.tokens.get(before));
            let calls = token.kind == TokenKind::Open
                && index < clauses.from
                && follows
                    .is_some_and(|name| matches!(name.kind, TokenKind::Word | TokenKind::Quoted) && !among(&OF_ONE_ROW, name));
            calls
                || among(&NUMBERED, token)
                || token.text == ":="
                || outside && among(&TOGETHER, token)
                || outside && (r#where..end).contains(&index) && !plain(token)
        })
    }

    /// The column of `column IN (:ids)`.
    fn compared_with_list(&self, clauses: &Clauses) -> Option<String> {
        let at = self.parameter()?;
        let bracket = at.checked_sub(1)?;
        let word = at.checked_sub(2)?;
        let inside = self.depths.get(at) == Some(&1) && self.depths.get(bracket) == Some(&0) && self.is(word, "in");
        let column = self.column_before(word)?;
        (inside && self.is_condition(clauses, column.0, at + 2)).then_some(column.1)
    }

    /// The column of `column = :id` or `:id = column`.
    fn compared_with_one(&self, clauses: &Clauses) -> Option<String> {
        let at = self.parameter()?;
        if !self.outside(at) {
            return None;
        }
        if at.checked_sub(1).is_some_and(|sign| self.sign(sign, "=")) {
            let column = self.column_before(at - 1)?;
            // What is cast is of the column's type.
            let end = if self.sign(at + 1, "::") { at + 3 } else { at + 1 };
            return self.is_condition(clauses, column.0, end).then_some(column.1);
        }
        let column = self.column_after(at + 1).filter(|_| self.sign(at + 1, "="))?;
        self.is_condition(clauses, at, column.0).then_some(column.1)
    }

    /// Where the one parameter is.
    fn parameter(&self) -> Option<usize> {
        self.tokens.iter().position(|token| token.kind == TokenKind::Native)
    }

    /// Whether what stands between two places is a condition that every row must fulfil.
    fn is_condition(&self, clauses: &Clauses, start: usize, end: usize) -> bool {
        let (r#where, last) = clauses.condition;
        let Some(before) = start.checked_sub(1) else { return false };
        let begins = before == r#where || before > r#where && self.is(before, "and");
        let ends = end == last || end < last && self.is(end, "and");
        begins && ends && self.outside(before) && (end == last || self.outside(end))
    }

    /// A column that ends before a place: where it begins, and its name.
    fn column_before(&self, end: usize) -> Option<(usize, String)> {
        let mut start = end.checked_sub(1).filter(|last| self.is_name(*last))?;
        while let (Some(dot), Some(name)) = (start.checked_sub(1), start.checked_sub(2)) {
            if !self.sign(dot, ".") || !self.is_name(name) {
                break;
            }
            start = name;
        }
        Some((start, self.written(start, end)?))
    }

    /// A column behind the sign at a place: where it ends, and its name.
    fn column_after(&self, sign: usize) -> Option<(usize, String)> {
        let start = sign + 1;
        let mut end = Some(start + 1).filter(|_| self.is_name(start))?;
        while self.sign(end, ".") && self.is_name(end + 1) {
            end += 2;
        }
        Some((end, self.written(start, end)?))
    }

    fn written(&self, start: usize, end: usize) -> Option<String> {
        Some(self.tokens.get(start..end)?.iter().map(|token| token.text).collect())
    }

    fn is_name(&self, index: usize) -> bool {
        let kind = self.tokens.get(index).map(|token| token.kind);
        matches!(kind, Some(TokenKind::Word | TokenKind::Quoted))
    }

    /// Where this word stands outside of brackets, if it does so once.
    fn only(&self, word: &str) -> Option<usize> {
        let mut found = (0..self.tokens.len()).filter(|index| self.outside(*index) && self.is(*index, word));
        found.next().filter(|_| found.next().is_none())
    }

    fn outside(&self, index: usize) -> bool {
        self.depths.get(index) == Some(&0)
    }

    fn is(&self, index: usize, word: &str) -> bool {
        self.tokens.get(index).is_some_and(|token| token.is_word(word))
    }

    fn sign(&self, index: usize, sign: &str) -> bool {
        self.tokens.get(index).is_some_and(|token| token.text == sign)
    }
}
