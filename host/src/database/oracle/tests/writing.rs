use portcullis_tns_peer::{Failure, Fault};

use super::*;
use crate::database::ErrorKind;

const INSERT: &str = "INSERT INTO app_user (username, salary) VALUES (:1, :2)";

#[tokio::test(flavor = "multi_thread")]
async fn what_is_committed_is_kept() {
    let peer = peer();
    let database = database(&peer);
    let execution = written(
        &database,
        &writes(INSERT, &["name", "salary"]),
        &[text("ada"), Value::Decimal("1.50".into())],
    )
    .await;
    assert_eq!((execution.affected, execution.rows.len()), (1, 0));
    let rows = query(&database, "SELECT username, salary FROM app_user", &[]).await;
    assert_eq!(rows.rows, [[text("ada"), Value::Decimal("1.5".into())]]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_rolled_back_or_dropped_is_undone() {
    let peer = peer();
    let database = database(&peer);
    let insert = writes(INSERT, &["name", "salary"]);
    let mut session = database.begin(Access::Write).await.unwrap();
    session.execute(&insert, &[text("ada"), Value::Null], 0).await.unwrap();
    session.rollback().await.unwrap();
    let mut session = database.begin(Access::Write).await.unwrap();
    session.execute(&insert, &[text("bob"), Value::Null], 0).await.unwrap();
    drop(session);
    let insert = written(&database, &insert, &[text("bob"), Value::Null]).await;
    assert_eq!(insert.affected, 1);
    assert_eq!(
        query(&database, "SELECT username FROM app_user", &[]).await.rows,
        [[text("bob")]]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_new_id_is_returned() {
    let peer = peer();
    let database = database(&peer);
    let insert = writes(
        "INSERT INTO app_user (username) VALUES (:1) RETURNING user_id INTO :2",
        &["name", "user_id"],
    );
    let insert = with_last(insert, ParameterDirection::Out, None);
    let execution = written(&database, &insert, &[text("ada"), Value::Null]).await;
    assert_eq!(execution.affected, 1);
    assert_eq!(execution.columns[0].name, "user_id");
    assert_eq!(execution.rows, [[text("1")]]);
    assert_eq!(execution.outputs, [("user_id".to_owned(), text("1"))]);
    let typed = with_last(insert, ParameterDirection::Out, Some("integer"));
    let execution = written(&database, &typed, &[text("bob"), Value::Null]).await;
    assert_eq!(execution.rows, [[Value::Integer(2)]]);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_row_that_is_changed_returns_something() {
    let peer = peer();
    let database = database(&peer);
    for name in ["ada", "bob", "eve"] {
        peer.run(&format!("INSERT INTO app_user (username) VALUES ('{name}')"))
            .unwrap();
    }
    let update = writes(
        "UPDATE app_user SET salary = :1 WHERE user_id > :2 RETURNING username INTO :3",
        &["s", "id", "name"],
    );
    let update = with_last(update, ParameterDirection::Out, None);
    let execution = written(&database, &update, &[Value::Integer(1), Value::Integer(1), Value::Null]).await;
    assert_eq!(
        (execution.affected, execution.rows),
        (2, vec![vec![text("bob")], vec![text("eve")]])
    );
    let execution = written(&database, &update, &[Value::Integer(1), Value::Integer(9), Value::Null]).await;
    assert_eq!((execution.affected, execution.rows.len(), execution.outputs.len()), (0, 0, 0));
    let mut session = database.begin(Access::Write).await.unwrap();
    let many = session
        .execute(&update, &[Value::Integer(1), Value::Integer(0), Value::Null], 2)
        .await;
    assert_eq!(many.unwrap_err().kind, ErrorKind::Statement);
}

#[tokio::test(flavor = "multi_thread")]
async fn values_go_in_as_what_they_are() {
    let peer = peer();
    let database = database(&peer);
    let insert = writes(
        "INSERT INTO app_user (username, salary, hired, changed_at, photo) VALUES (:1, :2, :3, :4, :5)",
        &["name", "salary", "hired", "changed", "photo"],
    );
    let values = [
        text("josé 🦀"),
        Value::Decimal("-12345678901234.5678".into()),
        Value::Date("2026-11-23".into()),
        Value::Timestamp("2026-11-23T10:00:00.5+02:00".into()),
        Value::Bytes(vec![0, 255]),
    ];
    written(&database, &insert, &values).await;
    let nothing = [text("nobody"), Value::Null, Value::Null, Value::Null, Value::Null];
    written(&database, &insert, &nothing).await;
    let rows = query(
        &database,
        "SELECT username, salary, hired, changed_at, photo FROM app_user ORDER BY user_id",
        &[],
    )
    .await;
    assert_eq!(
        rows.rows[0],
        [
            text("josé 🦀"),
            Value::Decimal("-12345678901234.5678".into()),
            Value::Timestamp("2026-11-23T00:00:00Z".into()),
            Value::Timestamp("2026-11-23T08:00:00.500Z".into()),
            Value::Bytes(vec![0, 255]),
        ]
    );
    assert_eq!(rows.rows[1], nothing);
}

#[tokio::test(flavor = "multi_thread")]
async fn errors_are_known_by_their_codes() {
    let peer = peer();
    let database = database(&peer);
    peer.run("INSERT INTO app_user (username) VALUES ('ada')").unwrap();
    let insert = writes(INSERT, &["name", "salary"]);
    let mut session = database.begin(Access::Write).await.unwrap();
    for (name, kind, code, constraint, column) in [
        (text("ada"), ErrorKind::Unique, "ORA-00001", Some("APP_USER_USERNAME"), None),
        (text(""), ErrorKind::NotNull, "ORA-01400", None, Some("USERNAME")),
        (text(&"x".repeat(21)), ErrorKind::TooLong, "ORA-12899", None, Some("USERNAME")),
    ] {
        let error = session.execute(&insert, &[name, Value::Null], 0).await.unwrap_err();
        assert_eq!((error.kind, error.code.as_deref()), (kind, Some(code)), "{error}");
        assert_eq!(
            (error.constraint.as_deref(), error.column.as_deref()),
            (constraint, column),
            "{error}"
        );
    }
    // The connection is as it was.
    session.execute(&insert, &[text("bob"), Value::Null], 0).await.unwrap();
    peer.on_next(
        "UPDATE",
        Fault::Fail(Failure::new(60, "deadlock detected while waiting for resource")),
    );
    let deadlock = session
        .execute(&writes("UPDATE app_user SET salary = 1", &[]), &[], 0)
        .await
        .unwrap_err();
    assert_eq!(deadlock.kind, ErrorKind::Conflict);
    let unfit = session
        .execute(&insert, &[text("eve"), Value::Decimal("x".into())], 0)
        .await
        .unwrap_err();
    assert_eq!((unfit.kind, unfit.code), (ErrorKind::InvalidValue, None));
    session.commit().await.unwrap();
    assert_eq!(
        query(&database, "SELECT COUNT(*) FROM app_user", &[]).await.rows,
        [[Value::Integer(2)]]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_database_commits_by_itself_is_refused() {
    let peer = peer();
    let database = database(&peer);
    let mut session = database.begin(Access::Write).await.unwrap();
    for text in ["DROP TABLE app_user", "COMMIT", "ALTER SESSION SET CURRENT_SCHEMA = x"] {
        let refused = session.execute(&writes(text, &[]), &[], 0).await.unwrap_err();
        assert_eq!(refused.kind, ErrorKind::Statement, "{text}");
    }
    assert_eq!(
        query(&database, "SELECT COUNT(*) FROM app_user", &[]).await.rows,
        [[Value::Integer(0)]]
    );
}
