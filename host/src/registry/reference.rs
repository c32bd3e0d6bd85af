//! Which artifact of which registry: `registry.acme.example/acme/roles@sha256:…`.

use std::{fmt, str::FromStr};

use oci_client::Reference;

/// What stands in front of a reference on the command line.
const SCHEME: &str = "oci://";
const ALGORITHM: &str = "sha256:";

/// An artifact by its digest: it is the same wherever and whenever it is fetched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pinned {
    reference: Reference,
    /// In hexadecimal.
    sha256: String,
}

/// An artifact by a name that its registry can give to another one: `…:1.2.0`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named(Reference);

impl Pinned {
    /// Whether something on the command line is meant to be in a registry, and not a file.
    pub fn is_meant(text: &str) -> bool {
        text.starts_with(SCHEME)
    }

    pub fn registry(&self) -> &str {
        self.reference.registry()
    }

    pub(super) fn reference(&self) -> &Reference {
        &self.reference
    }

    /// The digest of its manifest, in hexadecimal.
    pub(super) fn sha256(&self) -> &str {
        &self.sha256
    }
}

impl Named {
    /// The name of an artifact in a registry, and no digest.
    pub fn read(text: &str) -> Option<Self> {
        let reference = reference(text).ok()?;
        reference.digest().is_none().then_some(Self(reference))
    }

    pub fn registry(&self) -> &str {
        self.0.registry()
    }

    pub(super) fn reference(&self) -> &Reference {
        &self.0
    }

    /// The same artifact by its digest.
    pub(super) fn pinned(&self, digest: &str) -> Result<Pinned, String> {
        format!("{}/{}@{digest}", self.0.registry(), self.0.repository()).parse()
    }
}

impl fmt::Display for Named {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for Pinned {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let found = reference(text)?;
        let without = format!("{}/{}", found.registry(), found.repository());
        let Some(digest) = found.digest() else {
            return Err(format!(
                "names no digest, and a tag can be given to something else tomorrow: write `{without}@sha256:…`, which \
                 `portcullis plugin inspect {SCHEME}{found}` shows"
            ));
        };
        let sha256 = digest.strip_prefix(ALGORITHM).unwrap_or_default();
        let digits = |c: char| c.is_ascii_digit() || ('a'..='f').contains(&c);
        if sha256.len() != 64 || !sha256.chars().all(digits) {
            return Err(format!("has a digest that is no SHA-256: write `{without}@sha256:…`"));
        }
        if found.tag().is_some() {
            return Err(format!(
                "has a tag beside the digest, which says nothing: write `{without}@{digest}`"
            ));
        }
        Ok(Self {
            sha256: sha256.to_owned(),
            reference: found.clone(),
        })
    }
}

impl fmt::Display for Pinned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (registry, repository) = (self.reference.registry(), self.reference.repository());
        write!(f, "{registry}/{repository}@{ALGORITHM}{}", self.sha256)
    }
}

/// A reference that says its registry: there is none that goes without saying.
fn reference(text: &str) -> Result<Reference, String> {
    let text = text.strip_prefix(SCHEME).unwrap_or(text);
    let registry = text.split('/').next().unwrap_or_default();
    if !(text.contains('/') && (registry.contains(['.', ':']) || registry == "localhost")) {
        return Err("names no registry: write `registry.acme.example/acme/roles@sha256:…`".to_owned());
    }
    text.parse()
        .map_err(|error| format!("is no reference of a registry ({error}): write `registry.acme.example/acme/roles@sha256:…`"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const DIGEST: &str = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    #[test]
    fn an_artifact_is_named_by_its_registry_and_digest() {
        for registry in ["registry.acme.example", "localhost:5000", "127.0.0.1:5000", "localhost"] {
            let text = format!("{registry}/acme/roles@{DIGEST}");
            let pinned: Pinned = format!("oci://{text}").parse().unwrap();
            assert_eq!((pinned.registry(), pinned.to_string()), (registry, text.clone()));
            assert_eq!(text.parse(), Ok(pinned));
        }
    }

    #[test]
    fn anything_else_says_what_to_write() {
        let digest = DIGEST.to_uppercase().replace("SHA", "sha");
        for (text, remedy) in [
            (
                "registry.acme.example/acme/roles".to_owned(),
                "registry.acme.example/acme/roles@sha256:…",
            ),
            (
                "registry.acme.example/acme/roles:1.2.0".to_owned(),
                "oci://registry.acme.example/acme/roles:1.2.0",
            ),
            (format!("registry.acme.example/acme/roles:1@{DIGEST}"), DIGEST),
            (format!("acme/roles@{DIGEST}"), "names no registry"),
            (format!("roles@{DIGEST}"), "names no registry"),
            (
                "registry.acme.example/acme/roles@sha256:123".to_owned(),
                "acme/roles@sha256:…",
            ),
            (format!("registry.acme.example/acme/roles@{digest}"), "acme/roles@sha256:…"),
            (format!("registry.acme.example/Acme/Roles@{DIGEST}"), "is no reference"),
            (format!("user:secret@registry.acme.example/roles@{DIGEST}"), "write `"),
            (String::new(), "names no registry"),
        ] {
            let told = text.parse::<Pinned>().unwrap_err();
            assert!(told.contains(remedy), "{text}: {told}");
        }
        assert!(Named::read("oci://localhost:5000/roles:1").is_some());
        assert!(Named::read(&format!("oci://localhost:5000/roles@{DIGEST}")).is_none());
    }
}
