//! What an administrator reads when something is wrong, as it stands.

use insta::assert_snapshot;
use portcullis_sdk::{Access, NewId};

use super::{prepared, settings, shown};
use crate::{
    Dialect::{self, Mysql, Postgresql, Sqlite},
    prepare,
};

#[track_caller]
fn read(dialect: Dialect, sql: &str, list: &[&str]) -> String {
    shown(&prepared(dialect, sql, list).unwrap_err())
}

#[test]
fn unknown_names() {
    assert_snapshot!(read(Postgresql, "UPDATE u SET n = :username2, g = :givenName, x = :bonus WHERE id = :user-id", &[]), @r#"
    sql at 17: there is no parameter :username2. perhaps :userName is meant; there are :id, :userName, :name.givenName, :entitlement-id, :password, :emails[type eq "work"].value, :email, :ids.
    sql at 33: there is no parameter :givenName. perhaps :name.givenName is meant; there are :id, :userName, :name.givenName, :entitlement-id, :password, :emails[type eq "work"].value, :email, :ids.
    sql at 49: there is no parameter :bonus. use one of :id, :userName, :name.givenName, :entitlement-id, :password, :emails[type eq "work"].value, :email, :ids.
    sql at 67: there is no parameter :user. use one of :id, :userName, :name.givenName, :entitlement-id, :password, :emails[type eq "work"].value, :email, :ids.
    "#);
}

#[test]
fn unknown_names_in_a_list() {
    assert_snapshot!(read(Postgresql, "UPDATE u SET n = ? WHERE id = ?", &["user_name", ":id"]), @r#"
    parameters: entry 1 is "user_name", and there is no parameter of this name. perhaps userName is meant; there are id, userName, name.givenName, entitlement-id, password, emails[type eq "work"].value, email, ids.
    parameters: entry 2 is ":id", and there is no parameter of this name. perhaps id is meant; there are id, userName, name.givenName, entitlement-id, password, emails[type eq "work"].value, email, ids.
    "#);
}

#[test]
fn too_few_and_too_many_in_a_list() {
    assert_snapshot!(read(Mysql, "UPDATE u SET n = ? WHERE id = ?", &["userName"]), @"parameters: the list has 1 entry, and the text has 2 ?. list one name for each ? of the text, in their order; an operator ? is written ??.");
    assert_snapshot!(read(Mysql, "DELETE FROM u WHERE id = ? AND n <> '?'", &["userName", "id"]), @"parameters: the list has 2 entries, and the text has 1 ?. list one name for each ? of the text, in their order; an operator ? is written ??.");
}

#[test]
fn names_and_a_list_at_once() {
    assert_snapshot!(read(Sqlite, "UPDATE u SET n = :userName WHERE id = ?", &["id"]), @"sql at 17: the text names a parameter though a list says what each ? stands for. leave out `parameters`, or write ? here and add its name to the list.");
}

#[test]
fn question_marks_without_a_list() {
    assert_snapshot!(read(Mysql, "DELETE FROM u WHERE id = ?", &[]), @"sql at 25: nothing says what this ? stands for. name the parameter, as in :id, or list in `parameters` what each ? stands for.");
    assert_snapshot!(read(Sqlite, "SELECT ?? 1, ?", &["id"]), @"sql at 7: ?? is the operator ?, which this database does not have. write one ?.");
}

#[test]
fn placeholders_of_the_database() {
    assert_snapshot!(read(Postgresql, "DELETE FROM u WHERE id = $1", &[]), @"sql at 25: $1 is a placeholder of the database's own. write the parameter's name, as in :id.");
    assert_snapshot!(read(Sqlite, "SELECT ?1, :2, @x, $y, :id", &[]), @r"
    sql at 7: ?1 is a placeholder of the database's own. write the parameter's name, as in :id.
    sql at 11: :2 is a placeholder of the database's own. write the parameter's name, as in :id.
    sql at 15: @x is a placeholder of the database's own. write the parameter's name, as in :id.
    sql at 19: $y is a placeholder of the database's own. write the parameter's name, as in :id.
    ");
}

#[test]
fn what_does_not_end() {
    assert_snapshot!(read(Postgresql, "SELECT 'it''s", &[]), @"sql at 7: the string does not end. end it with '; a ' inside is written twice.");
    assert_snapshot!(read(Postgresql, "SELECT $a$ :id $b$", &[]), @"sql at 7: the dollar-quoted string does not end. end it with $a$.");
    assert_snapshot!(read(Postgresql, "SELECT /* /* */ :id", &[]), @"sql at 7: the comment does not end. end it with */.");
    assert_snapshot!(read(Sqlite, "SELECT [a FROM t", &[]), @"sql at 7: the quoted name does not end. end it with ].");
    assert_snapshot!(read(Mysql, r#"SELECT "a\" FROM t"#, &[]), @r#"sql at 7: the string does not end. end it with "; a " inside is written twice."#);
    assert_snapshot!(read(Mysql, "SELECT `a FROM t", &[]), @"sql at 7: the quoted name does not end. end it with `.");
}

#[test]
fn comments_that_are_executed() {
    assert_snapshot!(read(Mysql, "SELECT 1 /*!50000 + :id */ /*M! + 1 */", &[]), @r"
    sql at 9: the comment is one that the database executes, so it would hide SQL from every check. write the SQL without the comment's marks, or leave it out.
    sql at 27: the comment is one that the database executes, so it would hide SQL from every check. write the SQL without the comment's marks, or leave it out.
    ");
}

#[test]
fn several_statements() {
    assert_snapshot!(read(Postgresql, "DELETE FROM a WHERE u = :id; DELETE FROM u WHERE id = :id;", &[]), @"sql at 29: a second statement begins here. write one statement only; the first ends at the ;.");
}

#[test]
fn no_statement() {
    assert_snapshot!(read(Postgresql, " -- later\n;", &[]), @"sql: there is no statement. write one, or leave the operation out of the configuration.");
    assert_snapshot!(read(Postgresql, "", &[]), @"sql: there is no statement. write one, or leave the operation out of the configuration.");
}

#[test]
fn a_nul_character() {
    assert_snapshot!(read(Sqlite, "SELECT 1\0 + :id", &[]), @"sql at 8: the text has a NUL character, where databases stop reading. leave it out.");
}

#[test]
fn lists_elsewhere() {
    assert_snapshot!(read(Postgresql, "SELECT * FROM a WHERE u = :ids OR u IN (:ids, 1) OR u = ANY(:ids)", &[]), @r"
    sql at 26: ids stands for a list of values. write it as IN (:ids), with nothing else in the brackets.
    sql at 40: ids stands for a list of values. write it as IN (:ids), with nothing else in the brackets.
    sql at 60: ids stands for a list of values. write it as IN (:ids), with nothing else in the brackets.
    ");
}

#[test]
fn everything_at_once() {
    assert_snapshot!(read(Postgresql, "DELETE FROM u WHERE n = :nmae AND id = $1; SELECT 'x", &["id"]), @r"
    sql at 24: the text names a parameter though a list says what each ? stands for. leave out `parameters`, or write ? here and add its name to the list.
    sql at 39: $1 is a placeholder of the database's own. write the parameter's name, as in :id.
    sql at 43: a second statement begins here. write one statement only; the first ends at the ;.
    sql at 50: the string does not end. end it with '; a ' inside is written twice.
    parameters: the list has 1 entry, and the text has 0 ?. list one name for each ? of the text, in their order; an operator ? is written ??.
    ");
}

#[test]
fn writing_where_only_reading_is_meant() {
    let settings = portcullis_sdk::Settings {
        access: Access::Read,
        ..settings("DELETE FROM u WHERE id = :id", &[])
    };
    assert_snapshot!(shown(&prepare(Mysql, "get-user", &settings).unwrap_err()), @"sql at 0: get-user only reads, and DELETE changes something. write a SELECT.");
}

#[test]
fn the_transaction_is_not_the_statements() {
    assert_snapshot!(read(Postgresql, "COMMIT", &[]), @"sql at 0: COMMIT changes the transaction or the session, which belong to Portcullis. leave it out: everything that a request changes is kept or undone together.");
}

#[test]
fn a_generated_id_that_is_not_told() {
    let settings = |sql: &str| portcullis_sdk::Settings {
        new_id: Some(NewId::Database),
        ..settings(sql, &[])
    };
    let silent = settings("INSERT INTO u(n) VALUES (:userName);");
    assert_snapshot!(shown(&prepare(Postgresql, "create-user", &silent).unwrap_err()), @"sql at 35: the database makes the new user's id, and the statement does not tell it. append RETURNING user_id.");
    for dialect in [Sqlite, Mysql] {
        assert!(prepare(dialect, "create-user", &silent).is_ok());
    }
    for sql in [
        "INSERT INTO u(n) VALUES (:userName) returning user_id",
        "WITH made AS (INSERT INTO u(n) VALUES (:userName) RETURNING user_id) SELECT user_id FROM made",
        "SELECT create_user(:userName)",
    ] {
        assert!(prepare(Postgresql, "create-user", &settings(sql)).is_ok(), "{sql}");
    }
}
