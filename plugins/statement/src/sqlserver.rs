//! What T-SQL says in words of its own.
//!
//! `=` does not see blanks at the end of a text, and the usual collations neither case nor, some of them, accents. SCIM sees
//! all of them. So texts are compared by the bytes of their letters; what an index can find is found by the collation first.
//! Patterns (`LIKE`) are not used: `%`, `_` and `[` mean themselves.
//!
//! What is before and what after is decided by the letters' numbers (a `BIN2` collation), with the smallest letter there is
//! behind both texts, so that `a` comes before `a ` and before `ab`.

use portcullis_sdk::{Collation, ComparisonOperator, SortKey};

use crate::{
    Token, TokenKind,
    comparison::{COLUMN, VALUE},
};

/// Compares letter by letter.
const LETTERS: &str = "Latin1_General_100_BIN2";
/// Knows which letters are a pair of upper and lower case, as Unicode has it, whatever the column's collation is.
const CASES: &str = "Latin1_General_100_CI_AS";

/// How long a text can be that is looked for inside of another.
const NEEDLE: &str = "nvarchar(4000)";
const TEXT: &str = "nvarchar(max)";

/// The comparison of a column that has a value; `ne` as `eq`, to be negated.
pub(crate) fn words(operator: ComparisonOperator, rule: Collation) -> String {
    match operator {
        ComparisonOperator::Eq | ComparisonOperator::Ne => equal(rule),
        ComparisonOperator::Gt => compared(">", rule),
        ComparisonOperator::Ge => compared(">=", rule),
        ComparisonOperator::Lt => compared("<", rule),
        ComparisonOperator::Le => compared("<=", rule),
        ComparisonOperator::Co => {
            let column = text(COLUMN, TEXT, rule);
            let value = text(VALUE, NEEDLE, rule);
            // An empty text is in every text, but is not found in any.
            format!("(CHARINDEX({value} COLLATE {LETTERS}, {column} COLLATE {LETTERS}) > 0 OR DATALENGTH({VALUE}) = 0)")
        }
        ComparisonOperator::Sw => {
            let (column, value) = (bytes(COLUMN, rule), bytes(VALUE, rule));
            format!("SUBSTRING({column}, 1, DATALENGTH({value})) = {value}")
        }
        ComparisonOperator::Ew => {
            let (column, value) = (bytes(COLUMN, rule), bytes(VALUE, rule));
            format!("SUBSTRING({column}, DATALENGTH({column}) - DATALENGTH({value}) + 1, DATALENGTH({value})) = {value}")
        }
    }
}

fn equal(rule: Collation) -> String {
    let (found, wanted) = (bytes(COLUMN, rule), bytes(VALUE, rule));
    match rule {
        Collation::Instant => format!("{COLUMN} = {VALUE}"),
        // What is no text has no collation, and is not looked at again.
        Collation::Native => {
            format!("{COLUMN} = {VALUE} AND (SQL_VARIANT_PROPERTY({COLUMN}, 'Collation') IS NULL OR {found} = {wanted})")
        }
        Collation::Exact => format!("{COLUMN} = {VALUE} AND {found} = {wanted}"),
        Collation::Insensitive => format!("LOWER({COLUMN}) = LOWER({VALUE}) AND {found} = {wanted}"),
    }
}

fn compared(sign: &str, rule: Collation) -> String {
    match rule {
        Collation::Native | Collation::Instant => format!("{COLUMN} {sign} {VALUE}"),
        Collation::Exact | Collation::Insensitive => {
            let closed = |of: &str| format!("CONCAT({}, NCHAR(0)) COLLATE {LETTERS}", text(of, TEXT, rule));
            format!("{} {sign} {}", closed(COLUMN), closed(VALUE))
        }
    }
}

fn text(of: &str, kind: &str, rule: Collation) -> String {
    match rule {
        Collation::Insensitive => format!("LOWER(CAST({of} AS {kind}) COLLATE {CASES})"),
        Collation::Native | Collation::Exact | Collation::Instant => format!("CAST({of} AS {kind})"),
    }
}

fn bytes(of: &str, rule: Collation) -> String {
    format!("CAST({} AS varbinary(max))", text(of, TEXT, rule))
}

/// The keys after `ORDER BY`, each once, since the server refuses what stands there twice. NULL is the smallest of all there.
pub(crate) fn order(keys: &[SortKey], column: impl Fn(&str) -> String) -> String {
    let mut written: Vec<String> = Vec::new();
    let mut text = String::new();
    for key in keys {
        let column = column(&key.column);
        let compared = match key.collation {
            Collation::Insensitive => format!("LOWER({column})"),
            Collation::Native | Collation::Exact | Collation::Instant => column.clone(),
        };
        let missing = format!("CASE WHEN {column} IS NULL THEN 1 ELSE 0 END");
        for part in [missing, compared] {
            if written.contains(&part) {
                continue;
            }
            if !text.is_empty() {
                text.push_str(", ");
            }
            text.push_str(&part);
            if key.descending {
                text.push_str(" DESC");
            }
            written.push(part);
        }
    }
    text
}

/// What makes the order at the end of a statement bearable in brackets, where the server wants one only with a window.
pub(crate) fn kept_order(tokens: &[Token<'_>]) -> &'static str {
    let mut depth = 0_usize;
    let mut previous = None;
    let (mut ordered, mut windowed) = (false, false);
    for token in tokens {
        match token.kind {
            TokenKind::Open => depth += 1,
            TokenKind::Close => depth = depth.saturating_sub(1),
            TokenKind::Word if depth == 0 => {
                ordered |= token.is_word("by") && previous.is_some_and(|before: &Token<'_>| before.is_word("order"));
                windowed |= token.is_word("top") || token.is_word("offset");
            }
            _ => {}
        }
        previous = Some(token);
    }
    if ordered && !windowed { " OFFSET 0 ROWS" } else { "" }
}
