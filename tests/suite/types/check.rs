//! What `check` says of types.

use portcullis_tests::{Kind, program};

use super::with_columns;

/// `check` finds a column that cannot hold what the mapping says.
#[test]
fn check_finds_a_contradiction() {
    let builder = with_columns(
        Kind::Sqlite,
        &[
            ("badge", "INTEGER", "type = \"date\""),
            ("is_external", "TEXT", "type = \"boolean\""),
            ("is_senior", "INTEGER", "true = \"Y\", false = \"N\""),
        ],
    );
    let directory = builder.write();
    let output = program::run(&["check", "--config", directory.path().to_str().expect("UTF-8")]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success(), "{said}");
    for part in [
        "the column `badge` of `urn:example:typed:2.0:User:badge` is integer to the database: it cannot hold values of type date",
        "say which words mean `true` and `false`",
        "it cannot hold \"Y\" nor \"N\"",
        "correct what the mapping says of the column",
    ] {
        assert!(said.contains(part), "{part}: {said}");
    }
}
