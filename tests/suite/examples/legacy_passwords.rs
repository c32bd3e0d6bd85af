//! `legacy-passwords`, and components that do other things with the passwords that they are shown.

use portcullis_tests::{Application, Builder, Kind, application::complete_user, on_every_database};
use serde_json::{Value, json};

use crate::{components, sandbox::admission as sandbox};

on_every_database!(passwords_are_hashed, what_cannot_be_hashed_is_refused);

const SECRET: &str = "correct-horse-battery";
const MANIFEST: &str = include_str!("../../../plugins/legacy-passwords/legacy_passwords.toml");

fn hashing(on: Kind, settings: &str) -> Application {
    Application::with_users(on, 2)
        .with_shipped("legacy-passwords", components::LEGACY_PASSWORDS, MANIFEST, settings)
        .with("[transforms]\npassword = \"legacy-passwords\"")
        .start()
}

fn stored(application: &Application, name: &str) -> String {
    let value = application
        .database
        .value(&format!("SELECT password FROM app_user WHERE username = '{name}'"));
    value.expect("a password")
}

fn with_password(name: &str) -> Value {
    let mut new = complete_user(name);
    new["password"] = json!(SECRET);
    new
}

#[track_caller]
fn expect_secret(application: &Application) {
    assert!(!application.program.log.text().contains(SECRET), "the log has a password");
}

fn passwords_are_hashed(on: Kind) {
    for (settings, begins) in [
        ("method = \"bcrypt\"\ncost = 4", "$2b$04$"),
        (
            "method = \"pbkdf2-sha256\"\niterations = 1000\nform = \"django\"",
            "pbkdf2_sha256$1000$",
        ),
    ] {
        let application = hashing(on, settings);
        application.post("/Users", &with_password("grace")).expect(201);
        let path = application.user("user001");
        application
            .patch(&path, json!([{ "op": "replace", "path": "password", "value": SECRET }]))
            .expect(200);
        let (one, other) = (stored(&application, "grace"), stored(&application, "user001"));
        assert!(one.starts_with(begins) && other.starts_with(begins), "{one} {other}");
        assert_ne!(one, other, "each has a salt of its own");
        expect_secret(&application);
    }
}

fn what_cannot_be_hashed_is_refused(on: Kind) {
    let application = hashing(on, "method = \"bcrypt\"\ncost = 4");
    let mut new = complete_user("grace");
    new["password"] = json!("x".repeat(73));
    application
        .post("/Users", &new)
        .expect_error(400, Some("invalidValue"), &["password is longer", "legacy-passwords"]);
    assert_eq!(application.database.count("SELECT count(*) FROM app_user"), 2);
}

#[test]
fn settings_are_looked_at_when_it_is_loaded() {
    let said = sandbox::refused(
        &Application::with_users(Kind::Sqlite, 1)
            .with_plugin(
                "legacy-passwords",
                components::LEGACY_PASSWORDS,
                "allow = []\n[plugins.legacy-passwords.settings]\nmethod = \"md5\"",
            )
            .with("[transforms]\npassword = \"legacy-passwords\""),
    );
    for part in ["legacy-passwords", "md5", "transforms.password"] {
        assert!(said.contains(part), "{part}: {said}");
    }
}

/// Whatever is approved of it: a component that is shown passwords can import nothing.
#[test]
fn a_component_with_a_log_is_shown_no_password() {
    let said = sandbox::refused(&peeping("shout", "log"));
    assert!(
        said.contains("peeping") && said.contains("password-hash") && said.contains("log"),
        "{said}"
    );
}

fn peeping(how: &str, capability: &str) -> Builder {
    let component = if capability == "log" {
        components::PEEPING_LOGGER
    } else {
        components::PEEPING
    };
    let allow = if capability == "log" { "\"log\"" } else { "" };
    Application::with_users(Kind::Sqlite, 1)
        .with_plugin(
            "peeping",
            component,
            &format!("allow = [{allow}]\n[plugins.peeping.settings]\nhow = \"{how}\""),
        )
        .with("[transforms]\npassword = \"peeping\"")
}

/// A panic with the password in its message, a crash in functions whose names spell it, one without end, and a hash that is none.
#[test]
fn what_a_component_makes_of_a_password_stays_inside() {
    let bad = [
        ("panic", "crashed in hash"),
        ("spell", "crashed in hash"),
        ("spin", "`cpu = "),
        ("giant", "`transfer = "),
    ];
    for (how, says) in bad {
        let application = peeping(how, "").start();
        let said =
            application
                .post("/Users", &with_password("grace"))
                .expect_error(500, None, &["password-hash", "peeping", says]);
        assert!(!said.contains(SECRET), "{said}");
        assert_eq!(application.database.count("SELECT count(*) FROM app_user"), 1);
        let report = application.program.log.expect(&["component failed", "peeping"]);
        assert!(!report.contains("letter_"), "its functions are named: {report}");
        expect_secret(&application);
    }
}
