//! Every mistake that is recognised, and what is said of it.

mod database;
mod groups;
mod lists;
mod operations;
mod server;
mod users;

use super::Directory;

const MAIN: &str = r#"
[server]
listen = "127.0.0.1:8480"
[sandbox]
memory = "64MiB"
[plugins.acme-roles]
file = "acme.wasm"
[plugins.names]
file = "names.wasm"
"#;

const APPLICATION: &str = r#"
[scim]
token = { env = "PAYROLL_TOKEN" }

[database]
kind = "postgresql"
host = "db.example.com"
name = "payroll"
user = "portcullis"
password = { env = "PAYROLL_PASSWORD" }

[users]
id = "user_id"
active = "is_active"

[users.attributes]
userName = "username"
"name.givenName" = "first_name"

[operations.get-users]
sql = "SELECT user_id, username FROM app_user"
[operations.create-user]
sql = "INSERT INTO app_user(username) VALUES (?)"
parameters = ["userName"]
[operations.activate-user]
sql = "UPDATE app_user SET is_active = 1 WHERE user_id = :id"
[operations.deactivate-user]
sql = "UPDATE app_user SET is_active = 0 WHERE user_id = :id"

[entitlements.Role]
id = "role_id"
display = "role_name"
[entitlements.Role.get-entitlements]
sql = "SELECT role_id, role_name FROM role"
[entitlements.Role.get-user-entitlements]
sql = "SELECT role_id FROM user_role WHERE user_id = :id"
[entitlements.Role.add-entitlement]
plugin = "acme-roles"
[entitlements.Role.remove-entitlement]
plugin = "acme-roles"

[transforms]
from-application = ["names"]
"#;

/// What somebody wrote instead of something right.
struct Slip<'a>(&'a str, &'a str);

/// What is reported of each slip by itself, made in the file `name`.
fn reports(name: &str, slips: &[Slip]) -> String {
    let mut text = String::new();
    for Slip(right, wrong) in slips {
        let edit = |file: &str, content: &str| {
            if file != name {
                return content.to_owned();
            }
            assert!(content.contains(right), "{right} is not in {file}");
            content.replacen(right, wrong, 1)
        };
        let main = edit("portcullis.toml", MAIN);
        let application = edit("applications/payroll.toml", APPLICATION);
        let files = [
            ("portcullis.toml", main.as_str()),
            ("applications/payroll.toml", application.as_str()),
            ("secrets/empty", "\n"),
            ("ca.der", "\u{1}\u{2}"),
        ];
        text.push_str(&format!("======== {right:?} -> {wrong:?}\n{}\n", report(&files)));
    }
    text
}

fn report(files: &[(&str, &str)]) -> String {
    let (outcome, problems, warnings) = match Directory::new(files).load() {
        Ok(loaded) => ("", String::new(), loaded.warnings),
        Err(problems) => ("refused\n", problems.to_string(), problems.warnings),
    };
    let warnings: String = warnings.iter().map(|warning| format!("warning: {warning}\n")).collect();
    format!("{outcome}{problems}{warnings}")
}

#[test]
fn the_right_ones_are_right() {
    assert_eq!(
        report(&[("portcullis.toml", MAIN), ("applications/payroll.toml", APPLICATION)]),
        ""
    );
}

#[test]
fn files() {
    let mut text = String::new();
    for (title, files) in [
        ("nothing", vec![]),
        (
            "no application",
            vec![("portcullis.toml", MAIN), ("applications/readme.txt", "")],
        ),
        ("no plugins", vec![("applications/payroll.toml", APPLICATION)]),
        (
            "a name that no URL can have",
            vec![("portcullis.toml", MAIN), ("applications/Pay Roll.toml", APPLICATION)],
        ),
        (
            "empty files",
            vec![("portcullis.toml", ""), ("applications/payroll.toml", "")],
        ),
        (
            "a directory instead of a file",
            vec![("portcullis.toml/x", ""), ("applications/payroll.toml", APPLICATION)],
        ),
        (
            "mistakes in several files",
            vec![
                ("portcullis.toml", "[serve]\n[sandbox]\nmemory = 0\n"),
                ("applications/b.toml", "[scim]\ntokn = 1\n"),
                ("applications/a.toml", "x = \n"),
            ],
        ),
    ] {
        text.push_str(&format!("======== {title}\n{}\n", report(&files)));
    }
    insta::assert_snapshot!(text);
}

#[test]
fn syntax() {
    let text = reports(
        "applications/payroll.toml",
        &[
            Slip("[scim]", "[scim"),
            Slip("kind = \"postgresql\"", "kind = \"postgresql"),
            Slip("kind = \"postgresql\"", "kind = postgresql\nport = \n"),
            Slip("host = \"db.example.com\"", "host = \"a\"\nhost = \"b\""),
            Slip("password = { env = \"PAYROLL_PASSWORD\" }", "password = \"hunter2"),
            Slip("password = { env = \"PAYROLL_PASSWORD\" }", "pass\"word = \"hunter2\""),
            Slip("[users]", "[users]\nname.givenName = \"a\"\nname = \"b\""),
        ],
    );
    insta::assert_snapshot!(text);
}
