//! Bounds: the answer names the bound, its figure and its setting.

use portcullis_tests::{Kind, on_every_database, program};

use crate::components;

use super::{deactivate, deactivating, expect_to_go_on, read, reading};

on_every_database!(
    processor_time,
    wall_time,
    memory,
    stack,
    statements,
    rows,
    bytes_of_a_result,
    bytes_that_cross,
    lines_of_the_log,
    an_entry_raises_a_bound_for_one_plugin,
);

/// Runs a fixture that writes into a bound: `setting = figure`, as the plugin's entry sets it.
fn hits(on: Kind, plugin: &str, fixture: &str, setting: &str, figure: &str, entry: &str) {
    let application = deactivating(on, plugin, fixture, &format!("limits = {{ {entry} }}"));
    let said = deactivate(&application).expect_error(500, None, &["deactivate-user", "payroll"]);
    expect_named(&said, plugin, setting, figure);
    application.expect_unharmed();
    let report = application
        .program
        .log
        .expect(&["component failed", plugin, "deactivate-user"]);
    assert!(report.contains(&format!("{setting} = {figure}")), "{report}");
    assert!(report.contains("\"request\""), "a report says which request: {report}");
    expect_to_go_on(&application, deactivate);
}

fn expect_named(said: &str, plugin: &str, setting: &str, figure: &str) {
    assert!(said.contains(&format!("plugin {plugin} ")), "{said}");
    assert!(said.contains(&format!("`{setting} = {figure}`")), "{said}");
    assert!(
        said.contains("[sandbox]") && said.contains(&format!("[plugins.{plugin}.limits]")),
        "{said}"
    );
}

fn processor_time(on: Kind) {
    hits(on, "spinner", components::ENDLESS_LOOP, "cpu", "100ms", "cpu = \"100ms\"");
}

/// Processor time doesn't pass while a component waits for the database.
fn wall_time(on: Kind) {
    let entry = "cpu = \"200ms\", wall = \"400ms\"";
    hits(on, "waiter", components::SLOW_STATEMENT, "wall", "400ms", entry);
}

fn memory(on: Kind) {
    hits(on, "glutton", components::MEMORY_BOMB, "memory", "8MiB", "memory = \"8MiB\"");
}

/// A setting of the sandbox as a whole. The report has the frames, with the names of the component's functions.
fn stack(on: Kind) {
    let application = deactivating(on, "diver", components::STACK_OVERFLOW, "");
    let said = deactivate(&application).expect_error(500, None, &["deactivate-user"]);
    assert!(said.contains("plugin diver ") && said.contains("`stack = 512KiB`"), "{said}");
    let report = application.program.log.expect(&["component failed", "diver"]);
    assert!(report.contains("descend"), "the frames are named: {report}");
    application.expect_unharmed();
    expect_to_go_on(&application, deactivate);
}

fn statements(on: Kind) {
    hits(
        on,
        "talker",
        components::TOO_MANY_STATEMENTS,
        "statements",
        "12",
        "statements = 12",
    );
}

/// Seven users have 49 pairs.
fn rows(on: Kind) {
    hits(on, "hoarder", components::TOO_MANY_ROWS, "rows", "48", "rows = 48");
}

fn bytes_of_a_result(on: Kind) {
    hits(
        on,
        "hoarder",
        components::TOO_MANY_ROWS,
        "result-bytes",
        "500",
        "result-bytes = \"500B\"",
    );
}

fn bytes_that_cross(on: Kind) {
    hits(
        on,
        "shouter",
        components::GIANT_ANSWER,
        "transfer",
        "1MiB",
        "transfer = \"1MiB\"",
    );
}

/// Not an error: what is too much is dropped, and the log says so once.
fn lines_of_the_log(on: Kind) {
    let application = reading(on, "flood", components::LOG_FLOOD, "limits = { log-lines = 20 }");
    read(&application).expect_error(400, None, &["the flood is over"]);
    application
        .program
        .log
        .expect(&["further lines of this call are dropped", "log-lines = 20"]);
    let log = application.program.log.text();
    let lines: Vec<&str> = log.lines().filter(|line| line.contains("plugin: flood")).collect();
    assert_eq!(lines.len(), 20, "{log}");
    let long = lines.iter().find(|line| line.contains("flood long")).expect("the long line");
    assert!(
        long.len() < 4_096 && !long.contains("end\""),
        "a line is cut at 2 KiB: {} bytes",
        long.len()
    );
    assert!(
        lines
            .iter()
            .all(|line| line.contains("\"plugin\":\"flood\"") && line.contains("get-user")),
        "{log}"
    );
    application.expect_unharmed();
}

/// What everybody gets is the server's; an entry is the administrator's word on one plugin.
fn an_entry_raises_a_bound_for_one_plugin(on: Kind) {
    let with = |entry: &str| {
        super::with_fixture(on, "talker", components::TOO_MANY_STATEMENTS, entry)
            .with_server("[sandbox]\nstatements = 10")
            .with_operation("deactivate-user", "talker")
            .start()
    };
    for (entry, bound) in [
        ("", "`statements = 10`"),
        ("limits = { statements = 20 }", "`statements = 20`"),
    ] {
        let application = with(entry);
        deactivate(&application).expect_error(500, None, &[bound]);
        application.expect_unharmed();
    }
}

/// Every call has room for the largest memory that one plugin is given.
#[test]
fn a_memory_can_be_larger_than_everybodys() {
    let entry = "memory = \"80MiB\", cpu = \"20s\", wall = \"25s\"";
    hits(Kind::Sqlite, "glutton", components::MEMORY_BOMB, "memory", "80MiB", entry);
}

/// A manifest asks, and nobody has to answer: the page and `check` say what it lacks and what gives it that.
#[test]
fn what_a_manifest_needs_is_said_and_not_given() {
    let wish = "\n[limits]\nmemory = \"1GiB\"\nstatements = 11\n";
    let manifest = portcullis_tests::plugin::manifest("talker", None) + wish;
    let builder = |entry: &str| {
        super::with_fixture(Kind::Sqlite, "talker", components::TOO_MANY_STATEMENTS, entry)
            .with_server("[sandbox]\nstatements = 10")
            .with_file("plugins/talker.toml", &manifest)
            .with_operation("deactivate-user", "talker")
    };
    let application = builder("").start();
    deactivate(&application).expect_error(500, None, &["`statements = 10`"]);
    let directory = application.directory.path().to_str().expect("UTF-8");
    let said = |arguments: &[&str]| {
        let output = program::run(&[arguments, &["--config", directory]].concat());
        format!(
            "{}{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        )
    };
    for arguments in [&["plugin", "inspect", "talker"][..], &["check"]] {
        let said = said(arguments);
        for part in [
            "memory = 1024MiB (it gets 64MiB), statements = 11 (it gets 10)",
            "write `memory = \"1024MiB\"`, `statements = 11` into [plugins.talker.limits]",
        ] {
            assert!(said.contains(part), "{part}: {said}");
        }
    }

    // What it needs lowers what it is given beyond that.
    let application = builder("limits = { statements = 20 }").start();
    deactivate(&application).expect_error(500, None, &["`statements = 11`"]);
}

#[test]
fn a_file_that_is_too_large_is_not_read_and_not_added() {
    let entry = "limits = { component-size = 1000 }";
    let builder = super::with_fixture(Kind::Sqlite, "talker", components::TOO_MANY_STATEMENTS, entry)
        .with_operation("deactivate-user", "talker");
    let directory = builder.write();
    let path = directory.path().to_str().expect("UTF-8");
    let file = directory.path().join("plugins/talker.wasm");
    let file = file.to_str().expect("UTF-8");
    for (arguments, part) in [
        (&["plugin", "approve", "--yes"][..], "more than 1000, its `component-size`"),
        (
            &["plugin", "add", file],
            "write `component-size = \"1MiB\"` into [plugins.talker.limits]",
        ),
    ] {
        let output = program::run(&[arguments, &["--config", path]].concat());
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success() && said.contains(part), "{said}");
    }
}
