//! What the plugins of a configuration would do if they were approved as they are.

use std::{collections::BTreeMap, path::Path, sync::Arc};

use anyhow::{Context as _, anyhow, bail};

use super::source;
use crate::{
    application::Configuration,
    command::load::{self, Out, Ready},
    operation::{Application, Ground, Oversight},
    plugin::{Approval, Approved, Candidate, Catalogue, Difference, Shelf, TransformPlace, Versions},
    registry::Pinned,
    state::Store,
};

/// The plugins of a configuration, as their files are.
pub struct Proposal {
    pub configuration: Configuration,
    pub shelf: Shelf,
    candidates: BTreeMap<String, Candidate>,
    catalogue: Catalogue,
    applications: Vec<Arc<Application>>,
    out: Out,
}

impl Proposal {
    /// Reads all files and has every plugin make its plans. The secrets of the server's environment are not needed.
    ///
    /// # Errors
    /// Whatever is wrong with the configuration, or a plugin that cannot be read: nothing can be approved then.
    pub async fn read(directory: &Path) -> anyhow::Result<Self> {
        let configuration = load::without_secrets(directory)?;
        let store = Store::look(&configuration.state).await?;
        let shelf = Shelf::read(store.as_ref()).await?;
        let mut candidates = BTreeMap::new();
        for (name, settings) in &configuration.plugins {
            if let Some(pinned) = &settings.oci {
                let candidate = pinned_candidate(
                    pinned,
                    settings.component_size,
                    shelf.get(name).ok().flatten(),
                    &configuration,
                )
                .await;
                let candidate = candidate.with_context(|| format!("portcullis.toml: plugins.{name}"))?;
                candidates.insert(name.clone(), candidate);
                continue;
            }
            // Without a file it is what serves that may have new uses.
            let candidate = match (Candidate::of(&configuration, settings), shelf.get(name)) {
                (Ok(candidate), _) => candidate,
                (Err(_), Ok(Some(approved))) if !configuration.plugin_directory.join(&settings.file).exists() => {
                    Candidate::from(approved)
                }
                (Err(error), _) => return Err(error.context(format!("portcullis.toml: plugins.{name}"))),
            };
            candidates.insert(name.clone(), candidate);
        }
        let ready = load::applications(&configuration, Versions::Proposed(&candidates), &Oversight::none()).await;
        let Ready {
            applications,
            out,
            catalogue,
            ..
        } = ready.map_err(|mistakes| anyhow!("{}", mistakes.trim_end()))?;
        Ok(Self {
            configuration,
            shelf,
            candidates,
            catalogue,
            applications,
            out,
        })
    }

    /// Holds that a plugin can be used, wherever the configuration does.
    ///
    /// # Errors
    /// What keeps it from that.
    pub fn hold(&self, plugin: &str) -> anyhow::Result<()> {
        let uses = |ground: &Ground| ground.settings.plugins().contains(plugin);
        if self.catalogue.problems_of(plugin).is_empty() && !self.out.applications.iter().any(uses) {
            return Ok(());
        }
        bail!("{}", self.out.reasons.join("\n"))
    }

    /// # Errors
    /// The configuration has none of this name.
    pub fn candidate(&self, plugin: &str) -> anyhow::Result<&Candidate> {
        self.candidates
            .get(plugin)
            .with_context(|| format!("portcullis.toml has no [plugins.{plugin}]"))
    }

    /// What the plugin's component imports.
    pub fn imports(&self, plugin: &str) -> Vec<String> {
        self.catalogue.imports(plugin)
    }

    /// The version that serves, if there is one that can.
    pub fn serving(&self, plugin: &str) -> Option<&Approved> {
        self.shelf.get(plugin).ok().flatten()
    }

    /// What would be approved of a plugin.
    ///
    /// # Errors
    /// The configuration has none of this name.
    pub fn approval(&self, plugin: &str) -> anyhow::Result<Approval> {
        let candidate = self.candidate(plugin)?;
        let mut approval = Approval::of(&candidate.manifest);
        approval.source = candidate.source.clone();
        for application in &self.applications {
            let settings = application.settings();
            for (_, prepared) in application.plans() {
                if prepared.component.name() == plugin {
                    approval.add(&settings.name, &prepared.location.key, &prepared.plan);
                }
            }
            for place in TransformPlace::ALL {
                if place.names(&settings.transforms).iter().any(|name| name == plugin) {
                    approval.add_transform(&settings.name, place);
                }
            }
        }
        Ok(approval)
    }

    /// What is new since the version that serves; `None`: nothing, not even the component.
    ///
    /// # Errors
    /// The configuration has no such plugin.
    pub fn news(&self, plugin: &str) -> anyhow::Result<Option<Vec<Difference>>> {
        let (candidate, approval) = (self.candidate(plugin)?, self.approval(plugin)?);
        let before = self.serving(plugin);
        let same = before.is_some_and(|before| candidate.is(before) && !candidate.is_signed_anew(before));
        let nothing = Approval::default();
        let differences = approval.differences(before.map_or(&nothing, |before| &before.approval));
        Ok((!same || !differences.is_empty()).then_some(differences))
    }

    /// The plugins for which something is to be decided.
    pub fn waiting(&self) -> anyhow::Result<Vec<String>> {
        let mut waiting = Vec::new();
        for plugin in self.candidates.keys() {
            if self.news(plugin)?.is_some() {
                waiting.push(plugin.clone());
            }
        }
        Ok(waiting)
    }
}

/// An artifact as it was approved, or else out of its registry: by its digest it is the same.
async fn pinned_candidate(
    pinned: &Pinned,
    largest: u64,
    serving: Option<&Approved>,
    configuration: &Configuration,
) -> anyhow::Result<Candidate> {
    match serving {
        Some(approved) if approved.approval.source.as_ref() == Some(&pinned.to_string()) => Ok(Candidate::from(approved)),
        _ => source::fetched(pinned, largest, &configuration.registries).await,
    }
}
