//! What holds for every text.

use portcullis_sdk::{Access, Collation, ComparisonOperator, ListSize, Predicate, Projection, Settings, Shape, SortKey, Step};
use proptest::prelude::*;

use super::{refined, settings};
use crate::{Dialect, TokenKind, identifier, lex, memo::Memo, prepare, refine};

/// Pieces of SQL that a lexer can stumble over.
const PIECES: [&str; 56] = [
    "SELECT ",
    "FROM t",
    " ",
    "\n",
    "\r\n",
    "'",
    "''",
    "\"",
    "`",
    "[",
    "]",
    "(",
    ")",
    "--",
    "-- ",
    "#",
    "/*",
    "*/",
    "/*!",
    "$$",
    "$a$",
    "$",
    "$1",
    "?",
    "??",
    "?1",
    "?|",
    ":",
    "::",
    ":=",
    ":id",
    ":userName",
    ":ids",
    "IN (:ids)",
    ":emails[type eq \"work\"].value",
    ":entitlement-id",
    ":nobody",
    "E'",
    "e'\\'",
    "\\",
    "\\'",
    ";",
    ",",
    "1",
    "a[1:id]",
    "é",
    "\u{1f980}",
    "@x",
    "\u{0}",
    "union",
    "q'[",
    "]'",
    "nq'!",
    "RETURNING ",
    "INTO ",
    "BEGIN ",
];

fn text() -> impl Strategy<Value = String> {
    let pieces = proptest::collection::vec(proptest::sample::select(&PIECES[..]), 0..40);
    prop_oneof![pieces.prop_map(|pieces| pieces.concat()), any::<String>()]
}

/// Texts without a mistake: whole literals, comments, names and parameters, in any order.
fn sound() -> impl Strategy<Value = String> {
    let parts = [
        "'a :id ? $1'",
        "'it''s'",
        "/* :id ? */",
        "-- :id ?\n",
        ":id",
        ":userName",
        ":name.givenName",
        ":email",
        "x IN (:ids)",
        "+",
        ",",
        "(",
        ")",
        "a",
        "1.5",
        "\n",
        "\"\"",
        "é",
    ];
    let parts = proptest::collection::vec(proptest::sample::select(parts.to_vec()), 0..30);
    parts.prop_map(|parts| format!("SELECT {}", parts.join(" ")))
}

fn condition() -> impl Strategy<Value = String> {
    let words = [
        "id",
        "userName",
        "email",
        "nobody",
        "pr",
        "changed",
        "not",
        "and",
        "or",
        "(",
        ")",
        " ",
        "é",
        "NOT (",
        "userName pr",
        "email changed",
        "password pr",
        "'",
        "name.givenName PR",
    ];
    let words = proptest::collection::vec(proptest::sample::select(words.to_vec()), 0..12);
    prop_oneof![words.prop_map(|words| words.join(" ")), any::<String>()]
}

fn dialect() -> impl Strategy<Value = Dialect> {
    proptest::sample::select(&Dialect::ALL[..])
}

fn list() -> impl Strategy<Value = Vec<&'static str>> {
    proptest::collection::vec(
        proptest::sample::select(vec!["id", "userName", "ids", "email", "nobody"]),
        0..4,
    )
}

fn shape() -> impl Strategy<Value = Shape> {
    let operator = proptest::sample::select(vec![
        ComparisonOperator::Eq,
        ComparisonOperator::Ne,
        ComparisonOperator::Co,
        ComparisonOperator::Sw,
        ComparisonOperator::Ew,
        ComparisonOperator::Gt,
        ComparisonOperator::Le,
    ]);
    let rule = proptest::sample::select(vec![
        Collation::Native,
        Collation::Exact,
        Collation::Insensitive,
        Collation::Instant,
    ]);
    let step = prop_oneof![
        3 => (any::<String>(), operator, rule, 0..3_u8)
            .prop_map(|(column, operator, rule, n)| refined::compared(&column, operator, rule, &format!("filter.{n}"))),
        1 => any::<String>().prop_map(Predicate::Present),
        1 => Just(Predicate::Not),
        1 => (0..3_u32).prop_map(Predicate::And),
        1 => (0..3_u32).prop_map(Predicate::Or),
    ];
    let key = any::<(String, bool)>().prop_map(|(column, descending)| SortKey {
        column,
        descending,
        collation: Collation::Insensitive,
    });
    let parts = (
        proptest::collection::vec(step, 0..6),
        proptest::collection::vec(key, 0..3),
        any::<(bool, bool)>(),
        proptest::option::of(0..4_u32),
    );
    parts.prop_map(|(filter, sort, (paged, count), size)| Shape {
        projection: if count { Projection::Count } else { Projection::Rows },
        filter,
        sort,
        paged,
        lists: size
            .map(|size| ListSize {
                parameter: "ids".into(),
                size,
            })
            .into_iter()
            .collect(),
        assign: Vec::new(),
    })
}

/// How many placeholders a text has for the database: different numbers, or `?`.
fn placeholders(dialect: Dialect, text: &str) -> usize {
    let (tokens, _) = lex(dialect, text);
    let mark = if dialect == Dialect::Mysql {
        TokenKind::Question
    } else {
        TokenKind::Native
    };
    let mut found: Vec<&str> = tokens
        .iter()
        .filter(|token| token.kind == mark)
        .map(|token| token.text)
        .collect();
    if dialect != Dialect::Mysql {
        found.sort_unstable();
        found.dedup();
    }
    found.len()
}

fn reading(sql: &str, list: &[&str]) -> Settings {
    Settings {
        access: Access::Read,
        ..settings(sql, list)
    }
}

proptest! {
    #[test]
    fn lexing_loses_nothing(dialect in dialect(), text in text()) {
        let (tokens, _) = lex(dialect, &text);
        let mut end = 0;
        for token in &tokens {
            prop_assert_eq!(token.offset, end);
            prop_assert!(!token.text.is_empty());
            end = token.end();
        }
        prop_assert_eq!(tokens.iter().map(|token| token.text).collect::<String>(), text);
    }

    #[test]
    fn mistakes_and_problems_have_places_in_the_text(dialect in dialect(), text in text(), list in list()) {
        if let Err(problems) = prepare(dialect, "update-user", &settings(&text, &list)) {
            prop_assert!(!problems.is_empty());
            for problem in problems {
                if let Some(offset) = problem.offset {
                    prop_assert!(text.is_char_boundary(offset as usize), "{:?}", problem);
                }
                prop_assert!(!problem.message.is_empty() && !problem.remedy.is_empty());
            }
        }
    }

    #[test]
    fn what_is_prepared_has_a_placeholder_for_each_parameter(dialect in dialect(), text in text(), list in list()) {
        if let Ok(plan) = prepare(dialect, "update-user", &settings(&text, &list)) {
            let main = &plan.statements[0];
            prop_assert_eq!(placeholders(dialect, &main.text), main.parameters.len(), "{}", main.text);
        }
    }

    #[test]
    fn sound_texts_are_prepared(dialect in dialect(), text in sound()) {
        let plan = prepare(dialect, "update-user", &settings(&text, &[]));
        prop_assert!(plan.is_ok(), "{:?}", plan);
    }

    #[test]
    fn literals_comments_and_names_stay_as_they_are(dialect in dialect(), text in sound()) {
        let kept = |text: &str| {
            let (tokens, _) = lex(dialect, text);
            let inert = [TokenKind::Literal, TokenKind::Comment, TokenKind::Quoted];
            let kept = tokens.iter().filter(|token| inert.contains(&token.kind)).map(|token| token.text.trim_end().to_owned());
            kept.collect::<Vec<_>>()
        };
        let plan = prepare(dialect, "update-user", &settings(&text, &[])).unwrap();
        prop_assert_eq!(kept(&plan.statements[0].text), kept(&text));
    }

    #[test]
    fn what_is_refined_has_a_placeholder_for_each_parameter(dialect in dialect(), text in sound(), shape in shape()) {
        if let Ok(statement) = refine(dialect, "get-users", &reading(&text, &[]), "main", &shape) {
            let (_, mistakes) = lex(dialect, &statement.text);
            let columns_with_nul = statement.text.contains('\0');
            prop_assert!(mistakes.is_empty() || columns_with_nul, "{:?}", mistakes);
            prop_assert_eq!(placeholders(dialect, &statement.text), statement.parameters.len(), "{}", statement.text);
        }
    }

    #[test]
    fn conditions_are_understood_or_have_a_mistake_in_place(text in condition()) {
        let step = Step { when: Some(text.clone()), ..Step::sql("main", "DELETE FROM u WHERE id = :id") };
        let settings = Settings { steps: vec![step], ..settings("", &[]) };
        match prepare(Dialect::Mysql, "update-user", &settings) {
            Ok(plan) => {
                let memo = Memo::read(&plan.memo).unwrap();
                prop_assert!(memo.steps[0].when.is_some());
                prop_assert_eq!(memo.text().unwrap(), plan.memo);
            }
            Err(problems) => {
                prop_assert_eq!(problems.len(), 1);
                prop_assert_eq!(&problems[0].key, "when");
                let offset = problems[0].offset.unwrap() as usize;
                prop_assert!(text.is_char_boundary(offset), "{:?}", problems);
            }
        }
    }

    /// What is written into a statement as it stands is a name and nothing else, however it is quoted.
    #[test]
    fn names_stay_names(dialect in dialect(), name in text()) {
        if identifier::is_qualified(dialect, &name) {
            let call = format!("CALL {name}(");
            let (tokens, mistakes) = lex(dialect, &call);
            prop_assert!(mistakes.is_empty());
            let parts = tokens.iter().filter(|token| matches!(token.kind, TokenKind::Word | TokenKind::Quoted)).count();
            let dots = tokens.iter().filter(|token| token.text == ".").count();
            prop_assert_eq!((parts, tokens.len()), (dots + 2, 2 * dots + 4), "{:?}", tokens);
            prop_assert_eq!(tokens.last().map(|token| token.kind), Some(TokenKind::Open));
        }
    }

    #[test]
    fn refining_never_panics(dialect in dialect(), text in text(), list in list(), shape in shape()) {
        let _ = refine(dialect, "get-users", &reading(&text, &list), "main", &shape);
    }
}
