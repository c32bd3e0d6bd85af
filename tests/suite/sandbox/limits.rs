//! Bounds: the answer names the bound, its figure and its setting.

use portcullis_tests::{Kind, on_every_database};

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
    the_servers_bound_holds_for_every_plugin,
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

/// An entry can lower a bound, not raise it.
fn the_servers_bound_holds_for_every_plugin(on: Kind) {
    let application = super::with_fixture(
        on,
        "talker",
        components::TOO_MANY_STATEMENTS,
        "limits = { statements = 1000 }",
    )
    .with_server("[sandbox]\nstatements = 10")
    .with_operation("deactivate-user", "talker")
    .start();
    deactivate(&application).expect_error(500, None, &["`statements = 10`"]);
    application.expect_unharmed();
}
