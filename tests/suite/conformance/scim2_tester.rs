//! Runs scim2-tester and reads what it says.

use std::{
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use portcullis_tests::{Application, application::TOKEN};
use serde_json::Value;

/// What one check says of one thing that it looked at.
#[derive(Debug)]
#[allow(dead_code, reason = "what only `Debug` reads is for the person who reads why a test failed")]
pub struct Result {
    /// `None` for what is about the whole server.
    pub resource_type: Option<String>,
    pub check: String,
    status: String,
    reason: Value,
    data: Value,
}

impl Result {
    /// Whether it was done, and the server does what the RFCs say it must or should.
    pub fn is_good(&self) -> bool {
        ["SUCCESS", "COMPLIANT", "ACCEPTABLE"].contains(&self.status.as_str())
    }
}

/// Every result, in the order of the checks.
pub fn check(application: &Application) -> Vec<Result> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/conformance/check.py");
    let mut child = Command::new(python())
        .arg(script)
        .arg(application.base())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("python starts");
    let mut stdin = child.stdin.take().expect("a piped stdin");
    writeln!(stdin, "Bearer {TOKEN}").expect("the script reads its credentials");
    drop(stdin);
    let output = child.wait_with_output().expect("the script ends");
    let (said, complaints) = (
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
    assert!(output.status.success(), "{}:\n{complaints}\n{said}", output.status);
    said.lines().map(result).collect()
}

fn result(line: &str) -> Result {
    let mut line: Value = serde_json::from_str(line).unwrap_or_else(|error| panic!("not JSON ({error}): {line}"));
    let text = |value: &Value| value.as_str().map(str::to_owned);
    Result {
        resource_type: text(&line["resource_type"]),
        check: text(&line["check"]).expect("a check has a name"),
        status: text(&line["status"]).expect("a result has a status"),
        reason: line["reason"].take(),
        data: line["data"].take(),
    }
}

/// Of the environment that `tests/run` makes in cargo's target directory.
fn python() -> PathBuf {
    let test = std::env::current_exe().expect("a test has a file");
    let target = test.ancestors().nth(3).expect("a target directory");
    let python = target.join("conformance/bin/python");
    assert!(
        python.is_file(),
        "there is no scim2-tester in {}: `tests/run` installs it",
        target.display()
    );
    python
}
