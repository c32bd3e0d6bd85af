//! What a session leaves behind: nothing.

use super::*;

/// However the procedure ends, in one request, and the connection goes on. What writes keeps what the same procedure does.
#[tokio::test]
async fn what_a_read_changes_is_undone() {
    let peer = peer();
    peer.run(
        "CREATE PROCEDURE sly @p_name nvarchar(50), @p_fails bit AS BEGIN\n\
         INSERT INTO app_user (username) VALUES (@p_name);\n\
         SELECT username FROM app_user;\n\
         IF @p_fails = 1 THROW 50123, 'no', 1;\n\
         END",
    );
    let database = open(target(&peer));
    let count = reading("SELECT COUNT_BIG(*) AS total FROM app_user", &[]);
    let text_of = "EXEC sly @p_name = @P1, @p_fails = @P2 -- and what it leaves";
    let sly = reading(text_of, &["name", "fails"]);
    peer.take_record();
    let mut session = database.begin(Access::Read).await.unwrap();
    for _ in 0..2 {
        let rows = read(&mut session, &sly, &[text("ada"), Value::Boolean(false)]).await.unwrap();
        assert_eq!(rows, [[text("ada")]]);
        let failed = read(&mut session, &sly, &[text("ada"), Value::Boolean(true)])
            .await
            .unwrap_err();
        assert_eq!(failed.code.as_deref(), Some("50123"));
        assert_eq!(read(&mut session, &count, &[]).await.unwrap(), [[Value::Integer(0)]]);
        assert_eq!(peer.open_transactions(), 0);
    }
    session.commit().await.unwrap();
    let record = peer.take_record();
    let batches = record.iter().filter(|sent| matches!(sent.request, Request::Batch(_))).count();
    assert_eq!(batches, 2, "one for each failure: {record:?}");
    assert!(record.iter().all(|sent| sent.connection == record[0].connection));

    let (name, fails) = (text("ada"), Value::Boolean(false));
    written(&database, &writing(text_of, &["name", "fails"]), &[name, fails])
        .await
        .unwrap();
    assert_eq!(found(&database, &count, &[]).await.unwrap(), [[Value::Integer(1)]]);
}

/// With the first request of each session on a connection that was used before, and no other.
#[tokio::test]
async fn a_session_begins_as_new() {
    let peer = peer();
    let database = open(target(&peer));
    let count = reading("SELECT COUNT_BIG(*) AS total FROM app_user", &[]);
    for _ in 0..2 {
        let mut session = database.begin(Access::Read).await.unwrap();
        for _ in 0..2 {
            read(&mut session, &count, &[]).await.unwrap();
        }
        session.commit().await.unwrap();
    }
    let record = peer.take_record();
    let resets: Vec<Reset> = record
        .iter()
        .filter(|sent| matches!(sent.request, Request::Call(_)))
        .map(|sent| sent.reset)
        .collect();
    assert_eq!(resets, [Reset::No, Reset::No, Reset::Session, Reset::No]);
    assert!(record.iter().all(|sent| sent.connection == record[0].connection));
    // A transaction's begin is a request too.
    for name in ["ada", "grace"] {
        let insert = writing("INSERT INTO app_user (username) VALUES (@P1)", &["a"]);
        written(&database, &insert, &[text(name)]).await.unwrap();
    }
    let begun: Vec<Reset> = peer
        .take_record()
        .iter()
        .filter(|sent| matches!(sent.request, Request::Transaction(_)))
        .map(|sent| sent.reset)
        .collect();
    assert_eq!(begun, [Reset::No, Reset::No, Reset::Session, Reset::No]);
}

#[tokio::test]
async fn a_statement_that_takes_too_long_is_ended_in_the_server() {
    let peer = peer();
    for deaf in [false, true] {
        if deaf {
            peer.ignore_attentions();
        }
        let database = database::open(&Connection {
            target: Target::Sqlserver(target(&peer)),
            pool_size: 1,
            acquire_timeout: Duration::from_secs(10),
            statement_timeout: Duration::from_millis(300),
            conflict_retries: 0,
        });
        let count = reading("SELECT COUNT_BIG(*) AS total FROM app_user", &[]);
        peer.on("COUNT_BIG", Behaviour::Delay(Duration::from_secs(600)), Times::Once);
        peer.take_record();
        let late = found(&database, &count, &[]).await.unwrap_err();
        assert_eq!(late.kind, ErrorKind::Timeout);
        // The next one has another connection, though the pool has no more than one.
        assert_eq!(found(&database, &count, &[]).await.unwrap(), [[Value::Integer(0)]]);
        let told = || peer.record().iter().any(|sent| matches!(sent.request, Request::Attention));
        for _ in 0..100 {
            if told() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        assert!(told());
    }
}

/// As when a client hangs up in the middle of a request.
#[tokio::test]
async fn what_is_given_up_is_undone() {
    let peer = peer();
    let database = open(target(&peer));
    let insert = writing("INSERT INTO app_user (username) VALUES (@P1)", &["a"]);
    let mut session = database.begin(Access::Write).await.unwrap();
    session.execute(&insert, &[text("ada")], 0).await.unwrap();
    drop(session);
    let mut session = database.begin(Access::Write).await.unwrap();
    session.execute(&insert, &[text("grace")], 0).await.unwrap();
    peer.on("slow", Behaviour::Delay(Duration::from_secs(600)), Times::Once);
    let slow = reading("SELECT 'slow' AS word", &[]);
    let mut rows = Rows::default();
    let given_up = tokio::time::timeout(Duration::from_millis(300), session.query(&slow, &[], &mut rows)).await;
    assert!(given_up.is_err());
    drop(session);
    for _ in 0..100 {
        if peer.open_transactions() == 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(peer.open_transactions(), 0);
    let count = reading("SELECT COUNT_BIG(*) AS total FROM app_user", &[]);
    assert_eq!(found(&database, &count, &[]).await.unwrap(), [[Value::Integer(0)]]);
}

#[tokio::test]
async fn a_connection_that_died_is_replaced_unless_something_was_lost() {
    let peer = peer();
    let database = open(target(&peer));
    let count = reading("SELECT COUNT_BIG(*) AS total FROM app_user", &[]);
    let insert = writing("INSERT INTO app_user (username) VALUES (@P1)", &["a"]);
    found(&database, &count, &[]).await.unwrap();
    peer.on("COUNT_BIG", Behaviour::HangUp, Times::Once);
    assert_eq!(found(&database, &count, &[]).await.unwrap(), [[Value::Integer(0)]]);
    peer.on("INSERT INTO", Behaviour::HangUp, Times::Once);
    let lost = written(&database, &insert, &[text("ada")]).await.unwrap_err();
    assert_eq!(lost.kind, ErrorKind::Unavailable);
    written(&database, &insert, &[text("ada")]).await.unwrap();
}

/// The transaction is gone then: what follows would be kept by itself.
#[tokio::test]
async fn a_deadlock_while_parameters_are_asked_for_is_no_answer() {
    let peer = peer();
    let database = open(target(&peer));
    let mut session = database.begin(Access::Write).await.unwrap();
    let insert = writing("INSERT INTO app_user (username) VALUES (@P1)", &["a"]);
    peer.on(
        "INSERT INTO app_user",
        Behaviour::Fail(ServerError::deadlock(51)),
        Times::Once,
    );
    let error = session.execute(&insert, &[text("ada")], 0).await.unwrap_err();
    assert_eq!((error.kind, error.code.as_deref()), (ErrorKind::Conflict, Some("1205")));
    drop(session);
    assert_eq!(peer.rows("SELECT COUNT_BIG(*) FROM app_user"), [[Some("0".to_owned())]]);
    written(&database, &insert, &[text("ada")]).await.unwrap();
}
