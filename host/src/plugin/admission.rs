//! Which plugins may be linked: those whose imports are all among what their manifests ask for.

use std::collections::BTreeSet;

use semver::Version;

use super::Capability;
use crate::sandbox::Interface;

/// The package and version that plugins are written against.
const PACKAGE: &str = "portcullis:plugin/";
const VERSION: Version = Version::new(0, 1, 0);
const STREAMS: &str = "wasi:io/";

/// The version of `portcullis:plugin` that this host offers.
pub fn contract_version() -> Version {
    VERSION
}

/// An import that a plugin may not have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// A capability would grant it, and the manifest does not ask for that.
    NotAsked { import: String, capability: Capability },
    /// No capability grants it: filesystem, sockets, anything unknown.
    NoCapability { import: String },
    /// An interface of ours in a version that this host doesn't offer.
    Version { import: String },
}

/// The interfaces to link a plugin with.
///
/// # Errors
/// Every import that is refused.
pub fn admit(imports: &[String], asked: &BTreeSet<Capability>) -> Result<BTreeSet<Interface>, Vec<Refusal>> {
    let mut interfaces = BTreeSet::new();
    let mut refusals = Vec::new();
    for import in imports {
        match needed(import) {
            Ok(None) => {}
            Ok(Some(capability)) if asked.contains(&capability) => interfaces.extend(interface(capability)),
            // Streams come with either of them.
            Ok(Some(_)) if import.starts_with(STREAMS) && asked.contains(&Capability::Http) => {
                interfaces.insert(Interface::Http);
            }
            Ok(Some(capability)) => refusals.push(Refusal::NotAsked {
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
        let offered = Version::parse(version).is_ok_and(|wanted| wanted.major == VERSION.major && wanted.minor == VERSION.minor);
        return if offered {
            Ok(capability)
        } else {
            Err(Refusal::Version {
                import: import.to_owned(),
            })
        };
    }
    let capability = [
        (STREAMS, Capability::Stdio),
        ("wasi:cli/", Capability::Stdio),
        ("wasi:clocks/", Capability::Clock),
        ("wasi:random/", Capability::Random),
        ("wasi:http/types", Capability::Http),
        ("wasi:http/outgoing-handler", Capability::Http),
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
        Capability::Http => Interface::Http,
    })
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Refusal::NotAsked { import, capability } => write!(
                f,
                "it imports `{import}`, which needs the capability `{capability}` that its manifest does not ask for; its author \
                 must write `{}` into [capabilities] of the manifest",
                capability.asked()
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

    fn refused(import: &str, asked: &[Capability]) -> String {
        let refusals = admit(&[import.to_owned()], &asked.iter().copied().collect()).unwrap_err();
        refusals.first().unwrap().to_string()
    }

    #[test]
    fn links_only_what_is_imported_and_allowed() {
        let imports = [
            "portcullis:plugin/types@0.1.0".to_owned(),
            "portcullis:plugin/log@0.1.0".to_owned(),
        ];
        let interfaces = admit(&imports, &Capability::ALL.into()).unwrap();
        assert_eq!(interfaces, BTreeSet::from([Interface::Log]));
    }

    #[test]
    fn names_what_is_not_asked_for() {
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
            "wasi:http/incoming-handler@0.2.6",
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
