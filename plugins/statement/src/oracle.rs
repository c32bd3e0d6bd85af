//! What Oracle wants written otherwise than all others.

use portcullis_sdk::{Collation, ComparisonOperator, Problem};

use crate::{
    Dialect, Token, TokenKind,
    comparison::{COLUMN, VALUE},
    returning,
};

/// The comparison of a column that has a value; `ne` as `eq`, to be negated.
///
/// An empty string is NULL there, and so would be every comparison with it: no text is equal to it, every text is behind it and
/// contains it.
pub(crate) fn words(operator: ComparisonOperator, rule: Collation) -> String {
    use ComparisonOperator::{Co, Ew, Ge, Gt, Sw};
    let is_text = matches!(rule, Collation::Exact | Collation::Insensitive);
    let words = known(operator, rule);
    if matches!(operator, Co | Sw | Ew) || is_text && matches!(operator, Gt | Ge) {
        format!("({VALUE} IS NULL OR {words})")
    } else {
        format!("{VALUE} IS NOT NULL AND {words}")
    }
}

/// The comparison with a value that is there.
fn known(operator: ComparisonOperator, rule: Collation) -> String {
    use ComparisonOperator::{Co, Eq, Ew, Ge, Gt, Le, Lt, Ne, Sw};
    let (letters, value) = match rule {
        Collation::Insensitive => (format!("LOWER({COLUMN})"), format!("LOWER({VALUE})")),
        Collation::Native | Collation::Exact | Collation::Instant => (format!("TO_CHAR({COLUMN})"), VALUE.to_owned()),
    };
    let column = match (rule, operator) {
        // As it stands, for an index on the column.
        (Collation::Native | Collation::Instant, _) | (Collation::Exact, Eq | Ne) => COLUMN,
        _ => letters.as_str(),
    };
    match operator {
        // A number's letters too, after a look into the index.
        Eq | Ne if rule == Collation::Exact => format!("{column} = {value} AND {letters} = {value}"),
        Eq | Ne => format!("{column} = {value}"),
        Gt => format!("{column} > {value}"),
        Ge => format!("{column} >= {value}"),
        Lt => format!("{column} < {value}"),
        Le => format!("{column} <= {value}"),
        Co => format!("INSTR({letters}, {value}) > 0"),
        Sw => format!("SUBSTR({letters}, 1, LENGTH({value})) = {value}"),
        // Of more letters than there are, SUBSTR gives NULL.
        Ew => format!("LENGTH({letters}) >= LENGTH({value}) AND SUBSTR({letters}, -LENGTH({value})) = {value}"),
    }
}

/// What is wrong with it, besides what is wrong everywhere.
pub(crate) fn broken(tokens: &[Token<'_>]) -> Vec<Problem> {
    let mut problems = Vec::new();
    if let Some(last) = tokens.last().filter(|last| last.text == "/") {
        let message = "the / at the end is SQL*Plus's, and not Oracle's";
        problems.push(Problem::new("sql", message, "leave it out").at(last.offset));
    }
    problems.extend(defines(tokens));
    if returning::is_block(Dialect::Oracle, tokens) {
        problems.extend(tokens.windows(2).filter_map(ends_transaction));
        return problems;
    }
    let returns = |pair: &[Token<'_>]| matches!(pair, [word, _] if word.is_word("return")) && pair.last().is_some_and(is_operand);
    if let Some([word, _]) = tokens.windows(2).find(|pair| returns(pair)) {
        let message = "the database takes RETURN for RETURNING, and Portcullis does not";
        problems.push(Problem::new("sql", message, "write RETURNING").at(word.offset));
    }
    problems
}

/// What changes the schema or the session. Oracle commits before and after the former, and what the request did until then
/// could not be undone.
fn defines(tokens: &[Token<'_>]) -> Option<Problem> {
    let first = tokens.first()?;
    let session = first.is_word("alter") && tokens.get(1).is_some_and(|second| second.is_word("session"));
    let words = [
        "create", "alter", "drop", "truncate", "grant", "revoke", "rename", "comment", "analyze", "audit",
    ];
    if !words.iter().any(|word| first.is_word(word)) {
        return None;
    }
    let message = if session {
        "ALTER SESSION changes the session, which belongs to Portcullis".to_owned()
    } else {
        format!(
            "the database commits before and after {}, so that a request could not be undone",
            first.text
        )
    };
    Some(Problem::new("sql", message, "leave it out, or call a procedure that does it").at(first.offset))
}

/// `COMMIT;`, `ROLLBACK TO …`, `SAVEPOINT …`; not a column of such a name.
fn ends_transaction(pair: &[Token<'_>]) -> Option<Problem> {
    let [word, next] = pair else { return None };
    let controls = ["commit", "rollback", "savepoint"]
        .iter()
        .any(|control| word.is_word(control));
    if !controls || !matches!(next.kind, TokenKind::Semicolon | TokenKind::Word) {
        return None;
    }
    let message = format!("{} changes the transaction, which belongs to Portcullis", word.text);
    let remedy = "leave it out: everything that a request changes is kept or undone together";
    Some(Problem::new("sql", message, remedy).at(word.offset))
}

fn is_operand(token: &Token<'_>) -> bool {
    matches!(token.kind, TokenKind::Word | TokenKind::Quoted)
}
