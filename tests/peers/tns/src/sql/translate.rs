//! One statement, translated.

use super::{Cursor, Token, changed, checks, compared, concatenation, emit::emit, functions, hidden, order, ordered, tables};
use crate::{Failure, Type};

/// What a statement does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verb {
    Select,
    Insert,
    Update,
    Delete,
}

/// A query or a change, for SQLite.
#[derive(Clone, Debug)]
pub(crate) struct Translated {
    pub(crate) verb: Verb,
    pub(crate) text: String,
    /// The binds that the text takes values from, one for each place.
    pub(crate) binds: Vec<String>,
    /// The binds behind `RETURNING … INTO`.
    pub(crate) returned: Vec<String>,
    /// `FOR UPDATE`.
    pub(crate) locks: bool,
    /// The table that is changed.
    pub(crate) table: Option<String>,
    /// The columns that are written to; `None`: all of them.
    pub(crate) changed: Option<Vec<String>>,
    /// The tables that are read.
    pub(crate) tables: Vec<String>,
    /// For each bind the column that it is compared with or becomes the value of, if that is plain to see.
    pub(crate) compared: Vec<Option<String>>,
    /// The columns that a query compares or sorts by, as far as that is plain to see.
    pub(crate) ordered: Vec<String>,
    /// What is known of the types of a query's columns; nothing if there is a `*`.
    pub(crate) types: Vec<Option<Type>>,
}

/// Whether a text is a block of PL/SQL or a call.
pub(crate) fn is_block(tokens: &[Token]) -> bool {
    let first = tokens.first();
    ["BEGIN", "DECLARE", "CALL"]
        .iter()
        .any(|word| first.is_some_and(|token| token.is_word(word)))
}

/// # Errors
/// Oracle would refuse it too, or this peer doesn't understand it.
pub(crate) fn translate(tokens: &[Token], schema: &str) -> Result<Translated, Failure> {
    let mut cursor = Cursor::new(tokens);
    let verb = match cursor.next() {
        Some(Token::Word(word)) => match word.as_str() {
            "SELECT" | "WITH" => Verb::Select,
            "INSERT" => Verb::Insert,
            "UPDATE" => Verb::Update,
            "DELETE" => Verb::Delete,
            "MERGE" | "LOCK" | "EXPLAIN" | "GRANT" | "REVOKE" => return Err(Failure::unsupported(word)),
            _ => return Err(Failure::new(900, "invalid SQL statement")),
        },
        _ => return Err(Failure::new(900, "invalid SQL statement")),
    };
    let table = match verb {
        Verb::Select => None,
        Verb::Insert => {
            if cursor.eat(&["ALL"]) || cursor.eat(&["FIRST"]) {
                return Err(Failure::unsupported("INSERT into several tables"));
            }
            cursor.expect("INTO")?;
            Some(cursor.qualified()?)
        }
        Verb::Update => Some(cursor.qualified()?),
        Verb::Delete => {
            // `FROM` may be left out; not so in SQLite.
            if !cursor.eat(&["FROM"]) {
                return Err(Failure::unsupported("DELETE without FROM"));
            }
            Some(cursor.qualified()?)
        }
    };
    if verb == Verb::Insert {
        one_row(tokens)?;
    }
    let (tokens, locks) = without_lock(verb, tokens)?;
    let (tokens, returned) = without_into(verb, tokens)?;
    checks::check(&tokens)?;
    let (tokens, types) = match verb {
        Verb::Select => named(tokens)?,
        _ => (tokens, Vec::new()),
    };
    let (tables, compared) = (tables::read(&tokens, schema), compared::columns(&tokens));
    let ordered = if verb == Verb::Select {
        ordered::columns(&tokens)
    } else {
        Vec::new()
    };
    let tokens = windowed(order::nulls(&concatenation::wrap(tokens)?))?;
    let changed = changed::columns(verb, &tokens);
    let bind = |token: &Token| match token {
        Token::Bind(name) => Some(name.clone()),
        _ => None,
    };
    Ok(Translated {
        verb,
        text: emit(&tokens, schema)?,
        binds: tokens.iter().filter_map(bind).collect(),
        returned,
        locks,
        table: table.map(|table| hidden(&table)),
        changed,
        tables,
        compared,
        ordered,
        types,
    })
}

fn without_lock(verb: Verb, tokens: &[Token]) -> Result<(Vec<Token>, bool), Failure> {
    let mut cursor = Cursor::new(tokens);
    let before = cursor.until(&["FOR"]);
    match cursor.rest() {
        [_, update, ..] if update.is_word("UPDATE") && verb == Verb::Select => Ok((before.to_vec(), true)),
        [_, ..] => Err(Failure::new(933, "SQL command not properly ended")),
        [] => Ok((tokens.to_vec(), false)),
    }
}

/// Without `INTO :1, :2` behind `RETURNING`, and what stood there.
fn without_into(verb: Verb, tokens: Vec<Token>) -> Result<(Vec<Token>, Vec<String>), Failure> {
    if verb == Verb::Select {
        return Ok((tokens, Vec::new()));
    }
    let mut cursor = Cursor::new(&tokens);
    let before = cursor.until(&["RETURNING", "RETURN"]).to_vec();
    if cursor.next().is_none() {
        return Ok((tokens, Vec::new()));
    }
    let expressions = cursor.until(&["INTO"]).to_vec();
    cursor.expect("INTO").map_err(|_| Failure::new(925, "missing INTO keyword"))?;
    let mut returned = Vec::new();
    loop {
        match cursor.next() {
            Some(Token::Bind(name)) => returned.push(name.clone()),
            _ => return Err(Failure::new(936, "missing expression")),
        }
        if cursor.is_empty() {
            break;
        }
        cursor.expect(",")?;
    }
    let mut all = before;
    all.push(Token::Word("RETURNING".to_owned()));
    all.extend(expressions);
    Ok((all, returned))
}

/// How many binds stand behind `RETURNING … INTO`, in a statement that may be wrong otherwise.
pub(crate) fn received(tokens: &[Token]) -> usize {
    let changes = ["INSERT", "UPDATE", "DELETE", "MERGE"];
    if !tokens
        .first()
        .is_some_and(|token| changes.iter().any(|word| token.is_word(word)))
    {
        return 0;
    }
    let mut cursor = Cursor::new(tokens);
    cursor.until(&["RETURNING", "RETURN"]);
    cursor.until(&["INTO"]);
    cursor.rest().iter().filter(|token| matches!(token, Token::Bind(_))).count()
}

/// Oracle 19 inserts one row for each `VALUES`.
fn one_row(tokens: &[Token]) -> Result<(), Failure> {
    let mut cursor = Cursor::new(tokens);
    cursor.until(&["VALUES"]);
    if cursor.next().is_none() {
        return Ok(());
    }
    cursor.brackets()?;
    match cursor.peek() {
        Some(token) if !token.is_word("RETURNING") && !token.is_word("RETURN") => {
            Err(Failure::new(933, "SQL command not properly ended"))
        }
        _ => Ok(()),
    }
}

/// The columns of the outermost query with the names that Oracle gives them, and what is known of their types.
fn named(tokens: Vec<Token>) -> Result<(Vec<Token>, Vec<Option<Type>>), Failure> {
    let mut cursor = Cursor::new(&tokens);
    let mut result = cursor.until(&["SELECT"]).to_vec();
    result.extend(cursor.next().cloned());
    for word in ["DISTINCT", "ALL", "UNIQUE"] {
        if cursor.eat(&[word]) {
            let word = if word == "UNIQUE" { "DISTINCT" } else { word };
            result.push(Token::Word(word.to_owned()));
        }
    }
    let mut types = Vec::new();
    let mut starred = false;
    loop {
        let item = cursor.until(&[",", "FROM"]);
        if item.is_empty() {
            return Err(Failure::new(936, "missing expression"));
        }
        starred |= item.last().is_some_and(|token| token.is("*"));
        types.push(kind(item));
        result.extend(item.iter().cloned());
        if needs_name(item) {
            let name: String = item.iter().map(written).collect();
            result.extend([Token::Word("AS".to_owned()), Token::Quoted(name)]);
        }
        match cursor.next() {
            Some(comma) if comma.is(",") => result.push(comma.clone()),
            Some(from) => {
                result.push(from.clone());
                break;
            }
            None => return Err(Failure::new(923, "FROM keyword not found where expected")),
        }
    }
    result.extend(cursor.rest().iter().cloned());
    Ok((result, if starred { Vec::new() } else { types }))
}

/// Whether a column is an expression that nobody gave a name.
fn needs_name(item: &[Token]) -> bool {
    match item {
        [only] => only.name().is_none() && !only.is("*") || matches!(only, Token::Word(word) if functions::call(word).is_some()),
        [.., dot, last] if dot.is(".") => last.name().is_some_and(|name| name == "NEXTVAL" || name == "CURRVAL"),
        [.., last] if last.is("*") => false,
        [.., before, last] => {
            let named = last.name().is_some() && !last.is_word("END");
            // `a b` and `a AS b` give a name, `a + b` does not.
            !named || matches!(before, Token::Sign(sign) if sign != ")")
        }
        [] => false,
    }
}

/// A token as it is in the name of a column: in capital letters, nothing between.
fn written(token: &Token) -> String {
    match token {
        Token::Text(literal) => format!("'{}'", literal.to_uppercase().replace('\'', "''")),
        Token::Bind(name) => format!(":{name}"),
        Token::Quoted(name) => format!("\"{name}\""),
        Token::Word(text) | Token::Number(text) | Token::Sign(text) => text.clone(),
    }
}

/// The type of a column, if it is one call or one literal.
fn kind(item: &[Token]) -> Option<Type> {
    let mut cursor = Cursor::new(item);
    let kind = match cursor.next()? {
        Token::Number(_) => Some(Type::Number),
        Token::Text(_) => Some(Type::Varchar),
        Token::Word(word) => functions::result(word),
        _ => None,
    }?;
    if cursor.peek().is_some_and(|token| token.is("(")) {
        cursor.brackets().ok()?;
    }
    if cursor.eat(&["OVER"]) {
        cursor.brackets().ok()?;
    }
    cursor.eat(&["AS"]);
    if cursor.peek().is_some_and(|token| token.name().is_some()) {
        cursor.next();
    }
    cursor.is_empty().then_some(kind)
}

/// `OFFSET … ROWS FETCH NEXT … ROWS ONLY` as SQLite has it. Binds keep the order in which they stand in the statement,
/// since SQLite counts a `LIMIT` behind a comma backwards: offset first.
fn windowed(tokens: Vec<Token>) -> Result<Vec<Token>, Failure> {
    let mut result = Vec::with_capacity(tokens.len());
    let mut rest = Cursor::new(&tokens);
    while let Some(token) = rest.peek() {
        let offset = token.is_word("OFFSET").then(|| {
            rest.next();
            one(&mut rest)
        });
        let offset = offset.transpose()?;
        if offset.is_some() && !rest.eat(&["ROWS"]) && !rest.eat(&["ROW"]) {
            return Err(Failure::new(905, "missing keyword"));
        }
        let count = if rest.eat(&["FETCH", "NEXT"]) || rest.eat(&["FETCH", "FIRST"]) {
            let single = rest.peek().is_some_and(|token| token.is_word("ROW") || token.is_word("ROWS"));
            let count = if single {
                vec![Token::Number("1".to_owned())]
            } else {
                one(&mut rest)?
            };
            if !(rest.eat(&["ROWS", "ONLY"]) || rest.eat(&["ROW", "ONLY"])) {
                return Err(Failure::unsupported("FETCH with something else than ROWS ONLY"));
            }
            Some(count)
        } else {
            None
        };
        if offset.is_none() && count.is_none() {
            result.extend(rest.next().cloned());
            continue;
        }
        result.push(Token::Word("LIMIT".to_owned()));
        result.extend(offset.unwrap_or_else(|| vec![Token::Number("0".to_owned())]));
        result.push(Token::sign(","));
        result.extend(count.unwrap_or_else(|| vec![Token::sign("-"), Token::Number("1".to_owned())]));
    }
    Ok(result)
}

/// A number, a bind, or an expression in brackets.
fn one(cursor: &mut Cursor<'_>) -> Result<Vec<Token>, Failure> {
    match cursor.peek() {
        Some(open) if open.is("(") => {
            let mut all = vec![Token::sign("(")];
            all.extend(cursor.brackets()?.iter().cloned());
            all.push(Token::sign(")"));
            Ok(all)
        }
        Some(token @ (Token::Number(_) | Token::Bind(_))) => {
            let token = token.clone();
            cursor.next();
            Ok(vec![token])
        }
        _ => Err(Failure::new(936, "missing expression")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sql::read;

    fn translated(text: &str) -> Result<Translated, Failure> {
        translate(&read(text)?, "HR")
    }

    #[test]
    fn a_page_becomes_a_limit() {
        let page = translated("SELECT a FROM t ORDER BY a OFFSET :1 ROWS FETCH NEXT :2 ROWS ONLY").unwrap();
        assert_eq!(page.text, "SELECT A FROM T ORDER BY A NULLS LAST LIMIT ?1,?2");
        assert_eq!(page.binds, ["1", "2"]);
        let first = translated("SELECT a FROM t FETCH FIRST 5 ROWS ONLY").unwrap();
        assert_eq!(first.text, "SELECT A FROM T LIMIT 0,5");
    }

    #[test]
    fn expressions_are_named_as_oracle_names_them() {
        let query = translated("select count( * ), a, a+1, t.b, lower(a) low, 'x' from t").unwrap();
        assert_eq!(
            query.text,
            "SELECT COUNT(*)AS \"COUNT(*)\",A,A+1 AS \"A+1\",T.B,LOWER(A)LOW,'x' AS \"'X'\" FROM T"
                .replace(")AS", ") AS")
                .replace(")LOW", ") LOW")
        );
        assert_eq!(
            query.types,
            [Some(Type::Number), None, None, None, Some(Type::Varchar), Some(Type::Varchar)]
        );
    }

    #[test]
    fn what_is_returned_goes_into_binds() {
        let insert = translated("INSERT INTO t (a) VALUES (:a) RETURNING id, b INTO :x, :y").unwrap();
        assert_eq!(insert.text, "INSERT INTO T (A) VALUES (?1) RETURNING ID,B");
        assert_eq!(
            (insert.binds, insert.returned),
            (vec!["A".to_owned()], vec!["X".to_owned(), "Y".to_owned()])
        );
        assert_eq!(insert.table.as_deref(), Some("T"));
    }

    #[test]
    fn what_oracle_refuses_is_refused() {
        for (text, code) in [
            ("SELECT 1", 923),
            ("SELECT a FROM t LIMIT 1", 933),
            ("SELECT a FROM (SELECT a FROM t) AS x", 933),
            ("SELECT a FROM t AS x", 933),
            ("SELECT a FROM t;", 933),
            ("SELECT ifnull(a, 1) FROM t", 904),
            ("SELECT a FROM t WHERE b = true", 904),
            ("INSERT INTO t (a) VALUES (1), (2)", 933),
            ("INSERT INTO t (a) VALUES (1) RETURNING id", 925),
            ("SELECT a FROM t WHERE a == 1", 936),
            ("SELECT a FROM t WHERE a % 2 = 0", 911),
            ("PRAGMA x", 900),
            ("SELECT a FROM t WHERE rownum < 2", 3001),
            ("MERGE INTO t USING dual ON (1 = 1)", 3001),
            ("SELECT sysdate - 1 FROM dual", 3001),
        ] {
            assert_eq!(translated(text).unwrap_err().code, code, "{text}");
        }
    }
}
