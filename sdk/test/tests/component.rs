//! A worked example, as its author would test it with `cargo test`.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::{fs, path::Path};

#[test]
fn a_worked_example_passes_and_fails() {
    let project = tempfile::tempdir().unwrap();
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../plugins/normalise-names");
    let (dist, case) = (project.path().join("dist"), project.path().join("tests/a-case"));
    fs::create_dir(&dist).unwrap();
    fs::create_dir_all(&case).unwrap();
    let component = dist.join("normalise-names.wasm");
    fs::copy(portcullis_tests::component_path!(NORMALISE_NAMES), &component).unwrap();
    fs::copy(example.join("normalise_names.toml"), dist.join("normalise-names.toml")).unwrap();
    fs::write(case.join("to-application.json"), r#"{ "userName": " Ada " }"#).unwrap();
    fs::write(case.join("to-application.expected.json"), r#"{ "userName": "eva" }"#).unwrap();

    let failed = portcullis_test::directory(project.path()).unwrap_err();
    assert!(format!("{failed:?}").contains("+  \"userName\": \"ada\""), "{failed:?}");
    fs::write(case.join("to-application.expected.json"), r#"{ "userName": "ada" }"#).unwrap();
    portcullis_test::component(&component, project.path().join("tests")).unwrap();
    portcullis_test::laws(project.path()).unwrap();
}

#[test]
fn what_is_not_there_fails() {
    let failed = portcullis_test::directory("/nowhere").unwrap_err();
    assert!(format!("{failed:?}").contains("/nowhere"), "{failed:?}");
    assert!(portcullis_test::laws("/nowhere").is_err());
    assert!(portcullis_test::component("/nowhere", "/nowhere").is_err());
}
