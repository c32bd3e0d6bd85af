//! Components that do what the contract forbids.

use portcullis_tests::{Kind, on_every_database};

use crate::components;

use super::{deactivate, deactivating, expect_to_go_on, read, reading};

on_every_database!(
    success_is_not_believed_after_a_wrong_effect,
    only_planned_statements_run,
    rows_fit_their_columns,
    a_failure_has_the_status_of_one,
);

/// The statement changes seven rows and says one; the component ignores the error and reports success.
fn success_is_not_believed_after_a_wrong_effect(on: Kind) {
    let application = deactivating(on, "liar", components::WRONG_EFFECT, "");
    deactivate(&application).expect_error(500, None, &["deactivate-user", "liar", "7 rows", "exactly 1 row"]);
    application.expect_unharmed();
    expect_to_go_on(&application, deactivate);
}

/// The component passes on what it was told: both statements were refused, and nothing was changed.
fn only_planned_statements_run(on: Kind) {
    let application = deactivating(on, "poacher", components::UNPLANNED, "");
    let said = deactivate(&application).expect_error(400, None, &["deactivate-user", "poacher"]);
    assert_eq!(said.matches("NotPlanned").count(), 2, "{said}");
    application.expect_unharmed();
}

fn rows_fit_their_columns(on: Kind) {
    let application = reading(on, "weaver", components::MALFORMED_ROWS, "");
    read(&application).expect_error(500, None, &["get-user", "plugin weaver", "3", "2"]);
    application.program.log.expect(&["component failed", "weaver", "get-user"]);
    expect_to_go_on(&application, read);
}

fn a_failure_has_the_status_of_one(on: Kind) {
    let application = deactivating(on, "optimist", components::ILLEGAL_STATUS, "");
    deactivate(&application).expect_error(500, None, &["deactivate-user", "optimist", "299", "all is well"]);
    application.expect_unharmed();
    expect_to_go_on(&application, deactivate);
}
