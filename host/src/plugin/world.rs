//! The worlds of the contract, and what is said of a component that is of none of them, or of another version's.

use super::admission;
use crate::sandbox::Loaded;

/// What a place of the configuration wants a component to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum World {
    Operation,
    Transform,
    PasswordHash,
}

impl World {
    const ALL: [World; 3] = [World::Operation, World::Transform, World::PasswordHash];

    fn name(self) -> &'static str {
        match self {
            World::Operation => "operation",
            World::Transform => "transform",
            World::PasswordHash => "password-hash",
        }
    }

    /// The functions that a component of it exports.
    fn exports(self) -> &'static [&'static str] {
        match self {
            World::Operation => &["prepare", "refine", "run"],
            World::Transform => &["transform"],
            World::PasswordHash => &["check", "hash"],
        }
    }

    /// Why a component that could not be linked is none of this world: what is wanted, what there is, and what to do.
    pub fn mismatch(self, loaded: &Loaded, error: &anyhow::Error) -> String {
        let offered = admission::contract_version();
        let found = loaded.exports();
        let has = |world: World| world.exports().iter().all(|wanted| found.iter().any(|name| name == wanted));
        let is = match found.is_empty() {
            true => "it exports nothing".to_owned(),
            false => format!("it exports {}", quoted(found.iter().map(String::as_str))),
        };
        let remedy = match Self::ALL.into_iter().find(|world| *world != self && has(*world)) {
            Some(other) => format!(
                "it looks like one of the world `{}`: name it where such a plugin stands",
                other.name()
            ),
            None if has(self) => format!(
                "the functions have the right names and other types, or it wants functions that this host does not have: {}",
                admission::remedy(None, &offered)
            ),
            None => admission::remedy(None, &offered),
        };
        format!(
            "is not a component of the world `{}` of `portcullis:plugin` {offered}, which exports {}; {is}: {error:#}; {remedy}",
            self.name(),
            quoted(self.exports().iter().copied()),
        )
    }
}

fn quoted<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let names: Vec<String> = names.map(|name| format!("`{name}`")).collect();
    names.join(", ")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::sandbox::{Interface, Limits, Sandbox, SandboxSettings};

    fn said(wat: &str) -> String {
        let sandbox = Sandbox::new(SandboxSettings::default(), None).unwrap();
        let loaded = sandbox
            .load("acme", &wat::parse_str(wat).unwrap(), Limits::default())
            .unwrap();
        let error = loaded.operation(&BTreeSet::from([Interface::Log])).err().unwrap();
        World::Operation.mismatch(&loaded, &error)
    }

    #[test]
    fn a_component_of_another_world_or_version_is_told_what_is_wanted() {
        let function = r#"(core module $m (func (export "f"))) (core instance $i (instantiate $m)) (func $f (canon lift (core func $i "f")))"#;
        let components = [
            "(component)".to_owned(),
            format!(r#"(component {function} (export "transform" (func $f)))"#),
            format!(
                r#"(component {function} (export "prepare" (func $f)) (export "refine" (func $f)) (export "run" (func $f)))"#
            ),
            r#"(component (import "portcullis:plugin/log@0.1.0" (instance (export "write-twice" (func)))))"#.to_owned(),
        ];
        insta::assert_snapshot!(components.map(|wat| said(&wat)).join("\n\n"));
    }
}
