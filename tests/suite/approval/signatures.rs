//! Plugins that must be signed: by a key that the configuration names, and as they are.

use std::{fs, path::PathBuf};

use portcullis_tests::{Program, application::NAME, plugin, program};
use tempfile::TempDir;

use super::{MANIFEST, audited, client, command, edit, give, put_new_version, refused, said};
use crate::components;

/// A key of its own for each; what the configuration says of it, and where it is.
fn key(directory: &TempDir, name: &str) -> (String, PathBuf) {
    let file = directory.path().join(format!("{name}.pem"));
    let output = said(&program::run(&["plugin", "key", file.to_str().expect("UTF-8")]));
    let line = output.lines().find_map(|line| line.strip_prefix("YOUR-NAME = "));
    (format!("{name} = {}", line.expect("a line to paste")), file)
}

fn sign(directory: &TempDir, key: &std::path::Path) {
    let component = directory.path().join("plugins/role-audit.wasm");
    let arguments = [
        "plugin",
        "sign",
        component.to_str().expect("UTF-8"),
        "--key",
        key.to_str().expect("UTF-8"),
    ];
    said(&program::run(&arguments));
}

fn require(directory: &TempDir, key: &str) {
    let file = directory.path().join("portcullis.toml");
    let text = fs::read_to_string(&file).expect("a file");
    fs::write(
        &file,
        format!("{text}\n[signatures]\nsigned = \"required\"\n[signatures.keys]\n{key}\n"),
    )
    .expect("a file");
}

#[test]
fn what_must_be_signed_is_not_approved_without() {
    let builder = audited();
    let directory = builder.write();
    let (known, file) = key(&directory, "acme");
    require(&directory, &known);
    let output = refused(&command(&directory, &["approve", "--yes"]));
    assert!(
        output.contains("it is not signed") && output.contains("`signed = \"required\"`"),
        "{output}"
    );

    let (_, stranger) = key(&directory, "stranger");
    sign(&directory, &stranger);
    let output = refused(&command(&directory, &["approve", "--yes"]));
    assert!(output.contains("by another key"), "{output}");

    sign(&directory, &file);
    let page = said(&command(&directory, &["inspect", "role-audit"]));
    assert!(page.contains("signed by acme"), "{page}");
    plugin::approve(directory.path());
    let program = Program::serve(directory.path());
    assert_eq!(give(&client(&program, NAME), "auditor"), 200);
}

/// A signature is of the component and of its manifest.
#[test]
fn what_is_changed_after_it_was_signed_is_refused() {
    let builder = audited();
    let directory = builder.write();
    let (known, file) = key(&directory, "acme");
    require(&directory, &known);
    sign(&directory, &file);
    let verify = || {
        let component = directory.path().join("plugins/role-audit.wasm");
        command(&directory, &["verify", component.to_str().expect("UTF-8")])
    };
    assert!(said(&verify()).contains("role-audit 0.1.0: signed by acme"));
    let manifest = directory.path().join("plugins/role-audit.toml");
    edit(&manifest, "[capabilities]", "[capabilities]\nrandom = \"salts\"");
    assert!(refused(&verify()).contains("of something else"));
    fs::write(&manifest, MANIFEST).expect("a file");
    said(&verify());

    put_new_version(&directory);
    fs::write(&manifest, MANIFEST).expect("a file");
    assert!(refused(&verify()).contains("of something else"));
    refused(&command(&directory, &["approve", "--yes"]));
    fs::write(directory.path().join("plugins/role-audit.sig"), "no signature").expect("a file");
    assert!(refused(&verify()).contains("role-audit.sig is not Base64"));
}

/// What was approved is held to the keys that are there now.
#[test]
fn who_loses_a_key_loses_what_it_signed() {
    let builder = audited();
    let directory = builder.write();
    let ((known, file), (other, _)) = (key(&directory, "acme"), key(&directory, "other"));
    require(&directory, &known);
    sign(&directory, &file);
    plugin::approve(directory.path());
    edit(&directory.path().join("portcullis.toml"), &known, &other);
    let program = Program::serve(directory.path());
    program.log.expect(&["plugins.role-audit: it is not signed by any key"]);
    assert_eq!(give(&client(&program, NAME), "auditor"), 503);
    assert_eq!(give(&client(&program, "plain"), "auditor"), 200);
}

#[test]
fn a_key_is_its_owners_and_is_not_written_over() {
    use std::os::unix::fs::PermissionsExt as _;
    let directory = tempfile::tempdir().expect("a directory");
    let (_, file) = key(&directory, "acme");
    let mode = fs::metadata(&file).expect("a file").permissions().mode() & 0o777;
    assert_eq!(mode, 0o600);
    let pem = fs::read(&file).expect("a file");
    refused(&program::run(&["plugin", "key", file.to_str().expect("UTF-8")]));
    assert_eq!(fs::read(&file).expect("a file"), pem);
}

/// Approved before signatures were required, and signed then.
#[test]
fn a_signature_that_comes_later_is_taken() {
    let builder = audited();
    let directory = builder.write();
    plugin::approve(directory.path());
    put_new_version(&directory);
    plugin::approve(directory.path());
    let (known, file) = key(&directory, "acme");
    require(&directory, &known);
    let list = said(&command(&directory, &["list"]));
    assert!(list.contains("not used: it is not signed"), "{list}");
    let program = Program::serve(directory.path());
    program
        .log
        .expect(&["plugins.role-audit: it is not signed", "takes the signature"]);
    assert_eq!(give(&client(&program, NAME), "auditor"), 503);

    sign(&directory, &file);
    let page = said(&command(&directory, &["inspect", "role-audit"]));
    assert!(page.contains("it was signed"), "{page}");
    plugin::approve(directory.path());
    program.log.expect(&["is in service again"]);
    assert_eq!(give(&client(&program, NAME), "auditor"), 200);
    let output = said(&command(&directory, &["approve", "--yes"]));
    assert!(output.contains("nothing waits"), "{output}");

    // The version before has nobody's signature.
    let output = refused(&command(&directory, &["rollback", "role-audit"]));
    assert!(output.contains("would not serve: it is not signed"), "{output}");
}

#[test]
fn one_without_a_signature_keeps_nobody_else_from_being_approved() {
    let builder = audited()
        .with_plugin("reader", components::EMITTING, "")
        .with_other("third", "[operations.get-users]\nplugin = \"reader\"")
        .without_in("third", "operations.get-users.sql")
        .without_in("third", "entitlements");
    let directory = builder.write();
    let (known, file) = key(&directory, "acme");
    require(&directory, &known);
    sign(&directory, &file);
    let output = refused(&command(&directory, &["approve", "--yes"]));
    assert!(output.contains("plugins.reader: it is not signed"), "{output}");
    let program = Program::serve(directory.path());
    assert_eq!(give(&client(&program, NAME), "auditor"), 200);
    assert_eq!(client(&program, "third").get("/Users").status.as_u16(), 503);
}

/// Nobody vouches for what no host takes.
#[test]
fn what_does_not_fit_its_manifest_is_not_signed() {
    let builder = audited();
    let directory = builder.write();
    let (_, key) = key(&directory, "acme");
    let log = "log = \"says which roles were given and taken\"\n";
    edit(&directory.path().join("plugins/role-audit.toml"), log, "");
    let component = directory.path().join("plugins/role-audit.wasm");
    let component = component.to_str().expect("UTF-8");
    let page = said(&program::run(&["plugin", "inspect", component]));
    assert!(page.contains("No host takes it") && page.contains("`log`"), "{page}");
    let key = key.to_str().expect("UTF-8");
    let output = refused(&program::run(&["plugin", "sign", component, "--key", key]));
    assert!(output.contains("is not signed, since no host takes it"), "{output}");
}
