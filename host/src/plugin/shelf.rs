//! The versions of plugins that were approved, out of the state store.

use std::collections::BTreeMap;

use anyhow::{Context as _, anyhow, bail};
use chrono::{DateTime, Utc};

use super::{Approval, Candidate, Digest, Manifest};
use crate::{
    application,
    state::{ApprovedVersion, NewVersion, StateError, Store},
};

/// What serves, by plugin.
#[derive(Default)]
pub struct Shelf {
    serving: BTreeMap<String, anyhow::Result<Approved>>,
}

/// A version that was approved and serves.
pub struct Approved {
    pub component: Vec<u8>,
    pub digest: Digest,
    pub manifest: Manifest,
    /// The text of its manifest.
    pub manifest_text: String,
    pub approval: Approval,
    pub at: DateTime<Utc>,
    pub by: String,
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
                let component = store.plugin_component(&version.plugin, &version.sha256).await?;
                serving.insert(version.plugin.clone(), approved(&version, component));
            }
        }
        Ok(Self { serving })
    }

    /// The version of a plugin that serves; `None`: none is approved.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn get(&self, plugin: &str) -> anyhow::Result<Option<&Approved>> {
        match self.serving.get(plugin) {
            None => Ok(None),
            Some(Ok(approved)) => Ok(Some(approved)),
            Some(Err(error)) => Err(anyhow!("the approved version cannot be used: {error:#}")),
        }
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
    let approval = serde_json::from_str(&version.approval).context("its approval is damaged")?;
    Ok(Approved {
        component,
        digest,
        manifest,
        manifest_text: version.manifest.clone(),
        approval,
        at: version.approved,
        by: version.by.clone(),
    })
}

/// Writes an approval down.
///
/// # Errors
/// The store cannot be written.
pub async fn approve(store: &Store, plugin: &str, candidate: &Candidate, approval: &Approval, by: &str) -> anyhow::Result<()> {
    let version = NewVersion {
        plugin,
        sha256: &candidate.digest.to_string(),
        component: &candidate.component,
        manifest: &candidate.manifest_text,
        approval: &serde_json::to_string(approval)?,
        by,
    };
    Ok(store.approve_plugin(&version).await?)
}
