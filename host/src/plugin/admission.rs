//! Which plugins may be linked: those whose imports are all among what their entry in the configuration allows.

use std::collections::BTreeSet;

use crate::{application::Capability, sandbox::Interface};

/// The package and version that plugins are written against.
const PACKAGE: &str = "portcullis:plugin/";
const VERSION: &str = "0.1.0";

/// An import that a plugin may not have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// A capability would grant it, and the plugin's entry does not list it.
    NotAllowed { import: String, capability: Capability },
    /// No capability grants it: filesystem, sockets, anything unknown.
    NoCapability { import: String },
    /// An interface of ours in a version that this host doesn't offer.
    Version { import: String },
}

/// The interfaces to link a plugin with.
///
/// # Errors
/// Every import that is refused.
pub fn admit(imports: &[String], allowed: &[Capability]) -> Result<BTreeSet<Interface>, Vec<Refusal>> {
    let mut interfaces = BTreeSet::new();
    let mut refusals = Vec::new();
    for import in imports {
        match needed(import) {
            Ok(None) => {}
            Ok(Some(capability)) if allowed.contains(&capability) => interfaces.extend(interface(capability)),
            Ok(Some(capability)) => refusals.push(Refusal::NotAllowed {
                import: import.clone(),
                capability,
            }),
            Err(refusal) => refusals.push(refusal),
        }
    }
    if refusals.is_empty() { Ok(interfaces) } else { Err(refusals) }
}

/// The capability that an import needs; types alone need none.
fn needed(import: &str) -> Result<Option<Capability>, Refusal> {
    let (name, version) = import.split_once('@').unwrap_or((import, ""));
    if let Some(ours) = name.strip_prefix(PACKAGE) {
        let capability = match ours {
            "types" => None,
            "log" => Some(Capability::Log),
            "database" => Some(Capability::Database),
            "output" => Some(Capability::Output),
            "dynamic-sql" => Some(Capability::DynamicSql),
            _ => {
                return Err(Refusal::NoCapability {
                    import: import.to_owned(),
                });
            }
        };
        let minor = |version: &str| version.rsplit_once('.').map(|(minor, _)| minor.to_owned());
        return if minor(version) == minor(VERSION) {
            Ok(capability)
        } else {
            Err(Refusal::Version {
                import: import.to_owned(),
            })
        };
    }
    let capability = [
        ("wasi:io/", Capability::Stdio),
        ("wasi:cli/", Capability::Stdio),
        ("wasi:clocks/", Capability::Clock),
        ("wasi:random/", Capability::Random),
    ];
    match capability.iter().find(|(prefix, _)| name.starts_with(prefix)) {
        Some((_, capability)) => Ok(Some(*capability)),
        None => Err(Refusal::NoCapability {
            import: import.to_owned(),
        }),
    }
}

/// What a capability links; `None`: it is about plans.
fn interface(capability: Capability) -> Option<Interface> {
    Some(match capability {
        Capability::Log => Interface::Log,
        Capability::Database => Interface::Database,
        Capability::Output => Interface::Output,
        Capability::DynamicSql => Interface::DynamicSql,
        Capability::Slots => return None,
        Capability::Stdio => Interface::Stdio,
        Capability::Clock => Interface::Clock,
        Capability::Random => Interface::Random,
    })
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Refusal::NotAllowed { import, capability } => write!(
                f,
                "it imports `{import}`, which needs the capability `{name}` that its entry does not allow; \
                 add \"{name}\" to `allow` if you trust it with that",
                name = capability.name()
            ),
            Refusal::NoCapability { import } => {
                write!(
                    f,
                    "it imports `{import}`, which no capability grants: plugins have no filesystem, no sockets and nothing beyond wit/"
                )
            }
            Refusal::Version { import } => {
                write!(
                    f,
                    "it imports `{import}`, and this host offers version {VERSION}: build it against that version"
                )
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(import: &str, allowed: &[Capability]) -> String {
        let refusals = admit(&[import.to_owned()], allowed).unwrap_err();
        refusals.first().unwrap().to_string()
    }

    #[test]
    fn links_only_what_is_imported_and_allowed() {
        let imports = [
            "portcullis:plugin/types@0.1.0".to_owned(),
            "portcullis:plugin/log@0.1.0".to_owned(),
        ];
        let interfaces = admit(&imports, &Capability::ALL).unwrap();
        assert_eq!(interfaces, BTreeSet::from([Interface::Log]));
    }

    #[test]
    fn names_what_is_not_allowed() {
        let message = refused(
            "portcullis:plugin/dynamic-sql@0.1.0",
            &[Capability::Log, Capability::Database],
        );
        assert!(
            message.contains("portcullis:plugin/dynamic-sql@0.1.0") && message.contains("`dynamic-sql`"),
            "{message}"
        );
    }

    #[test]
    fn no_capability_grants_a_filesystem_or_sockets() {
        for import in [
            "wasi:filesystem/types@0.2.6",
            "wasi:sockets/tcp@0.2.6",
            "wasi:http/types@0.2.6",
            "acme:thing/x",
        ] {
            assert!(refused(import, &Capability::ALL).contains("no capability grants"), "{import}");
        }
    }

    #[test]
    fn another_version_is_named_with_the_one_offered() {
        let message = refused("portcullis:plugin/database@0.2.0", &Capability::ALL);
        assert!(message.contains("@0.2.0") && message.contains("0.1.0"), "{message}");
    }
}
