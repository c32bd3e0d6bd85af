//! What a component did that failed is done again on another machine: no database, no server, the same end.

use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
};

use portcullis_tests::{Application, Builder, Kind, on_every_database, plugin::embedded, program};
use serde_json::{Value, json};

use crate::components;

on_every_database!(a_crash_is_run_again_without_its_database);

/// The application with `update-user` done by a fixture that fails. `entry` is laid over the plugin's entry.
fn failing(on: Kind, fixture: &str, entry: &str) -> Builder {
    Application::with_users(on, 7)
        .with_plugin("faller", fixture, entry)
        .with_operation("update-user", "faller")
}

/// Gives somebody another name, which fails, and waits for the file that comes of it.
fn record(application: &Application) -> PathBuf {
    let change = json!([{ "op": "replace", "path": "displayName", "value": "Zaphod Beeblebrox" },
                        { "op": "replace", "path": "title", "value": "President of the Galaxy" }]);
    application
        .patch(&application.user("user001"), change)
        .expect_error(500, None, &["update-user", "faller"]);
    let line = application.program.log.expect(&["recorded", "faller", "replay.json"]);
    let line: Value = serde_json::from_str(&line).expect("a line is JSON");
    PathBuf::from(line["file"].as_str().expect("a file"))
}

fn replay(file: &Path, arguments: &[&str]) -> (bool, String) {
    let file = file.to_str().expect("UTF-8");
    let output = program::run(&[&["plugin", "replay", file], arguments].concat());
    let said = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8_lossy(&said).into_owned())
}

fn a_crash_is_run_again_without_its_database(on: Kind) {
    let application = failing(on, components::TRAP, "").start();
    let file = record(&application);
    assert_eq!(fs::metadata(&file).expect("a file").permissions().mode() & 0o777, 0o600);
    let text = fs::read_to_string(&file).expect("a text");
    for hidden in ["Zaphod", "Beeblebrox", "Galaxy", "user001"] {
        assert!(!text.contains(hidden), "{hidden}: {text}");
    }
    let written: Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(written["redaction"]["verified"], "same", "{text}");
    // Another machine: the server and its database are gone.
    let elsewhere = tempfile::tempdir().expect("a directory");
    let moved = elsewhere.path().join("copy.json");
    fs::copy(&file, &moved).expect("a copy");
    drop(application);
    let (same, said) = replay(&moved, &["--component", components::TRAP]);
    assert!(same, "{said}");
    for part in [
        "update-user of application payroll",
        "it crashed",
        "outer",
        "the portcullis fell on update-user",
        "That is how it ended",
    ] {
        assert!(said.contains(part), "{part}: {said}");
    }
    assert_eq!(replay(&moved, &["--component", components::TRAP]).1, said);
}

/// Without a component at hand, with the one that the server has, and with another one.
#[test]
fn the_component_is_found_or_asked_for() {
    let application = failing(Kind::Sqlite, components::TRAP, "").start();
    let file = record(&application);
    let (done, said) = replay(&file, &[]);
    assert!(
        !done && said.contains("is not at hand") && said.contains("--component"),
        "{said}"
    );
    let directory = application.directory.path().to_str().expect("UTF-8");
    let (same, said) = replay(&file, &["--config", directory]);
    assert!(same && said.contains("the one that was recorded"), "{said}");

    let other = tempfile::NamedTempFile::new().expect("a file");
    let component = fs::read(components::TRAP).expect("a component");
    fs::write(other.path(), embedded(&component, "another", b"version")).expect("bytes");
    let (answered, said) = replay(&file, &["--component", other.path().to_str().expect("UTF-8")]);
    assert!(
        !answered && said.contains("is not the one that was recorded") && said.contains("it crashed"),
        "{said}"
    );

    // One that asks for something else gets no made-up answer.
    let (answered, said) = replay(&file, &["--component", components::SLOW_STATEMENT]);
    assert!(!answered && said.contains("was not asked when this was recorded"), "{said}");
}

/// What the clocks and chance gave is a part of it.
#[test]
fn time_and_chance_are_the_same_again() {
    let allow = "allow = [\"log\", \"database\", \"output\", \"clock\", \"random\"]";
    let application = failing(Kind::Sqlite, components::GAMBLER, allow).start();
    let file = record(&application);
    let failed = application.program.log.expect(&["component failed", "lost "]);
    let (same, said) = replay(&file, &["--component", components::GAMBLER]);
    assert!(same, "{said}");
    let words = said
        .split("stderr: ")
        .nth(1)
        .and_then(|rest| rest.lines().next())
        .expect("last words");
    assert!(failed.contains(words), "{words}: {failed}");
}

#[test]
fn a_limit_is_reached_again() {
    let entry = "limits = { cpu = \"50ms\" }";
    let application = failing(Kind::Sqlite, components::ENDLESS_LOOP, entry).start();
    let file = record(&application);
    let (same, said) = replay(&file, &["--component", components::ENDLESS_LOOP]);
    assert!(same && said.contains("cpu = 50ms"), "{said}");
    let application = failing(Kind::Sqlite, components::TOO_MANY_STATEMENTS, "").start();
    let file = record(&application);
    let (same, said) = replay(&file, &["--component", components::TOO_MANY_STATEMENTS]);
    assert!(same && said.contains("statements = 64"), "{said}");
}

#[test]
fn only_what_is_named_has_placeholders() {
    let application = failing(Kind::Sqlite, components::TRAP, "")
        .with_server("[replay]\nredact = [\"displayName\"]\ndirectory = \"failures\"")
        .start();
    let file = record(&application);
    assert!(
        file.starts_with(application.directory.path().join("failures")),
        "{}",
        file.display()
    );
    let text = fs::read_to_string(&file).expect("a text");
    assert!(
        text.contains("President of the Galaxy") && !text.contains("Beeblebrox"),
        "{text}"
    );
}

#[test]
fn nothing_is_recorded_where_it_is_switched_off_or_too_much() {
    let application = failing(Kind::Sqlite, components::TRAP, "")
        .with_server("[replay]\ndirectory = false")
        .start();
    application
        .patch(
            &application.user("user001"),
            json!([{ "op": "replace", "path": "title", "value": "Clerk" }]),
        )
        .expect_error(500, None, &["faller"]);
    application.expect_unharmed();
    assert!(!application.directory.path().join("replays").exists());

    let application = failing(Kind::Sqlite, components::TRAP, "")
        .with_server("[replay]\nsize = \"4KiB\"")
        .start();
    let long = "x".repeat(5000);
    application
        .patch(
            &application.user("user001"),
            json!([{ "op": "replace", "path": "title", "value": long }]),
        )
        .expect_error(500, None, &["faller"]);
    application.program.log.expect(&["no replay file", "`size` in [replay]"]);
}

/// One that a hostile hand has written.
#[test]
fn what_is_no_replay_is_refused() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("file");
    for (text, why) in [
        ("", "is not a replay file"),
        ("{\"portcullis-replay\": 7, \"host\": \"9.0.0\"}", "format 7"),
        ("{\"portcullis-replay\": 1}", "damaged"),
        ("[[[[[[[[", "is not a replay file"),
    ] {
        fs::write(&path, text).expect("a file");
        let (done, said) = replay(&path, &[]);
        assert!(!done && said.contains(why) && said.contains("file"), "{text}: {said}");
    }
    fs::write(&path, [0xff, 0xfe]).expect("a file");
    let (done, said) = replay(&path, &[]);
    assert!(!done && said.contains("UTF-8"), "{said}");
    let (done, said) = replay(&directory.path().join("none"), &[]);
    assert!(!done && said.contains("cannot open"), "{said}");
}
