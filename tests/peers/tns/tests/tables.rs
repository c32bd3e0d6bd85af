//! The tables of a peer, and what of Oracle's SQL it understands, without a client.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use portcullis_tns_peer::{Failure, Peer, Value};

fn peer() -> Peer {
    let peer = Peer::builder().account("hr", "a password").start().unwrap();
    for statement in [
        "CREATE TABLE team (team_id NUMBER PRIMARY KEY, name VARCHAR2(20) UNIQUE)",
        "CREATE TABLE member (name VARCHAR2(20) CONSTRAINT member_name UNIQUE, team_id NUMBER, joined DATE)",
        "INSERT INTO team SELECT 1, 'one' FROM DUAL UNION ALL SELECT 2, 'two' FROM DUAL",
        "INSERT INTO member VALUES ('Ann', 1, '2024-02-29 23:59:58')",
        "INSERT INTO member VALUES ('bob', 2, NULL)",
        "INSERT INTO member VALUES (NULL, 2, NULL)",
    ] {
        peer.run(statement).unwrap();
    }
    peer
}

fn texts(peer: &Peer, query: &str) -> Vec<Option<String>> {
    let text = |value: Value| match value {
        Value::Null => None,
        Value::Number(number) => Some(number.to_string()),
        Value::Text(text) => Some(text),
        other => Some(format!("{other:?}")),
    };
    let rows = peer.rows(query).unwrap();
    rows.into_iter().flatten().map(text).collect()
}

fn some(texts: &[&str]) -> Vec<Option<String>> {
    texts
        .iter()
        .map(|text| (!text.is_empty()).then(|| (*text).to_owned()))
        .collect()
}

fn code<T>(result: Result<T, Failure>) -> u32 {
    result.err().map_or(0, |failure| failure.code)
}

#[test]
fn nulls_stand_where_oracle_has_them() {
    let peer = peer();
    assert_eq!(
        texts(&peer, "SELECT name FROM member ORDER BY name"),
        some(&["Ann", "bob", ""])
    );
    assert_eq!(
        texts(&peer, "SELECT name FROM member ORDER BY name DESC"),
        some(&["", "bob", "Ann"])
    );
    assert_eq!(
        texts(
            &peer,
            "SELECT name FROM member ORDER BY LOWER(name) NULLS FIRST FETCH FIRST 2 ROWS ONLY"
        ),
        some(&["", "Ann"])
    );
}

#[test]
fn nothing_is_an_empty_string() {
    let peer = peer();
    assert_eq!(
        texts(&peer, "SELECT name || '!' || team_id FROM member ORDER BY name"),
        some(&["Ann!1", "bob!2", "!2"])
    );
    assert_eq!(texts(&peer, "SELECT COUNT(*) FROM member WHERE name = ''"), some(&["0"]));
    assert_eq!(texts(&peer, "SELECT LENGTH('') FROM dual"), some(&[""]));
    assert_eq!(
        texts(&peer, "SELECT NVL(TRIM('  '), 'nothing') FROM dual"),
        some(&["nothing"])
    );
}

#[test]
fn functions_are_oracles() {
    let peer = peer();
    for (expression, result) in [
        ("SUBSTR('Jürgen', -3)", "gen"),
        ("SUBSTR('abc', 0, 2)", "ab"),
        ("INSTR('Jürgen', 'g')", "4"),
        ("UPPER('ä')", "Ä"),
        ("TO_CHAR(DATE '2024-02-29', 'DD.MM.YYYY')", "29.02.2024"),
        ("TO_CHAR(1.50)", "1.5"),
        ("DECODE(2, 1, 'one', 2, 'two', 'many')", "two"),
        ("CAST(1.005 AS NUMBER(5, 2))", "1.01"),
    ] {
        let found = peer.rows(&format!("SELECT {expression} FROM dual"));
        let found = found.unwrap_or_else(|failure| panic_with(expression, &failure));
        let shown = found.into_iter().flatten().next();
        let shown = match shown {
            Some(Value::Text(text)) => text,
            Some(Value::Number(number)) => number.to_string(),
            other => format!("{other:?}"),
        };
        assert_eq!(shown, result, "{expression}");
    }
    assert_eq!(code(peer.rows("SELECT LISTAGG(name, ',') FROM member")), 3001);
    assert_eq!(code(peer.rows("SELECT nothing_like_it(1) FROM dual")), 904);
}

fn panic_with(expression: &str, failure: &Failure) -> Vec<Vec<Value>> {
    panic!("{expression}: {failure}")
}

#[test]
fn tables_can_be_altered() {
    let peer = peer();
    let again = "INSERT INTO member (name) VALUES ('bob')";
    assert_eq!(
        peer.run(again).unwrap_err().message,
        "ORA-00001: unique constraint (HR.MEMBER_NAME) violated"
    );
    peer.run("ALTER TABLE member DROP CONSTRAINT member_name").unwrap();
    peer.run(again).unwrap();
    assert_eq!(code(peer.run("ALTER TABLE member DROP CONSTRAINT member_name")), 2443);

    peer.run("ALTER TABLE member ADD (rank NUMBER(3) DEFAULT 1 NOT NULL CONSTRAINT rank_small CHECK (rank < 10), pin NUMBER CONSTRAINT one_pin UNIQUE)")
        .unwrap();
    assert_eq!(texts(&peer, "SELECT DISTINCT rank FROM member"), some(&["1"]));
    for (statement, message) in [
        (
            "UPDATE member SET rank = 10",
            "ORA-02290: check constraint (HR.RANK_SMALL) violated",
        ),
        (
            "UPDATE member SET rank = NULL",
            "ORA-01407: cannot update (\"HR\".\"MEMBER\".\"RANK\") to NULL",
        ),
        (
            "UPDATE member SET pin = 1",
            "ORA-00001: unique constraint (HR.ONE_PIN) violated",
        ),
    ] {
        assert_eq!(peer.run(statement).unwrap_err().message, message);
    }
    peer.run("ALTER TABLE member ADD other_team NUMBER CONSTRAINT member_other REFERENCES team (team_id)")
        .unwrap();
    assert_eq!(code(peer.run("UPDATE member SET other_team = 3")), 2291);
    assert_eq!(peer.run("UPDATE member SET other_team = 2 WHERE name = 'Ann'"), Ok(1));
    assert_eq!(code(peer.run("DELETE FROM team WHERE team_id = 2")), 2292);
}

#[test]
fn sequences_give_numbers_once() {
    let peer = peer();
    peer.run("CREATE SEQUENCE team_ids START WITH 7").unwrap();
    peer.run("INSERT INTO team VALUES (team_ids.NEXTVAL, 'seven')").unwrap();
    peer.run("INSERT INTO team VALUES (team_ids.NEXTVAL, 'eight')").unwrap();
    assert_eq!(
        texts(&peer, "SELECT team_id FROM team WHERE name IN ('seven', 'eight') ORDER BY 1"),
        some(&["7", "8"])
    );
    assert_eq!(code(peer.rows("SELECT nothing.NEXTVAL FROM dual")), 2289);
    assert_eq!(code(peer.rows("SELECT team_ids.CURRVAL FROM dual")), 8002);
}
