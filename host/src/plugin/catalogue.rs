//! All components of a host: the built-in ones, and the plugins of its configuration.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use anyhow::Context as _;
use serde_json::{Map, Value};

use super::{
    Approval, Candidate, Digest, Manifest, Shelf, Signatures, Signer, TransformPlace, admission, builtin,
    terms::{Fit, Terms, Unfit},
    world::World,
};
use crate::{
    application::{Configuration, PluginHttp, PluginSettings},
    database::Kind,
    outbound::Access,
    sandbox::{Interface, Loaded, OperationComponent, PasswordHashComponent, Sandbox, TransformComponent},
};

/// Components by name, compiled, admitted, and ready to be linked.
pub struct Catalogue {
    plugins: BTreeMap<String, Result<Arc<Entry>, Vec<String>>>,
    builtin: BTreeMap<&'static str, (Arc<OperationComponent>, Digest)>,
}

struct Entry {
    loaded: Loaded,
    digest: Digest,
    interfaces: BTreeSet<Interface>,
    manifest: Manifest,
    /// `None`: it is being looked at, so that somebody can approve it; it never serves.
    approval: Option<Approval>,
    settings: Map<String, Value>,
}

/// Which components a catalogue is made of.
#[derive(Clone, Copy)]
pub enum Versions<'a> {
    /// Those that were approved.
    Approved(&'a Shelf),
    /// Those of the plugins directory, to be looked at, by their names in the configuration.
    Proposed(&'a BTreeMap<String, Candidate>),
}

/// A plugin that does an operation.
pub struct OperationPlugin<'a> {
    pub component: Arc<OperationComponent>,
    pub digest: Digest,
    pub terms: Terms<'a>,
    /// Its own settings.
    pub settings: &'a Map<String, Value>,
}

/// A plugin that changes documents or hashes passwords.
pub struct StandingPlugin<'a, T> {
    pub component: T,
    pub digest: Digest,
    /// Its own settings.
    pub settings: &'a Map<String, Value>,
}

/// Why there is no component for a place of a configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Missing {
    /// The plugin cannot be used; [`Catalogue::problems`] says why.
    Unusable(String),
    /// It is not one that fits there, with a message that says what it lacks.
    Unfit(Unfit),
    /// The configuration has none of this name.
    Unknown(String),
}

/// A plugin that cannot be used, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PluginProblem {
    pub plugin: String,
    pub message: String,
}

impl std::fmt::Display for PluginProblem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "portcullis.toml: plugins.{}: {}", self.plugin, self.message)
    }
}

impl Catalogue {
    /// Compiles every plugin of the configuration and the built-in components that its applications need. A plugin that cannot
    /// be used is kept with the reason: applications that do not use it do without.
    ///
    /// # Errors
    /// A built-in component cannot be used.
    pub fn load(sandbox: &Sandbox, configuration: &Configuration, versions: Versions<'_>) -> anyhow::Result<Self> {
        let plugins = configuration.plugins.iter();
        let plugins = plugins.map(|(name, settings)| {
            (
                name.clone(),
                entry(sandbox, name, settings, configuration, versions).map(Arc::new),
            )
        });
        let applications = configuration.applications.iter();
        let kinds: Vec<Kind> = applications.map(|a| a.connection.target.kind()).collect();
        let mut builtin = BTreeMap::new();
        for kind in Kind::ALL.into_iter().filter(|kind| kinds.contains(kind)) {
            let component = builtin::component(kind);
            let linked = link_builtin(sandbox, kind, component).with_context(|| format!("the component of {}", kind.name()))?;
            builtin.insert(kind.name(), (Arc::new(linked), Digest::of(component)));
        }
        Ok(Self {
            plugins: plugins.collect(),
            builtin,
        })
    }

    /// With another component than the program's own for a kind of database.
    #[cfg(test)]
    pub fn of_builtin(sandbox: &Sandbox, kind: Kind, component: &[u8]) -> anyhow::Result<Self> {
        let linked = link_builtin(sandbox, kind, component)?;
        Ok(Self {
            plugins: BTreeMap::new(),
            builtin: BTreeMap::from([(kind.name(), (Arc::new(linked), Digest::of(component)))]),
        })
    }

    /// The same with one plugin compiled anew.
    pub fn renewed(&self, sandbox: &Sandbox, plugin: &str, configuration: &Configuration, versions: Versions<'_>) -> Self {
        match configuration.plugins.get(plugin) {
            Some(settings) => self.with(
                plugin,
                entry(sandbox, plugin, settings, configuration, versions).map(Arc::new),
            ),
            None => self.failed(plugin, "the configuration has no such plugin"),
        }
    }

    /// The same with one plugin that cannot be used.
    pub fn failed(&self, plugin: &str, reason: &str) -> Self {
        self.with(plugin, Err(vec![reason.to_owned()]))
    }

    fn with(&self, plugin: &str, entry: Result<Arc<Entry>, Vec<String>>) -> Self {
        let mut plugins = self.plugins.clone();
        plugins.insert(plugin.to_owned(), entry);
        Self {
            plugins,
            builtin: self.builtin.clone(),
        }
    }

    /// Everything for which plugins cannot be used.
    pub fn problems(&self) -> Vec<PluginProblem> {
        let unusable = self
            .plugins
            .iter()
            .filter_map(|(name, entry)| Some((name, entry.as_ref().err()?)));
        let problems = unusable.flat_map(|(name, messages)| {
            messages.iter().map(|message| PluginProblem {
                plugin: name.clone(),
                message: message.clone(),
            })
        });
        problems.collect()
    }

    /// Everything for which one of them cannot be used.
    pub fn problems_of(&self, plugin: &str) -> Vec<PluginProblem> {
        let mut problems = self.problems();
        problems.retain(|problem| problem.plugin == plugin);
        problems
    }

    /// The component that runs the statements of a kind of database.
    pub fn builtin(&self, kind: Kind) -> Option<(Arc<OperationComponent>, Digest)> {
        self.builtin.get(kind.name()).cloned()
    }

    /// What a plugin's component imports.
    pub fn imports(&self, name: &str) -> Vec<String> {
        self.entry(name).map(|entry| entry.loaded.imports()).unwrap_or_default()
    }

    /// A plugin as an operation.
    ///
    /// # Errors
    /// It cannot be used, or it is no operation.
    pub fn operation(&self, name: &str) -> Result<OperationPlugin<'_>, Missing> {
        let entry = self.entry(name)?;
        let component = entry.loaded.operation(&entry.interfaces);
        let component = component.map_err(|error| unfit(name, World::Operation, &entry.loaded, &error))?;
        Ok(OperationPlugin {
            component: Arc::new(component),
            digest: entry.digest,
            terms: Terms::Plugin {
                manifest: &entry.manifest,
                approval: entry.approval.as_ref(),
            },
            settings: &entry.settings,
        })
    }

    /// A plugin as a transform in a chain of an application, with its settings.
    ///
    /// # Errors
    /// It cannot be used, or it is no transform of this kind.
    pub fn transform(
        &self,
        name: &str,
        application: &str,
        place: TransformPlace,
    ) -> Result<StandingPlugin<'_, TransformComponent>, Missing> {
        let entry = self.standing(name, application, place)?;
        let component = entry.loaded.transform(&entry.interfaces);
        let component = component.map_err(|error| unfit(name, World::Transform, &entry.loaded, &error))?;
        Ok(entry.standing(component))
    }

    /// A plugin that hashes the new passwords of an application, with its settings.
    ///
    /// # Errors
    /// It cannot be used, or it hashes no passwords, or it imports something.
    pub fn password_hash(&self, name: &str, application: &str) -> Result<StandingPlugin<'_, PasswordHashComponent>, Missing> {
        let entry = self.standing(name, application, TransformPlace::Password)?;
        let component = entry.loaded.password_hash();
        let component = component.map_err(|error| unfit(name, World::PasswordHash, &entry.loaded, &error))?;
        Ok(entry.standing(component))
    }

    /// What is approved to stand there, with its settings.
    fn standing(&self, name: &str, application: &str, place: TransformPlace) -> Result<&Entry, Missing> {
        let entry = self.entry(name)?;
        let fit = Fit {
            plugin: name,
            manifest: &entry.manifest,
            approval: entry.approval.as_ref(),
        };
        fit.transform(application, place, &entry.settings).map_err(Missing::Unfit)?;
        Ok(entry)
    }

    fn entry(&self, name: &str) -> Result<&Entry, Missing> {
        match self.plugins.get(name) {
            Some(Ok(entry)) => Ok(entry),
            Some(Err(_)) => Err(Missing::Unusable(name.to_owned())),
            None => Err(Missing::Unknown(format!("portcullis.toml has no [plugins.{name}]"))),
        }
    }
}

impl Entry {
    fn standing<T>(&self, component: T) -> StandingPlugin<'_, T> {
        StandingPlugin {
            component,
            digest: self.digest,
            settings: &self.settings,
        }
    }
}

fn unfit(name: &str, world: World, loaded: &Loaded, error: &anyhow::Error) -> Missing {
    Missing::Unfit(Unfit::there(format!("plugin {name} {}", world.mismatch(loaded, error))))
}

fn link_builtin(sandbox: &Sandbox, kind: Kind, component: &[u8]) -> anyhow::Result<OperationComponent> {
    let interfaces = [Interface::Log, Interface::Database, Interface::Output].into();
    let limits = sandbox.settings().limits;
    sandbox.load(kind.name(), component, limits)?.operation(&interfaces)
}

/// What an entry is made of, wherever it comes from.
struct Parts<'a> {
    component: &'a [u8],
    digest: Digest,
    manifest: &'a Manifest,
    approval: Option<&'a Approval>,
    signer: Signer,
}

fn parts<'a>(name: &str, signatures: &Signatures, versions: Versions<'a>) -> anyhow::Result<Parts<'a>> {
    match versions {
        Versions::Approved(shelf) => {
            let approved = shelf.get(name)?.with_context(|| {
                format!(
                    "it is not approved: `portcullis plugin inspect {name} --config DIR` shows what it would do, and `portcullis plugin \
                     approve {name} --config DIR` lets it"
                )
            })?;
            Ok(Parts {
                component: &approved.component,
                digest: approved.digest,
                manifest: &approved.manifest,
                approval: Some(&approved.approval),
                signer: approved.signer(signatures),
            })
        }
        Versions::Proposed(candidates) => {
            let candidate = candidates.get(name).context("it has no component")?;
            Ok(Parts {
                component: &candidate.component,
                digest: candidate.digest,
                manifest: &candidate.manifest,
                approval: None,
                signer: candidate.signer(signatures),
            })
        }
    }
}

fn entry(
    sandbox: &Sandbox,
    name: &str,
    settings: &PluginSettings,
    configuration: &Configuration,
    versions: Versions<'_>,
) -> Result<Entry, Vec<String>> {
    let one = |error: anyhow::Error| vec![format!("{error:#}")];
    let signatures = &configuration.signatures;
    let parts = parts(name, signatures, versions).map_err(one)?;
    signatures.admit(&parts.signer).map_err(|why| {
        vec![format!(
            "{why}: once it is signed, `portcullis plugin approve {name} --config DIR` takes the signature"
        )]
    })?;
    let manifest = parts.manifest;
    if manifest.name != name {
        return Err(vec![format!(
            "{} says in its manifest that it is {}: name it [plugins.{}]",
            settings.place(),
            manifest.name,
            manifest.name
        )]);
    }
    let mut refusals = Vec::new();
    if let Some(approval) = parts.approval {
        let lacking = approval.lacks(manifest);
        refusals.extend(
            lacking
                .into_iter()
                .map(|capability| format!("`{capability}` is not approved")),
        );
    }
    let limits = settings.limits.lowered(&manifest.limits);
    let loaded = sandbox
        .load(name, parts.component, limits)
        .with_context(|| format!("{} is not a component", settings.place()))
        .map_err(one)?;
    let loaded = match parts.approval {
        Some(approval) => reaching(loaded, name, approval, settings).map_err(one)?,
        None => loaded,
    };
    let asked = manifest.capabilities.keys().copied().collect();
    let interfaces = admission::admit(&loaded.imports(), &asked).unwrap_or_else(|found| {
        let file = settings.place();
        refusals.extend(found.iter().map(|refusal| format!("{file} is refused: {refusal}")));
        BTreeSet::new()
    });
    if !refusals.is_empty() {
        return Err(refusals);
    }
    Ok(Entry {
        loaded,
        digest: parts.digest,
        interfaces,
        manifest: manifest.clone(),
        approval: parts.approval.cloned(),
        settings: settings.settings.clone(),
    })
}

/// A component with the hosts that were approved for it. One that is only looked at asks nobody.
fn reaching(loaded: Loaded, name: &str, approval: &Approval, settings: &PluginSettings) -> anyhow::Result<Loaded> {
    if approval.hosts.is_empty() {
        return Ok(loaded);
    }
    let PluginHttp { private, ca } = &settings.http;
    let access = Access::new(name, approval.hosts.clone(), private.clone(), ca.as_deref());
    Ok(loaded.reaching(access.context("its hosts cannot be reached")?))
}
