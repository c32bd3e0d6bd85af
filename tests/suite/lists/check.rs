//! What `check` and `plan` say of lists.

use portcullis_tests::{Builder, Kind, on_every_database, program};

use super::with_lists;

on_every_database!(
    a_right_configuration_is_right,
    columns_that_are_not_there_are_named,
    statements_are_planned,
);

fn run(command: &str, builder: &Builder) -> (bool, String) {
    let directory = builder.write();
    let output = program::run(&[command, "--config", directory.path().to_str().unwrap()]);
    let text = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8(text).unwrap())
}

fn a_right_configuration_is_right(on: Kind) {
    let (right, told) = run("check", &with_lists(on, 1));
    assert!(right, "{told}");
}

fn columns_that_are_not_there_are_named(on: Kind) {
    let read = |list: &str, sql: &str| format!("[users.lists.{list}.get-user-values]\nsql = \"{sql}\"");
    for (text, wanted) in [
        (
            read(
                "phoneNumbers",
                "SELECT user_id, phone_id, digits, kind, shown_as FROM phone WHERE user_id IN (:ids)",
            ),
            "the result lacks the column `is_main`, which holds `phoneNumbers.primary`",
        ),
        (
            read(
                "phoneNumbers",
                "SELECT phone_id, digits, kind, is_main, shown_as FROM phone WHERE user_id IN (:ids)",
            ),
            "the result lacks the column `user_id`, which holds the user's id",
        ),
        (
            read(
                "addresses",
                "SELECT user_id, kind, street, city FROM address WHERE user_id IN (:ids)",
            ),
            "write `user = \"…\"` in [users.lists.addresses]",
        ),
        (
            "[users.lists.phoneNumbers.add-value]\nsql = \"INSERT INTO phone(user_id, digits) VALUES (:id, :valu)\"".to_owned(),
            "value",
        ),
    ] {
        let (right, told) = run("check", &with_lists(on, 1).with(&text));
        assert!(!right && told.contains(wanted), "{told}");
    }
}

fn statements_are_planned(on: Kind) {
    let (right, told) = run("plan", &with_lists(on, 1));
    assert!(right, "{told}");
    for part in [
        "get-user-values of phoneNumbers",
        "add-value of addresses",
        "get-user-values of urn:example:payroll:badges",
        "derived: the values of a page of users",
    ] {
        assert!(told.contains(part), "{part} is not in {told}");
    }
}
