//! Which plugins may be linked: those whose imports are all among what their manifests ask for.

use std::collections::BTreeSet;

use semver::Version;

use super::Capability;
use crate::sandbox::Interface;

/// The package and version that plugins are written against.
const PACKAGE: &str = "portcullis:plugin/";
const VERSION: Version = Version::new(0, 1, 0);
const STREAMS: &str = "wasi:io/";
/// The version of WASI that a capability links, in any of its patches.
const WASI: Version = Version::new(0, 2, 0);

/// What the package has to import, each with what grants it; types need nothing.
const INTERFACES: [(&str, Option<Capability>); 5] = [
    ("types", None),
    ("log", Some(Capability::Log)),
    ("database", Some(Capability::Database)),
    ("output", Some(Capability::Output)),
    ("dynamic-sql", Some(Capability::DynamicSql)),
];

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
    /// The package of ours has no such interface, or not yet.
    NoInterface { import: String },
    /// A known interface in a version that this host doesn't offer.
    Version {
        import: String,
        /// `None`: it names none that can be read.
        wanted: Option<Version>,
        offered: Version,
    },
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
    let version = Version::parse(version).ok();
    if let Some(ours) = name.strip_prefix(PACKAGE) {
        let Some((_, capability)) = INTERFACES.iter().find(|(known, _)| *known == ours) else {
            return Err(Refusal::NoInterface {
                import: import.to_owned(),
            });
        };
        offered(import, version, &VERSION)?;
        return Ok(*capability);
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
        Some((_, capability)) => {
            offered(import, version, &WASI)?;
            Ok(Some(*capability))
        }
        None => Err(Refusal::NoCapability {
            import: import.to_owned(),
        }),
    }
}

/// Holds the version of an import against the one offered: of the same line is as good as the same.
fn offered(import: &str, wanted: Option<Version>, offered: &Version) -> Result<(), Refusal> {
    match &wanted {
        Some(version) if (version.major, version.minor) == (offered.major, offered.minor) => Ok(()),
        _ => Err(Refusal::Version {
            import: import.to_owned(),
            wanted,
            offered: offered.clone(),
        }),
    }
}

/// What to do about a component that was built for another version of the contract, or of what else is offered.
pub fn remedy(wanted: Option<&Version>, offered: &Version) -> String {
    let build = match *offered == VERSION {
        true => format!("build it against {offered}, which is in wit/ of this version of Portcullis"),
        false => format!("build it against {offered}"),
    };
    match wanted {
        Some(wanted) if wanted > offered => format!("{build}, or update Portcullis to a version that offers {wanted}"),
        Some(_) => format!("{build}, or ask its author for a newer one"),
        None => build,
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
            Refusal::NoInterface { import } => {
                let known: Vec<&str> = INTERFACES.iter().map(|(name, _)| *name).collect();
                let wanted = import.split_once('@').and_then(|(_, version)| Version::parse(version).ok());
                write!(
                    f,
                    "it imports `{import}`, and `portcullis:plugin` {VERSION}, which this host offers, has no such interface: it has {}; {}",
                    known.join(", "),
                    remedy(wanted.as_ref(), &VERSION)
                )
            }
            Refusal::Version { import, wanted, offered } => {
                let wants = wanted
                    .as_ref()
                    .map_or_else(|| "no version".to_owned(), |version| format!("version {version}"));
                write!(
                    f,
                    "it imports `{import}`: it wants {wants} of that interface, and this host offers {offered}; {}",
                    remedy(wanted.as_ref(), offered)
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

    /// Whoever reads one of these knows which interface it is about, what is wanted, what is offered, and what to do.
    #[test]
    fn another_version_is_named_with_the_one_offered() {
        let imports = [
            "portcullis:plugin/database@0.2.0",
            "portcullis:plugin/types@0.0.9",
            "portcullis:plugin/log",
            "portcullis:plugin/queue@0.1.4",
            "portcullis:plugin/queue@0.3.0",
            "wasi:cli/stderr@0.3.0",
        ];
        let messages = imports.map(|import| refused(import, &Capability::ALL));
        insta::assert_snapshot!(messages.join("\n"));
        assert!(admit(&["portcullis:plugin/log@0.1.7".to_owned()], &Capability::ALL.into()).is_ok());
    }
}
