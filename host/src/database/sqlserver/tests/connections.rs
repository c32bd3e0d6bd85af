//! Who is let in, and whom the driver believes.

use super::*;

#[tokio::test]
async fn who_is_not_let_in_learns_no_password() {
    let peer = peer();
    let mut wrong = target(&peer);
    wrong.password = Some(Secret::new("hunter2"));
    let refused = open(wrong).begin(Access::Write).await.err().unwrap();
    assert_eq!(
        (refused.kind, refused.code.as_deref()),
        (ErrorKind::Unavailable, Some("18456"))
    );
    assert!(!format!("{refused:?}").contains("hunter2"));
    let mut nowhere = target(&peer);
    nowhere.place = Place::Port(9);
    assert_eq!(
        open(nowhere).begin(Access::Write).await.err().unwrap().kind,
        ErrorKind::Unavailable
    );
}

#[tokio::test]
async fn the_server_is_the_one_that_the_certificate_says() {
    let peer = peer();
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), peer.certificate()).unwrap();
    let count = reading("SELECT COUNT_BIG(*) AS total FROM app_user", &[]);
    for trust in [Trust::Authority(file.path().to_owned()), Trust::Anything] {
        let target = SqlserverTarget {
            encryption: Encryption::Tls(trust),
            ..target(&peer)
        };
        peer.take_record();
        assert_eq!(found(&open(target), &count, &[]).await.unwrap(), [[Value::Integer(0)]]);
        let logins = peer.take_record();
        let Request::Login(login) = &logins[0].request else {
            panic!("{logins:?}")
        };
        assert_eq!(
            (login.encryption, login.application.as_str()),
            (Encrypted::Everything, "the driver's tests")
        );
    }
    let other = SqlserverTarget {
        encryption: Encryption::Tls(Trust::System),
        ..target(&peer)
    };
    assert_eq!(
        found(&open(other), &count, &[]).await.unwrap_err().kind,
        ErrorKind::Unavailable
    );
}
