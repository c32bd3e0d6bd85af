use portcullis_tns_peer::Fault;

use super::*;
use crate::database::{ColumnType, ErrorKind, Kind};

/// 256 users, named by their ids.
fn filled() -> Peer {
    let peer = peer();
    fill(&peer);
    peer.run(
        "UPDATE app_user SET salary = 1234567.1234, hired = DATE '2026-11-23', \
         changed_at = TIMESTAMP '2026-11-23 08:00:00.5', photo = HEXTORAW('00FF') WHERE user_id = 1",
    )
    .unwrap();
    peer
}

#[tokio::test(flavor = "multi_thread")]
async fn values_have_the_types_of_their_columns() {
    let peer = filled();
    let database = database(&peer);
    let rows = query(
        &database,
        "SELECT user_id, username, salary, hired, changed_at, photo FROM app_user WHERE user_id <= :1 ORDER BY user_id",
        &[text("2")],
    )
    .await;
    assert_eq!(
        rows.rows[0],
        [
            Value::Integer(1),
            text("user1"),
            Value::Decimal("1234567.1234".into()),
            Value::Timestamp("2026-11-23T00:00:00Z".into()),
            Value::Timestamp("2026-11-23T08:00:00.500Z".into()),
            Value::Bytes(vec![0, 255]),
        ]
    );
    assert_eq!(
        rows.rows[1],
        [
            Value::Integer(2),
            text("user2"),
            Value::Null,
            Value::Null,
            Value::Null,
            Value::Null
        ]
    );
    let names: Vec<&str> = rows.columns.iter().map(|column| column.name.as_str()).collect();
    assert_eq!(names, ["USER_ID", "USERNAME", "SALARY", "HIRED", "CHANGED_AT", "PHOTO"]);
    let types: Vec<ColumnType> = rows
        .columns
        .iter()
        .map(|column| ColumnType::of(Kind::Oracle, &column.type_name))
        .collect();
    assert_eq!(
        types[1..],
        [
            ColumnType::Text,
            ColumnType::Number,
            ColumnType::Timestamp,
            ColumnType::Timestamp,
            ColumnType::Bytes
        ]
    );
}

/// A CLOB and a BLOB come whole, whatever their size, as texts and bytes.
#[tokio::test(flavor = "multi_thread")]
async fn lobs_are_texts_and_bytes() {
    let peer = peer();
    peer.run("CREATE TABLE document (id NUMBER(9), words CLOB, other NCLOB, picture BLOB)")
        .unwrap();
    let database = database(&peer);
    let (long, picture) = ("é".repeat(50_000), vec![7; 100_000]);
    let insert = writes(
        "INSERT INTO document (id, words, other, picture) VALUES (:1, :2, :3, :4)",
        &["id", "words", "other", "picture"],
    );
    for values in [
        [Value::Integer(1), text(&long), text("日本"), Value::Bytes(picture.clone())],
        [Value::Integer(2), Value::Null, Value::Null, Value::Null],
    ] {
        written(&database, &insert, &values).await;
    }
    // The second time, what the columns come as is known to both.
    for _ in 0..2 {
        let found = query(&database, "SELECT id, words, other, picture FROM document ORDER BY id", &[]).await;
        assert!(found.rows[0] == [Value::Integer(1), text(&long), text("日本"), Value::Bytes(picture.clone())]);
        assert_eq!(found.rows[1], [Value::Integer(2), Value::Null, Value::Null, Value::Null]);
        let types = found
            .columns
            .iter()
            .map(|column| ColumnType::of(Kind::Oracle, &column.type_name));
        assert_eq!(
            types.collect::<Vec<_>>(),
            [
                ColumnType::Integer,
                ColumnType::LongText,
                ColumnType::LongText,
                ColumnType::LongBytes
            ]
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_fits_into_a_batch_costs_one_round_trip() {
    let peer = filled();
    let database = database(&peer);
    query(
        &database,
        "SELECT username FROM app_user WHERE user_id = :1",
        &[Value::Integer(1)],
    )
    .await;
    peer.forget();
    let one = query(
        &database,
        "SELECT username FROM app_user WHERE user_id = :1",
        &[Value::Integer(7)],
    )
    .await;
    assert_eq!(one.rows, [[text("user7")]]);
    assert_eq!(sent(&peer), ["SELECT username FROM app_user WHERE user_id = :1"]);
    let none = query(
        &database,
        "SELECT username FROM app_user WHERE user_id = :1",
        &[Value::Integer(0)],
    )
    .await;
    assert_eq!((none.columns.len(), none.rows.len()), (1, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn many_rows_come_in_batches() {
    let peer = filled();
    let database = database(&peer);
    let all = query(&database, "SELECT user_id FROM app_user ORDER BY user_id", &[]).await;
    let ids: Vec<Value> = all.rows.into_iter().flatten().collect();
    assert_eq!(ids, (1..=256).map(Value::Integer).collect::<Vec<_>>());
    assert_eq!(sent(&peer).iter().filter(|sent| *sent == "fetch").count(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_enough_gets_no_more() {
    let peer = filled();
    let database = database(&peer);
    let mut few = Rows {
        most: Some(3),
        ..Rows::default()
    };
    let mut session = database.begin(Access::Read).await.unwrap();
    session
        .query(&reads("SELECT user_id FROM app_user", &[]), &[], &mut few)
        .await
        .unwrap();
    assert_eq!(few.rows.len(), 3);
    let ended = session
        .query(&reads("SELECT 1 FROM dual", &[]), &[], &mut Rows::default())
        .await;
    assert_eq!(ended.unwrap_err().kind, ErrorKind::Unavailable);
    drop(session);
    assert_eq!(
        query(&database, "SELECT COUNT(*) FROM app_user", &[]).await.rows,
        [[Value::Integer(256)]]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn one_value_stands_in_several_places() {
    let peer = filled();
    let database = database(&peer);
    let rows = query(
        &database,
        "SELECT username FROM app_user WHERE user_id = :2 OR username = :1 OR user_id = :2 + 1 ORDER BY user_id",
        &[text("user9"), Value::Integer(4)],
    )
    .await;
    assert_eq!(rows.rows, [[text("user4")], [text("user5")], [text("user9")]]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_reads_does_nothing_else() {
    let peer = filled();
    let database = database(&peer);
    let mut session = database.begin(Access::Read).await.unwrap();
    for text in ["DELETE FROM app_user", "DROP TABLE app_user", "COMMIT"] {
        let refused = session.query(&reads(text, &[]), &[], &mut Rows::default()).await.unwrap_err();
        assert_eq!(refused.kind, ErrorKind::Statement, "{text}");
    }
    assert!(!sent(&peer).iter().any(|sent| sent.contains("app_user") || sent == "commit"));
}

#[tokio::test(flavor = "multi_thread")]
async fn statements_are_described_and_not_run() {
    let peer = filled();
    let database = database(&peer);
    let described = database
        .describe(&reads(
            "SELECT user_id, username FROM app_user WHERE user_id = :1 OR username = :2 OR user_id = :1",
            &["id", "name"],
        ))
        .await
        .unwrap();
    assert_eq!(described.parameters, 2);
    let names: Vec<&str> = described.columns.iter().map(|column| column.name.as_str()).collect();
    assert_eq!(names, ["USER_ID", "USERNAME"]);
    let described = database
        .describe(&writes("DELETE FROM app_user WHERE user_id = :1", &["id"]))
        .await
        .unwrap();
    assert_eq!((described.parameters, described.columns.len()), (1, 0));
    let wrong = database
        .describe(&reads("SELECT nothing FROM app_user", &[]))
        .await
        .unwrap_err();
    assert_eq!((wrong.kind, wrong.code.as_deref()), (ErrorKind::Statement, Some("ORA-00904")));
    let defines = database.describe(&writes("DROP TABLE app_user", &[])).await.unwrap_err();
    assert_eq!(defines.kind, ErrorKind::Statement);
    assert_eq!(
        query(&database, "SELECT COUNT(*) FROM app_user", &[]).await.rows,
        [[Value::Integer(256)]]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_statement_that_was_described_can_be_run() {
    let peer = filled();
    let database = database(&peer);
    let statement = reads("SELECT username FROM app_user WHERE user_id = :1", &["id"]);
    database.describe(&statement).await.unwrap();
    for number in [3, 4] {
        let mut rows = Rows::default();
        let mut session = database.begin(Access::Read).await.unwrap();
        session.query(&statement, &[Value::Integer(number)], &mut rows).await.unwrap();
        assert_eq!(rows.rows, [[text(&format!("user{number}"))]]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_read_takes_another_connection_when_its_own_has_died() {
    let peer = filled();
    let database = database(&peer);
    query(&database, "SELECT 1 FROM dual", &[]).await;
    peer.on_next("SELECT 2", Fault::Disconnect);
    assert_eq!(query(&database, "SELECT 2 FROM dual", &[]).await.rows, [[Value::Integer(2)]]);
}
