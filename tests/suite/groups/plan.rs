//! `plan` and `check` know the operations of groups and what is derived from them.

use portcullis_tests::{Application, Builder, Kind, on_every_database, program};

use super::GET_USER_GROUPS;

on_every_database!(plan_shows_what_can_run, check_misses_columns);

fn run(command: &str, application: &Builder) -> (bool, String) {
    let directory = application.write();
    let output = program::run(&[command, "--config", directory.path().to_str().expect("UTF-8")]);
    let said = [output.stdout, output.stderr].map(|text| String::from_utf8_lossy(&text).into_owned());
    (output.status.success(), said.concat())
}

fn plan_shows_what_can_run(on: Kind) {
    let application = Application::with_users(on, 1).with(GET_USER_GROUPS);
    let (right, said) = run("plan", &application);
    assert!(right, "{said}");
    let begin = said.find("\n  get-groups: plugin").expect("the operations of groups");
    for part in [
        "SELECT group_id, group_name, external_id FROM app_group",
        "derived: a page of the list (reads)",
        "derived: how many there are (reads)",
        "derived: the group with a display name (reads)",
        "derived: the members of a page of groups (reads)",
        "derived: the members of all groups, for filters (reads)",
        "derived: whether a user is in a group (reads)",
        "derived: the groups of a page of users (reads)",
        "INSERT INTO group_member(group_id, user_id)",
        "with id, member-id",
        "delete-group",
    ] {
        assert!(said[begin..].contains(part), "{part}: {}", &said[begin..]);
    }
    let (right, said) = run("check", &application);
    assert!(right, "{said}");
}

fn check_misses_columns(on: Kind) {
    let application = Application::with_users(on, 1)
        .with("[groups.get-group]\nsql = \"SELECT group_id, external_id FROM app_group WHERE group_id = :id\"")
        .with(
            "[groups.get-group-members]\nsql = \"SELECT m.user_id, u.username FROM group_member m JOIN app_user u \
               ON u.user_id = m.user_id WHERE m.group_id IN (:ids)\"",
        )
        .with("[groups.get-user-groups]\nsql = \"SELECT user_id FROM group_member WHERE user_id IN (:ids)\"")
        .with("[groups.add-member]\nsql = \"INSERT INTO no_such_table VALUES (:id, :member-id)\"");
    let (right, said) = run("check", &application);
    assert!(!right, "{said}");
    for (key, part) in [
        ("groups.get-group:", "`group_name`"),
        ("groups.get-group-members:", "`group_id`, which says whose each row is"),
        ("groups.get-user-groups:", "`group_id`, which holds the group's id"),
        ("groups.add-member", "no_such_table"),
    ] {
        assert!(said.contains(key) && said.contains(part), "{key} {part}: {said}");
    }
}
