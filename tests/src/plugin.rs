//! Plugins of the scenarios: their manifests, and that somebody approved them.

use std::{collections::BTreeMap, path::Path};

use serde::Serialize;

use crate::program;

/// What a component of the scenarios may import unless a test says otherwise.
const USUAL: [&str; 3] = ["log", "database", "output"];

/// A manifest that does everything, and asks for these capabilities or else the usual ones.
pub fn manifest(name: &str, capabilities: Option<&[String]>) -> String {
    let usual: Vec<String> = USUAL.map(str::to_owned).into();
    let capabilities = capabilities.unwrap_or(&usual).iter();
    let manifest = Manifest {
        name,
        version: "1.0.0",
        author: "the tests",
        description: "a component of the tests",
        wit: "0.1.0",
        operations: &OPERATIONS,
        transforms: &["to-application", "from-application", "password"],
        capabilities: capabilities
            .map(|capability| match capability.as_str() {
                "database" => (
                    "database",
                    Reason::Database {
                        access: "write",
                        reason: "to see what becomes of it",
                    },
                ),
                other => (other, Reason::Plain("to see what becomes of it")),
            })
            .collect(),
        settings: BTreeMap::from([("type", "object")]),
    };
    toml::to_string(&manifest).expect("a manifest is TOML")
}

#[derive(Serialize)]
struct Manifest<'a> {
    name: &'a str,
    version: &'a str,
    author: &'a str,
    description: &'a str,
    wit: &'a str,
    operations: &'a [&'a str],
    transforms: &'a [&'a str],
    capabilities: BTreeMap<&'a str, Reason<'a>>,
    settings: BTreeMap<&'a str, &'a str>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Reason<'a> {
    Plain(&'a str),
    Database { access: &'a str, reason: &'a str },
}

const OPERATIONS: [&str; 27] = [
    "get-users",
    "get-user",
    "get-changed-users",
    "get-entitlements",
    "get-user-entitlements",
    "create-user",
    "update-user",
    "activate-user",
    "deactivate-user",
    "delete-user",
    "set-password",
    "add-entitlement",
    "remove-entitlement",
    "get-groups",
    "get-group",
    "get-group-members",
    "get-user-groups",
    "create-group",
    "update-group",
    "delete-group",
    "add-member",
    "remove-member",
    "get-user-values",
    "get-values",
    "add-value",
    "change-value",
    "remove-value",
];

/// Approves every plugin of a configuration, as an administrator does.
#[track_caller]
pub fn approve(directory: &Path) {
    let path = directory.to_str().expect("UTF-8");
    let output = program::run(&["plugin", "approve", "--yes", "--config", path]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// A component with one more custom section.
pub fn embedded(component: &[u8], name: &str, data: &[u8]) -> Vec<u8> {
    let number = |mut value: usize| {
        let mut bytes = Vec::new();
        loop {
            let low = u8::try_from(value & 0x7f).expect("seven bits");
            value >>= 7;
            match value {
                0 => {
                    bytes.push(low);
                    return bytes;
                }
                _ => bytes.push(low | 0x80),
            }
        }
    };
    let content = [number(name.len()).as_slice(), name.as_bytes(), data].concat();
    [component, &[0], &number(content.len()), &content].concat()
}
