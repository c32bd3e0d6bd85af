//! The peer is accepted by python-tds, a client that nobody here wrote, so that it and the program's driver can't be wrong
//! together. `tests/run` installs it.

use std::{
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use portcullis_tds_peer::{Peer, Procedure, Settings, Value};

/// What the script checks, in its order.
const CHECKS: [&str; 13] = [
    "connects",
    "refuses_a_wrong_password",
    "encrypts",
    "values_keep_their_types",
    "instants_have_their_zone",
    "a_thousand_rows",
    "an_insert_gives_its_id",
    "procedures",
    "a_procedure_gives_results_and_outputs",
    "two_results",
    "violations",
    "transactions",
    "cancels",
];

#[test]
fn python_tds_accepts_it() {
    let peer = Peer::start(Settings::default());
    peer.run(include_str!("tables.sql"));
    peer.procedure(
        "dbo.doubled",
        Procedure::new(
            "@p_number int, @p_double bigint OUTPUT, @p_text nvarchar(50) OUTPUT",
            |call| {
                let Value::Integer(number) = call.value("@p_number") else {
                    return call.throw(50_001, "a number is wanted");
                };
                call.set("@p_double", Value::Integer(number * 2))?;
                call.run("SET @p_text = @p_text + N' twice: ' + @p_text + @p_text")?;
                Ok(7)
            },
        ),
    );
    peer.procedure("dbo.throws", Procedure::new("", |call| call.throw(50_123, "no")));

    let settings = peer.settings();
    let directory = tempfile::tempdir().unwrap();
    let certificate = directory.path().join("peer.crt");
    std::fs::write(&certificate, peer.certificate()).unwrap();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/python_tds.py");
    let mut child = Command::new(python())
        .arg(script)
        .args([&peer.port().to_string(), &settings.user, &settings.database])
        .arg(&certificate)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    writeln!(child.stdin.take().unwrap(), "{}", settings.password).unwrap();
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    let complaints = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{}:\n{said}\n{complaints}", output.status);
    assert_eq!(said.lines().collect::<Vec<_>>(), CHECKS);
    assert_eq!(peer.open_transactions(), 0);
}

/// Of the environment that `tests/run` makes in cargo's target directory.
fn python() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let target = test.ancestors().nth(3).unwrap();
    let python = target.join("conformance/bin/python");
    assert!(
        python.is_file(),
        "there is no python-tds in {}: `tests/run` installs it",
        target.display()
    );
    python
}
