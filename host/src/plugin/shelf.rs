//! The versions of plugins that were approved, out of the state store.

use std::{collections::BTreeMap, sync::Arc};

use anyhow::{Context as _, anyhow, bail};
use chrono::{DateTime, Utc};

use super::{Approval, Candidate, Digest, Manifest, Signature, Signatures, Signer};
use crate::{
    application,
    state::{ApprovedVersion, NewVersion, Role, ServingVersion, StateError, Store},
};

/// What serves, by plugin.
#[derive(Clone, Default)]
pub struct Shelf {
    serving: BTreeMap<String, Held>,
}

#[derive(Clone)]
struct Held {
    version: ServingVersion,
    /// Or why it cannot be used.
    approved: Result<Arc<Approved>, String>,
}

/// A version that was approved and serves.
pub struct Approved {
    pub component: Vec<u8>,
    pub digest: Digest,
    pub manifest: Manifest,
    /// The text of its manifest.
    pub manifest_text: String,
    pub signature: Option<Signature>,
    pub approval: Approval,
    pub at: DateTime<Utc>,
    pub by: String,
}

impl Approved {
    /// Who signed it.
    pub fn signer(&self, signatures: &Signatures) -> Signer {
        signatures.signer(&self.digest, &self.manifest_text, self.signature.as_ref())
    }
}

impl Shelf {
    /// Reads what serves; `None`: nothing was ever approved.
    ///
    /// # Errors
    /// The store cannot be read. That a version cannot be used is found out by who asks for it.
    pub async fn read(store: Option<&Store>) -> Result<Self, StateError> {
        let mut serving = BTreeMap::new();
        if let Some(store) = store {
            for version in store.plugin_versions().await?.into_iter().filter(|version| version.serving) {
                serving.insert(version.plugin.clone(), held(store, &version).await?);
            }
        }
        Ok(Self { serving })
    }

    /// This one with another version of a plugin.
    ///
    /// # Errors
    /// The store cannot be read.
    pub async fn with(&self, plugin: &str, version: &ServingVersion, store: &Store) -> Result<Self, StateError> {
        let mut shelf = self.without(plugin);
        let versions = store.plugin_versions().await?;
        if let Some(found) = versions.iter().find(|found| found.id == version.id) {
            shelf.serving.insert(plugin.to_owned(), held(store, found).await?);
        }
        Ok(shelf)
    }

    /// This one without any version of a plugin.
    pub fn without(&self, plugin: &str) -> Self {
        let mut shelf = self.clone();
        shelf.serving.remove(plugin);
        shelf
    }

    /// Which versions these are.
    pub fn versions(&self) -> BTreeMap<String, ServingVersion> {
        let versions = self
            .serving
            .iter()
            .map(|(plugin, held)| (plugin.clone(), held.version.clone()));
        versions.collect()
    }

    /// The version of a plugin that serves; `None`: none is approved.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn get(&self, plugin: &str) -> anyhow::Result<Option<&Approved>> {
        match self.serving.get(plugin).map(|held| &held.approved) {
            None => Ok(None),
            Some(Ok(approved)) => Ok(Some(approved)),
            Some(Err(error)) => Err(anyhow!("the approved version cannot be used: {error}")),
        }
    }
}

async fn held(store: &Store, version: &ApprovedVersion) -> Result<Held, StateError> {
    let component = store.plugin_component(&version.plugin, &version.sha256).await?;
    let approved = approved(version, component);
    Ok(Held {
        version: ServingVersion {
            id: version.id,
            sha256: version.sha256.clone(),
        },
        approved: approved.map(Arc::new).map_err(|error| format!("{error:#}")),
    })
}

/// Who signed a version, by the keys of a configuration.
pub fn signer_of(version: &ApprovedVersion, signatures: &Signatures) -> Signer {
    let signature = version.signature.as_deref().and_then(|text| text.parse().ok());
    match version.sha256.parse() {
        Ok(digest) => signatures.signer(&digest, &version.manifest, signature.as_ref()),
        Err(_) => Signer::Unknown,
    }
}

/// What was kept is what was approved, or nothing.
fn approved(version: &ApprovedVersion, component: Option<Vec<u8>>) -> anyhow::Result<Approved> {
    let component = component.context("its component is gone from the state store")?;
    let digest = Digest::of(&component);
    if digest.to_string() != version.sha256 {
        bail!("its component has the SHA-256 {digest}, and {} was approved", version.sha256);
    }
    let file = format!("{}.toml", version.plugin);
    let manifest = application::manifest(file.as_ref(), &version.manifest).map_err(|problems| anyhow!("{problems}"))?;
    let signature = version.signature.as_deref().map(str::parse);
    let approval = serde_json::from_str(&version.approval).context("its approval is damaged")?;
    Ok(Approved {
        component,
        digest,
        manifest,
        manifest_text: version.manifest.clone(),
        signature: signature.transpose().map_err(|why| anyhow!("its signature {why}"))?,
        approval,
        at: version.approved,
        by: version.by.clone(),
    })
}

/// Writes an approval down.
///
/// # Errors
/// The store cannot be written.
pub async fn approve(
    store: &Store,
    plugin: &str,
    candidate: &Candidate,
    approval: &Approval,
    by: &str,
    role: Role,
) -> anyhow::Result<()> {
    let signature = candidate.signature.as_ref().map(ToString::to_string);
    let version = NewVersion {
        plugin,
        sha256: &candidate.digest.to_string(),
        component: &candidate.component,
        manifest: &candidate.manifest_text,
        approval: &serde_json::to_string(approval)?,
        signature: signature.as_deref(),
        by,
    };
    Ok(store.approve_plugin(&version, role).await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MANIFEST: &str = r#"
name = "acme"
version = "1.0.0"
author = "Acme Ltd"
description = "Gives roles"
wit = "0.1.0"
operations = ["add-entitlement"]
"#;

    fn version(sha256: &str) -> ApprovedVersion {
        ApprovedVersion {
            id: 1,
            plugin: "acme".into(),
            sha256: sha256.into(),
            manifest: MANIFEST.into(),
            approval: serde_json::to_string(&Approval::default()).unwrap(),
            approved: Utc::now(),
            by: "grace".into(),
            serving: true,
            served: true,
            signature: None,
            shadow: None,
            failure: None,
        }
    }

    #[test]
    fn what_is_not_what_was_approved_does_not_serve() {
        let right = Digest::of(b"component").to_string();
        assert!(approved(&version(&right), Some(b"component".to_vec())).is_ok());
        let wrong = |version: &ApprovedVersion, component: Option<&[u8]>| {
            let error = approved(version, component.map(<[u8]>::to_vec)).err().unwrap();
            format!("{error:#}")
        };
        assert!(wrong(&version(&right), Some(b"another")).contains(&right));
        assert!(wrong(&version(&right), None).contains("is gone"));
        let mut damaged = version(&right);
        damaged.approval.push(',');
        assert!(wrong(&damaged, Some(b"component")).contains("approval is damaged"));
        damaged.manifest.push_str("wit = \"0.1.0\"");
        assert!(wrong(&damaged, Some(b"component")).contains("acme.toml"));
    }
}
