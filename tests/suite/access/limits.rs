//! 401 and 429.

use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
    time::Duration,
};

use portcullis_tests::{Application, Client, Kind};

use super::token;

fn with(application: &Application, token: &str) -> Client {
    application.authorized_by(Some(&format!("Bearer {token}")))
}

/// A client learns both ways in, and nothing about whether it was nearly right.
#[test]
fn a_request_without_a_token_is_told_how_to_send_one() {
    let application = Application::start(Kind::Sqlite);
    for authorization in [None, Some(""), Some("Digest x"), Some("Basic !"), Some("Bearer x")] {
        let answer = application.authorized_by(authorization).get("/Users");
        answer.expect_error(401, None, &[]);
        let challenges: Vec<_> = answer.headers.get_all("www-authenticate").iter().collect();
        assert_eq!(
            challenges,
            ["Bearer realm=\"SCIM\"", "Basic realm=\"SCIM\", charset=\"UTF-8\""]
        );
    }
    let schemes = application.get("/ServiceProviderConfig").expect(200)["authenticationSchemes"].clone();
    let types: Vec<_> = schemes
        .as_array()
        .unwrap()
        .iter()
        .map(|scheme| scheme["type"].as_str().unwrap())
        .collect();
    assert_eq!(types, ["oauthbearertoken", "httpbasic"]);
}

/// Whoever guesses has to wait, and does not learn meanwhile whether a guess was right.
#[test]
fn too_many_wrong_tokens() {
    let application = Application::with_users(Kind::Sqlite, 1)
        .with_server("[server]\nfailed-authentications = 5")
        .start();
    for _ in 0..20 {
        application.authorized_by(None).get("/Users").expect_error(401, None, &[]);
    }
    for n in 0..5 {
        with(&application, &format!("wrong-{n}"))
            .get("/Users")
            .expect_error(401, None, &[]);
    }
    for client in [with(&application, "wrong"), application.clone()] {
        let answer = client.get("/Users");
        answer.expect_error(429, None, &["too many wrong tokens", "failed-authentications"]);
        let seconds: u32 = answer.header("retry-after").expect("Retry-After").parse().expect("seconds");
        assert!((1..=60).contains(&seconds), "{answer}");
    }
    application.authorized_by(None).get("/Users").expect_error(401, None, &[]);
    application
        .program
        .log
        .expect(&["WARN", "too many wrong tokens", "127.0.0.1", "payroll"]);
}

/// One application's guesser holds up nobody of another one.
#[test]
fn each_application_counts_for_itself() {
    let mut several = portcullis_tests::application::configuration("kind = \"sqlite\"\npath = \"app.db\"\ncreate = true");
    several.add_application("crm", &several.text("payroll"));
    several.server("[server]\nfailed-authentications = 2");
    let directory = several.write();
    let program = portcullis_tests::Program::serve(directory.path());
    let made = token(&[], directory.path());
    let at = |name: &str, token: &str| Client::new(format!("{}/{name}/scim/v2", program.url), token).get("/Schemas");
    for _ in 0..2 {
        at("crm", "wrong").expect_error(401, None, &[]);
    }
    at("crm", "wrong").expect_error(429, None, &[]);
    at("payroll", &made).expect(200);
}

/// More than a second's share in a second; others of the same program are served.
#[test]
fn too_many_requests() {
    let application = Application::with_users(Kind::Sqlite, 1)
        .with("[scim]\nrequests-per-second = 3")
        .start();
    let refused = (0..200)
        .map(|_| application.get("/ServiceProviderConfig"))
        .find(|answer| answer.status.as_u16() != 200)
        .expect("one of 200 in a row is too many");
    refused.expect_error(429, None, &["requests-per-second"]);
    assert_eq!(refused.header("retry-after"), Some("1"));
    std::thread::sleep(std::time::Duration::from_millis(1100));
    application.get("/ServiceProviderConfig").expect(200);
}

/// Slow heads of requests are how one machine keeps all others out of a server.
#[test]
fn a_connection_without_a_request_is_closed() {
    let application = Application::with_users(Kind::Sqlite, 1)
        .with_server("[server]\nidle-timeout = \"1s\"")
        .start();
    let address = application.program.url.strip_prefix("http://").expect("plain HTTP");
    for head in ["", "GET /payroll/scim/v2/Users HTTP/1.1\r\nHost: x\r\nX-Slow: "] {
        let mut stream = TcpStream::connect(address).unwrap();
        stream.write_all(head.as_bytes()).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
        let mut rest = Vec::new();
        stream.read_to_end(&mut rest).expect("the server closes the connection");
    }
    application.get("/Users").expect(200);
}
