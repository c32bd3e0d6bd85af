//! The manifest of a plugin

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use semver::Version;

use super::{
    directory,
    log::{Decoded, Log},
    node::{File, Node},
    plugin::{json_object, plugin_name_at},
    problem::Problems,
    sandbox,
    source::Source,
    table::Table,
};
use crate::{
    application::Operation,
    database::is_hidden,
    outbound::Origin,
    plugin::{Capability, DatabaseAccess, Manifest, TransformPlace},
    sandbox::Limits,
};

/// Decodes a manifest; `file` is where it stands, for messages.
///
/// # Errors
/// Every mistake in it.
pub fn manifest(file: &Path, text: &str) -> Result<Manifest, Problems> {
    let log = Log::default();
    let source = Source::new(file.to_owned(), text.to_owned());
    let decoded = directory::parse(&log, &source).and_then(|entries| {
        let table = Table::root(
            File {
                source: &source,
                log: &log,
            },
            entries.get_ref(),
        );
        table.decode(whole)
    });
    log.finish(decoded).map(|(manifest, _)| manifest)
}

/// ```toml
/// name = "acme-roles"                   # as in [plugins.acme-roles]
/// version = "1.2.0"
/// author = "Acme Ltd"
/// description = "Gives and takes the roles of Acme's payroll"
/// wit = "0.1.0"                         # the version of portcullis:plugin that it was written against
/// operations = ["add-entitlement"]      # what it does; or:
/// transforms = ["to-application"]       # in which chains it can stand
///
/// [capabilities]                        # what it needs, and why
/// log = "says which rows it changed"
/// database = { access = "write", reason = "inserts the assignment" }
/// http = { hosts = ["lookup.acme.example:443"], reason = "asks which roles exist" }
///
/// [settings]                            # the JSON Schema of its settings, if it has any
/// required = ["table"]
/// properties.table.type = "string"
///
/// [limits]                              # what a call of it needs, as in [sandbox]: lowers what it gets, and raises nothing
/// memory = "16MiB"
/// ```
fn whole(table: &Table<'_>) -> Decoded<Manifest> {
    let name = table.required("name", "\"acme-roles\"", name);
    let version = table.required("version", "\"1.0.0\"", version);
    let author = table.required("author", "\"Acme Ltd\"", line);
    let description = table.required("description", "\"Gives and takes roles\"", line);
    let wit = table.required("wit", "\"0.1.0\"", version_of_contract);
    let operations = table.or("operations", BTreeSet::new(), |node| {
        let choices: Vec<_> = Operation::all().map(|operation| (operation.name(), operation)).collect();
        words(node, &choices)
    });
    let transforms = table.or("transforms", BTreeSet::new(), |node| {
        words(node, &TransformPlace::ALL.map(|place| (place.name(), place)))
    });
    let capabilities = table.section("capabilities", capabilities);
    let settings = table.optional("settings", schema);
    let limits = table.optional("limits", |node| node.table(|table| sandbox::limits(table, Limits::default())));
    let (operations, transforms) = (operations?, transforms?);
    if operations.is_empty() && transforms.is_empty() {
        return Err(table.missing(
            "operations",
            "operations = [\"add-entitlement\"]` or `transforms = [\"to-application\"]",
        ));
    }
    let Capabilities {
        capabilities,
        database,
        hosts,
    } = capabilities?;
    Ok(Manifest {
        name: name?,
        version: version?,
        author: author?,
        description: description?,
        wit: wit?,
        operations,
        transforms,
        capabilities,
        database,
        hosts,
        settings: settings?,
        limits: limits?.unwrap_or_default(),
    })
}

fn name(node: &Node<'_>) -> Decoded<String> {
    let name = node.filled_text()?;
    plugin_name_at(name, node)?;
    Ok(name.to_owned())
}

/// A text that a terminal shows on one line, as it is.
fn line(node: &Node<'_>) -> Decoded<String> {
    let text = node.filled_text()?;
    if text.chars().any(is_hidden) || text.chars().count() > LINE {
        return Err(node.problem(
            "is not one line of text",
            format!("write at most {LINE} characters, without line breaks"),
        ));
    }
    Ok(text.to_owned())
}

const LINE: usize = 400;

fn version(node: &Node<'_>) -> Decoded<Version> {
    let text = node.text_or("a version", "\"1.0.0\"")?;
    Version::parse(text).map_err(|error| {
        node.problem(
            format!("`{text}` is no version: {error}"),
            "write three numbers, as in \"1.0.0\" (https://semver.org)",
        )
    })
}

fn version_of_contract(node: &Node<'_>) -> Decoded<Version> {
    let version = version(node)?;
    let offered = crate::plugin::contract_version();
    if version.major == offered.major && version.minor == offered.minor && version.patch <= offered.patch {
        return Ok(version);
    }
    Err(node.problem(
        format!("is {version}, and this host offers portcullis:plugin {offered}"),
        format!("build the plugin against version {offered}, or run it on a host that offers {version}"),
    ))
}

fn words<T: Copy + Ord>(node: &Node<'_>, choices: &[(&'static str, T)]) -> Decoded<BTreeSet<T>> {
    let words: Vec<_> = node.array()?.iter().map(|element| element.one_of(choices)).collect();
    words.into_iter().collect()
}

#[derive(Default)]
struct Capabilities {
    capabilities: BTreeMap<Capability, String>,
    database: Option<DatabaseAccess>,
    hosts: BTreeSet<Origin>,
}

fn capabilities(table: &Table<'_>) -> Decoded<Capabilities> {
    let mut asked = Capabilities::default();
    let mut outcome = Ok(());
    for capability in Capability::ALL {
        let Some(node) = table.get(capability.name()) else { continue };
        let reason = match capability {
            Capability::Database => node.table(|table| {
                let access = table.required("access", "\"read\"", |node| node.one_of(&ACCESS));
                let reason = table.required("reason", "\"…\"", line);
                asked.database = Some(access?);
                reason
            }),
            Capability::Http => node.table(|table| {
                let hosts = table.required("hosts", "[\"lookup.acme.example\"]", hosts);
                let reason = table.required("reason", "\"…\"", line);
                asked.hosts = hosts?;
                reason
            }),
            _ => line(&node),
        };
        match reason {
            Ok(reason) => drop(asked.capabilities.insert(capability, reason)),
            Err(reported) => outcome = Err(reported),
        }
    }
    outcome.map(|()| asked)
}

fn hosts(node: &Node<'_>) -> Decoded<BTreeSet<Origin>> {
    let example = "write each host by its name, without a path: \"lookup.acme.example\", with a port where it is not 443, and with \
                   `http://` where it has no TLS";
    let nodes = node.array()?;
    if nodes.is_empty() {
        return Err(node.problem("names no host", example));
    }
    let hosts = nodes.iter().map(|node| {
        let text = node.filled_text()?;
        text.parse()
            .map_err(|why| node.problem(format!("`{}` {why}", text.escape_debug()), example))
    });
    let hosts: Vec<_> = hosts.collect();
    hosts.into_iter().collect()
}

const ACCESS: [(&str, DatabaseAccess); 2] = [
    (DatabaseAccess::Read.name(), DatabaseAccess::Read),
    (DatabaseAccess::Write.name(), DatabaseAccess::Write),
];

/// A table that is a JSON Schema (https://json-schema.org/draft/2020-12), for settings that are an object.
fn schema(node: &Node<'_>) -> Decoded<serde_json::Value> {
    let schema = serde_json::Value::Object(json_object(node)?);
    match jsonschema::validator_for(&schema) {
        Ok(_) => Ok(schema),
        Err(error) => Err(node.problem(
            format!("is not a JSON Schema: {error}"),
            "write for example `properties.table.type = \"string\"`",
        )),
    }
}
