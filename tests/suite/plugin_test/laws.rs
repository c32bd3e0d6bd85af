//! Every law catches what breaks it, and an exception is one that was said.

use super::{Project, tests_of};
use crate::components;

const MANIFEST: &str = r#"
name = "unlawful"
version = "1.0.0"
author = "the tests"
description = "breaks laws"
wit = "0.1.0"
transforms = ["to-application"]
settings.type = "object"
[capabilities]
random = "to be another one each time"
"#;

fn unlawful(how: &str) -> Project {
    Project::new("unlawful", components::UNLAWFUL, MANIFEST)
        .with(
            "portcullis.toml",
            &format!("[plugins.unlawful]\nsettings = {{ how = \"{how}\" }}"),
        )
        .with("case/to-application.json", "{ \"displayName\": \"Ada\" }")
        .with("case/to-application.expected.json", "{ \"displayName\": \"Ada\" }")
}

#[test]
fn a_transform_that_keeps_them_passes() {
    unlawful("keeps").test(&[]).passes();
}

#[test]
fn a_transform_that_loses_something() {
    let told = unlawful("loses").test(&[]);
    told.fails_with(&["BROKEN", "1 broken"]);
    insta::assert_snapshot!(told.text);
    let excepted = unlawful("loses").with("laws.toml", "may-lose = [\"title\"]");
    excepted.test(&[]).passes();
}

#[test]
fn a_transform_that_is_not_idempotent() {
    let told = unlawful("grows").test(&[]);
    told.fails_with(&["BROKEN", "idempotence", "1 broken"]);
    insta::assert_snapshot!(told.text);
    let skipped = unlawful("grows")
        .with("laws.toml", "[skip]\nidempotence = \"it counts\"")
        .test(&[]);
    skipped.passes();
    assert!(
        skipped.text.contains("skipped idempotence") && skipped.text.contains("it counts"),
        "{}",
        skipped.text
    );
}

#[test]
fn a_transform_that_is_another_one_each_time() {
    unlawful("differs")
        .test(&[])
        .fails_with(&["BROKEN  no-difference", "came out otherwise the second time"]);
}

/// The author reads the report that an operator has in the log.
#[test]
fn a_transform_that_hits_a_limit() {
    let project = unlawful("spins").with(
        "portcullis.toml",
        "[plugins.unlawful]\nsettings = { how = \"spins\" }\nlimits.cpu = \"20ms\"",
    );
    project
        .test(&[])
        .fails_with(&["BROKEN", "`cpu = ", "this is neither", "component failed"]);
}

/// What came out may be written down; that the component crashed stays a failure.
#[test]
fn a_limit_that_is_hit_is_no_golden_answer() {
    let project = unlawful("spins")
        .with(
            "portcullis.toml",
            "[plugins.unlawful]\nsettings = { how = \"spins\" }\nlimits.cpu = \"20ms\"",
        )
        .with(
            "laws.toml",
            "[skip]\nno-difference = \"it spins\"\nidempotence = \"it spins\"\nnothing-lost = \"it spins\"",
        );
    let golden = project.read("case/to-application.expected.json");
    let told = project.test(&["--update"]);
    told.fails_with(&["FAILED  case", "`cpu = 20ms`"]);
    assert_eq!(project.read("case/to-application.expected.json"), golden);
}

/// Its author changed it, and did not build it.
#[test]
fn a_component_older_than_its_sources_is_told() {
    let project = unlawful("keeps");
    let source = project.path().join("src/plugin.js");
    std::fs::create_dir(source.parent().unwrap()).unwrap();
    std::fs::write(&source, "").unwrap();
    let told = project.test(&[]);
    told.passes();
    assert!(
        told.text.contains("src/plugin.js has changed since") && told.text.contains("plugin build"),
        "{}",
        told.text
    );
}

#[test]
fn a_law_that_nothing_was_tried_with_does_not_hold() {
    let project = unlawful("refuses");
    project
        .test(&["--update"])
        .fails_with(&["BROKEN", "every document was refused"]);
}

fn named(text: impl Fn(&str) -> String) -> Project {
    let manifest = include_str!("../../../plugins/login-names/login_names.toml");
    let project = Project::new("login-names", components::LOGIN_NAMES, manifest).with_tests(&tests_of("login-names"));
    let application = text(&project.read("application.toml"));
    project.with("application.toml", &application)
}

#[test]
fn an_operation_that_keeps_something_else_than_it_was_told() {
    let (right, wrong) = (":name.givenName, :name.familyName)", ":name.familyName, :name.givenName)");
    let project = named(|text| text.replace(right, wrong));
    project
        .test(&[])
        .fails_with(&["BROKEN  create-get", "may-change = [\"name", "The user was"]);
}

#[test]
fn an_operation_that_leaves_something_behind() {
    let manifest = include_str!("../../../plugins/role-audit/role_audit.toml");
    let project = Project::new("role-audit", components::ROLE_AUDIT, manifest).with_tests(&tests_of("role-audit"));
    project.with("laws.toml", "").test(&[]).fails_with(&[
        "BROKEN  add-remove",
        "`journals` of laws.toml",
        "role_audit",
        "1 broken",
    ]);
}

/// The transform stands before the statements of an application, and what differs is seen in these.
#[test]
fn statements_that_are_others_each_time() {
    let application = r#"
[database]
kind = "sqlite"
path = "test.db"
[users]
id = "user_id"
[users.attributes]
userName = "username"
[transforms]
to-application = ["unlawful"]
[operations.get-users]
sql = "SELECT user_id, username FROM app_user"
[operations.get-user]
sql = "SELECT user_id, username FROM app_user WHERE user_id = :id"
[operations.create-user]
sql = "INSERT INTO app_user (username) VALUES (:userName)"
"#;
    let project = unlawful("differs").with("application.toml", application).with(
        "schema.sql",
        "CREATE TABLE app_user (user_id INTEGER PRIMARY KEY, username TEXT)",
    );
    project
        .test(&[])
        .fails_with(&["ran other statements, the second time", "INSERT INTO app_user"]);
}
