//! HTTPS: certificates of the server's own making and given ones, those of clients, and what is no TLS at all.

use std::{
    fs,
    io::{Read as _, Write as _},
    net::TcpStream,
    path::Path,
};

use portcullis_tests::{
    Application, Client, Kind,
    application::{Builder, complete_user},
    authority::{Authority, Identity},
};

use super::{command, eventually, said};

/// With a certificate by an authority of the test's own.
fn given(authority: &Authority, more: &str) -> Builder {
    Application::with_users(Kind::Sqlite, 3)
        .with_server(&format!(
            "[server.tls]\ncertificate = \"server.pem\"\nkey = \"server.key\"\n{more}"
        ))
        .with_file("server.pem", &authority.server("127.0.0.1").certificate)
        .with_file("server.key", "")
}

fn put(directory: &Path, identity: &Identity) {
    fs::write(directory.join("server.key"), &identity.key).unwrap();
    fs::write(directory.join("server.pem"), &identity.certificate).unwrap();
}

fn serve(authority: &Authority, more: &str, files: &[(&str, &str)]) -> Application {
    let identity = authority.server("127.0.0.1");
    let mut builder = given(authority, more)
        .with_file("server.pem", &identity.certificate)
        .with_file("server.key", &identity.key);
    for (name, text) in files {
        builder = builder.with_file(name, text);
    }
    builder.start()
}

/// Where nothing is configured, a certificate is made at the first start, and kept.
#[test]
fn self_signed_unless_told_otherwise() {
    let application = Application::with_users(Kind::Sqlite, 3).with_server("[server.tls]").start();
    assert!(
        application.program.url.starts_with("https://127.0.0.1:"),
        "{}",
        application.program.url
    );
    eventually("the place of the certificate", || {
        application
            .program
            .output()
            .contains("self-signed certificate: ")
            .then_some(())
    });
    let certificate = fs::read_to_string(application.directory.path().join("portcullis.crt")).unwrap();
    let client = application.trusting(&certificate, None);
    let users = client.get("/Users").expect(200);
    let location = users["Resources"][0]["meta"]["location"].as_str().unwrap();
    assert!(
        location.starts_with(&format!("{}/payroll/scim/v2/Users/", application.program.url)),
        "{location}"
    );
    let created = client.post("/Users", &complete_user("grace"));
    assert!(created.header("location").unwrap().starts_with("https://"), "{created}");
    for name in ["localhost", "127.0.0.1"] {
        let port = application.program.url.rsplit(':').next().unwrap();
        client
            .at(format!("https://{name}:{port}/payroll/scim/v2"))
            .get("/Users")
            .expect(200);
    }

    let (program, directory, _database) = (application.program, application.directory, application.database);
    let (status, _) = program.terminate();
    assert!(status.success(), "{status}");
    let program = portcullis_tests::Program::serve(directory.path());
    client
        .at(format!("{}/payroll/scim/v2", program.url))
        .get("/Users")
        .expect(200);
    assert_eq!(
        fs::read_to_string(directory.path().join("portcullis.crt")).unwrap(),
        certificate
    );
}

#[test]
fn an_authority_that_the_client_does_not_know() {
    let (authority, other) = (Authority::new("right"), Authority::new("wrong"));
    let application = serve(&authority, "", &[]);
    application.trusting(&authority.certificate(), None).get("/Users").expect(200);
    let error = application.trusting(&other.certificate(), None).expect_no_answer("/Users");
    assert!(error.contains("certificate"), "{error}");
    // A name that the certificate is not for.
    let port = application.program.url.rsplit(':').next().unwrap();
    let by_name = application.at(format!("https://localhost:{port}/payroll/scim/v2"));
    by_name.trusting(&authority.certificate(), None).expect_no_answer("/Users");
    application.trusting(&authority.certificate(), None).get("/Users").expect(200);
}

/// A client's certificate comes on top of its token.
#[test]
fn clients_with_certificates_alone() {
    let (authority, clients, strangers) = (
        Authority::new("server"),
        Authority::new("clients"),
        Authority::new("strangers"),
    );
    let application = serve(
        &authority,
        "client-ca = \"clients.pem\"",
        &[("clients.pem", &clients.certificate())],
    );
    let trusted = authority.certificate();
    let known = application.trusting(&trusted, Some(&clients.client("okta")));
    known.get("/Users").expect(200);
    known.authorized_by(None).get("/Users").expect_error(401, None, &[]);
    application.trusting(&trusted, None).expect_no_answer("/Users");
    application
        .trusting(&trusted, Some(&strangers.client("okta")))
        .expect_no_answer("/Users");
    // A certificate that is for servers is none for a client.
    application
        .trusting(&trusted, Some(&clients.server("okta")))
        .expect_no_answer("/Users");
    known.get("/Users").expect(200);
}

/// Renewed files are used without a restart; a broken one changes nothing and is in the log.
#[test]
fn a_changed_certificate_is_picked_up() {
    let (old, new) = (Authority::new("old"), Authority::new("new"));
    let application = serve(&old, "", &[]);
    application.trusting(&old.certificate(), None).get("/Users").expect(200);

    fs::write(application.directory.path().join("server.pem"), "half a file").unwrap();
    eventually("a word in the log about a certificate that is none", || {
        application.trusting(&old.certificate(), None).get("/Users").expect(200);
        application.program.log.text().contains("is not used").then_some(())
    });
    put(application.directory.path(), &new.server("127.0.0.1"));
    eventually("the use of the new certificate", || {
        let _ = TcpStream::connect(address(&application)).map(|mut stream| stream.write_all(b"\x16"));
        application
            .program
            .log
            .text()
            .contains("changed certificate is used")
            .then_some(())
    });
    application.trusting(&new.certificate(), None).get("/Users").expect(200);
    application.trusting(&old.certificate(), None).expect_no_answer("/Users");
}

fn address(application: &Application) -> &str {
    application.program.url.trim_start_matches("https://")
}

/// Clients that speak HTTP in clear text are told what is wrong; others that say nothing hold up nobody.
#[test]
fn what_is_no_tls() {
    let authority = Authority::new("server");
    let application = serve(&authority, "", &[]);
    let plain = Client::new(format!("http://{}/payroll/scim/v2", address(&application)), "any");
    plain.get("/Users").expect_error(400, None, &["https://"]);
    plain
        .post("/Users", &complete_user("grace"))
        .expect_error(400, None, &["https://"]);

    let silent: Vec<_> = (0..50)
        .map(|_| TcpStream::connect(address(&application)).expect("a connection"))
        .collect();
    let mut slow = TcpStream::connect(address(&application)).expect("a connection");
    slow.write_all(b"\x16\x03\x01").unwrap();
    let client = application.trusting(&authority.certificate(), None);
    client.get("/Users").expect(200);
    let mut rest = Vec::new();
    let mut rubbish = TcpStream::connect(address(&application)).expect("a connection");
    rubbish.write_all(b"\x16\x03\x01\x00\x05 rubbish, and no handshake").unwrap();
    let _ = rubbish.read_to_end(&mut rest);
    client.get("/Users").expect(200);
    drop(silent);
    // A client in the middle of a handshake does not keep the program from ending.
    let (status, _) = application.program.terminate();
    assert!(status.success(), "{status}");
    drop(slow);
}

/// `check` and `serve` find a certificate that does not fit before anybody connects.
#[test]
fn a_certificate_that_does_not_fit() {
    let authority = Authority::new("server");
    let (one, other) = (authority.server("127.0.0.1"), authority.server("127.0.0.1"));
    let application = given(&authority, "")
        .with_file("server.pem", &one.certificate)
        .with_file("server.key", &other.key);
    let directory = application.write();
    for words in [["check"].as_slice(), &["serve", "--listen", "127.0.0.1:0"]] {
        let output = command(words, directory.path());
        assert!(!output.status.success(), "{}", said(&output));
        assert!(said(&output).contains("not a pair"), "{}", said(&output));
    }
    put(directory.path(), &one);
    assert!(command(&["check"], directory.path()).status.success());

    let elsewhere = given(&authority, "")
        .with_server("[server]\nbase-url = \"https://scim.example.com\"")
        .with_file("server.pem", &one.certificate)
        .with_file("server.key", &one.key);
    let elsewhere = elsewhere.write();
    let output = command(&["check"], elsewhere.path());
    assert!(output.status.success(), "{}", said(&output));
    assert!(
        said(&output).contains("warning: the certificate is not for scim.example.com"),
        "{}",
        said(&output)
    );
}
