//! `[transforms]`, and the names of plugins.

use super::{context::Context, log::Decoded, nearest::suggest, node::Node, table::Table};
use crate::application::Transforms;

/// ```toml
/// [transforms]
/// to-application = ["normalise-names"]   # in this order
/// from-application = []
/// password = "legacy-passwords"          # hashes new passwords
/// ```
pub fn transforms(table: &Table<'_>, context: &Context<'_>) -> Decoded<Transforms> {
    let to_application = table.or("to-application", Vec::new(), |node| names(node, context));
    let from_application = table.or("from-application", Vec::new(), |node| names(node, context));
    let password = table.optional("password", |node| known_plugin(node, context));
    Ok(Transforms {
        to_application: to_application?,
        from_application: from_application?,
        password: password?,
    })
}

fn names(node: &Node<'_>, context: &Context<'_>) -> Decoded<Vec<String>> {
    let names: Vec<_> = node.array()?.iter().map(|node| known_plugin(node, context)).collect();
    names.into_iter().collect()
}

/// The name of a plugin that `portcullis.toml` defines.
pub fn known_plugin(node: &Node<'_>, context: &Context<'_>) -> Decoded<String> {
    let name = node.filled_text()?;
    context.used.borrow_mut().insert(name.to_owned());
    match context.plugins {
        Some(plugins) if !plugins.contains(name) => {
            let remedy = match super::nearest::nearest(name, plugins.iter().map(String::as_str)) {
                Some(_) => suggest(name, plugins.iter().map(String::as_str), "plugins"),
                None => format!("write [plugins.{name}] in portcullis.toml, and put its component into the plugins directory"),
            };
            Err(node.problem(format!("portcullis.toml defines no plugin `{name}`"), remedy))
        }
        _ => Ok(name.to_owned()),
    }
}
