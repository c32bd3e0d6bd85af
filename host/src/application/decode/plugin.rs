//! `[plugins.NAME]` of `portcullis.toml`

use std::{
    collections::BTreeMap,
    net::IpAddr,
    path::{Component, Path, PathBuf},
};

use ipnet::IpNet;
use serde_json::{Map, Number, Value, json};
use toml::de::DeValue;

use super::{connection::certificate, context::Context, log::Decoded, node::Node, sandbox, table::Table};
use crate::{
    application::{PluginHttp, PluginSettings},
    database::Kind,
    outbound::Networks,
    sandbox::{Limits, SandboxSettings},
};

/// ```toml
/// [plugins.acme-roles]
/// file = "acme-roles.wasm"               # inside DIR/plugins; this is the default
/// # oci = "registry.acme.example/acme/roles@sha256:…"   # instead: fetched when it is approved
/// settings = { tenant = "north" }        # handed to the plugin
/// limits = { memory = "16MiB" }          # as in [sandbox], in place of the server's: lower or higher; and `component-size`
///
/// [plugins.acme-roles.http]              # for a plugin that sends requests to hosts
/// private = ["10.20.0.0/16"]             # where these may be, besides all that is public
/// ca = "acme.pem"                        # authorities of their certificates; default: those that the system knows
/// ```
pub fn plugins(
    entries: Vec<(String, Node<'_>)>,
    server: &SandboxSettings,
    context: &Context<'_>,
) -> Decoded<BTreeMap<String, PluginSettings>> {
    let mut plugins = BTreeMap::new();
    let mut outcome = Ok(());
    for (name, node) in entries {
        let named = plugin_name_at(&name, &node);
        let plugin = node.table(|table| plugin(&name, table, server, context));
        match named.and(plugin) {
            Ok(plugin) => drop(plugins.insert(name, plugin)),
            Err(reported) => outcome = Err(reported),
        }
    }
    outcome.map(|()| plugins)
}

/// A name as in `[plugins.NAME]`.
///
/// # Errors
/// It is none: what is wrong with it, and what to write instead.
pub fn plugin_name(name: &str) -> Result<(), (String, &'static str)> {
    if name.is_empty() || !name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-') {
        let message = format!("`{}` is not a plugin's name", name.escape_debug());
        return Err((message, "use lower-case letters, digits and hyphens"));
    }
    if Kind::ALL.iter().any(|kind| kind.name() == name) {
        return Err((format!("`{name}` is the name of a built-in component"), "choose another name"));
    }
    Ok(())
}

/// Likewise, at its place in a file.
pub fn plugin_name_at(name: &str, node: &Node<'_>) -> Decoded<()> {
    plugin_name(name).map_err(|(message, remedy)| node.problem(message, remedy))
}

fn plugin(name: &str, table: &Table<'_>, server: &SandboxSettings, context: &Context<'_>) -> Decoded<PluginSettings> {
    let file = table.or("file", PathBuf::from(format!("{name}.wasm")), file);
    let oci = table.optional("oci", |node| {
        let pinned = node.filled_text()?.parse();
        pinned.map_err(|why: String| node.problem(why, "write where the artifact is, with its digest"))
    });
    if let (Some(_), Some(node)) = (table.get("oci"), table.get("file")) {
        node.warning(
            "is not looked at: `oci` says where the component is",
            "remove `file`, or `oci`",
        );
    }
    let settings = table.or("settings", Map::new(), json_object);
    let limits = table.section("limits", |table| own_limits(table, server));
    let http = table.section("http", |table| http(table, context));
    let (limits, component_size) = limits?;
    Ok(PluginSettings {
        file: file?,
        oci: oci?,
        settings: settings?,
        limits,
        component_size,
        http: http?,
    })
}

fn http(table: &Table<'_>, context: &Context<'_>) -> Decoded<PluginHttp> {
    let private = table.or("private", Vec::new(), |node| {
        let networks: Vec<_> = node.array()?.iter().map(network).collect();
        networks.into_iter().collect()
    });
    let ca = table.optional("ca", |node| certificate(node, context));
    Ok(PluginHttp {
        private: Networks(private?),
        ca: ca?,
    })
}

/// A network, or an address by itself.
fn network(node: &Node<'_>) -> Decoded<IpNet> {
    let text = node.text_or("a network", "\"10.20.0.0/16\"")?;
    let network = text.parse().or_else(|_| text.parse::<IpAddr>().map(IpNet::from));
    match network {
        Ok(network) if network.trunc() == network => Ok(network),
        Ok(network) => Err(node.problem(
            "has more digits than the network has",
            format!("write \"{}\"", network.trunc()),
        )),
        Err(_) => Err(node.problem(
            "is no network and no address",
            "write for example \"10.20.0.0/16\" or \"10.20.0.7\"",
        )),
    }
}

fn file(node: &Node<'_>) -> Decoded<PathBuf> {
    let mut path = PathBuf::new();
    let mut inside = true;
    for part in Path::new(node.filled_text()?).components() {
        match part {
            Component::Normal(part) => path.push(part),
            Component::CurDir => {}
            Component::ParentDir | Component::RootDir | Component::Prefix(_) => inside = false,
        }
    }
    if inside && path.file_name().is_some() {
        return Ok(path);
    }
    Err(node.problem(
        "is not a file inside the plugins directory",
        "put the file into `plugins` and write its name, without a leading `/` and without `..`",
    ))
}

/// The server's limits with the plugin's own in their places, and how large its file may be.
fn own_limits(table: &Table<'_>, server: &SandboxSettings) -> Decoded<(Limits, u64)> {
    let own = sandbox::limits(table, server.limits);
    let component_size = sandbox::component_size(table, server.component_size);
    Ok((server.limits.with(&own?), component_size?))
}

/// A table for a plugin, as JSON; dates and times become strings.
pub fn json_object(node: &Node<'_>) -> Decoded<Map<String, Value>> {
    let mut object = Map::new();
    let mut outcome = Ok(());
    for (key, node) in node.named()? {
        match json_value(&node) {
            Ok(value) => drop(object.insert(key, value)),
            Err(reported) => outcome = Err(reported),
        }
    }
    outcome.map(|()| object)
}

pub fn json_value(node: &Node<'_>) -> Decoded<Value> {
    Ok(match node.value {
        Some(DeValue::String(text)) => json!(text),
        Some(DeValue::Boolean(value)) => json!(value),
        Some(DeValue::Datetime(datetime)) => json!(datetime.to_string()),
        Some(DeValue::Integer(_)) => match node.integer() {
            Some(integer) => json!(integer),
            None => return Err(node.problem("does not fit into 64 bits", "write it as a string")),
        },
        Some(DeValue::Float(float)) => match float.as_str().parse().ok().and_then(Number::from_f64) {
            Some(number) => Value::Number(number),
            None => return Err(node.problem("is not a number that JSON has", "write it as a string")),
        },
        Some(DeValue::Array(_)) => {
            let elements: Vec<_> = node.array()?.iter().map(json_value).collect();
            elements.into_iter().collect::<Decoded<Vec<_>>>().map(Value::Array)?
        }
        Some(DeValue::Table(_)) => Value::Object(json_object(node)?),
        None => Value::Null,
    })
}
