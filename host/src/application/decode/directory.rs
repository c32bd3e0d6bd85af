//! The files of a configuration directory.

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
    fs, io,
    path::{Path, PathBuf},
};

use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use super::{
    Loaded,
    application::application,
    context::Context,
    log::{Decoded, Log},
    node::{File, Node},
    plugin::plugins,
    problem::{Problem, Problems},
    registries::registries,
    replay::replay,
    sandbox::sandbox,
    secret::reason,
    server::server,
    signatures::signatures,
    source::{Show, Source},
    state::state,
    suspension::suspension,
    table::Table,
};
use crate::{
    application::{ApplicationSettings, Configuration, PluginSettings, ServerSettings},
    plugin::{Signatures, SuspensionSettings},
    registry::Registries,
    replay::{ReplaySettings, redacts},
    sandbox::SandboxSettings,
};

const MAIN: &str = "portcullis.toml";
const APPLICATIONS: &str = "applications";

pub fn load(directory: &Path, environment: &dyn Fn(&str) -> Option<String>) -> Result<Loaded, Problems> {
    let log = Log::default();
    let decoded = configuration(&log, directory, environment);
    let (configuration, warnings) = log.finish(decoded)?;
    Ok(Loaded { configuration, warnings })
}

fn configuration(log: &Log, directory: &Path, environment: &dyn Fn(&str) -> Option<String>) -> Decoded<Configuration> {
    let used = RefCell::default();
    let mut context = Context {
        directory,
        environment,
        application: "",
        plugins: None,
        used: &used,
        wall: None,
    };
    let source = main_source(log, directory);
    let entries = source
        .as_ref()
        .map_err(|reported| *reported)
        .and_then(|source| Ok((source, parse(log, source)?)));
    let main = entries.as_ref().map_err(|reported| *reported).and_then(|(source, entries)| {
        let table = Table::root(File { source, log }, entries.get_ref());
        table.decode(|table| sections(table, &context))
    });
    let plugins: Option<BTreeSet<String>> = main
        .as_ref()
        .ok()
        .map(|main| main.plugin_nodes.iter().map(|(name, _)| name.clone()).collect());
    context.plugins = plugins.as_ref();
    context.wall = main
        .as_ref()
        .ok()
        .and_then(|main| Some(main.sandbox.as_ref().ok()?.limits.wall));
    let applications = applications(log, context);

    let (main, applications) = (main?, applications?);
    for (name, node) in &main.redacted {
        if !applications.iter().any(|application| redacts(name, application.mapped())) {
            node.warning(
                format!("no application maps an attribute or a column `{name}`"),
                "if it is a slip, correct it: what it was meant for has no placeholder. A column that only statements name is right",
            );
        }
    }
    for (_, node) in main.plugin_nodes.iter().filter(|(name, _)| !used.borrow().contains(name)) {
        node.warning(
            "no application uses this plugin",
            "name it in an operation or in [transforms], or remove it",
        );
    }
    Ok(Configuration {
        server: main.server?,
        state: main.state?,
        sandbox: main.sandbox?,
        suspension: main.suspension?,
        replay: main.replay?,
        signatures: main.signatures?,
        plugin_directory: directory.join("plugins"),
        plugins: main.plugins?,
        registries: main.registries?,
        applications,
    })
}

/// `portcullis.toml`, each of its sections right or wrong.
struct Main<'s> {
    server: Decoded<ServerSettings>,
    state: Decoded<PathBuf>,
    sandbox: Decoded<SandboxSettings>,
    suspension: Decoded<SuspensionSettings>,
    replay: Decoded<ReplaySettings>,
    signatures: Decoded<Signatures>,
    plugins: Decoded<BTreeMap<String, PluginSettings>>,
    plugin_nodes: Vec<(String, Node<'s>)>,
    registries: Decoded<Registries>,
    /// The names in `redact`.
    redacted: Vec<(String, Node<'s>)>,
}

fn sections<'s>(table: &Table<'s>, context: &Context<'_>) -> Decoded<Main<'s>> {
    let server = table.section("server", |table| server(table, context));
    let state = table.section("state", |table| state(table, context));
    let sandbox = table.section("sandbox", sandbox);
    let suspension = table.section("suspension", suspension);
    let replay = table.section("replay", |table| replay(table, state.as_deref().ok(), context));
    let signatures = table.section("signatures", signatures);
    let plugin_nodes = table.named("plugins")?;
    let registries = registries(table.named("registries")?, context);
    let plugins = plugins(
        plugin_nodes.clone(),
        sandbox.as_ref().unwrap_or(&SandboxSettings::default()),
        context,
    );
    let of_plugins = || plugins.iter().flat_map(BTreeMap::values).map(|plugin| plugin.limits);
    let sandbox = sandbox.map(|sandbox| SandboxSettings {
        largest_memory: of_plugins().map(|limits| limits.memory).max().unwrap_or_default(),
        ..sandbox
    });
    if let (Ok(server), Ok(sandbox)) = (&server, &sandbox)
        && of_plugins()
            .chain([sandbox.limits])
            .any(|limits| server.request_timeout <= limits.wall)
        && let Some(node) = table.get("server")
    {
        node.warning(
            "`request-timeout` is not above every `wall`, of [sandbox] and of plugins: a request ends before its call's own limit can tell why",
            "raise `request-timeout`, or lower `wall`",
        );
    }
    Ok(Main {
        server,
        state,
        sandbox,
        suspension,
        replay,
        signatures,
        plugins,
        plugin_nodes,
        registries,
        redacted: table.get("replay").map(|node| redacted(&node)).unwrap_or_default(),
    })
}

/// The names in `redact` of `[replay]`, as far as they are right.
fn redacted<'s>(replay: &Node<'s>) -> Vec<(String, Node<'s>)> {
    // What is neither has been reported.
    let Some(DeValue::Table(_)) = replay.value else {
        return Vec::new();
    };
    let sections = replay.named().unwrap_or_default();
    let redact = sections.into_iter().find(|(key, _)| key == "redact");
    let Some((_, node)) = redact.filter(|(_, node)| matches!(node.value, Some(DeValue::Array(_)))) else {
        return Vec::new();
    };
    let nodes = node.array().unwrap_or_default();
    nodes
        .into_iter()
        .filter_map(|node| match node.value {
            Some(DeValue::String(name)) => Some((name.to_string(), node)),
            _ => None,
        })
        .collect()
}

fn applications(log: &Log, context: Context<'_>) -> Decoded<Vec<ApplicationSettings>> {
    let files = application_files(log, context.directory)?;
    let decoded: Vec<Decoded<ApplicationSettings>> = files
        .into_iter()
        .map(|(name, file)| {
            let named = application_name(log, &name, &file);
            let source = read(log, context.directory, &file)?;
            let entries = parse(log, &source)?;
            let context = Context {
                application: &name,
                ..context
            };
            let decoded = application(File { source: &source, log }, entries.get_ref(), &context);
            named.and(decoded)
        })
        .collect();
    decoded.into_iter().collect()
}

/// The files of applications by their names, in the order of these.
fn application_files(log: &Log, directory: &Path) -> Decoded<Vec<(String, PathBuf)>> {
    let remedy = format!("put one file for each application into it, for example `{APPLICATIONS}/payroll.toml`");
    let entries = match fs::read_dir(directory.join(APPLICATIONS)) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound && !directory.exists() => {
            return Err(log.problem(of_file(
                directory,
                "there is no such directory",
                "give `--config` the directory that holds portcullis.toml and applications/",
            )));
        }
        Err(error) => {
            return Err(log.problem(of_file(
                APPLICATIONS,
                format!("the directory cannot be read: {}", reason(&error)),
                &remedy,
            )));
        }
    };
    let mut files = Vec::new();
    for entry in entries.flatten() {
        let name = PathBuf::from(entry.file_name());
        if name.extension().is_some_and(|extension| extension == "toml")
            && let Some(stem) = name.file_stem()
        {
            files.push((stem.to_string_lossy().into_owned(), Path::new(APPLICATIONS).join(&name)));
        }
    }
    files.sort();
    match files.is_empty() {
        true => Err(log.problem(of_file(APPLICATIONS, "the directory holds no application", &remedy))),
        false => Ok(files),
    }
}

fn application_name(log: &Log, name: &str, file: &Path) -> Decoded<()> {
    let right = !name.is_empty()
        && !name.starts_with('-')
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
    if right {
        return Ok(());
    }
    let message = "the file's name is the application's, and part of its URLs";
    Err(log.problem(of_file(
        file,
        message,
        "rename the file, with lower-case letters, digits and hyphens alone",
    )))
}

/// A missing `portcullis.toml` is one that says nothing.
fn main_source(log: &Log, directory: &Path) -> Decoded<Source> {
    match fs::metadata(directory.join(MAIN)) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Source::new(MAIN.into(), String::new())),
        _ => read(log, directory, Path::new(MAIN)),
    }
}

fn read(log: &Log, directory: &Path, file: &Path) -> Decoded<Source> {
    match fs::read_to_string(directory.join(file)) {
        Ok(text) => Ok(Source::new(file.to_owned(), text)),
        Err(error) => {
            let message = format!("the file cannot be read: {}", reason(&error));
            Err(log.problem(of_file(file, message, "make it a text file that the server may read")))
        }
    }
}

/// The entries of a file. One with syntax errors isn't decoded: what its other lines mean is a guess.
pub fn parse<'s>(log: &Log, source: &'s Source) -> Decoded<Spanned<DeTable<'s>>> {
    let (entries, errors) = DeTable::parse_recoverable(&source.text);
    let mut outcome = Ok(entries);
    for error in errors {
        outcome = Err(log.problem(Problem {
            place: error.span().map(|span| source.place(&span, Show::Syntax)),
            ..of_file(
                &source.file,
                format!("not TOML: {}", error.message()),
                "correct the line (https://toml.io)",
            )
        }));
    }
    outcome
}

fn of_file(file: impl AsRef<Path>, message: impl Into<String>, remedy: &str) -> Problem {
    Problem {
        file: file.as_ref().to_owned(),
        place: None,
        key: String::new(),
        message: message.into(),
        remedy: remedy.to_owned(),
    }
}
