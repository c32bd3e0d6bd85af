//! Manifests of plugins, right and wrong.

use std::path::Path;

use crate::{
    application::{Operation, manifest},
    plugin::{Capability, DatabaseAccess},
};

const RIGHT: &str = r#"
name = "acme-roles"
version = "1.2.0"
author = "Acme Ltd"
description = "Gives and takes roles"
wit = "0.1.0"
operations = ["add-entitlement"]
[capabilities]
log = "says what it changed"
database = { access = "write", reason = "inserts the assignment" }
[settings]
required = ["table"]
properties.table.type = "string"
[limits]
memory = "16MiB"
"#;

#[test]
fn a_right_one() {
    let manifest = manifest(Path::new("acme-roles.toml"), RIGHT).unwrap();
    assert_eq!(
        (manifest.name.as_str(), manifest.version.to_string().as_str()),
        ("acme-roles", "1.2.0")
    );
    assert_eq!(manifest.operations, [Operation::AddEntitlement].into());
    assert_eq!(manifest.database, Some(DatabaseAccess::Write));
    assert_eq!(
        manifest.capabilities.keys().copied().collect::<Vec<_>>(),
        [Capability::Log, Capability::Database]
    );
    assert_eq!(manifest.limits.memory, Some(16 << 20));
    assert_eq!(manifest.settings.unwrap()["properties"]["table"]["type"], "string");
}

#[test]
fn wrong_ones() {
    let slips = [
        ("name = \"acme-roles\"", ""),
        ("acme-roles", "Acme Roles"),
        ("1.2.0", "one"),
        ("Acme Ltd", "Acme\\u001b[2J"),
        ("wit = \"0.1.0\"", "wit = \"0.2.0\""),
        ("operations = [\"add-entitlement\"]", ""),
        ("add-entitlement", "add-entitlment"),
        ("operations", "operation"),
        ("log = \"says what it changed\"", "log = true"),
        ("log = \"says what it changed\"", "filesystem = \"reads files\""),
        ("access = \"write\", ", ""),
        ("\"write\"", "\"all\""),
        ("type = \"string\"", "type = \"text\""),
        ("16MiB", "a lot"),
    ];
    let mut told = String::new();
    for (right, wrong) in slips {
        assert!(RIGHT.contains(right), "{right}");
        let problems = manifest(Path::new("acme-roles.toml"), &RIGHT.replacen(right, wrong, 1)).unwrap_err();
        told.push_str(&format!("== {wrong}\n{problems}\n"));
    }
    insta::assert_snapshot!(told);
}

#[test]
fn hosts_are_named_one_by_one() {
    let with = |http: &str| {
        let text = RIGHT.replacen("[capabilities]", &format!("[capabilities]\nhttp = {http}"), 1);
        manifest(Path::new("acme-roles.toml"), &text)
    };
    let right =
        r#"{ hosts = ["Lookup.acme.example", "http://10.1.2.3:81", "[2001:db8::1]"], reason = "asks which roles exist" }"#;
    let manifest = with(right).unwrap();
    let hosts: Vec<String> = manifest.hosts.iter().map(ToString::to_string).collect();
    assert_eq!(
        hosts,
        [
            "https://lookup.acme.example:443",
            "http://10.1.2.3:81",
            "https://[2001:db8::1]:443"
        ]
    );
    assert_eq!(manifest.capabilities[&Capability::Http], "asks which roles exist");

    let mut told = String::new();
    for wrong in [
        "\"asks which roles exist\"",
        "{ hosts = [], reason = \"why\" }",
        "{ hosts = [\"lookup.acme.example\"] }",
        "{ reason = \"why\" }",
        "{ hosts = \"lookup.acme.example\", reason = \"why\" }",
        "{ hosts = [\"*.acme.example\", \"https://acme.example/roles\", \"büro.example\"], reason = \"why\" }",
        "{ hosts = [\"acme.example\\u001b\"], reason = \"why\", host = 1 }",
    ] {
        told.push_str(&format!("== {wrong}\n{}\n", with(wrong).unwrap_err()));
    }
    insta::assert_snapshot!(told);
}
