//! Whether a statement stays what it says it is: a query that reads, inside of a transaction that somebody else began and ends.

use sqlparser::{
    ast::Statement,
    parser::Parser,
    tokenizer::{Token, Tokenizer},
};

use crate::{
    Product,
    needs::{Columns, Needs, TableNeeds},
    read,
};

/// What a text may begin with. What is not among them would begin or end a transaction, change what holds for the session, or reach
/// files of the server's machine.
const FIRST: [&str; 19] = [
    "ALTER", "BEGIN", "CALL", "CREATE", "DECLARE", "DELETE", "DROP", "EXEC", "EXECUTE", "GRANT", "INSERT", "MERGE", "REPLACE",
    "REVOKE", "SELECT", "SHOW", "TABLE", "UPDATE", "VALUES",
];

/// Words that end a transaction wherever they stand without quotes: inside of a block, and behind another statement, which SQL Server
/// lets follow without a semicolon.
const ENDING: [&str; 4] = ["COMMIT", "ROLLBACK", "SAVEPOINT", "AUTONOMOUS_TRANSACTION"];

/// Says what a text does that no statement of somebody else's may do to the transaction or to the session that it runs in.
///
/// # Errors
/// A sentence without its subject, for example ``has `COMMIT` in it, which…``.
pub fn conduct(product: Product, text: &str) -> Result<(), String> {
    let tokens = tokens(product, text)?;
    // `BEGIN` begins a block where there are blocks, and a transaction elsewhere.
    let blocks = matches!(product, Product::Oracle | Product::Sqlserver);
    let (mut first, mut block) = (true, false);
    for token in &tokens {
        let word = match token {
            Token::SemiColon => {
                first = !block;
                continue;
            }
            Token::Word(word) if word.quote_style.is_none() => word.value.to_ascii_uppercase(),
            Token::LParen if first => continue,
            _ => String::new(),
        };
        if ENDING.contains(&word.as_str()) {
            return Err(format!(
                "has `{word}` in it, which would end a transaction that is not its own"
            ));
        }
        if first && word != "WITH" && (!FIRST.contains(&word.as_str()) || word == "BEGIN" && !blocks) {
            let begins = if word.is_empty() { "no word of SQL" } else { &word };
            return Err(format!(
                "begins with `{begins}`, which is neither a query nor a change of the application's: a plugin's statement may begin \
                 with WITH, {}",
                FIRST.join(", ")
            ));
        }
        block |= first && blocks && ["BEGIN", "DECLARE"].contains(&word.as_str());
        first = false;
    }
    match tokens.iter().any(|token| *token != Token::SemiColon) {
        true => Ok(()),
        false => Err("has no text".to_owned()),
    }
}

/// What a text is made of, without blanks and comments.
fn tokens(product: Product, text: &str) -> Result<Vec<Token>, String> {
    if product == Product::Mysql && ["/*!", "/*M!"].iter().any(|comment| text.contains(comment)) {
        return Err("has a comment in it that the database runs".to_owned());
    }
    let tokens = Tokenizer::new(product.dialect(), text).tokenize();
    let mut tokens = tokens.map_err(|error| format!("cannot be read as SQL ({error})"))?;
    tokens.retain(|token| !matches!(token, Token::Whitespace(_)));
    Ok(tokens)
}

/// Says what a statement does that was derived from others (filtered, ordered, counted), and that none of them does: it reads another
/// table, or calls a function of its own.
///
/// # Errors
/// A phrase for it, or why that can't be said.
pub fn derived(product: Product, text: &str, from: &[&str]) -> Result<(), String> {
    conduct(product, text).map_err(|what| format!("a statement that {what}"))?;
    let mut done = Needs::default();
    for original in from {
        read::read(product, original, &mut done)
            .map_err(|why| format!("a statement of one of which nobody knows what it reads: {why}"))?;
    }
    let mut rest = tokens(product, text)?;
    for original in from {
        rest = without(rest, &tokens(product, original)?);
    }
    let rest: Vec<String> = rest.iter().map(ToString::to_string).collect();
    let mut needs = Needs::default();
    read::read(product, &rest.join(" "), &mut needs)
        .map_err(|why| format!("a statement of which nobody knows what it reads: {why}"))?;
    match needs.beyond(&done) {
        None => Ok(()),
        Some(what) => Err(format!("a statement with {what}, which is not in the plan")),
    }
}

/// With `(SELECT 1)` in place of every `(original)`.
fn without(mut tokens: Vec<Token>, original: &[Token]) -> Vec<Token> {
    let original = original.strip_suffix(&[Token::SemiColon]).unwrap_or(original);
    let enclosed = [&[Token::LParen], original, &[Token::RParen]].concat();
    let one = [
        Token::LParen,
        Token::make_keyword("SELECT"),
        Token::Number("1".into(), false),
        Token::RParen,
    ];
    while let Some(at) = tokens.windows(enclosed.len()).position(|found| found == enclosed) {
        tokens.splice(at..at + enclosed.len(), one.clone());
    }
    tokens
}

/// Looks whether a text reads and does nothing else. Functions and procedures that it calls are not looked into.
///
/// # Errors
/// What it does besides, as a verb (`deletes from app_user`), or why that can't be said.
pub fn reading(product: Product, text: &str) -> Result<(), String> {
    let mut needs = Needs::default();
    read::read(product, text, &mut needs)?;
    let statements = Parser::parse_sql(product.dialect(), text).map_err(|error| format!("can't be read ({error})"))?;
    for (table, done) in &needs.tables {
        let verb = match done {
            done if done.delete => "deletes from",
            done if done.insert != Columns::None => "inserts into",
            done if done.update != Columns::None && !locks(&statements) => "updates",
            _ => continue,
        };
        return Err(format!("{verb} {table}"));
    }
    Ok(())
}

/// Whether it is a query with `FOR UPDATE`, which needs the right to update and changes nothing.
fn locks(statements: &[Statement]) -> bool {
    statements
        .iter()
        .all(|statement| matches!(statement, Statement::Query(query) if !query.locks.is_empty()))
}

impl Needs {
    /// What is done here that is not done there: a table, a column, a function; `None`: nothing. Functions that are SQL's own and only
    /// compare and count are no matter.
    fn beyond(&self, there: &Needs) -> Option<String> {
        let nothing = TableNeeds::default();
        for (name, here) in &self.tables {
            let there = there.tables.get(name).unwrap_or(&nothing);
            if !here.select.is_within(&there.select) {
                return Some(format!("columns of {name}"));
            }
            let changes = [(&here.insert, &there.insert), (&here.update, &there.update)];
            if changes.iter().any(|(here, there)| !here.is_within(there)) || here.delete && !there.delete {
                return Some(format!("changes of {name}"));
            }
        }
        let routine = self.routines.iter().find(|routine| !there.routines.contains(routine));
        let sequence = self.sequences.iter().find(|sequence| !there.sequences.contains(*sequence));
        let known = |function: &str| there.functions.contains(function) || COMPARING.contains(&function.to_lowercase().as_str());
        let function = self.functions.iter().find(|function| !known(function));
        let routine = routine.map(|(_, name)| name);
        routine.or(sequence).or(function).map(|name| format!("`{name}`"))
    }
}

impl Columns {
    fn is_within(&self, all: &Columns) -> bool {
        match (self, all) {
            (Columns::None, _) | (_, Columns::All) => true,
            (Columns::Some(some), Columns::Some(all)) => some.is_subset(all),
            _ => false,
        }
    }
}

/// What derived statements filter, order and count with.
const COMPARING: [&str; 24] = [
    "cast",
    "char_length",
    "coalesce",
    "concat",
    "convert",
    "count",
    "instr",
    "length",
    "locate",
    "lower",
    "max",
    "min",
    "nullif",
    "position",
    "regexp_like",
    "replace",
    "row_number",
    "strpos",
    "substr",
    "substring",
    "to_char",
    "to_number",
    "trim",
    "upper",
];

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Product; 5] = [
        Product::Sqlite,
        Product::Postgresql,
        Product::Mysql,
        Product::Sqlserver,
        Product::Oracle,
    ];

    #[test]
    fn a_statement_stays_inside_of_its_transaction() {
        for product in ALL {
            for text in [
                "SELECT 1",
                " -- a comment\n/* another */ (SELECT user_id FROM app_user)",
                "WITH a AS (SELECT 1) SELECT * FROM a;",
                "UPDATE app_user SET title = 'COMMIT; ROLLBACK' WHERE user_id = 1",
                "SELECT \"commit\" FROM app_user",
                "CALL deactivate_user(1)",
            ] {
                assert_eq!(conduct(product, text), Ok(()), "{product:?}: {text}");
            }
            for text in [
                "",
                ";",
                "-- nothing",
                "COMMIT",
                "/* nothing */ commit",
                "UPDATE app_user SET title = 'x'; COMMIT",
                "SELECT 1 COMMIT",
                "ROLLBACK TO SAVEPOINT a",
                "SET TRANSACTION READ WRITE",
                "PRAGMA query_only = 0",
                "SELECT 1; ATTACH DATABASE 'other.db' AS other",
                "VACUUM INTO 'other.db'",
                "COPY app_user TO PROGRAM 'sh'",
                "START TRANSACTION",
                "SELECT 'without end",
            ] {
                assert!(conduct(product, text).is_err(), "{product:?}: {text}");
            }
        }
        assert!(conduct(Product::Postgresql, "BEGIN").is_err());
        assert_eq!(conduct(Product::Oracle, "BEGIN deactivate_user(:1); END;"), Ok(()));
        assert!(conduct(Product::Oracle, "DECLARE PRAGMA AUTONOMOUS_TRANSACTION; BEGIN p(1); END;").is_err());
    }

    #[test]
    fn what_reads_does_nothing_else() {
        for (text, does) in [
            ("DELETE FROM app_user", "deletes from app_user"),
            ("INSERT INTO app_user(user_id) VALUES (1)", "inserts into app_user"),
            ("UPDATE app_user SET title = 'x'", "updates app_user"),
            ("SELECT 1; DELETE FROM app_user", "deletes from app_user"),
        ] {
            for product in ALL {
                assert_eq!(reading(product, text).unwrap_err(), does, "{product:?}");
            }
        }
        let hidden = "WITH gone AS (DELETE FROM app_user RETURNING user_id) SELECT * FROM gone";
        assert_eq!(reading(Product::Postgresql, hidden).unwrap_err(), "deletes from app_user");
        assert!(reading(Product::Postgresql, "SELECT user_id FROM app_user FOR UPDATE").is_ok());
    }

    #[test]
    fn what_is_derived_reads_no_more() {
        let plan = [
            "SELECT user_id, username FROM app_user WHERE status = 'ACTIVE';",
            "SELECT role_id FROM app_role",
        ];
        for product in ALL {
            for text in [
                "SELECT user_id FROM app_user WHERE lower(username) = ? ORDER BY user_id",
                "SELECT count(*) FROM (SELECT user_id, username FROM app_user -- of all\n WHERE status='ACTIVE') t \
                 WHERE coalesce(t.username, '') <> ''",
                "SELECT * FROM (SELECT user_id, username FROM app_user WHERE status = 'ACTIVE') t ORDER BY t.user_id",
            ] {
                let text = if product == Product::Postgresql {
                    text.replace('?', "$1")
                } else {
                    text.to_owned()
                };
                assert_eq!(derived(product, &text, &plan), Ok(()), "{product:?}: {text}");
            }
            for (text, beyond) in [
                ("SELECT grade FROM salary", "columns of salary"),
                ("SELECT user_id, password FROM app_user", "columns of app_user"),
                ("SELECT * FROM app_user", "columns of app_user"),
                (
                    "SELECT user_id FROM app_user WHERE user_id IN (SELECT id FROM other)",
                    "columns of",
                ),
                ("SELECT user_id, pg_read_file('/etc/passwd') FROM app_user", "`pg_read_file`"),
                ("DELETE FROM app_user", "changes of app_user"),
                ("COMMIT", "COMMIT"),
                (
                    "SELECT password, '(SELECT user_id, username FROM app_user WHERE status = 'ACTIVE')' FROM app_user",
                    "a statement",
                ),
            ] {
                let refused = derived(product, text, &plan).unwrap_err();
                assert!(refused.contains(beyond), "{product:?}: {text}: {refused}");
            }
        }
        let update = ["UPDATE app_user SET title = ?, email = ? WHERE user_id = ?"];
        assert_eq!(
            derived(Product::Mysql, "UPDATE app_user SET title = ? WHERE user_id = ?", &update),
            Ok(())
        );
        let other = derived(Product::Mysql, "UPDATE app_user SET password = ? WHERE user_id = ?", &update);
        assert!(other.unwrap_err().contains("changes of app_user"));
    }
}
