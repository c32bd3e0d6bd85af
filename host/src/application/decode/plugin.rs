//! `[plugins.NAME]` of `portcullis.toml`

use std::{
    collections::BTreeMap,
    path::{Component, Path, PathBuf},
};

use serde_json::{Map, Number, Value, json};
use toml::de::DeValue;

use super::{log::Decoded, node::Node, sandbox, table::Table};
use crate::{application::PluginSettings, database::Kind, sandbox::Limits};

/// ```toml
/// [plugins.acme-roles]
/// file = "acme-roles.wasm"               # inside DIR/plugins; this is the default
/// settings = { tenant = "north" }        # handed to the plugin
/// limits = { memory = "16MiB" }          # as in [sandbox], each lowering the server's
/// ```
pub fn plugins(entries: Vec<(String, Node<'_>)>, server: Limits) -> Decoded<BTreeMap<String, PluginSettings>> {
    let mut plugins = BTreeMap::new();
    let mut outcome = Ok(());
    for (name, node) in entries {
        let named = plugin_name(&name, &node);
        let plugin = node.table(|table| plugin(&name, table, server));
        match named.and(plugin) {
            Ok(plugin) => drop(plugins.insert(name, plugin)),
            Err(reported) => outcome = Err(reported),
        }
    }
    outcome.map(|()| plugins)
}

/// A name as in `[plugins.NAME]`.
pub fn plugin_name(name: &str, node: &Node<'_>) -> Decoded<()> {
    if name.is_empty() || !name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-') {
        let message = format!("`{}` is not a plugin's name", name.escape_debug());
        return Err(node.problem(message, "use lower-case letters, digits and hyphens"));
    }
    if Kind::ALL.iter().any(|kind| kind.name() == name) {
        return Err(node.problem(format!("`{name}` is the name of a built-in component"), "choose another name"));
    }
    Ok(())
}

fn plugin(name: &str, table: &Table<'_>, server: Limits) -> Decoded<PluginSettings> {
    let file = table.or("file", PathBuf::from(format!("{name}.wasm")), file);
    let settings = table.or("settings", Map::new(), json_object);
    let limits = table.section("limits", |table| lowered(table, server));
    Ok(PluginSettings {
        file: file?,
        settings: settings?,
        limits: limits?,
    })
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

/// The server's limits, lowered where the table says so.
fn lowered(table: &Table<'_>, server: Limits) -> Decoded<Limits> {
    let own = sandbox::limits(table, server)?;
    let larger = [
        ("cpu", own.cpu > server.cpu),
        ("wall", own.wall > server.wall),
        ("memory", own.memory > server.memory),
        ("transfer", own.transfer > server.transfer),
        ("statements", own.statements > server.statements),
        ("rows", own.rows > server.rows),
        ("result-bytes", own.result_bytes > server.result_bytes),
        ("log-lines", own.log_lines > server.log_lines),
    ];
    for (key, _) in larger.iter().filter(|(_, larger)| *larger) {
        if let Some(node) = table.get(key) {
            let remedy = format!("raise `{key}` in [sandbox], or remove it here");
            node.warning("is larger than the server's, which therefore counts", remedy);
        }
    }
    Ok(own.min(server))
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
