//! `plugin new`: all of a project or nothing.

use std::fs;

use super::project::{command, expect_failure, expect_success};

#[test]
fn makes_a_directory_or_says_why_not() {
    let parent = tempfile::tempdir().expect("a directory");
    let path = parent.path().to_str().expect("UTF-8");
    let new = |name: &str| command(&["new", "--lang", "python", "--in", path, name]);
    let said = expect_success(&new("acme-roles"));
    assert!(said.contains("plugin build") && said.contains("plugin test"), "{said}");
    let manifest = parent.path().join("acme-roles/acme-roles.toml");
    fs::write(&manifest, "mine").expect("a file");
    let said = expect_failure(&new("acme-roles"));
    assert!(said.contains("is there already, and nothing was written"), "{said}");
    assert_eq!(fs::read_to_string(&manifest).expect("a file"), "mine");
    let said = expect_failure(&new("Acme_Roles"));
    assert!(said.contains("use lower-case letters, digits and hyphens"), "{said}");
    let said = expect_failure(&command(&["new", "--lang", "cobol", "acme"]));
    assert!(said.contains("rust, python, javascript"), "{said}");
    assert_eq!(fs::read_dir(parent.path()).expect("a directory").count(), 1);
}
