//! Plugins that change while the server runs: approvals, rollbacks and removals take effect without a restart, and a file that is new
//! is noticed.
//!
//! Every second the state store is asked which versions shall serve. One that is new is compiled, admitted, has its plans made for
//! every application that uses it, and is tried out, all beside the requests; only then it takes the old one's place. Where that
//! fails, or an application could not serve any more, the old one stays, and `portcullis plugin list` says why. Only a removal takes
//! an application out of service: it means that.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use super::{
    load::{self, Host},
    shadows::Shadows,
};
use crate::{
    application::Configuration,
    operation::{Application, Ground, Oversight},
    plugin::{Catalogue, Shelf, Stamp, Versions},
    sandbox::Sandbox,
    server::{Place, Shadow, Shadowed},
    state::{ServingVersion, StateError, Store},
};

/// From one look to the next.
const PERIOD: Duration = Duration::from_secs(1);

/// What is needed to exchange what serves.
pub struct Reloader {
    configuration: Arc<Configuration>,
    sandbox: Arc<Sandbox>,
    catalogue: Arc<Catalogue>,
    shelf: Shelf,
    /// The versions that serve or were tried last, by plugin.
    seen: BTreeMap<String, ServingVersion>,
    /// How the files of plugins were when they were looked at last.
    stamps: BTreeMap<String, Stamp>,
    sites: Vec<Site>,
    shadows: Shadows,
    oversight: Oversight,
    store: Store,
    /// Whether the state store could be read the last time.
    readable: bool,
}

/// An application and its place.
pub(super) struct Site {
    pub ground: Ground,
    place: Place,
    /// `None`: it is out of service.
    serving: Option<Arc<Application>>,
    /// What is in its shadow.
    pub shadow: Option<Arc<Shadow>>,
}

impl Site {
    /// Has what is there serve, with its shadow.
    pub fn serve(&self) {
        match (&self.serving, &self.shadow) {
            (None, _) => self.place.stop(),
            (Some(serving), None) => self.place.serve(serving.clone()),
            (Some(serving), Some(shadow)) => self.place.serve(Arc::new(Shadowed::new(serving.clone(), shadow.clone()))),
        }
    }
}

/// What becomes of an application.
enum Fate {
    Serves(Arc<Application>),
    Out(Vec<String>),
}

impl Reloader {
    /// For a host whose applications have these places.
    pub fn new(host: Host, places: &[Place], store: Store) -> Self {
        let serving = host.applications.into_iter();
        let serving = serving.map(|application| (application.ground(), Some(application)));
        let out = host.out.applications.into_iter().map(|ground| (ground, None));
        let sites = serving.chain(out).filter_map(|(ground, serving)| {
            let place = places.iter().find(|place| place.name() == ground.settings.name)?.clone();
            Some(Site {
                ground,
                place,
                serving,
                shadow: None,
            })
        });
        Self {
            sites: sites.collect(),
            shadows: Shadows::default(),
            oversight: host.oversight,
            stamps: host.stamps,
            seen: host.shelf.versions(),
            configuration: Arc::new(host.configuration),
            sandbox: host.sandbox,
            catalogue: host.catalogue,
            shelf: host.shelf,
            store,
            readable: true,
        }
    }

    /// Looks every second, for as long as it is polled.
    pub async fn run(mut self) {
        if self.configuration.plugins.is_empty() {
            return std::future::pending().await;
        }
        // What serves from the start has not failed, whatever was said of it before.
        for (name, version) in &self.seen {
            if self.catalogue.problems_of(name).is_empty() {
                self.settle(version, None).await;
            }
        }
        loop {
            tokio::time::sleep(PERIOD).await;
            self.look_at_files().await;
            match self.look().await {
                Ok(()) => self.readable = true,
                Err(error) if self.readable => {
                    self.readable = false;
                    tracing::error!("whether plugins have changed cannot be seen: {error}");
                }
                Err(_) => {}
            }
        }
    }

    /// Writes down what became of a version.
    async fn settle(&self, version: &ServingVersion, failure: Option<&str>) {
        if let Err(error) = self.store.settle_plugin(version, failure).await {
            tracing::error!(
                sha256 = version.sha256,
                "what became of a plugin is not written down: {error}"
            );
        }
    }

    async fn look(&mut self) -> Result<(), StateError> {
        let now = self.store.serving_plugins().await?;
        let configuration = self.configuration.clone();
        for name in configuration.plugins.keys() {
            let version = now.get(name);
            if self.seen.get(name) == version {
                continue;
            }
            match version {
                Some(version) => {
                    self.change(name, version).await?;
                    self.seen.insert(name.clone(), version.clone());
                }
                None => {
                    self.remove(name).await;
                    self.seen.remove(name);
                }
            }
        }
        self.look_at_suspensions().await?;
        self.look_at_shadows().await
    }

    /// Writes down what was suspended, and resumes what somebody has resumed.
    async fn look_at_suspensions(&self) -> Result<(), StateError> {
        let suspensions = &self.oversight.suspensions;
        for suspension in suspensions.unkept() {
            self.store.suspend(&suspension).await?;
            suspensions.keep(&suspension.duty);
        }
        for duty in suspensions.follow(self.store.suspensions().await?) {
            tracing::warn!(
                plugin = duty.plugin,
                sha256 = duty.sha256,
                application = duty.application,
                place = duty.place,
                "a plugin that was suspended works again"
            );
        }
        Ok(())
    }

    async fn look_at_shadows(&mut self) -> Result<(), StateError> {
        let now = self.store.shadow_plugins().await?;
        let configuration = self.configuration.clone();
        for name in configuration.plugins.keys() {
            let version = now.get(name);
            if self.shadows.seen(name) == version {
                continue;
            }
            for site in self.sites.iter_mut().filter(|site| in_shadow(site, name)) {
                site.shadow = None;
                site.serve();
            }
            if let Some(version) = version {
                self.follow(name, version).await?;
            }
            self.shadows.see(name, version);
        }
        self.shadows.keep(&self.sites, &self.store).await
    }

    /// A version shall follow the one that serves.
    async fn follow(&mut self, name: &str, version: &ServingVersion) -> Result<(), StateError> {
        let shelf = self.shelf.with(name, version, &self.store).await?;
        let catalogue = self.compiled(name, shelf).await;
        let mut failures: Vec<String> = catalogue.problems_of(name).iter().map(ToString::to_string).collect();
        let mut followers = Vec::new();
        for (index, fate) in self.fates(name, &catalogue, |site| site.serving.is_some()).await {
            match fate {
                Fate::Serves(application) => followers.push((index, application)),
                Fate::Out(reasons) => failures.extend(reasons),
            }
        }
        if !failures.is_empty() {
            let reasons = failures.join("\n");
            tracing::error!(
                plugin = name,
                sha256 = version.sha256,
                "a version cannot follow what serves: {reasons}"
            );
            self.settle(version, Some(&reasons)).await;
            return Ok(());
        }
        for (index, application) in followers {
            if let Some(site) = self.sites.get_mut(index) {
                site.shadow = Some(Shadow::new(&site.ground.settings.name, name, application));
                site.serve();
            }
        }
        self.settle(version, None).await;
        tracing::info!(
            plugin = name,
            sha256 = version.sha256,
            "a version follows what serves, in its shadow"
        );
        Ok(())
    }

    /// Another version shall serve.
    async fn change(&mut self, name: &str, version: &ServingVersion) -> Result<(), StateError> {
        tracing::info!(
            plugin = name,
            sha256 = version.sha256,
            "another version is being compiled and tried"
        );
        let shelf = self.shelf.with(name, version, &self.store).await?;
        let catalogue = self.compiled(name, shelf.clone()).await;
        let mut failures: Vec<String> = catalogue.problems_of(name).iter().map(ToString::to_string).collect();
        let fates = self.fates(name, &catalogue, |_| true).await;
        for (index, fate) in &fates {
            let serves = self.sites.get(*index).is_some_and(|site| site.serving.is_some());
            if let (Fate::Out(reasons), true) = (fate, serves) {
                failures.extend(reasons.iter().cloned());
            }
        }
        if !failures.is_empty() {
            self.keep(name, version, &failures).await;
            return Ok(());
        }
        self.exchange(fates);
        self.catalogue = catalogue;
        self.shelf = shelf;
        self.settle(version, None).await;
        let version = self.shelf.get(name).ok().flatten();
        if let Some(version) = version {
            tracing::info!(
                plugin = name,
                version = %version.manifest.version,
                sha256 = %version.digest,
                "a plugin that {} approved serves",
                version.by
            );
        }
        Ok(())
    }

    /// No version may serve any more.
    async fn remove(&mut self, name: &str) {
        self.shelf = self.shelf.without(name);
        self.catalogue = self.compiled(name, self.shelf.clone()).await;
        tracing::warn!(plugin = name, "a plugin is not approved any more");
        let fates = self.fates(name, &self.catalogue, |_| true).await;
        self.exchange(fates);
    }

    /// The catalogue with one plugin looked at anew. Compiling takes a thread for itself: requests go on.
    async fn compiled(&self, name: &str, shelf: Shelf) -> Arc<Catalogue> {
        let (catalogue, sandbox, configuration) = (self.catalogue.clone(), self.sandbox.clone(), self.configuration.clone());
        let plugin = name.to_owned();
        let renewed =
            tokio::task::spawn_blocking(move || catalogue.renewed(&sandbox, &plugin, &configuration, Versions::Approved(&shelf)));
        match renewed.await {
            Ok(catalogue) => Arc::new(catalogue),
            Err(error) => Arc::new(self.catalogue.failed(name, &format!("compiling it failed: {error}"))),
        }
    }

    /// What becomes of those applications that use the plugin, by their places among the sites.
    async fn fates(&self, plugin: &str, catalogue: &Catalogue, which: fn(&Site) -> bool) -> Vec<(usize, Fate)> {
        let mut fates = Vec::new();
        for (index, site) in self.sites.iter().enumerate() {
            if which(site) && site.ground.settings.plugins().contains(plugin) {
                fates.push((index, self.fate(site, plugin, catalogue).await));
            }
        }
        fates
    }

    /// What becomes of an application with this catalogue. The plugin is tried out where it would serve.
    async fn fate(&self, site: &Site, plugin: &str, catalogue: &Catalogue) -> Fate {
        match Application::load(self.sandbox.clone(), catalogue, site.ground.clone()).await {
            Ok(application) => match application.trial(plugin).await {
                failures if failures.is_empty() => Fate::Serves(Arc::new(application)),
                failures => Fate::Out(failures),
            },
            Err(unready) => Fate::Out(load::reasons(&site.ground.settings, &unready)),
        }
    }

    fn exchange(&mut self, fates: Vec<(usize, Fate)>) {
        for (index, fate) in fates {
            let Some(site) = self.sites.get_mut(index) else { continue };
            match fate {
                Fate::Serves(application) => {
                    if site.serving.is_none() {
                        tracing::info!(application = site.place.name(), "is in service again");
                    }
                    site.serving = Some(application);
                }
                Fate::Out(reasons) => {
                    reasons.iter().for_each(|reason| tracing::error!("{reason}"));
                    site.serving = None;
                }
            }
            site.serve();
        }
    }

    /// The new version failed: what served before serves on. After a restart the new one is tried again, with the settings that are
    /// there by then.
    async fn keep(&self, name: &str, failed: &ServingVersion, failures: &[String]) {
        let serves_on = match self.shelf.get(name) {
            Ok(Some(before)) => format!("{} ({}) serves on", before.manifest.version, before.digest.short()),
            _ => "nothing serves in its place".to_owned(),
        };
        let reasons = failures.join("\n");
        tracing::error!(
            plugin = name,
            sha256 = failed.sha256,
            "a new version is not taken, and {serves_on}: {reasons}"
        );
        self.settle(failed, Some(&reasons)).await;
    }

    /// Says what waits for approval in files that have changed.
    async fn look_at_files(&mut self) {
        let configuration = self.configuration.clone();
        for (name, settings) in &configuration.plugins {
            let now = load::stamp(&configuration, settings);
            if self.stamps.get(name) == Some(&now) {
                continue;
            }
            self.stamps.insert(name.clone(), now);
            let (configuration, shelf, plugin) = (configuration.clone(), self.shelf.clone(), name.clone());
            let waiting = tokio::task::spawn_blocking(move || load::waiting(&configuration, &shelf, &plugin));
            if let Ok(Some(line)) = waiting.await {
                tracing::warn!("{line}");
            }
        }
    }
}

fn in_shadow(site: &Site, plugin: &str) -> bool {
    site.shadow.as_ref().is_some_and(|shadow| shadow.plugin() == plugin)
}
