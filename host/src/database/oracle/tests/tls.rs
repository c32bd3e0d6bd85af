use std::path::Path;

use portcullis_tests::authority::Authority;

use super::*;
use crate::database::{DatabaseError, ErrorKind};

/// A peer whose certificate is for `127.0.0.1`, and a directory with what vouches for it.
fn encrypted(authority: &Authority) -> (Peer, tempfile::TempDir) {
    let identity = authority.server("127.0.0.1");
    let peer = Peer::builder()
        .account("hr", PASSWORD)
        .tls(&identity.certificate, &identity.key);
    let directory = tempfile::tempdir().unwrap();
    for name in ["ca.pem", "ewallet.pem"] {
        std::fs::write(directory.path().join(name), authority.certificate()).unwrap();
    }
    (peer.start().unwrap(), directory)
}

async fn connected(peer: &Peer, host: &str, tls: OracleTls) -> Result<Vec<Vec<Value>>, DatabaseError> {
    let mut connection = connection(peer);
    if let Target::Oracle(target) = &mut connection.target {
        target.tls = tls;
        target.host = host.into();
    }
    let mut rows = Rows::default();
    let mut session = open(&connection).begin(Access::Read).await?;
    session.query(&reads("SELECT 1 FROM dual", &[]), &[], &mut rows).await?;
    Ok(rows.rows)
}

fn verify(directory: &Path) -> OracleTls {
    OracleTls::Verify {
        ca: Some(directory.join("ca.pem")),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_authority_of_ones_own_vouches_for_a_server() {
    let (peer, directory) = encrypted(&Authority::new("ours"));
    let rows = connected(&peer, "127.0.0.1", verify(directory.path())).await.unwrap();
    assert_eq!(rows, [[Value::Integer(1)]]);
    let wallet = OracleTls::Wallet {
        directory: directory.path().to_owned(),
        password: None,
    };
    connected(&peer, "127.0.0.1", wallet).await.unwrap();
    let connections = peer.recorded().into_iter().filter_map(|recorded| match recorded.request {
        Request::Connected { encrypted, .. } => Some(encrypted),
        _ => None,
    });
    assert_eq!(connections.collect::<Vec<_>>(), [true, true]);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_else_is_let_pose_as_the_database() {
    let (peer, _) = encrypted(&Authority::new("theirs"));
    let (_, ours) = encrypted(&Authority::new("ours"));
    for tls in [verify(ours.path()), OracleTls::Verify { ca: None }] {
        let error = connected(&peer, "127.0.0.1", tls).await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::Unavailable, "{error}");
        assert!(error.message.contains("certificate"), "{error}");
    }
    assert!(!sent(&peer).contains(&"connect".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_is_for_a_name() {
    let (peer, directory) = encrypted(&Authority::new("ours"));
    let error = connected(&peer, "localhost", verify(directory.path())).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Unavailable, "{error}");
    assert!(!sent(&peer).contains(&"connect".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn authorities_that_cannot_be_read_are_named() {
    let (peer, directory) = encrypted(&Authority::new("ours"));
    let tls = verify(&directory.path().join("nowhere"));
    let error = connected(&peer, "127.0.0.1", tls).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Unavailable);
    assert!(error.message.contains("nowhere/ca.pem"), "{error}");
}
