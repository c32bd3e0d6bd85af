//! The peer is accepted by python-oracledb in its thin mode, a client that nobody here wrote, so that it and the program's driver
//! can't be wrong together. `tests/run` installs it.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use std::{
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use portcullis_tns_peer::{Account, Direction, Failure, Fault, Peer, Procedure, Request, Right, Type, Value};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};

const PASSWORD: &str = "it's a \"throw-away\" %41 @ pässword";

/// What the script checks, in its order.
const CHECKS: [&str; 13] = [
    "connects_by_service_and_by_sid",
    "refuses_what_it_does_not_know",
    "refuses_a_wrong_password",
    "encrypts",
    "values_keep_their_types",
    "long_values",
    "a_thousand_rows",
    "an_insert_gives_its_id",
    "procedures",
    "violations",
    "rights",
    "transactions",
    "breaks",
];

const TABLE: &str = "CREATE TABLE app_user (
    user_id NUMBER(19) GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    username VARCHAR2(50) CONSTRAINT app_user_name_there NOT NULL,
    status VARCHAR2(10) DEFAULT 'ACTIVE' NOT NULL CONSTRAINT app_user_status CHECK (status IN ('ACTIVE', 'INACTIVE')),
    boss_id NUMBER(19),
    CONSTRAINT app_user_name UNIQUE (username),
    CONSTRAINT app_user_boss FOREIGN KEY (boss_id) REFERENCES app_user (user_id))";

#[test]
fn python_oracledb_accepts_it() {
    let wallet = tempfile::tempdir().unwrap();
    let (certificates, key, authority) = identity();
    std::fs::write(wallet.path().join("ewallet.pem"), authority).unwrap();
    let peer = Peer::builder()
        .account("hr", PASSWORD)
        .restricted(Account::new("reader", PASSWORD).may("app_user", Right::Select))
        .service("hr.example")
        .sid("HR")
        .procedure(doubled())
        .procedure(is_even())
        .procedure(Procedure::new("hr.throws").does(|_| Err(Failure::new(20001, "told so"))));
    let peer = peer.start().unwrap();
    peer.run(TABLE).unwrap();
    peer.on_next(
        "'deadlock'",
        Fault::Fail(Failure::new(60, "deadlock detected while waiting for resource")),
    );
    let encrypted = Peer::builder().account("hr", PASSWORD).service("hr.example");
    let encrypted = encrypted.tls(&certificates, &key).start().unwrap();

    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/python_oracledb.py");
    let mut child = Command::new(python())
        .arg(script)
        .args([
            &peer.port().to_string(),
            &encrypted.port().to_string(),
            "hr",
            "hr.example",
            "HR",
        ])
        .arg(wallet.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .env("ORA_SDTZ", "+00:00")
        .spawn()
        .unwrap();
    writeln!(child.stdin.take().unwrap(), "{PASSWORD}").unwrap();
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    let complaints = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{}:\n{said}\n{complaints}", output.status);
    assert_eq!(said.lines().collect::<Vec<_>>(), CHECKS);
    records_what_was_sent(&peer);
}

/// Texts, types and values, and no password.
fn records_what_was_sent(peer: &Peer) {
    let recorded = peer.recorded();
    assert!(!format!("{recorded:?}").contains("throw-away"));
    let call = recorded.iter().find_map(|recorded| match &recorded.request {
        Request::Executed { text, executions } if text.contains("doubled(p_number") => Some(executions),
        _ => None,
    });
    let [bound] = call.unwrap().as_slice() else {
        panic!("one execution");
    };
    let bound: Vec<_> = bound.iter().map(|bound| (bound.kind, bound.value.clone())).collect();
    assert_eq!(
        bound,
        [
            (Type::Number, Some(Value::from(21))),
            (Type::Number, Some(Value::Null)),
            (Type::Varchar, Some(Value::text("in"))),
            (Type::Cursor, Some(Value::Null)),
        ]
    );
    let has = |request: &Request| recorded.iter().any(|recorded| recorded.request == *request);
    for request in [
        Request::Connected {
            target: "hr.example".to_owned(),
            encrypted: false,
        },
        Request::LoggedOn { user: "HR".to_owned() },
        Request::Described {
            text: "SELECT c, COUNT(*) FROM typed GROUP BY c".to_owned(),
        },
        Request::Fetched { rows: 70 },
        Request::Committed,
        Request::RolledBack,
        Request::Pinged,
        Request::Broken,
        Request::LoggedOff,
    ] {
        assert!(has(&request), "{request:?}");
    }
}

fn doubled() -> Procedure {
    Procedure::new("hr.doubled")
        .argument("p_number", Direction::In, Type::Number)
        .argument("p_double", Direction::Out, Type::Number)
        .argument("p_text", Direction::InOut, Type::Varchar)
        .argument("p_rows", Direction::Out, Type::Cursor)
        .does(|call| {
            let number = call.input("p_number");
            let twice = call.rows("SELECT :1 * 2 FROM dual", std::slice::from_ref(&number))?;
            call.output("p_double", twice[0][0].clone());
            let text = call.text("p_text").unwrap_or_default();
            call.output("p_text", format!("{text}!"));
            call.open("p_rows", "SELECT :1 AS n, 'row' AS what FROM dual", &[number])
        })
}

fn is_even() -> Procedure {
    Procedure::new("is_even")
        .argument("p_number", Direction::In, Type::Number)
        .returns(Type::Boolean)
        .does(|call| {
            if let Some(number) = call.text("p_number") {
                call.result(Value::Boolean(number.ends_with(['0', '2', '4', '6', '8'])));
            }
            Ok(())
        })
}

/// A certificate for this machine and its key, and the certificate of the authority that signed it.
fn identity() -> (String, String, String) {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.distinguished_name.push(rcgen::DnType::CommonName, "TNS peers");
    let authority = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
    let key = KeyPair::generate().unwrap();
    let params = CertificateParams::new(vec!["127.0.0.1".to_owned()]).unwrap();
    let certificate = params.signed_by(&key, &authority).unwrap();
    (certificate.pem(), key.serialize_pem(), authority.pem())
}

/// Of the environment that `tests/run` makes in cargo's target directory.
fn python() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let target = test.ancestors().nth(3).unwrap();
    let python = target.join("conformance/bin/python");
    assert!(
        python.is_file(),
        "there is no python-oracledb in {}: `tests/run` installs it",
        target.display()
    );
    python
}
