//! Configurations without a mistake, and what is made of them.

use std::{path::Path, time::Duration};

use super::Directory;
use crate::{
    application::{
        ApplicationSettings, Identity, Loaded, Mode, NewId, Operation, OperationSettings, Second, ValueType, Word, Words,
    },
    database::{Address, Product, RowEffect, Target, Tls},
    sandbox::{Limits, SandboxSettings},
    scim::EntitlementKind,
};

pub(super) const LEAST: &str = r#"
[scim]
token = { env = "PAYROLL_TOKEN" }
[database]
kind = "sqlite"
path = "payroll.db"
create = true
[users]
id = "user_id"
[users.attributes]
userName = "username"
[operations.get-users]
sql = "SELECT user_id, username FROM app_user"
"#;

const ALL: &str = include_str!("whole/payroll.toml");

/// PEM, though nothing inside of it.
const CA: &str = "-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n";

const MAIN: &str = include_str!("whole/portcullis.toml");

/// The only application of a directory that has no mistake and nothing doubtful.
pub(super) fn application(files: &[(&str, &str)]) -> ApplicationSettings {
    let loaded = load(files);
    loaded.configuration.applications.into_iter().next().unwrap()
}

/// With everything set, and this text for the application.
fn whole(payroll: &str) -> ApplicationSettings {
    application(&[
        ("portcullis.toml", MAIN),
        ("applications/payroll.toml", payroll),
        ("secrets/token", "a-token-of-some-length"),
        ("ca.pem", CA),
    ])
}

fn load(files: &[(&str, &str)]) -> Loaded {
    let loaded = Directory::new(files).load().unwrap_or_else(|problems| panic!("{problems}"));
    assert_eq!(loaded.warnings, []);
    loaded
}

#[test]
fn a_short_file_is_enough() {
    let directory = Directory::new(&[("applications/payroll.toml", LEAST)]);
    let loaded = directory.load().unwrap_or_else(|problems| panic!("{problems}"));
    assert_eq!(loaded.warnings, []);
    let configuration = loaded.configuration;
    assert_eq!(configuration.server.listen.to_string(), "127.0.0.1:8480");
    assert_eq!(configuration.server.cache_directory, Some(directory.path().join("cache")));
    assert_eq!(configuration.state, directory.path().join("portcullis.db"));
    assert_eq!(configuration.server.failed_authentications.map(|limit| limit.get()), Some(30));
    let tls = configuration.server.tls.as_ref().unwrap();
    let identity = Identity::SelfSigned {
        certificate: directory.path().join("portcullis.crt"),
        key: directory.path().join("portcullis.key"),
    };
    assert_eq!((&tls.identity, &tls.client_ca), (&identity, &None));
    assert_eq!(configuration.sandbox, SandboxSettings::default());
    assert_eq!(configuration.plugin_directory, directory.path().join("plugins"));
    let application = &configuration.applications[0];
    assert_eq!(application.name, "payroll");
    assert_eq!(application.token.as_ref().unwrap().expose(), "0123456789abcdef");
    assert_eq!(application.max_results, 200);
    assert_eq!(application.users.new_id, NewId::Database);
    assert_eq!(application.users.active, None);
    let Target::Sqlite { path, create } = &application.connection.target else {
        panic!("not SQLite")
    };
    assert_eq!((path, *create), (&directory.path().join("payroll.db"), true));
    assert_eq!(application.connection.statement_timeout, Duration::from_secs(4));
}

#[test]
fn everything_can_be_set() {
    let loaded = load(&[
        ("portcullis.toml", MAIN),
        ("applications/payroll.toml", ALL),
        ("secrets/token", "a-token-of-some-length\n"),
        ("ca.pem", CA),
    ]);
    let server = loaded.configuration.server;
    assert_eq!(server.base_url.as_deref(), Some("https://scim.example.com"));
    assert_eq!((server.body_limit, server.cache_directory), (2 << 20, None));
    assert_eq!(server.failed_authentications, None);
    assert!(server.tls.unwrap().client_ca.unwrap().ends_with("ca.pem"));
    assert!(loaded.configuration.state.ends_with("state/portcullis.db"));
    let sandbox = loaded.configuration.sandbox;
    assert_eq!(
        (sandbox.limits.cpu, sandbox.limits.memory),
        (Duration::from_millis(100), 32 << 20)
    );
    assert_eq!(sandbox.concurrent_calls, 8);

    let acme = &loaded.configuration.plugins["acme"];
    assert_eq!(acme.file, Path::new("acme/roles.wasm"));
    let lowered = Limits {
        memory: 16 << 20,
        statements: 4,
        ..sandbox.limits
    };
    assert_eq!((acme.limits, acme.component_size), (lowered, sandbox.component_size));
    let names = &loaded.configuration.plugins["names"];
    assert_eq!((names.limits.memory, names.component_size), (128 << 20, 20 << 20));
    assert_eq!(names.limits.cpu, sandbox.limits.cpu);
    assert_eq!(sandbox.largest_memory, 128 << 20);

    let application = &loaded.configuration.applications[0];
    assert_eq!(application.token.as_ref().unwrap().expose(), "a-token-of-some-length");
    assert_eq!(application.requests_per_second.map(|rate| rate.get()), Some(50));
    let Target::Server {
        product, address, tls, ..
    } = &application.connection.target
    else {
        panic!("not a server")
    };
    assert_eq!(*product, Product::Postgresql);
    assert!(matches!(address, Address::Tcp { host, port: 5432 } if host == "db.example.com"));
    assert!(matches!(tls, Tls::Verify { ca: Some(_) }));
    assert_eq!(application.transforms.to_application, ["names"]);
}

#[test]
fn attributes_have_the_names_and_types_of_their_schema() {
    let application = whole(ALL);
    let users = application.users;
    let mapped: Vec<_> = users
        .attributes
        .iter()
        .map(|attribute| (attribute.path.to_string(), attribute.value_type))
        .collect();
    let expected = [
        ("userName", ValueType::Text),
        ("name.givenName", ValueType::Text),
        ("emails[type eq \"work\"].value", ValueType::Text),
        ("emails[type eq \"work\"].primary", ValueType::Boolean),
        (
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department",
            ValueType::Text,
        ),
        ("urn:example:payroll:Grade", ValueType::Any),
        ("urn:example:payroll:HiredOn", ValueType::Text),
        ("urn:example:payroll:Tags", ValueType::Text),
        ("urn:example:payroll:External", ValueType::Boolean),
        ("meta.lastModified", ValueType::DateTime),
    ];
    assert_eq!(mapped, expected.map(|(path, value_type)| (path.to_owned(), value_type)));
    assert_eq!(users.new_id, NewId::Attribute("userName".parse().unwrap()));
    let words = users.active.unwrap().words.unwrap();
    let expected = Words {
        yes: Word::Text("ACTIVE".into()),
        no: Some(Word::Text("INACTIVE".into())),
    };
    assert_eq!(words, expected);
}

#[test]
fn operations_have_their_effects_and_places() {
    let application = whole(ALL);
    let operation = |operation| &application.operations[&operation];
    assert_eq!(effect(operation(Operation::UpdateUser)), RowEffect::AtMost(2));
    assert_eq!(effect(operation(Operation::ActivateUser)), RowEffect::Any);
    assert_eq!(effect(operation(Operation::DeactivateUser)), RowEffect::Exactly(3));
    assert!(!application.operations.contains_key(&Operation::DeleteUser));
    let Mode::Plugin { name, settings } = &operation(Operation::CreateUser).mode else {
        panic!("not a plugin")
    };
    assert_eq!(name, "acme");
    assert_eq!(
        serde_json::json!(settings),
        serde_json::json!({"region": "north", "since": "2026-01-01", "sizes": [1, 2.5, true]})
    );

    let line = |wanted: &str| 1 + ALL.lines().position(|line| line == wanted).unwrap();
    let get_users = operation(Operation::GetUsers);
    assert_eq!(get_users.location.line, line("[operations.get-users]"));
    let sql = get_users.passage("sql").unwrap();
    assert_eq!(
        sql.location.to_string(),
        format!("applications/payroll.toml:{}: operations.get-users.sql", line("SELECT *"))
    );
    assert_eq!(sql.text.as_deref(), Some("SELECT *\nFROM app_user\n"));
}

/// Of an operation with one statement.
fn effect(operation: &OperationSettings) -> RowEffect {
    match &operation.mode {
        Mode::Steps(steps) => steps[0].effect,
        Mode::Plugin { .. } => panic!("a plugin"),
    }
}

#[test]
fn entitlement_types_have_their_defaults() {
    let application = whole(ALL);
    let [role, licence] = application.entitlements.as_slice() else {
        panic!("not two types")
    };
    assert_eq!(
        (role.kind, role.endpoint.as_str(), role.single),
        (EntitlementKind::Role, "/Roles", None)
    );
    assert_eq!(
        (licence.kind, licence.endpoint.as_str(), licence.single),
        (EntitlementKind::Entitlement, "/Permits", Some(Second::Refuse))
    );
    assert_eq!(effect(&licence.operations[&Operation::AddEntitlement]), RowEffect::AtMost(1));
}

#[test]
fn one_of_a_type_in_three_ways() {
    let single = |text: &str| whole(&ALL.replace("single = true", text)).entitlements[1].single;
    assert_eq!(single("single = false"), None);
    assert_eq!(single("single = \"refuse\""), Some(Second::Refuse));
    assert_eq!(single("single = \"replace\""), Some(Second::Replace));
}

#[test]
fn no_token_is_needed_and_no_tls() {
    let file = LEAST.replace("token = { env = \"PAYROLL_TOKEN\" }", "");
    let main = "[server]\ntls = false\nfailed-authentications = 5\n";
    let loaded = load(&[("portcullis.toml", main), ("applications/payroll.toml", &file)]);
    assert!(loaded.configuration.applications[0].token.is_none());
    assert_eq!(loaded.configuration.server.tls, None);
    assert_eq!(
        loaded.configuration.server.failed_authentications.map(|limit| limit.get()),
        Some(5)
    );
}

#[test]
fn groups_have_their_defaults() {
    let application = whole(ALL);
    let groups = application.groups.unwrap();
    assert_eq!(groups.user, "user_id", "as in [users]");
    assert_eq!(
        (groups.member_display.as_deref(), groups.display()),
        (Some("login"), Some("group_name"))
    );
    assert_eq!((groups.mapping.new_id, groups.mapping.active), (NewId::Uuid, None));
    let mapped: Vec<_> = groups
        .mapping
        .attributes
        .iter()
        .map(|attribute| (attribute.path.to_string(), attribute.value_type))
        .collect();
    let expected = [
        ("displayName", ValueType::Text),
        ("urn:example:payroll:Group:about", ValueType::Any),
        ("meta.lastModified", ValueType::DateTime),
    ];
    assert_eq!(mapped, expected.map(|(path, value_type)| (path.to_owned(), value_type)));
    let of = |operation| effect(&groups.operations[&operation]);
    assert_eq!(
        (of(Operation::GetGroups), of(Operation::DeleteGroup)),
        (RowEffect::Any, RowEffect::Exactly(1))
    );
    let without = load(&[("applications/payroll.toml", LEAST)]);
    assert!(without.configuration.applications[0].groups.is_none());
}
