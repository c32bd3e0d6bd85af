//! Traps: the client learns who crashed in what; the report for the author is in the log.

use portcullis_tests::{Kind, on_every_database};

use crate::components;

use super::{deactivate, deactivating, expect_to_go_on, read, reading};

on_every_database!(
    a_panic_has_its_message_and_frames,
    standard_error_is_captured,
    a_read_crashes_as_a_write_does
);

fn a_panic_has_its_message_and_frames(on: Kind) {
    let application = deactivating(on, "faller", components::TRAP, "");
    let answer = deactivate(&application);
    answer.expect_error(500, None, &["deactivate-user", "payroll", "plugin faller", "unreachable"]);
    assert!(
        !answer.text.contains("the portcullis fell"),
        "what a plugin says of itself is for the operator: {answer}"
    );
    let report = application.program.log.expect(&["component failed", "faller"]);
    for part in [
        "\"level\":\"ERROR\"",
        "deactivate-user",
        "payroll",
        "trap",
        "outer",
        "the portcullis fell on deactivate-user",
    ] {
        assert!(report.contains(part), "{part}: {report}");
    }
    application.expect_unharmed();
    expect_to_go_on(&application, deactivate);
}

/// What a component of another language leaves behind, through WASI.
fn standard_error_is_captured(on: Kind) {
    let allow = "allow = [\"log\", \"database\", \"output\", \"stdio\"]";
    let application = deactivating(on, "writer", components::STDERR, allow);
    deactivate(&application).expect_error(500, None, &["deactivate-user", "plugin writer"]);
    application
        .program
        .log
        .expect(&["component failed", "writer", "stderr of deactivate-user: last words"]);
    application.expect_unharmed();
    expect_to_go_on(&application, deactivate);
}

fn a_read_crashes_as_a_write_does(on: Kind) {
    let application = reading(on, "faller", components::TRAP, "");
    read(&application).expect_error(500, None, &["get-user", "plugin faller"]);
    application
        .program
        .log
        .expect(&["component failed", "faller", "the portcullis fell on get-user"]);
    expect_to_go_on(&application, read);
}
