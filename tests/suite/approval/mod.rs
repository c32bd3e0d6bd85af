//! What an administrator approves of a plugin is what serves: the component as it was, with the statements that were seen.

mod registry;
mod reload;
mod shadow;
mod signatures;

use std::{fs, path::Path, process::Output};

use portcullis_tests::{
    Application, Builder, Client, Kind, Program,
    application::{NAME, TOKEN},
    plugin::{self, embedded},
    program,
};
use serde_json::json;
use tempfile::TempDir;

use crate::components;

/// As it is shipped.
const MANIFEST: &str = include_str!("../../../plugins/role-audit/role_audit.toml");

const SETTINGS: &str = r#"[plugins.role-audit.settings]
database = "sqlite"
assignments = "user_role"
user-column = "user_id"
role-column = "role_id"
audit = "role_audit"
"#;

/// `payroll` has its roles given by `role-audit`, and `plain` by a statement.
fn audited() -> Builder {
    let table = "(user_id TEXT, role_id TEXT, action TEXT, request TEXT, at TIMESTAMP)";
    Application::with_users(Kind::Sqlite, 3)
        .with_table(&format!("CREATE TABLE role_audit {table}"))
        .with_table(&format!("CREATE TABLE second_audit {table}"))
        .with_plugin("role-audit", components::ROLE_AUDIT, SETTINGS)
        .with_file("plugins/role-audit.toml", MANIFEST)
        .with_operation("Role.add-entitlement", "role-audit")
        .with_other(
            "plain",
            "[entitlements.Role.add-entitlement]\nsql = \"INSERT INTO user_role(user_id, role_id) VALUES (:id, :entitlement-id)\"",
        )
        .without_in("plain", "entitlements.Role.add-entitlement.plugin")
}

/// A command on plugins of this configuration.
fn command(directory: &TempDir, arguments: &[&str]) -> Output {
    let path = directory.path().to_str().expect("UTF-8");
    program::run(&[&["plugin"], arguments, &["--config", path]].concat())
}

#[track_caller]
fn said(output: &Output) -> String {
    assert!(output.status.success(), "{output:?}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[track_caller]
fn refused(output: &Output) -> String {
    assert!(!output.status.success(), "{output:?}");
    format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

fn client(program: &Program, application: &str) -> Client {
    Client::new(format!("{}/{application}/scim/v2", program.url), TOKEN)
}

/// What the administrator's own file says, with these words in place of others.
fn edit(path: &Path, from: &str, to: &str) {
    let text = fs::read_to_string(path).expect("a file");
    assert!(text.contains(from), "{text}");
    fs::write(path, text.replace(from, to)).expect("a file");
}

/// The same component in other bytes, as a new version is.
fn rebuilt(bytes: &[u8], mark: &[u8]) -> Vec<u8> {
    embedded(bytes, "of-the-tests", mark)
}

/// Puts the component there as version 1.1.0 by its manifest, with other bytes.
fn put_new_version(directory: &TempDir) {
    let plugins = directory.path().join("plugins");
    let component = fs::read(components::ROLE_AUDIT).expect("a component that has been built");
    fs::write(plugins.join("role-audit.wasm"), rebuilt(&component, b"1.1.0")).expect("a file");
    fs::write(
        plugins.join("role-audit.toml"),
        MANIFEST.replace("0.1.0\"\nauthor", "1.1.0\"\nauthor"),
    )
    .expect("a file");
}

/// Gives the third user, who has none, a role; the status of the answer.
fn give(client: &Client, role: &str) -> u16 {
    let roles = json!([{ "op": "add", "path": "roles", "value": [{ "value": role }] }]);
    client.patch("/Users/3", roles).status.as_u16()
}

#[test]
fn what_nobody_approved_does_not_serve_and_the_rest_does() {
    let builder = audited();
    let directory = builder.write();
    let program = Program::serve(directory.path());
    program.log.expect(&[
        "plugins.role-audit: it is not approved",
        "portcullis plugin approve role-audit",
    ]);
    program.log.expect(&["application payroll does not serve without role-audit"]);
    let (out, serves) = (client(&program, NAME), client(&program, "plain"));
    for path in ["/Users", "/ServiceProviderConfig", "/"] {
        out.get(path).expect_error(503, None, &["out of service", "portcullis check"]);
    }
    assert_eq!(give(&out, "auditor"), 503);
    out.authorized_by(Some("Bearer not-the-token"))
        .get("/Users")
        .expect_error(401, None, &[]);
    assert_eq!(give(&serves, "auditor"), 200);

    let checked = program::run(&["check", "--config", directory.path().to_str().expect("UTF-8")]);
    let checked = refused(&checked);
    assert!(checked.contains("plugins.role-audit: it is not approved"), "{checked}");
    assert!(checked.contains("plain: "), "the rest is looked at all the same: {checked}");
}

/// The page of a plugin says everything that it would do, and nothing that it writes moves the cursor of who reads it.
#[test]
fn the_page_says_what_somebody_decides_on() {
    let builder = audited();
    let directory = builder.write();
    let page = said(&command(&directory, &["inspect", "role-audit"]));
    insta::assert_snapshot!(without_digest(&page));

    let alone = directory.path().join("plugins/role-audit.wasm");
    let page = said(&program::run(&["plugin", "inspect", alone.to_str().expect("UTF-8")]));
    assert!(
        page.contains("role-audit 0.1.0 by Portcullis") && page.contains("depend on settings"),
        "{page}"
    );
}

/// The component is built anew wherever the tests run.
fn without_digest(page: &str) -> String {
    let line = |line: &str| match line.trim_start().split_once(' ') {
        Some((name @ ("sha256" | "size"), _)) => format!("  {name:<9} […]"),
        _ => line.to_owned(),
    };
    page.lines().map(line).collect::<Vec<_>>().join("\n")
}

#[test]
fn nobody_approves_by_accident() {
    let builder = audited();
    let directory = builder.write();
    let output = refused(&command(&directory, &["approve", "role-audit"]));
    assert!(
        output.contains("there is nobody to ask") && output.contains("--yes"),
        "{output}"
    );
    assert!(said(&command(&directory, &["list"])).contains("waits for approval"));
    let output = refused(&command(&directory, &["approve", "role-auditt", "--yes"]));
    assert!(output.contains("[plugins.role-auditt]"), "{output}");
}

#[test]
fn a_changed_file_waits_while_what_was_approved_serves_on() {
    let application = audited().start();
    put_new_version(&application.directory);
    let list = said(&command(&application.directory, &["list"]));
    assert!(list.contains("waits for approval") && list.contains("serving"), "{list}");
    // With another manifest alone it is another one.
    let component = fs::read(components::ROLE_AUDIT).expect("a component that has been built");
    fs::write(application.directory.path().join("plugins/role-audit.wasm"), component).expect("a file");
    let list = said(&command(&application.directory, &["list"]));
    assert!(list.contains("1.1.0") && list.contains("waits for approval"), "{list}");
    let (directory, database) = (&application.directory, &application.database);
    let program = Program::serve(directory.path());
    program
        .log
        .expect(&["role-audit", "is not approved; version 0.1.0 serves on"]);
    assert_eq!(give(&client(&program, NAME), "auditor"), 200);
    assert_eq!(database.count("SELECT count(*) FROM role_audit"), 1);

    // Nor does it matter that the file is gone, or is nothing at all.
    fs::write(directory.path().join("plugins/role-audit.wasm"), "no component").expect("a file");
    let program = Program::serve(directory.path());
    program
        .log
        .expect(&["role-audit.wasm is not looked at", "version 0.1.0 serves on"]);
    assert_eq!(give(&client(&program, NAME), "clerk"), 200);
}

/// The same component with another setting says other statements, which nobody has seen.
#[test]
fn a_statement_that_is_new_waits_for_approval() {
    let application = audited().start();
    let directory = &application.directory;
    edit(
        &directory.path().join("portcullis.toml"),
        "\"role_audit\"",
        "\"second_audit\"",
    );
    let program = Program::serve(directory.path());
    program
        .log
        .expect(&["plans a statement that is not approved", "second_audit"]);
    assert_eq!(give(&client(&program, NAME), "auditor"), 503);
    assert_eq!(give(&client(&program, "plain"), "auditor"), 200);
    assert_eq!(application.database.count("SELECT count(*) FROM second_audit"), 0);

    let page = said(&command(directory, &["inspect", "role-audit"]));
    let news = page.split("Since then").nth(1).expect("what is new");
    let line = |sign: &str, table: &str| {
        let lines = news.lines().map(str::trim_start);
        lines.filter(|line| line.starts_with(sign) && line.contains(table)).count()
    };
    assert_eq!((line("+", "second_audit"), line("-", "\"role_audit\"")), (1, 1), "{news}");
    plugin::approve(directory.path());
    let program = Program::serve(directory.path());
    assert_eq!(give(&client(&program, NAME), "clerk"), 200);
    assert_eq!(application.database.count("SELECT count(*) FROM second_audit"), 1);
}

#[test]
fn an_update_that_asks_for_more_says_so() {
    let application = audited().start();
    let directory = &application.directory;
    put_new_version(directory);
    let manifest = directory.path().join("plugins/role-audit.toml");
    edit(&manifest, "[capabilities]", "[capabilities]\nclock = \"stamps the lines\"");
    let page = said(&command(directory, &["inspect", "role-audit"]));
    let news = page.split("Since then").nth(1).expect("what is new");
    assert!(news.contains("+ clock: "), "{page}");
    assert!(page.contains("What serves is 0.1.0"), "{page}");
    plugin::approve(directory.path());
    let page = said(&command(directory, &["inspect", "role-audit"]));
    assert!(page.contains("Approved by ") && !page.contains("Since then"), "{page}");
}

#[test]
fn a_component_that_imports_what_its_manifest_hides_cannot_be_approved() {
    let builder = audited();
    let directory = builder.write();
    let manifest = directory.path().join("plugins/role-audit.toml");
    edit(&manifest, "log = \"says which roles were given and taken\"\n", "");
    let output = refused(&command(&directory, &["approve", "--yes"]));
    assert!(
        output.contains("portcullis:plugin/log@0.1.0") && output.contains("`log`"),
        "{output}"
    );

    edit(&manifest, "access = \"write\"", "access = \"read\"");
    edit(&manifest, "[capabilities]", "[capabilities]\nlog = \"…\"");
    let output = refused(&command(&directory, &["approve", "--yes"]));
    assert!(
        output.contains("may only read from the database") && output.contains("add-entitlement"),
        "{output}"
    );
}

#[test]
fn settings_are_held_against_the_manifest() {
    let builder = audited();
    let directory = builder.write();
    edit(
        &directory.path().join("portcullis.toml"),
        "database = \"sqlite\"",
        "database = \"db2\"",
    );
    let output = refused(&command(&directory, &["approve", "--yes"]));
    for part in ["entitlements.Role.add-entitlement", "`settings.database`", "db2"] {
        assert!(output.contains(part), "{part}: {output}");
    }
}

#[test]
fn an_earlier_version_comes_back() {
    let application = audited().start();
    let directory = &application.directory;
    put_new_version(directory);
    plugin::approve(directory.path());
    let serving = |list: &str| {
        let line = list.lines().find(|line| line.contains(" serving "));
        line.and_then(|line| line.split_whitespace().nth(1)).map(str::to_owned)
    };
    assert_eq!(serving(&said(&command(directory, &["list"]))).as_deref(), Some("1.1.0"));
    said(&command(directory, &["rollback", "role-audit"]));
    let list = said(&command(directory, &["list"]));
    assert_eq!(serving(&list).as_deref(), Some("0.1.0"), "{list}");
    let program = Program::serve(directory.path());
    assert_eq!(give(&client(&program, NAME), "auditor"), 200);
    let output = refused(&command(directory, &["rollback", "role-audit"]));
    assert!(output.contains("no earlier version"), "{output}");
}

#[test]
fn what_is_removed_is_gone_with_its_approvals() {
    let application = audited().start();
    let directory = &application.directory;
    said(&command(directory, &["remove", "role-audit"]));
    for name in ["role-audit.wasm", "role-audit.toml"] {
        assert!(!directory.path().join("plugins").join(name).exists(), "{name}");
    }
    let program = Program::serve(directory.path());
    program.log.expect(&["plugins.role-audit: it is not approved"]);
    assert_eq!(give(&client(&program, NAME), "auditor"), 503);
    let output = refused(&command(directory, &["remove", "role-audit"]));
    assert!(output.contains("there is no plugin role-audit"), "{output}");
}

/// With its manifest inside, a plugin is one file.
#[test]
fn a_component_is_added_with_the_manifest_inside() {
    let builder = audited();
    let directory = builder.write();
    let plugins = directory.path().join("plugins");
    for name in ["role-audit.wasm", "role-audit.toml"] {
        fs::remove_file(plugins.join(name)).expect("a file");
    }
    let component = fs::read(components::ROLE_AUDIT).expect("a component that has been built");
    let shipped = tempfile::tempdir().expect("a directory");
    let file = shipped.path().join("anything.wasm");
    fs::write(&file, &component).expect("a file");
    let output = refused(&command(&directory, &["add", file.to_str().expect("UTF-8"), "--yes"]));
    assert!(output.contains("has no manifest"), "{output}");

    fs::write(&file, embedded(&component, "portcullis:manifest", MANIFEST.as_bytes())).expect("a file");
    for beside in ["role-audit.sig", "role-audit.toml"] {
        fs::write(plugins.join(beside), "of an earlier version").expect("a file");
    }
    said(&command(
        &directory,
        &["add", file.to_str().expect("UTF-8"), "--yes", "--by", "Grace"],
    ));
    let list = said(&command(&directory, &["list"]));
    assert!(list.contains("serving") && list.contains("Grace"), "{list}");
    // What lay beside an earlier version would be of another one.
    assert!(!plugins.join("role-audit.sig").exists() && !plugins.join("role-audit.toml").exists());
    let program = Program::serve(directory.path());
    assert_eq!(give(&client(&program, NAME), "auditor"), 200);
}
