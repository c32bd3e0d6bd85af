//! Texts, and what becomes of them.

use super::prepared;
use crate::Dialect::{self, Mysql, Postgresql, Sqlite};

/// Holds the text of `main` and the names of its parameters against what is expected.
#[track_caller]
fn check(dialect: Dialect, sql: &str, list: &[&str], text: &str, parameters: &[&str]) {
    let plan = prepared(dialect, sql, list).unwrap_or_else(|problems| panic!("{dialect:?} {sql}\n{problems:#?}"));
    let main = &plan.statements[0];
    let names: Vec<&str> = main.parameters.iter().map(|parameter| parameter.name.as_str()).collect();
    assert_eq!(
        (main.text.as_str(), names.as_slice()),
        (text, parameters),
        "{dialect:?} {sql}"
    );
}

/// A text without parameters, which stays as it is.
#[track_caller]
fn unchanged(dialects: &[Dialect], sql: &str) {
    for &dialect in dialects {
        check(dialect, sql, &[], sql, &[]);
    }
}

#[test]
fn names_become_placeholders() {
    let sql = "UPDATE u SET n = :userName, e = :email, g = :name.givenName WHERE id = :id AND :id > 0";
    let email = "emails[type eq \"work\"].value";
    let once = ["userName", email, "name.givenName", "id"];
    check(
        Postgresql,
        sql,
        &[],
        "UPDATE u SET n = $1, e = $2, g = $3 WHERE id = $4 AND $4 > 0",
        &once,
    );
    check(
        Sqlite,
        sql,
        &[],
        "UPDATE u SET n = ?1, e = ?2, g = ?3 WHERE id = ?4 AND ?4 > 0",
        &once,
    );
    let twice = ["userName", email, "name.givenName", "id", "id"];
    check(
        Mysql,
        sql,
        &[],
        "UPDATE u SET n = ?, e = ?, g = ? WHERE id = ? AND ? > 0",
        &twice,
    );
}

#[test]
fn names_end_where_they_should() {
    check(
        Postgresql,
        "DELETE FROM a WHERE r=:entitlement-id",
        &[],
        "DELETE FROM a WHERE r=$1",
        &["entitlement-id"],
    );
    check(Postgresql, "SELECT :id-1", &[], "SELECT $1-1", &["id"]);
    check(Postgresql, "SELECT (:id)", &[], "SELECT ($1)", &["id"]);
    check(Postgresql, "SELECT :id::text", &[], "SELECT $1::text", &["id"]);
    check(Postgresql, "SELECT :id||'x'", &[], "SELECT $1||'x'", &["id"]);
    check(
        Postgresql,
        "SELECT f(:USERNAME, :Id)",
        &[],
        "SELECT f($1, $2)",
        &["userName", "id"],
    );
    check(
        Sqlite,
        "SELECT :emails[type eq \"work\"].value, 1",
        &[],
        "SELECT ?1, 1",
        &["emails[type eq \"work\"].value"],
    );
    check(Mysql, "SELECT :id", &[], "SELECT ?", &["id"]);
}

#[test]
fn question_marks_take_names_from_the_list() {
    let sql = "UPDATE u SET n = ? WHERE id = ? OR old = ?";
    let list = ["userName", "id", "id"];
    check(
        Postgresql,
        sql,
        &list,
        "UPDATE u SET n = $1 WHERE id = $2 OR old = $2",
        &["userName", "id"],
    );
    check(
        Sqlite,
        sql,
        &list,
        "UPDATE u SET n = ?1 WHERE id = ?2 OR old = ?2",
        &["userName", "id"],
    );
    check(Mysql, sql, &list, sql, &list);
    let email = "emails[type eq \"work\"].value";
    check(Postgresql, "SELECT ?", &["email"], "SELECT $1", &[email]);
    check(Postgresql, "SELECT ?::int", &["id"], "SELECT $1::int", &["id"]);
}

#[test]
fn placeholders_keep_their_distance() {
    check(Postgresql, "SELECT a?1", &["id"], "SELECT a $1 1", &["id"]);
    check(Postgresql, "SELECT a:id", &[], "SELECT a $1", &["id"]);
    check(Mysql, "SELECT a:id", &[], "SELECT a ?", &["id"]);
    check(Sqlite, "SELECT é:id", &[], "SELECT é ?1", &["id"]);
}

#[test]
fn literals_stay() {
    unchanged(&Dialect::ALL, "SELECT ':id ? -- it''s :id'");
    unchanged(&Dialect::ALL, "SELECT '', '''', ':id'");
    unchanged(&[Mysql], r"SELECT 'it\'s :id', '\\', ':id'");
    unchanged(&[Mysql], r#"SELECT "a "":id"" \" ?", 1"#);
    unchanged(&[Mysql], "SELECT _utf8mb4':id', x'00', N':id'");
    unchanged(&[Postgresql], r"SELECT E'it\'s :id ?', e'\\', ':id'");
    unchanged(&[Postgresql], "SELECT E'a'\n  -- on it goes: '\n  'b\\' :id ?'");
    unchanged(&[Postgresql], "SELECT U&'\\0061 :id', B'01', 'a'\n':id'");
    // Without E, a backslash is a backslash.
    check(Postgresql, r"SELECT 'a\', :id", &[], r"SELECT 'a\', $1", &["id"]);
    check(Sqlite, r"SELECT 'a\', :id", &[], r"SELECT 'a\', ?1", &["id"]);
    // An identifier that ends in e makes no escape string.
    check(Postgresql, r"SELECT type'a\', :id", &[], r"SELECT type'a\', $1", &["id"]);
}

#[test]
fn dollar_quotes_stay() {
    unchanged(&[Postgresql], "SELECT $$:id ? ' \" $x$ -- $$");
    unchanged(&[Postgresql], "SELECT $tag$ :id $$ ? $other$ $tag$");
    unchanged(&[Postgresql], "SELECT $ä$ :id $ä$");
    unchanged(&[Postgresql], "SELECT a$1, b$x$ FROM t$:: int");
    check(
        Postgresql,
        "SELECT $$a$$, :id, $b$:id$b$",
        &[],
        "SELECT $$a$$, $1, $b$:id$b$",
        &["id"],
    );
    // What is a quote there is none here.
    check(Mysql, "SELECT a$$, :id, b$$", &[], "SELECT a$$, ?, b$$", &["id"]);
}

#[test]
fn quoted_names_stay() {
    unchanged(&[Postgresql, Sqlite], r#"SELECT ":id ""?"" x" FROM "a:id""#);
    unchanged(&[Mysql, Sqlite], "SELECT `:id ``?`` x` FROM t");
    unchanged(&[Sqlite], "SELECT [:id ? ' x] FROM [t]");
}

#[test]
fn comments_stay() {
    unchanged(&Dialect::ALL, "SELECT 1 -- :id ? 'open\n, 2");
    unchanged(&Dialect::ALL, "SELECT 1 /* :id ? 'open -- */, 2");
    unchanged(&[Postgresql], "SELECT 1 /* /* :id */ ? */, 2");
    unchanged(&[Mysql], "SELECT 1 # :id ? 'open\n, 2");
    unchanged(&[Mysql], "SELECT /*+ NO_INDEX(t) :id */ 1");
    // Comments do not nest here.
    check(
        Sqlite,
        "SELECT 1 /* /* */, :id /* */",
        &[],
        "SELECT 1 /* /* */, ?1 /* */",
        &["id"],
    );
    check(
        Mysql,
        "SELECT 1 /* /* */, :id /* */",
        &[],
        "SELECT 1 /* /* */, ? /* */",
        &["id"],
    );
    // A subtraction of a negative number, which is a comment elsewhere.
    check(Mysql, "SELECT 5--:id", &[], "SELECT 5--?", &["id"]);
    check(Mysql, "SELECT 1 --\n, :id", &[], "SELECT 1 --\n, ?", &["id"]);
    check(Postgresql, "SELECT 5--:id\n, :id", &[], "SELECT 5--:id\n, $1", &["id"]);
    // Comments need no space before them.
    check(Postgresql, "SELECT :id/* :id */", &[], "SELECT $1/* :id */", &["id"]);
}

#[test]
fn casts_and_assignments_stay() {
    unchanged(&[Postgresql], "SELECT a::id, '1'::int::id, f(id := 1)");
    unchanged(&[Mysql], "SELECT @id:=1, @id := @id + 1, @@session.id");
    check(Postgresql, "SELECT f(id := :id)", &[], "SELECT f(id := $1)", &["id"]);
    check(Postgresql, "SELECT a:::id", &[], "SELECT a::$1", &["id"]);
}

#[test]
fn slices_of_arrays_stay() {
    unchanged(&[Postgresql], "SELECT a[1:2], a[lo:hi], a[:n], a[n:], a[:], b[f(1):id]");
    check(
        Postgresql,
        "SELECT a[1: :id], a[:id:3]",
        &[],
        "SELECT a[1: $1], a[$1:3]",
        &["id"],
    );
    check(
        Postgresql,
        "SELECT ARRAY[:id, :userName], a[:id]",
        &[],
        "SELECT ARRAY[$1, $2], a[$1]",
        &["id", "userName"],
    );
    check(Postgresql, "SELECT a[?:?]", &["id", "id"], "SELECT a[$1:$1]", &["id"]);
}

#[test]
fn operators_with_question_marks() {
    unchanged(
        &[Postgresql],
        "SELECT j ? 'a', j ?| array['a'], j ?& array['a'], j @? '$.a', j ?1",
    );
    check(Postgresql, "SELECT j ? :id", &[], "SELECT j ? $1", &["id"]);
    check(
        Postgresql,
        "SELECT j ?? ?, j ??| ?",
        &["id", "userName"],
        "SELECT j ? $1, j ?| $2",
        &["id", "userName"],
    );
    check(Postgresql, "SELECT j ???", &["id"], "SELECT j ? $1", &["id"]);
}

#[test]
fn the_end_of_the_statement_goes() {
    for (sql, text) in [
        ("  SELECT :id ; ", "SELECT $1"),
        ("SELECT :id;;\n;", "SELECT $1"),
        ("SELECT :id; -- done", "SELECT $1 -- done"),
        ("SELECT ';', \";\"; /* ; */", "SELECT ';', \";\" /* ; */"),
    ] {
        let parameters: &[&str] = if sql.contains(":id") { &["id"] } else { &[] };
        check(Postgresql, sql, &[], text, parameters);
    }
}

#[test]
fn lists_stand_after_in() {
    let sql = "SELECT * FROM a WHERE u IN (:ids) AND x = :id";
    check(
        Postgresql,
        sql,
        &[],
        "SELECT * FROM a WHERE u IN ($1) AND x = $2",
        &["ids.1", "id"],
    );
    check(
        Mysql,
        "DELETE FROM a WHERE u not in ( ? )",
        &["ids"],
        "DELETE FROM a WHERE u not in ( ? )",
        &["ids.1"],
    );
    check(
        Sqlite,
        "SELECT 1 IN /* all */ (:ids /* of them */)",
        &[],
        "SELECT 1 IN /* all */ (?1 /* of them */)",
        &["ids.1"],
    );
}

#[test]
fn letters_beyond_ascii() {
    check(
        Postgresql,
        "SELECT 'ä', \"ö\", é, :id, '\u{1f980}'",
        &[],
        "SELECT 'ä', \"ö\", é, $1, '\u{1f980}'",
        &["id"],
    );
    check(Mysql, "SELECT `ä`, :id # ü", &[], "SELECT `ä`, ? # ü", &["id"]);
}
