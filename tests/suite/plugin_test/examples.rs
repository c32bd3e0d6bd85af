//! The worked examples pass their own tests.

use super::{Project, test, tests_of};
use crate::components;

/// Gives the report.
#[track_caller]
fn passes(name: &str, component: &str, manifest: &str) -> String {
    let project = Project::new(name, component, manifest);
    let file = project.path().join(format!("dist/{name}.wasm"));
    let output = test(&file, &["--tests", tests_of(name).to_str().unwrap()]);
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{text}{}", String::from_utf8_lossy(&output.stderr));
    assert!(
        text.contains("MEMORY") && text.contains("0 broken") && text.contains("holds"),
        "{text}"
    );
    text.into_owned()
}

/// What a kind of call used, without times and memory: calls, statements, rows, log lines, and the bytes that it was given and gave.
#[track_caller]
fn figures(report: &str, case: &str, call: &str) -> [String; 6] {
    let rows = report.lines().map(|line| {
        let cells = line.split("  ").map(str::trim).filter(|cell| !cell.is_empty());
        cells.map(str::to_owned).collect::<Vec<_>>()
    });
    let row = rows
        .filter(|row| row.len() == 11)
        .find(|row| row[0] == case && row[1] == call);
    let row = row.unwrap_or_else(|| panic!("{case}, {call}: {report}"));
    [2, 6, 7, 8, 9, 10].map(|column| row[column].clone())
}

#[test]
fn normalise_names() {
    let manifest = include_str!("../../../plugins/normalise-names/normalise_names.toml");
    let report = passes("normalise-names", components::NORMALISE_NAMES, manifest);
    let used = figures(&report, "refuses-nothing", "transform to-application");
    assert_eq!(used, ["2", "0", "0", "0", "79 B", "77 B"]);
}

#[test]
fn department_roles() {
    let manifest = include_str!("../../../plugins/department-roles/department_roles.toml");
    let report = passes("department-roles", components::DEPARTMENT_ROLES, manifest);
    assert_eq!(
        figures(&report, "by-rule", "transform to-application")[..4],
        ["3", "0", "0", "1"]
    );
}

#[test]
fn role_audit() {
    let manifest = include_str!("../../../plugins/role-audit/role_audit.toml");
    let report = passes("role-audit", components::ROLE_AUDIT, manifest);
    // The ids of the user and of the role; the word `add` and the name of the request. What is shorter than 8 bytes counts as 8.
    let used = figures(&report, "gives-and-takes", "run add-entitlement");
    assert_eq!(used, ["2", "2", "0", "0", "16 B", "17 B"]);
}

#[test]
fn login_names() {
    let manifest = include_str!("../../../plugins/login-names/login_names.toml");
    let report = passes("login-names", components::LOGIN_NAMES, manifest);
    // A name that is taken is read, and so is the new user's id.
    assert_eq!(
        figures(&report, "finds-a-free-name", "run create-user")[..4],
        ["3", "2", "2", "0"]
    );
}

#[test]
fn legacy_passwords() {
    let manifest = include_str!("../../../plugins/legacy-passwords/legacy_passwords.toml");
    let report = passes("legacy-passwords", components::LEGACY_PASSWORDS, manifest);
    let used = figures(&report, "bcrypt", "hash password");
    assert_eq!(used, ["3", "0", "0", "0", "133 B", "60 B"]);
}
