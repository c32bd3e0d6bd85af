//! All components of a host: the built-in ones, and those that the administrator dropped into the plugins directory.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::Read as _,
    sync::Arc,
};

use anyhow::{Context as _, bail};
use cap_std::{ambient_authority, fs::Dir};
use serde_json::{Map, Value};

use super::{admission, builtin};
use crate::{
    application::{Capability, Configuration, PluginSettings},
    database::Kind,
    sandbox::{Interface, Limits, Loaded, OperationComponent, Sandbox, TransformComponent},
};

/// Components by name, compiled, admitted, and ready to be linked.
pub struct Catalogue {
    plugins: BTreeMap<String, Entry>,
    builtin: BTreeMap<&'static str, Arc<OperationComponent>>,
}

struct Entry {
    loaded: Loaded,
    interfaces: BTreeSet<Interface>,
    allow: Vec<Capability>,
    settings: Map<String, Value>,
}

/// A plugin that does an operation.
pub struct OperationPlugin<'a> {
    pub component: Arc<OperationComponent>,
    /// What its entry in the configuration allows.
    pub allow: &'a [Capability],
    /// Its own settings.
    pub settings: &'a Map<String, Value>,
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
    /// Compiles every plugin of the configuration and the built-in components that its applications need.
    pub fn load(sandbox: &Sandbox, configuration: &Configuration) -> Result<Self, Vec<PluginProblem>> {
        let mut problems = Vec::new();
        let mut plugins = BTreeMap::new();
        for (name, settings) in &configuration.plugins {
            match entry(sandbox, configuration, name, settings) {
                Ok(entry) => {
                    plugins.insert(name.clone(), entry);
                }
                Err(messages) => problems.extend(messages.into_iter().map(|message| PluginProblem {
                    plugin: name.clone(),
                    message,
                })),
            }
        }
        let kinds: BTreeSet<&'static str> = configuration
            .applications
            .iter()
            .map(|a| a.connection.target.kind().name())
            .collect();
        let mut builtin = BTreeMap::new();
        for kind in Kind::ALL {
            if kinds.contains(kind.name()) {
                match load_builtin(sandbox, kind) {
                    Ok(component) => {
                        builtin.insert(kind.name(), Arc::new(component));
                    }
                    Err(error) => problems.push(PluginProblem {
                        plugin: kind.name().into(),
                        message: format!("{error:#}"),
                    }),
                }
            }
        }
        if problems.is_empty() {
            Ok(Self { plugins, builtin })
        } else {
            Err(problems)
        }
    }

    /// The component that runs the statements of a kind of database.
    pub fn builtin(&self, kind: Kind) -> Option<Arc<OperationComponent>> {
        self.builtin.get(kind.name()).cloned()
    }

    /// A plugin as an operation.
    ///
    /// # Errors
    /// It is not there, or it is no operation; the message says what it lacks.
    pub fn operation(&self, name: &str) -> Result<OperationPlugin<'_>, String> {
        let entry = self.entry(name)?;
        let component = entry.loaded.operation(&entry.interfaces);
        let component =
            component.map_err(|error| format!("plugin {name} is not a component of the world `operation`: {error:#}"))?;
        Ok(OperationPlugin {
            component: Arc::new(component),
            allow: &entry.allow,
            settings: &entry.settings,
        })
    }

    /// A plugin as a transform, with its settings.
    ///
    /// # Errors
    /// It is not there, or it is no transform; the message says what it lacks.
    pub fn transform(&self, name: &str) -> Result<(TransformComponent, &Map<String, Value>), String> {
        let entry = self.entry(name)?;
        let component = entry.loaded.transform(&entry.interfaces);
        let component =
            component.map_err(|error| format!("plugin {name} is not a component of the world `transform`: {error:#}"))?;
        Ok((component, &entry.settings))
    }

    fn entry(&self, name: &str) -> Result<&Entry, String> {
        self.plugins
            .get(name)
            .ok_or_else(|| format!("portcullis.toml has no [plugins.{name}]"))
    }
}

fn load_builtin(sandbox: &Sandbox, kind: Kind) -> anyhow::Result<OperationComponent> {
    let interfaces = [Interface::Log, Interface::Database, Interface::Output].into();
    let limits = sandbox.settings().limits;
    sandbox
        .load(kind.name(), builtin::component(kind), limits)?
        .operation(&interfaces)
}

fn entry(sandbox: &Sandbox, configuration: &Configuration, name: &str, settings: &PluginSettings) -> Result<Entry, Vec<String>> {
    let one = |error: anyhow::Error| vec![format!("{error:#}")];
    let bytes = read(configuration, settings).map_err(one)?;
    let loaded = compile(sandbox, name, &bytes, settings.limits)
        .with_context(|| format!("{} is not a component", settings.file.display()))
        .map_err(one)?;
    let interfaces = admission::admit(&loaded.imports(), &settings.allow).map_err(|refusals| {
        refusals
            .iter()
            .map(|refusal| format!("{} is refused: {refusal}", settings.file.display()))
            .collect::<Vec<_>>()
    })?;
    Ok(Entry {
        loaded,
        interfaces,
        allow: settings.allow.clone(),
        settings: settings.settings.clone(),
    })
}

fn compile(sandbox: &Sandbox, name: &str, bytes: &[u8], limits: Limits) -> anyhow::Result<Loaded> {
    match bytes {
        [0, b'a', b's', b'm', 0x0d, 0, 1, 0, ..] => sandbox.load(name, bytes, limits),
        [0, b'a', b's', b'm', ..] => {
            bail!("it is a core WebAssembly module; build it with a target or tool that makes components")
        }
        _ => bail!("it does not begin as a WebAssembly component does"),
    }
}

/// Reads a plugin's file out of the plugins directory, and out of nowhere else: no link and no `..` leads out of it.
fn read(configuration: &Configuration, settings: &PluginSettings) -> anyhow::Result<Vec<u8>> {
    let directory = &configuration.plugin_directory;
    let plugins = Dir::open_ambient_dir(directory, ambient_authority())
        .with_context(|| format!("cannot open the plugins directory {}", directory.display()))?;
    let file = &settings.file;
    let opened = plugins
        .open(file)
        .with_context(|| format!("cannot open {} in the plugins directory", file.display()))?;
    let limit = configuration.sandbox.component_size;
    let mut bytes = Vec::new();
    opened
        .take(limit + 1)
        .read_to_end(&mut bytes)
        .with_context(|| format!("cannot read {}", file.display()))?;
    if bytes.len() as u64 > limit {
        bail!(
            "{} is larger than `component-size = {limit}` bytes in [sandbox] allows",
            file.display()
        );
    }
    Ok(bytes)
}
