//! A new version beside the one that serves: it is given what clients read, and what it would have answered otherwise is counted.

use std::{
    fs,
    time::{Duration, Instant},
};

use portcullis_tests::{Application, Kind, plugin};
use tempfile::TempDir;

use super::{audited, command, put_new_version, rebuilt, refused, said};
use crate::components;

/// How long the program may take to notice, and to write down what it counts.
const PATIENCE: Duration = Duration::from_secs(60);

/// `get-users` is done by a plugin.
fn reading() -> Application {
    Application::with_users(Kind::Sqlite, 3)
        .with_plugin("reader", components::EMITTING, "")
        .with_operation("get-users", "reader")
        .start()
}

fn put(directory: &TempDir, component: &[u8]) {
    let plugins = directory.path().join("plugins");
    fs::write(plugins.join("reader.wasm"), component).expect("a file");
    let manifest = plugin::manifest("reader", None).replace("version = \"1.0.0\"", "version = \"1.1.0\"");
    fs::write(plugins.join("reader.toml"), manifest).expect("a file");
}

fn component(path: &str) -> Vec<u8> {
    fs::read(path).expect("a component that has been built")
}

/// Reads users until the list says this.
#[track_caller]
fn read_until(application: &Application, parts: &[&str]) {
    let deadline = Instant::now() + PATIENCE;
    loop {
        assert_eq!(application.get("/Users").expect(200)["totalResults"], 3);
        let list = said(&command(&application.directory, &["list"]));
        if parts.iter().all(|part| list.contains(part)) {
            return;
        }
        assert!(Instant::now() < deadline, "{parts:?}: {list}");
    }
}

#[test]
fn a_version_that_answers_the_same_is_promoted() {
    let application = reading();
    let directory = &application.directory;
    let output = refused(&command(directory, &["shadow", "reader", "--yes"]));
    assert!(output.contains("there is no other version"), "{output}");

    put(directory, &rebuilt(&component(components::EMITTING), b"1.1.0"));
    said(&command(directory, &["shadow", "reader", "--yes"]));
    application.program.log.expect(&["follows what serves, in its shadow"]);
    read_until(&application, &["in the shadow: ", " reads, 0 differences"]);
    let list = said(&command(directory, &["list"]));
    let serving = list.lines().find(|line| line.contains(" serving "));
    assert!(serving.is_some_and(|line| line.contains("1.0.0")), "{list}");

    said(&command(directory, &["promote", "reader"]));
    application.program.log.expect(&["approved serves", "\"version\":\"1.1.0\""]);
    let list = said(&command(directory, &["list"]));
    assert!(!list.contains("in the shadow"), "{list}");
    assert_eq!(application.get("/Users").expect(200)["totalResults"], 3);
}

/// Clients get the answers of the version that serves, whatever the other one does.
#[test]
fn a_version_that_answers_otherwise_is_counted_and_harms_nobody() {
    let application = reading();
    let directory = &application.directory;
    put(directory, &component(components::TRAP));
    said(&command(directory, &["shadow", "reader", "--yes"]));
    application.program.log.expect(&["follows what serves, in its shadow"]);
    read_until(&application, &["a list of users: it fails with 500"]);
    application
        .program
        .log
        .expect(&["the version in the shadow answers otherwise", "it fails with 500"]);

    said(&command(directory, &["drop", "reader"]));
    let output = refused(&command(directory, &["promote", "reader"]));
    assert!(output.contains("no version of reader is in the shadow"), "{output}");
    application.expect_unharmed();
}

/// What was only in the shadow has never served, and is nothing to go back to.
#[test]
fn a_version_that_was_dropped_does_not_come_back() {
    let application = reading();
    let directory = &application.directory;
    put(directory, &component(components::TRAP));
    said(&command(directory, &["shadow", "reader", "--yes"]));
    said(&command(directory, &["drop", "reader"]));
    assert!(said(&command(directory, &["list"])).contains("dropped from the shadow"));
    put(directory, &rebuilt(&component(components::EMITTING), b"1.1.0"));
    plugin::approve(directory.path());
    said(&command(directory, &["rollback", "reader"]));
    let list = said(&command(directory, &["list"]));
    let serving = list.lines().find(|line| line.contains(" serving "));
    assert!(serving.is_some_and(|line| line.contains("1.0.0")), "{list}");
}

/// It would follow for ever, and never be compared.
#[test]
fn what_only_writes_follows_nobody() {
    let builder = audited();
    let directory = builder.write();
    plugin::approve(directory.path());
    put_new_version(&directory);
    let output = refused(&command(&directory, &["shadow", "role-audit", "--yes"]));
    assert!(output.contains("nothing to do with what clients read"), "{output}");
}
