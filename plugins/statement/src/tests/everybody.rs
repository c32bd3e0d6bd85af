//! Statements for one value, or for a list of them, asked for every value.

use insta::assert_snapshot;
use portcullis_sdk::{Collation, ComparisonOperator, ListSize, Shape};

use super::{
    refined::{all, compared, everywhere, reading},
    settings,
};
use crate::{
    Dialect::{Mysql, Oracle, Postgresql, Sqlite, Sqlserver},
    refine,
};

fn every(parameter: &str) -> Shape {
    let parameter = parameter.into();
    Shape {
        lists: vec![ListSize { parameter, size: 0 }],
        ..all()
    }
}

fn text(sql: &str) -> Result<String, String> {
    let parameter = if sql.contains(":ids") { "ids" } else { "id" };
    refine(Postgresql, "get-users", &reading(sql), "main", &every(parameter)).map(|statement| {
        assert!(statement.parameters.is_empty(), "{statement:?}");
        statement.text
    })
}

#[test]
fn who_has_a_role_where_many_are_asked() {
    let shape = Shape {
        filter: vec![compared("role_id", ComparisonOperator::Eq, Collation::Exact, "filter.1")],
        ..every("ids")
    };
    assert_snapshot!(everywhere("SELECT ur.user_id, r.role_id FROM user_role ur JOIN role r ON r.role_id = ur.role_id WHERE ur.user_id IN (:ids) ORDER BY 1", &shape), @r#"
    SELECT * FROM (SELECT ur.user_id, r.role_id FROM user_role ur JOIN role r ON r.role_id = ur.role_id WHERE ur.user_id IN (ur.user_id) ORDER BY 1) AS portcullis_rows WHERE (portcullis_rows."role_id" IS NOT NULL AND portcullis_rows."role_id"::text = $1::text)
      filter.1
    SELECT * FROM (SELECT ur.user_id, r.role_id FROM user_role ur JOIN role r ON r.role_id = ur.role_id WHERE ur.user_id IN (ur.user_id) ORDER BY 1) AS portcullis_rows WHERE (portcullis_rows."role_id" IS NOT NULL AND portcullis_rows."role_id" COLLATE BINARY = ?1 AND CAST(portcullis_rows."role_id" AS TEXT) COLLATE BINARY = CAST(?1 AS TEXT))
      filter.1
    SELECT * FROM (SELECT ur.user_id, r.role_id FROM user_role ur JOIN role r ON r.role_id = ur.role_id WHERE ur.user_id IN (ur.user_id) ORDER BY 1) AS portcullis_rows WHERE (portcullis_rows.`role_id` IS NOT NULL AND portcullis_rows.`role_id` = ? AND CAST(CONVERT(portcullis_rows.`role_id` USING utf8mb4) AS BINARY) = CAST(CONVERT(? USING utf8mb4) AS BINARY))
      filter.1 filter.1
    "#);
}

#[test]
fn who_has_a_role_where_one_is_asked() {
    assert_snapshot!(everywhere("-- theirs\nSELECT DISTINCT l.licence_id\nFROM licence l, app_user u WHERE l.id = u.licence_id AND u.\"user id\" = :id -- one", &every("id")), @r#"
    -- theirs
    SELECT DISTINCT l.licence_id
    , u."user id" AS portcullis_item FROM licence l, app_user u WHERE l.id = u.licence_id AND u."user id" = u."user id" -- one
      
    -- theirs
    SELECT DISTINCT l.licence_id
    , u."user id" AS portcullis_item FROM licence l, app_user u WHERE l.id = u.licence_id AND u."user id" = u."user id" -- one
      
    not on Mysql: not every statement can be asked for every id
    "#);
}

#[test]
fn every_dialect_can() {
    for dialect in [Postgresql, Sqlite, Mysql, Sqlserver, Oracle] {
        for sql in ["SELECT a FROM b WHERE c IN (:ids)", "SELECT a FROM b WHERE c = :id"] {
            let parameter = if sql.contains(":ids") { "ids" } else { "id" };
            refine(dialect, "get-users", &reading(sql), "main", &every(parameter)).unwrap();
        }
    }
}

#[test]
fn a_column_is_compared_with_itself() {
    for (sql, derived) in [
        ("SELECT a FROM b WHERE c IN (:ids)", "SELECT a FROM b WHERE c IN (c)"),
        (
            "SELECT a FROM b WHERE x > 1 AND b.c IN ( :ids ) AND y < 2",
            "SELECT a FROM b WHERE x > 1 AND b.c IN ( b.c ) AND y < 2",
        ),
        (
            "SELECT a FROM b WHERE c = :id",
            "SELECT a , c AS portcullis_item FROM b WHERE c = c",
        ),
        (
            "SELECT a FROM b WHERE :id = s.b.c AND NOT (d OR e)",
            "SELECT a , s.b.c AS portcullis_item FROM b WHERE s.b.c = s.b.c AND NOT (d OR e)",
        ),
        (
            "SELECT a FROM b WHERE c = :id::uuid",
            "SELECT a , c AS portcullis_item FROM b WHERE c = c::uuid",
        ),
        (
            "SELECT coalesce(a, (SELECT 'x' FROM d LIMIT 1)) FROM b WHERE c = :id",
            "SELECT coalesce(a, (SELECT 'x' FROM d LIMIT 1)) , c AS portcullis_item FROM b WHERE c = c",
        ),
    ] {
        assert_eq!(text(sql).as_deref(), Ok(derived));
    }
    let mut questions = settings("SELECT a FROM b WHERE c = ?", &["id"]);
    questions.access = portcullis_sdk::Access::Read;
    let derived = refine(Sqlite, "get-users", &questions, "main", &every("id")).unwrap();
    assert_eq!(derived.text, "SELECT a , c AS portcullis_item FROM b WHERE c = c");
}

/// The rows of one value would be others than those that it has alone.
#[test]
fn what_depends_on_other_rows_is_refused() {
    for sql in [
        "SELECT max(a) FROM b WHERE c = :id",
        "SELECT a, row_number() OVER (ORDER BY a) FROM b WHERE c = :id",
        "SELECT a FROM b WHERE c = :id LIMIT 3",
        "SELECT a FROM b WHERE c = :id GROUP BY a",
        "SELECT DISTINCT ON (d) a FROM b WHERE c = :id",
        "SELECT a FROM b WHERE c = :id UNION SELECT a FROM d",
        "SELECT a FROM b WHERE c = :id FETCH FIRST 1 ROW ONLY",
        "SELECT a FROM b WHERE c = :id FOR UPDATE",
        "SELECT a FROM b WHERE c IN (:ids) AND rownum < 4",
        "WITH x AS (SELECT 1) SELECT a FROM b WHERE c = :id",
        "VALUES (:id)",
    ] {
        text(sql).unwrap_err();
    }
}

/// Another condition than one that each row must fulfil.
#[test]
fn other_conditions_are_refused() {
    for sql in [
        "SELECT a FROM b WHERE c = :id OR d",
        "SELECT a FROM b WHERE NOT c = :id",
        "SELECT a FROM b WHERE NOT c IN (:ids)",
        "SELECT a FROM b WHERE c NOT IN (:ids)",
        "SELECT a FROM b WHERE c <> :id",
        "SELECT a FROM b WHERE c = :id + 1",
        "SELECT a FROM b WHERE c + 1 = :id",
        "SELECT a FROM b WHERE lower(c) = :id",
        "SELECT a FROM b WHERE c = lower(:id)",
        "SELECT a FROM b WHERE c = :id IS NULL",
        "SELECT a FROM b WHERE (c = :id)",
        "SELECT a FROM b WHERE c = :id AND d = :id",
        "SELECT a FROM b WHERE x BETWEEN 1 AND c = :id",
        "SELECT a FROM b WHERE CASE WHEN d AND c = :id AND e THEN f END",
        "SELECT a FROM b JOIN d ON d.c = :id",
        "SELECT a FROM b LEFT JOIN d ON d.e = b.e AND d.c = :id WHERE b.e > 1",
        "SELECT a FROM b WHERE EXISTS (SELECT 1 FROM d WHERE c = :id)",
        "SELECT :id FROM b WHERE c = d",
        "SELECT a FROM f(:id) WHERE c = d",
        "SELECT a FROM b",
    ] {
        text(sql).unwrap_err();
    }
    let writes = settings("DELETE FROM b WHERE c IN (:ids)", &[]);
    assert_eq!(
        refine(Sqlite, "get-users", &writes, "main", &every("ids")).unwrap_err(),
        "the statement writes"
    );
}
