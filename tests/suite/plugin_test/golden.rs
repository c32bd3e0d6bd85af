//! Golden files that are missing, differ, or belong to nothing.

use std::fs;

use super::{Project, tests_of};
use crate::components;

fn audited() -> Project {
    let manifest = include_str!("../../../plugins/role-audit/role_audit.toml");
    Project::new("role-audit", components::ROLE_AUDIT, manifest).with_tests(&tests_of("role-audit"))
}

fn tidied() -> Project {
    let manifest = include_str!("../../../plugins/normalise-names/normalise_names.toml");
    Project::new("normalise-names", components::NORMALISE_NAMES, manifest)
}

#[test]
fn what_differs_is_shown_and_kept_on_demand() {
    let project = audited();
    let (file, all) = ("gives-and-takes/rows.expected.json", "all-or-nothing/requests.expected.json");
    let right = project.read(file);
    let project = project.with(file, &right.replace("\"add\"", "\"give\""));
    fs::remove_file(project.path().join("tests").join(all)).unwrap();
    let told = project.test(&[]);
    told.fails_with(&[]);
    insta::assert_snapshot!(told.text);

    let told = project.test(&["--update"]);
    told.passes();
    assert!(
        told.text.contains("wrote rows.expected.json") && told.text.contains("wrote requests.expected.json"),
        "{}",
        told.text
    );
    assert_eq!(project.read(file), right);
    assert_eq!(
        project.read(all),
        fs::read_to_string(tests_of("role-audit").join(all)).unwrap()
    );
    let told = project.test(&[]);
    told.passes();
    assert!(!told.text.contains("wrote"), "{}", told.text);
}

#[test]
fn what_is_no_case_is_said() {
    tidied()
        .test(&[])
        .fails_with(&["PROJECT/tests has no case", "to-application.json"]);
    let project = tidied()
        .with("mistyped/to-aplication.json", "{}")
        .with("no-object/to-application.json", "7")
        .with("no-application/requests.json", "[{ \"request\": \"GET /Users\" }]")
        .with(
            "unfit/portcullis.toml",
            "[plugins.normalise-names]\nsettings = { lower = true }",
        )
        .with("unfit/to-application.json", "{ \"userName\": \"a\" }")
        .with("nothing-else/notes.txt", "no case");
    let told = project.test(&[]);
    told.fails_with(&[]);
    insta::assert_snapshot!(told.text);
    for file in ["mistyped", "no-object", "no-application", "unfit"] {
        let directory = fs::read_dir(project.path().join("tests").join(file)).unwrap();
        assert!(directory.count() <= 2, "a case that failed leaves nothing in {file}");
    }
}

/// An application on another database, or in a place of its own, is none that could be thrown away.
#[test]
fn a_database_is_one_that_is_made_for_the_test() {
    for (database, says) in [
        ("kind = \"sqlite\"\npath = \"../real.db\"", "a file of its own"),
        (
            "kind = \"postgresql\"\nhost = \"localhost\"\nname = \"hr\"\nuser = \"hr\"\ntls = \"off\"",
            "a file of its own",
        ),
    ] {
        let project = audited();
        let text = project.read("application.toml");
        let text = text.replace("kind = \"sqlite\"\npath = \"test.db\"", database);
        project.with("application.toml", &text).test(&[]).fails_with(&[says]);
    }
    let project = audited().with(
        "schema.sql",
        "CREATE TABLE app_user (user_id INTEGER PRIMARY KEY); CREATE TABEL x (y);",
    );
    project.test(&[]).fails_with(&["schema.sql", "TABEL"]);
}

#[test]
fn a_component_must_have_been_built() {
    let project = audited();
    fs::remove_file(project.path().join("dist/role-audit.wasm")).unwrap();
    project
        .test(&[])
        .fails_with(&["PROJECT/dist", "portcullis plugin build PROJECT"]);
}
