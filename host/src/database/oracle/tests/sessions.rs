use std::time::Instant;

use portcullis_tns_peer::Fault;

use super::*;
use crate::database::{DatabaseError, ErrorKind};

#[tokio::test(flavor = "multi_thread")]
async fn connections_are_used_again() {
    let peer = peer();
    let database = database(&peer);
    for _ in 0..3 {
        query(&database, "SELECT 1 FROM dual", &[]).await;
    }
    assert_eq!(sent(&peer).iter().filter(|sent| *sent == "connect").count(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn there_are_only_so_many() {
    let peer = peer();
    let database = open(&Connection {
        acquire_timeout: Duration::from_secs(3),
        ..connection(&peer)
    });
    let first = database.begin(Access::Read).await.unwrap();
    let second = database.begin(Access::Read).await.unwrap();
    let third = database.begin(Access::Read).await.err().unwrap();
    assert_eq!(third.kind, ErrorKind::Unavailable);
    assert!(third.message.contains("acquire-timeout"), "{third}");
    drop((first, second));
    database.begin(Access::Read).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dead_connection_is_found_before_a_transaction_begins() {
    let peer = peer();
    let database = database(&peer);
    let count = writes("DELETE FROM app_user", &[]);
    written(&database, &count, &[]).await;
    tokio::time::sleep(Duration::from_millis(1100)).await;
    peer.forget();
    written(&database, &count, &[]).await;
    assert_eq!(sent(&peer), ["ping", "DELETE FROM app_user", "commit"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_breaks_is_given_up() {
    let peer = peer();
    let database = database(&peer);
    let mut session = database.begin(Access::Write).await.unwrap();
    peer.on_next("DELETE", Fault::Disconnect);
    let lost = session
        .execute(&writes("DELETE FROM app_user", &[]), &[], 0)
        .await
        .unwrap_err();
    assert_eq!(lost.kind, ErrorKind::Unavailable, "{lost}");
    let after = session
        .execute(&writes("DELETE FROM app_user", &[]), &[], 0)
        .await
        .unwrap_err();
    assert_eq!(after.kind, ErrorKind::Unavailable);
    assert_eq!(session.commit().await.unwrap_err().kind, ErrorKind::Unavailable);
    written(&database, &writes("DELETE FROM app_user", &[]), &[]).await;
}

fn hurried(peer: &Peer) -> Arc<dyn Database> {
    open(&Connection {
        statement_timeout: Duration::from_millis(300),
        ..connection(peer)
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_statement_is_ended_in_the_database() {
    let peer = peer();
    let database = hurried(&peer);
    let mut session = database.begin(Access::Write).await.unwrap();
    peer.on_next("DELETE", Fault::Delay(Duration::from_secs(60)));
    let slow = session
        .execute(&writes("DELETE FROM app_user", &[]), &[], 0)
        .await
        .unwrap_err();
    assert_eq!(slow.kind, ErrorKind::Timeout, "{slow}");
    assert!(sent(&peer).contains(&"break".to_owned()), "{:?}", sent(&peer));
    drop(session);
    written(&database, &writes("DELETE FROM app_user", &[]), &[]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_goes_away_takes_its_connection_along() {
    let peer = peer();
    let database = hurried(&peer);
    peer.on_next("DELETE", Fault::Delay(Duration::from_secs(60)));
    let mut session = database.begin(Access::Write).await.unwrap();
    let delete = writes("DELETE FROM app_user", &[]);
    let cancelled = tokio::time::timeout(Duration::from_millis(50), session.execute(&delete, &[], 0)).await;
    assert!(cancelled.is_err());
    drop(session);
    let deadline = Instant::now() + Duration::from_secs(15);
    while !sent(&peer).contains(&"break".to_owned()) {
        assert!(Instant::now() < deadline, "{:?}", sent(&peer));
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    written(&database, &delete, &[]).await;
}

async fn refused(change: impl FnOnce(&mut OracleTarget)) -> DatabaseError {
    let peer = peer();
    let mut connection = connection(&peer);
    if let Target::Oracle(target) = &mut connection.target {
        change(target);
    }
    let error = open(&connection).begin(Access::Read).await.err().unwrap();
    assert!(!error.message.contains(PASSWORD), "{error}");
    error
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_not_let_in_learns_why() {
    let wrong = refused(|target| target.password = Secret::new("another")).await;
    assert_eq!(
        (wrong.kind, wrong.code.as_deref()),
        (ErrorKind::Unavailable, Some("ORA-01017")),
        "{wrong}"
    );
    let unknown = refused(|target| target.database = OracleDatabase::Service("nobody".into())).await;
    assert_eq!(
        (unknown.kind, unknown.code.as_deref()),
        (ErrorKind::Unavailable, Some("ORA-12514")),
        "{unknown}"
    );
    let unknown = refused(|target| target.database = OracleDatabase::Sid("NOBODY".into())).await;
    assert_eq!(
        (unknown.kind, unknown.code.as_deref()),
        (ErrorKind::Unavailable, Some("ORA-12505")),
        "{unknown}"
    );
    let plain = refused(|target| target.tls = OracleTls::Verify { ca: None }).await;
    assert_eq!(plain.kind, ErrorKind::Unavailable, "{plain}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sid_is_as_good_as_a_service() {
    let peer = Peer::builder().account("hr", PASSWORD).sid("HR1").start().unwrap();
    let mut connection = connection(&peer);
    if let Target::Oracle(target) = &mut connection.target {
        target.database = OracleDatabase::Sid("HR1".into());
    }
    assert_eq!(
        query(&open(&connection), "SELECT 1 FROM dual", &[]).await.rows,
        [[Value::Integer(1)]]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_says_nothing_is_not_waited_for() {
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let peer = peer();
    let mut connection = Connection {
        acquire_timeout: Duration::from_millis(200),
        ..connection(&peer)
    };
    if let Target::Oracle(target) = &mut connection.target {
        target.port = silent.local_addr().unwrap().port();
    }
    let error = open(&connection).begin(Access::Read).await.err().unwrap();
    assert_eq!(error.kind, ErrorKind::Unavailable);
}

#[tokio::test(flavor = "multi_thread")]
async fn closed_is_closed() {
    let peer = peer();
    let database = database(&peer);
    query(&database, "SELECT 1 FROM dual", &[]).await;
    database.close().await;
    assert_eq!(database.begin(Access::Read).await.err().unwrap().kind, ErrorKind::Unavailable);
}
