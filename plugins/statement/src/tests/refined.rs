//! What is derived from a statement, as it stands.

use std::fmt::Write as _;

use insta::assert_snapshot;
use portcullis_sdk::{
    Access, Collation, Comparison, ComparisonOperator,
    Predicate::{And, Compare, Not, Or, Present},
    Projection, RowEffect, Settings, Shape, SortKey,
};

use super::settings;
use crate::{
    Dialect::{self, Mysql, Postgresql, Sqlite},
    refine,
};

pub(super) fn reading(sql: &str) -> Settings {
    let mut settings = settings(sql, &[]);
    settings.access = Access::Read;
    settings.steps[0].rows = RowEffect::Any;
    settings
}

pub(super) fn all() -> Shape {
    Shape {
        projection: Projection::Rows,
        filter: vec![],
        sort: vec![],
        paged: false,
        lists: vec![],
        assign: vec![],
    }
}

pub(super) fn compared(
    column: &str,
    operator: ComparisonOperator,
    collation: Collation,
    parameter: &str,
) -> portcullis_sdk::Predicate {
    Compare(Comparison {
        column: column.into(),
        operator,
        collation,
        parameter: parameter.into(),
    })
}

fn sorted(column: &str, descending: bool, collation: Collation) -> SortKey {
    SortKey {
        column: column.into(),
        descending,
        collation,
    }
}

/// The text for each database, and the parameters where they differ from the one before.
pub(super) fn everywhere(sql: &str, shape: &Shape) -> String {
    let mut shown = String::new();
    for dialect in [Postgresql, Sqlite, Mysql] {
        match refine(dialect, "get-users", &reading(sql), "main", shape) {
            Ok(statement) => {
                assert_eq!((statement.access, statement.effect), (Access::Read, RowEffect::Any));
                let names: Vec<&str> = statement.parameters.iter().map(|parameter| parameter.name.as_str()).collect();
                writeln!(shown, "{}\n  {}", statement.text, names.join(" ")).unwrap();
            }
            Err(reason) => writeln!(shown, "not on {dialect:?}: {reason}").unwrap(),
        }
    }
    shown
}

#[test]
fn a_user_by_name() {
    let shape = Shape {
        filter: vec![compared(
            "username",
            ComparisonOperator::Eq,
            Collation::Insensitive,
            "filter.1",
        )],
        ..all()
    };
    assert_snapshot!(everywhere("SELECT user_id, username FROM app_user", &shape), @r#"
    SELECT * FROM (SELECT user_id, username FROM app_user) AS portcullis_rows WHERE (portcullis_rows."username" IS NOT NULL AND lower(portcullis_rows."username"::text) = lower($1::text))
      filter.1
    SELECT * FROM (SELECT user_id, username FROM app_user) AS portcullis_rows WHERE (portcullis_rows."username" IS NOT NULL AND lower(portcullis_rows."username") = lower(?1))
      filter.1
    SELECT * FROM (SELECT user_id, username FROM app_user) AS portcullis_rows WHERE (portcullis_rows.`username` IS NOT NULL AND LOWER(portcullis_rows.`username`) = LOWER(?) AND CAST(LOWER(CONVERT(portcullis_rows.`username` USING utf8mb4)) AS BINARY) = CAST(LOWER(CONVERT(? USING utf8mb4)) AS BINARY))
      filter.1 filter.1
    "#);
}

#[test]
fn a_page() {
    let shape = Shape {
        sort: vec![
            sorted("username", true, Collation::Insensitive),
            sorted("user_id", false, Collation::Native),
        ],
        paged: true,
        ..all()
    };
    assert_snapshot!(everywhere("SELECT * FROM app_user WHERE tenant = :id ORDER BY username;", &shape), @r#"
    SELECT * FROM (SELECT * FROM app_user WHERE tenant = $1 ORDER BY username) AS portcullis_rows ORDER BY lower(portcullis_rows."username"::text) DESC, portcullis_rows."user_id" LIMIT $2 OFFSET $3
      id limit offset
    SELECT * FROM (SELECT * FROM app_user WHERE tenant = ?1 ORDER BY username) AS portcullis_rows ORDER BY lower(portcullis_rows."username") DESC NULLS FIRST, portcullis_rows."user_id" COLLATE BINARY NULLS LAST LIMIT ?2 OFFSET ?3
      id limit offset
    SELECT * FROM (SELECT * FROM app_user WHERE tenant = ? ORDER BY username) AS portcullis_rows ORDER BY portcullis_rows.`username` IS NULL DESC, lower(portcullis_rows.`username`) DESC, portcullis_rows.`user_id` IS NULL, portcullis_rows.`user_id` LIMIT ? OFFSET ?
      id limit offset
    "#);
}

#[test]
fn a_count() {
    let shape = Shape {
        projection: Projection::Count,
        filter: vec![Present("e \"mail`".into()), Not],
        sort: vec![sorted("user_id", false, Collation::Native)],
        paged: true,
        ..all()
    };
    assert_snapshot!(everywhere("SELECT * FROM app_user -- all of them", &shape), @r#"
    SELECT COUNT(*) AS total FROM (SELECT * FROM app_user -- all of them
    ) AS portcullis_rows WHERE NOT ((portcullis_rows."e ""mail`" IS NOT NULL AND portcullis_rows."e ""mail`"::text <> ''))
      
    SELECT COUNT(*) AS total FROM (SELECT * FROM app_user -- all of them
    ) AS portcullis_rows WHERE NOT ((portcullis_rows."e ""mail`" IS NOT NULL AND portcullis_rows."e ""mail`" <> ''))
      
    SELECT COUNT(*) AS total FROM (SELECT * FROM app_user -- all of them
    ) AS portcullis_rows WHERE NOT ((portcullis_rows.`e "mail``` IS NOT NULL AND LENGTH(portcullis_rows.`e "mail```) > 0))
    "#);
}

#[test]
fn every_operator() {
    let operators = [
        ComparisonOperator::Eq,
        ComparisonOperator::Ne,
        ComparisonOperator::Co,
        ComparisonOperator::Sw,
        ComparisonOperator::Ew,
        ComparisonOperator::Gt,
        ComparisonOperator::Ge,
        ComparisonOperator::Lt,
        ComparisonOperator::Le,
    ];
    let mut shown = String::new();
    for dialect in [Postgresql, Sqlite, Mysql] {
        for operator in operators {
            for rule in [
                Collation::Native,
                Collation::Exact,
                Collation::Insensitive,
                Collation::Instant,
            ] {
                let shape = Shape {
                    filter: vec![compared("c", operator, rule, "p")],
                    ..all()
                };
                let text = refine(dialect, "get-users", &reading("SELECT c FROM t"), "main", &shape)
                    .unwrap()
                    .text;
                let (_, condition) = text.split_once(" WHERE ").unwrap();
                writeln!(shown, "{condition}").unwrap();
            }
        }
    }
    assert_snapshot!(shown, @r#"
    (portcullis_rows."c" IS NOT NULL AND portcullis_rows."c" = $1)
    (portcullis_rows."c" IS NOT NULL AND portcullis_rows."c"::text = $1::text)
    (portcullis_rows."c" IS NOT NULL AND lower(portcullis_rows."c"::text) = lower($1::text))
    (portcullis_rows."c" IS NOT NULL AND portcullis_rows."c" = $1)
    NOT (portcullis_rows."c" IS NOT NULL AND portcullis_rows."c" = $1)
    NOT (portcullis_rows."c" IS NOT NULL AND portcullis_rows."c"::text = $1::text)
    NOT (portcullis_rows."c" IS NOT NULL AND lower(portcullis_rows."c"::text) = lower($1::text))
    NOT (portcullis_rows."c" IS NOT NULL AND portcullis_rows."c" = $1)
    (portcullis_rows."c" IS NOT NULL AND position($1::text in portcullis_rows."c"::text) > 0)
    (portcullis_rows."c" IS NOT NULL AND position($1::text in portcullis_rows."c"::text) > 0)
    (portcullis_rows."c" IS NOT NULL AND position(lower($1::text) in lower(portcullis_rows."c"::text)) > 0)
    (portcullis_rows."c" IS NOT NULL AND position($1::text in portcullis_rows."c"::text) > 0)
    (portcullis_rows."c" IS NOT NULL AND left(portcullis_rows."c"::text, length($1::text)) = $1::text)
    (portcullis_rows."c" IS NOT NULL AND left(portcullis_rows."c"::text, length($1::text)) = $1::text)
    (portcullis_rows."c" IS NOT NULL AND left(lower(portcullis_rows."c"::text), length(lower($1::text))) = lower($1::text))
    (portcullis_rows."c" IS NOT NULL AND left(portcullis_rows."c"::text, length($1::text)) = $1::text)
    (portcullis_rows."c" IS NOT NULL AND right(portcullis_rows."c"::text, length($1::text)) = $1::text)
    (portcullis_rows."c" IS NOT NULL AND right(portcullis_rows."c"::text, length($1::text)) = $1::text)
    (portcullis_rows."c" IS NOT NULL AND right(lower(portcullis_rows."c"::text), length(lower($1::text))) = lower($1::text))
    (portcullis_rows."c" IS NOT NULL AND right(portcullis_rows."c"::text, length($1::text)) = $1::text)
    (portcullis_rows."c" IS NOT NULL AND portcullis_rows."c" > $1)
    (portcullis_rows."c" IS NOT NULL AND portcullis_rows."c"::text COLLATE "C" > $1::text)
    (portcullis_rows."c" IS NOT NULL AND lower(portcullis_rows."c"::text) COLLATE "C" > lower($1::text))
    (portcullis_rows."c" IS NOT NULL AND portcullis_rows."c" > $1)
    (portcullis_rows."c" IS NOT NULL AND portcullis_rows."c" >= $1)
    (portcullis_rows."c" IS NOT NULL AND portcullis_rows."c"::text COLLATE "C" >= $1::text)
    (portcullis_rows."c" IS NOT NULL AND lower(portcullis_rows."c"::text) COLLATE "C" >= lower($1::text))
    (portcullis_rows."c" IS NOT NULL AND portcullis_rows."c" >= $1)
    (portcullis_rows."c" IS NOT NULL AND portcullis_rows."c" < $1)
    (portcullis_rows."c" IS NOT NULL AND portcullis_rows."c"::text COLLATE "C" < $1::text)
    (portcullis_rows."c" IS NOT NULL AND lower(portcullis_rows."c"::text) COLLATE "C" < lower($1::text))
    (portcullis_rows."c" IS NOT NULL AND portcullis_rows."c" < $1)
    (portcullis_rows."c" IS NOT NULL AND portcullis_rows."c" <= $1)
    (portcullis_rows."c" IS NOT NULL AND portcullis_rows."c"::text COLLATE "C" <= $1::text)
    (portcullis_rows."c" IS NOT NULL AND lower(portcullis_rows."c"::text) COLLATE "C" <= lower($1::text))
    (portcullis_rows."c" IS NOT NULL AND portcullis_rows."c" <= $1)
    (portcullis_rows."c" IS NOT NULL AND portcullis_rows."c" COLLATE BINARY = ?1)
    (portcullis_rows."c" IS NOT NULL AND portcullis_rows."c" COLLATE BINARY = ?1 AND CAST(portcullis_rows."c" AS TEXT) COLLATE BINARY = CAST(?1 AS TEXT))
    (portcullis_rows."c" IS NOT NULL AND lower(portcullis_rows."c") = lower(?1))
    (portcullis_rows."c" IS NOT NULL AND ifnull(julianday(portcullis_rows."c") = julianday(?1), 0))
    NOT (portcullis_rows."c" IS NOT NULL AND portcullis_rows."c" COLLATE BINARY = ?1)
    NOT (portcullis_rows."c" IS NOT NULL AND portcullis_rows."c" COLLATE BINARY = ?1 AND CAST(portcullis_rows."c" AS TEXT) COLLATE BINARY = CAST(?1 AS TEXT))
    NOT (portcullis_rows."c" IS NOT NULL AND lower(portcullis_rows."c") = lower(?1))
    NOT (portcullis_rows."c" IS NOT NULL AND ifnull(julianday(portcullis_rows."c") = julianday(?1), 0))
    (portcullis_rows."c" IS NOT NULL AND instr(portcullis_rows."c", CAST(?1 AS TEXT)) > 0)
    (portcullis_rows."c" IS NOT NULL AND instr(portcullis_rows."c", CAST(?1 AS TEXT)) > 0)
    (portcullis_rows."c" IS NOT NULL AND instr(lower(portcullis_rows."c"), lower(?1)) > 0)
    (portcullis_rows."c" IS NOT NULL AND instr(portcullis_rows."c", CAST(?1 AS TEXT)) > 0)
    (portcullis_rows."c" IS NOT NULL AND substr(portcullis_rows."c", 1, length(CAST(?1 AS TEXT))) = CAST(?1 AS TEXT))
    (portcullis_rows."c" IS NOT NULL AND substr(portcullis_rows."c", 1, length(CAST(?1 AS TEXT))) = CAST(?1 AS TEXT))
    (portcullis_rows."c" IS NOT NULL AND substr(lower(portcullis_rows."c"), 1, length(lower(?1))) = lower(?1))
    (portcullis_rows."c" IS NOT NULL AND substr(portcullis_rows."c", 1, length(CAST(?1 AS TEXT))) = CAST(?1 AS TEXT))
    (portcullis_rows."c" IS NOT NULL AND substr(portcullis_rows."c", length(portcullis_rows."c") - length(CAST(?1 AS TEXT)) + 1) = CAST(?1 AS TEXT))
    (portcullis_rows."c" IS NOT NULL AND substr(portcullis_rows."c", length(portcullis_rows."c") - length(CAST(?1 AS TEXT)) + 1) = CAST(?1 AS TEXT))
    (portcullis_rows."c" IS NOT NULL AND substr(lower(portcullis_rows."c"), length(lower(portcullis_rows."c")) - length(lower(?1)) + 1) = lower(?1))
    (portcullis_rows."c" IS NOT NULL AND substr(portcullis_rows."c", length(portcullis_rows."c") - length(CAST(?1 AS TEXT)) + 1) = CAST(?1 AS TEXT))
    (portcullis_rows."c" IS NOT NULL AND portcullis_rows."c" COLLATE BINARY > ?1)
    (portcullis_rows."c" IS NOT NULL AND CAST(portcullis_rows."c" AS TEXT) COLLATE BINARY > CAST(?1 AS TEXT))
    (portcullis_rows."c" IS NOT NULL AND lower(portcullis_rows."c") > lower(?1))
    (portcullis_rows."c" IS NOT NULL AND ifnull(julianday(portcullis_rows."c") > julianday(?1), 0))
    (portcullis_rows."c" IS NOT NULL AND portcullis_rows."c" COLLATE BINARY >= ?1)
    (portcullis_rows."c" IS NOT NULL AND CAST(portcullis_rows."c" AS TEXT) COLLATE BINARY >= CAST(?1 AS TEXT))
    (portcullis_rows."c" IS NOT NULL AND lower(portcullis_rows."c") >= lower(?1))
    (portcullis_rows."c" IS NOT NULL AND ifnull(julianday(portcullis_rows."c") >= julianday(?1), 0))
    (portcullis_rows."c" IS NOT NULL AND portcullis_rows."c" COLLATE BINARY < ?1)
    (portcullis_rows."c" IS NOT NULL AND CAST(portcullis_rows."c" AS TEXT) COLLATE BINARY < CAST(?1 AS TEXT))
    (portcullis_rows."c" IS NOT NULL AND lower(portcullis_rows."c") < lower(?1))
    (portcullis_rows."c" IS NOT NULL AND ifnull(julianday(portcullis_rows."c") < julianday(?1), 0))
    (portcullis_rows."c" IS NOT NULL AND portcullis_rows."c" COLLATE BINARY <= ?1)
    (portcullis_rows."c" IS NOT NULL AND CAST(portcullis_rows."c" AS TEXT) COLLATE BINARY <= CAST(?1 AS TEXT))
    (portcullis_rows."c" IS NOT NULL AND lower(portcullis_rows."c") <= lower(?1))
    (portcullis_rows."c" IS NOT NULL AND ifnull(julianday(portcullis_rows."c") <= julianday(?1), 0))
    (portcullis_rows.`c` IS NOT NULL AND portcullis_rows.`c` = ? AND (CHARSET(portcullis_rows.`c`) = 'binary' OR CAST(CONVERT(portcullis_rows.`c` USING utf8mb4) AS BINARY) = CAST(CONVERT(? USING utf8mb4) AS BINARY)))
    (portcullis_rows.`c` IS NOT NULL AND portcullis_rows.`c` = ? AND CAST(CONVERT(portcullis_rows.`c` USING utf8mb4) AS BINARY) = CAST(CONVERT(? USING utf8mb4) AS BINARY))
    (portcullis_rows.`c` IS NOT NULL AND LOWER(portcullis_rows.`c`) = LOWER(?) AND CAST(LOWER(CONVERT(portcullis_rows.`c` USING utf8mb4)) AS BINARY) = CAST(LOWER(CONVERT(? USING utf8mb4)) AS BINARY))
    (portcullis_rows.`c` IS NOT NULL AND portcullis_rows.`c` = ?)
    NOT (portcullis_rows.`c` IS NOT NULL AND portcullis_rows.`c` = ? AND (CHARSET(portcullis_rows.`c`) = 'binary' OR CAST(CONVERT(portcullis_rows.`c` USING utf8mb4) AS BINARY) = CAST(CONVERT(? USING utf8mb4) AS BINARY)))
    NOT (portcullis_rows.`c` IS NOT NULL AND portcullis_rows.`c` = ? AND CAST(CONVERT(portcullis_rows.`c` USING utf8mb4) AS BINARY) = CAST(CONVERT(? USING utf8mb4) AS BINARY))
    NOT (portcullis_rows.`c` IS NOT NULL AND LOWER(portcullis_rows.`c`) = LOWER(?) AND CAST(LOWER(CONVERT(portcullis_rows.`c` USING utf8mb4)) AS BINARY) = CAST(LOWER(CONVERT(? USING utf8mb4)) AS BINARY))
    NOT (portcullis_rows.`c` IS NOT NULL AND portcullis_rows.`c` = ?)
    (portcullis_rows.`c` IS NOT NULL AND LOCATE(CAST(CONVERT(? USING utf8mb4) AS BINARY), CAST(CONVERT(portcullis_rows.`c` USING utf8mb4) AS BINARY)) > 0)
    (portcullis_rows.`c` IS NOT NULL AND LOCATE(CAST(CONVERT(? USING utf8mb4) AS BINARY), CAST(CONVERT(portcullis_rows.`c` USING utf8mb4) AS BINARY)) > 0)
    (portcullis_rows.`c` IS NOT NULL AND LOCATE(CAST(LOWER(CONVERT(? USING utf8mb4)) AS BINARY), CAST(LOWER(CONVERT(portcullis_rows.`c` USING utf8mb4)) AS BINARY)) > 0)
    (portcullis_rows.`c` IS NOT NULL AND LOCATE(CAST(CONVERT(? USING utf8mb4) AS BINARY), CAST(CONVERT(portcullis_rows.`c` USING utf8mb4) AS BINARY)) > 0)
    (portcullis_rows.`c` IS NOT NULL AND LEFT(CAST(CONVERT(portcullis_rows.`c` USING utf8mb4) AS BINARY), LENGTH(CAST(CONVERT(? USING utf8mb4) AS BINARY))) = CAST(CONVERT(? USING utf8mb4) AS BINARY))
    (portcullis_rows.`c` IS NOT NULL AND LEFT(CAST(CONVERT(portcullis_rows.`c` USING utf8mb4) AS BINARY), LENGTH(CAST(CONVERT(? USING utf8mb4) AS BINARY))) = CAST(CONVERT(? USING utf8mb4) AS BINARY))
    (portcullis_rows.`c` IS NOT NULL AND LEFT(CAST(LOWER(CONVERT(portcullis_rows.`c` USING utf8mb4)) AS BINARY), LENGTH(CAST(LOWER(CONVERT(? USING utf8mb4)) AS BINARY))) = CAST(LOWER(CONVERT(? USING utf8mb4)) AS BINARY))
    (portcullis_rows.`c` IS NOT NULL AND LEFT(CAST(CONVERT(portcullis_rows.`c` USING utf8mb4) AS BINARY), LENGTH(CAST(CONVERT(? USING utf8mb4) AS BINARY))) = CAST(CONVERT(? USING utf8mb4) AS BINARY))
    (portcullis_rows.`c` IS NOT NULL AND RIGHT(CAST(CONVERT(portcullis_rows.`c` USING utf8mb4) AS BINARY), LENGTH(CAST(CONVERT(? USING utf8mb4) AS BINARY))) = CAST(CONVERT(? USING utf8mb4) AS BINARY))
    (portcullis_rows.`c` IS NOT NULL AND RIGHT(CAST(CONVERT(portcullis_rows.`c` USING utf8mb4) AS BINARY), LENGTH(CAST(CONVERT(? USING utf8mb4) AS BINARY))) = CAST(CONVERT(? USING utf8mb4) AS BINARY))
    (portcullis_rows.`c` IS NOT NULL AND RIGHT(CAST(LOWER(CONVERT(portcullis_rows.`c` USING utf8mb4)) AS BINARY), LENGTH(CAST(LOWER(CONVERT(? USING utf8mb4)) AS BINARY))) = CAST(LOWER(CONVERT(? USING utf8mb4)) AS BINARY))
    (portcullis_rows.`c` IS NOT NULL AND RIGHT(CAST(CONVERT(portcullis_rows.`c` USING utf8mb4) AS BINARY), LENGTH(CAST(CONVERT(? USING utf8mb4) AS BINARY))) = CAST(CONVERT(? USING utf8mb4) AS BINARY))
    (portcullis_rows.`c` IS NOT NULL AND portcullis_rows.`c` > ?)
    (portcullis_rows.`c` IS NOT NULL AND CAST(CONVERT(portcullis_rows.`c` USING utf8mb4) AS BINARY) > CAST(CONVERT(? USING utf8mb4) AS BINARY))
    (portcullis_rows.`c` IS NOT NULL AND CAST(LOWER(CONVERT(portcullis_rows.`c` USING utf8mb4)) AS BINARY) > CAST(LOWER(CONVERT(? USING utf8mb4)) AS BINARY))
    (portcullis_rows.`c` IS NOT NULL AND portcullis_rows.`c` > ?)
    (portcullis_rows.`c` IS NOT NULL AND portcullis_rows.`c` >= ?)
    (portcullis_rows.`c` IS NOT NULL AND CAST(CONVERT(portcullis_rows.`c` USING utf8mb4) AS BINARY) >= CAST(CONVERT(? USING utf8mb4) AS BINARY))
    (portcullis_rows.`c` IS NOT NULL AND CAST(LOWER(CONVERT(portcullis_rows.`c` USING utf8mb4)) AS BINARY) >= CAST(LOWER(CONVERT(? USING utf8mb4)) AS BINARY))
    (portcullis_rows.`c` IS NOT NULL AND portcullis_rows.`c` >= ?)
    (portcullis_rows.`c` IS NOT NULL AND portcullis_rows.`c` < ?)
    (portcullis_rows.`c` IS NOT NULL AND CAST(CONVERT(portcullis_rows.`c` USING utf8mb4) AS BINARY) < CAST(CONVERT(? USING utf8mb4) AS BINARY))
    (portcullis_rows.`c` IS NOT NULL AND CAST(LOWER(CONVERT(portcullis_rows.`c` USING utf8mb4)) AS BINARY) < CAST(LOWER(CONVERT(? USING utf8mb4)) AS BINARY))
    (portcullis_rows.`c` IS NOT NULL AND portcullis_rows.`c` < ?)
    (portcullis_rows.`c` IS NOT NULL AND portcullis_rows.`c` <= ?)
    (portcullis_rows.`c` IS NOT NULL AND CAST(CONVERT(portcullis_rows.`c` USING utf8mb4) AS BINARY) <= CAST(CONVERT(? USING utf8mb4) AS BINARY))
    (portcullis_rows.`c` IS NOT NULL AND CAST(LOWER(CONVERT(portcullis_rows.`c` USING utf8mb4)) AS BINARY) <= CAST(LOWER(CONVERT(? USING utf8mb4)) AS BINARY))
    (portcullis_rows.`c` IS NOT NULL AND portcullis_rows.`c` <= ?)
    "#);
}

#[test]
fn a_filter_of_everything() {
    let eq = |column, parameter| compared(column, ComparisonOperator::Eq, Collation::Native, parameter);
    let shape = Shape {
        filter: vec![eq("a", "p"), eq("b", "q"), Or(2), Not, Present("c".into()), And(2)],
        ..all()
    };
    assert_snapshot!(everywhere("SELECT a, b, c FROM t", &shape), @r#"
    SELECT * FROM (SELECT a, b, c FROM t) AS portcullis_rows WHERE (NOT (((portcullis_rows."a" IS NOT NULL AND portcullis_rows."a" = $1) OR (portcullis_rows."b" IS NOT NULL AND portcullis_rows."b" = $2))) AND (portcullis_rows."c" IS NOT NULL AND portcullis_rows."c"::text <> ''))
      p q
    SELECT * FROM (SELECT a, b, c FROM t) AS portcullis_rows WHERE (NOT (((portcullis_rows."a" IS NOT NULL AND portcullis_rows."a" COLLATE BINARY = ?1) OR (portcullis_rows."b" IS NOT NULL AND portcullis_rows."b" COLLATE BINARY = ?2))) AND (portcullis_rows."c" IS NOT NULL AND portcullis_rows."c" <> ''))
      p q
    SELECT * FROM (SELECT a, b, c FROM t) AS portcullis_rows WHERE (NOT (((portcullis_rows.`a` IS NOT NULL AND portcullis_rows.`a` = ? AND (CHARSET(portcullis_rows.`a`) = 'binary' OR CAST(CONVERT(portcullis_rows.`a` USING utf8mb4) AS BINARY) = CAST(CONVERT(? USING utf8mb4) AS BINARY))) OR (portcullis_rows.`b` IS NOT NULL AND portcullis_rows.`b` = ? AND (CHARSET(portcullis_rows.`b`) = 'binary' OR CAST(CONVERT(portcullis_rows.`b` USING utf8mb4) AS BINARY) = CAST(CONVERT(? USING utf8mb4) AS BINARY))))) AND (portcullis_rows.`c` IS NOT NULL AND LENGTH(portcullis_rows.`c`) > 0))
      p p q q
    "#);
}

#[test]
fn what_can_stand_in_brackets() {
    let paged = Shape { paged: true, ..all() };
    let possible = |dialect: Dialect, sql: &str| refine(dialect, "get-users", &reading(sql), "main", &paged);
    for sql in [
        "WITH x AS (SELECT 1) SELECT * FROM x",
        "VALUES (1)",
        "(SELECT 1) UNION (SELECT 2)",
        "/* all */ select 1",
        "SELECT \"into\", 'delete', (SELECT max(update_count) FROM t) FROM t",
    ] {
        possible(Postgresql, sql).unwrap();
    }
    for sql in [
        "CALL everyone()",
        "EXPLAIN SELECT 1",
        "SHOW TABLES",
        "SELECT 1 INTO t",
        "WITH x AS (SELECT 1) DELETE FROM t",
        "",
        "SELECT ':id",
    ] {
        possible(Postgresql, sql).unwrap_err();
    }
    assert!(refine(Postgresql, "get-users", &reading("SELECT 1"), "other", &paged).is_err());
}
