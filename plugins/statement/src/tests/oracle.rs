//! Every kind of statement that is made for Oracle, as a person could paste it into a client of Oracle's own, with the
//! parameters below it. None of it has been run by an Oracle database.

use std::fmt::Write as _;

use insta::assert_snapshot;
use portcullis_sdk::{
    Access, Collation, ComparisonOperator, ListSize, NewId, ParameterDirection,
    Predicate::{And, Not, Or, Present},
    Problem, Projection, RowEffect, Settings, Shape, SortKey, Statement,
};

use super::{
    prepared,
    refined::{all, compared},
    settings,
};
use crate::{Dialect::Oracle, TokenKind, lex, prepare, refine};

fn shown(statement: &Statement) -> String {
    let mut text = statement.text.clone();
    for (index, parameter) in statement.parameters.iter().enumerate() {
        let way = match parameter.direction {
            ParameterDirection::In => "",
            _ => " (from the database)",
        };
        write!(text, "\n  :{} = {}{way}", index + 1, parameter.name).unwrap();
    }
    text.push('\n');
    text
}

fn written(sql: &str) -> String {
    let plan = prepared(Oracle, sql, &[]).unwrap_or_else(|problems| panic!("{sql}\n{problems:#?}"));
    shown(&plan.statements[0])
}

fn reading(sql: &str) -> Settings {
    Settings {
        access: Access::Read,
        ..settings(sql, &[])
    }
}

fn derived(sql: &str, shape: &Shape) -> String {
    shown(&refine(Oracle, "get-users", &reading(sql), "main", shape).unwrap())
}

fn problems(problems: &[Problem]) -> String {
    let mut text = String::new();
    for problem in problems {
        writeln!(text, "at {:?}: {}. {}.", problem.offset, problem.message, problem.remedy).unwrap();
    }
    text
}

const USERS: &str = "SELECT user_id, username, \"hiredOn\" FROM app_user";

fn list(parameter: &str, size: u32) -> Shape {
    Shape {
        lists: vec![ListSize {
            parameter: parameter.into(),
            size,
        }],
        ..all()
    }
}

#[test]
fn what_an_administrator_writes() {
    let texts = [
        "UPDATE app_user SET username = :userName, email = :email WHERE user_id = :id AND :id > 0;",
        "INSERT INTO app_user (username) VALUES (:userName) RETURNING user_id INTO :id",
        "INSERT INTO app_user (username) VALUES (:userName) RETURNING user_id",
        "INSERT INTO app_user (username) VALUES (:userName) returning user_id, ROWIDTOCHAR(rowid) -- both",
        "UPDATE app_user SET username = :userName WHERE user_id = :id RETURNING user_id INTO :id",
        "SELECT q'[it's :id]', nq'{:id}', Q'!:id '' ?!', N':id', ':id' FROM \":id\" -- :id\n/* :id */ WHERE a = :id",
        "SELECT JSON_OBJECT('name': first_name, 'id' : :id) FROM app_user",
        "SELECT a.b#c, v$x FROM t@link WHERE a=:id||'x'",
        "DELETE FROM user_role WHERE user_id = :id AND role_id = :entitlement-id",
        "BEGIN hr.rename(p_id => :id, p_name => :userName); IF :id = 'x' THEN NULL; END IF; END;",
        "BEGIN hr.deactivate(:id); END -- with one argument",
        "CALL hr.deactivate(:id)",
    ];
    assert_snapshot!(texts.map(written).join("\n"));
}

#[test]
fn nobody_counts_what_a_block_changes() {
    for (sql, effect) in [
        ("BEGIN hr.deactivate(:id); END;", RowEffect::Any),
        ("CALL hr.deactivate(:id)", RowEffect::Any),
        ("DELETE FROM app_user WHERE user_id = :id", RowEffect::Exactly(1)),
    ] {
        assert_eq!(prepared(Oracle, sql, &[]).unwrap().statements[0].effect, effect, "{sql}");
    }
}

#[test]
fn pages_counts_and_orders() {
    let key = |column: &str, descending, collation| SortKey {
        column: column.into(),
        descending,
        collation,
    };
    let page = Shape {
        sort: vec![
            key("username", true, Collation::Insensitive),
            key("hiredOn", false, Collation::Instant),
            key("user_id", false, Collation::Native),
        ],
        paged: true,
        ..all()
    };
    let count = Shape {
        projection: Projection::Count,
        filter: vec![
            compared("username", ComparisonOperator::Eq, Collation::Insensitive, "filter.1"),
            Present("cost centre".into()),
            Not,
            Or(2),
            Present("email".into()),
            And(2),
        ],
        ..all()
    };
    let commented = "SELECT user_id FROM app_user WHERE tenant = :id ORDER BY user_id -- in order";
    assert_snapshot!(
        [
            derived(USERS, &page),
            derived(USERS, &count),
            derived(commented, &Shape { paged: true, ..all() }),
            derived(
                "WITH t AS (SELECT 1 FROM dual) SELECT * FROM t",
                &Shape { paged: true, ..all() }
            ),
        ]
        .join("\n")
    );
}

#[test]
fn lists_and_several_values() {
    assert_snapshot!(
        [
            derived(
                "SELECT user_id, role_id FROM user_role WHERE user_id IN (:ids)",
                &list("ids", 3)
            ),
            derived("SELECT role_id FROM user_role WHERE user_id = :id -- theirs", &list("id", 2)),
        ]
        .join("\n")
    );
}

#[test]
fn every_comparison() {
    use ComparisonOperator::{Co, Eq, Ew, Ge, Gt, Le, Lt, Ne, Sw};
    let mut shown = String::new();
    for collation in [
        Collation::Native,
        Collation::Exact,
        Collation::Insensitive,
        Collation::Instant,
    ] {
        for operator in [Eq, Ne, Co, Sw, Ew, Gt, Ge, Lt, Le] {
            let shape = Shape {
                filter: vec![compared("username", operator, collation, "p")],
                ..all()
            };
            let text = refine(Oracle, "get-users", &reading(USERS), "main", &shape).unwrap().text;
            let (_, condition) = text.split_once(" WHERE ").unwrap();
            writeln!(shown, "{collation:?} {operator:?}: {condition}").unwrap();
        }
    }
    assert_snapshot!(shown);
}

#[test]
fn what_is_refused() {
    let texts = [
        "SELECT q'[x]",
        "SELECT q'",
        "SELECT \"x",
        "SELECT /* x",
        "DELETE FROM a WHERE u = :1",
        "DELETE FROM a WHERE u = ?",
        "DELETE FROM a WHERE u = :id; DELETE FROM b",
        "DELETE FROM a WHERE u = :id\n/",
        "INSERT INTO a (b) VALUES (:id) RETURN c INTO :d",
        "COMMIT",
        "ALTER SESSION SET CURRENT_SCHEMA = hr",
        "GRANT clerk TO x",
        "BEGIN hr.rename(:id); COMMIT; END;",
        "DECLARE n NUMBER; BEGIN SAVEPOINT a; ROLLBACK TO a; END;",
    ];
    let refused = texts.map(|sql| {
        let found = prepared(Oracle, sql, &[]).err().unwrap_or_default();
        format!("{sql}\n{}", problems(&found))
    });
    assert_snapshot!(refused.join("\n"));
}

#[test]
fn a_generated_id_that_is_not_told() {
    let settings = |sql: &str| Settings {
        new_id: Some(NewId::Database),
        ..settings(sql, &[])
    };
    let silent = prepare(Oracle, "create-user", &settings("INSERT INTO u(n) VALUES (:userName)")).unwrap_err();
    assert_snapshot!(problems(&silent), @"at Some(35): the database makes the new user's id, and the statement does not tell it. append RETURNING user_id.");
    for sql in [
        "INSERT INTO u(n) VALUES (:userName) RETURNING user_id INTO :id",
        "INSERT INTO u(n) VALUES (:userName) RETURNING user_id",
    ] {
        assert!(prepare(Oracle, "create-user", &settings(sql)).is_ok(), "{sql}");
    }
}

#[test]
fn what_can_not_be_derived() {
    let page = Shape { paged: true, ..all() };
    for sql in [
        "BEGIN OPEN :id FOR SELECT 1 FROM dual; END;",
        "CALL f(:id)",
        "UPDATE a SET b = 1",
    ] {
        refine(Oracle, "get-users", &reading(sql), "main", &page).unwrap_err();
    }
    let long = refine(
        Oracle,
        "get-users",
        &reading("SELECT 1 FROM a WHERE b IN (:ids)"),
        "main",
        &list("ids", 1001),
    )
    .unwrap_err();
    assert_eq!(long, "the list ids has more values than the database takes");
}

#[test]
fn alternative_strings_end_where_the_database_ends_them() {
    for (text, literals) in [
        ("q'[a]b]' x", vec!["q'[a]b]'"]),
        ("Q'(a')' x", vec!["Q'(a')'"]),
        ("nQ'<it''s>' q'xayx'", vec!["nQ'<it''s>'", "q'xayx'"]),
        ("seq'a' 'b'", vec!["'a'", "'b'"]),
    ] {
        let (tokens, mistakes) = lex(Oracle, text);
        assert!(mistakes.is_empty(), "{text}");
        let found: Vec<&str> = tokens
            .iter()
            .filter(|token| token.kind == TokenKind::Literal)
            .map(|token| token.text)
            .collect();
        assert_eq!(found, literals, "{text}");
    }
}
