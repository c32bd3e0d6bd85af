//! `[operations.NAME]`, and the operations of an entitlement type.

use std::collections::BTreeMap;

use super::{
    context::Context, log::Decoded, node::Node, plugin::json_object, quantity::count, table::Table, transforms::known_plugin,
};
use crate::{
    application::{Mode, Operation, OperationSettings},
    database::{Access, RowEffect},
};

/// What is found of a set of operations.
pub struct Operations<'s> {
    /// Those that are enabled, or a problem with any of them.
    pub settings: Decoded<BTreeMap<Operation, OperationSettings>>,
    /// Those that are enabled, right or wrong, each with its place.
    pub enabled: BTreeMap<Operation, Node<'s>>,
}

impl<'s> Operations<'s> {
    pub fn has(&self, operation: Operation) -> bool {
        self.enabled.contains_key(&operation)
    }

    /// The place of the first of these that is enabled.
    pub fn first(&self, operations: &[Operation]) -> Option<(Operation, &Node<'s>)> {
        operations
            .iter()
            .find_map(|operation| Some((*operation, self.enabled.get(operation)?)))
    }
}

/// Those of `which` that the table names.
pub fn operations<'s>(table: &Table<'s>, which: &[Operation], context: &Context<'_>) -> Operations<'s> {
    let mut settings = BTreeMap::new();
    let mut enabled = BTreeMap::new();
    let mut outcome = Ok(());
    for operation in which {
        let Some(node) = table.get(operation.name()) else {
            continue;
        };
        match node.table(|table| decode(*operation, table, context)) {
            Ok(None) => {}
            Ok(Some(decoded)) => {
                enabled.insert(*operation, node);
                settings.insert(*operation, decoded);
            }
            Err(reported) => {
                enabled.insert(*operation, node);
                outcome = Err(reported);
            }
        }
    }
    Operations {
        settings: outcome.map(|()| settings),
        enabled,
    }
}

/// ```toml
/// [operations.update-user]
/// enabled = true                    # the default; for delete-user it is false
/// sql = "UPDATE app_user SET email = ? WHERE user_id = ?"
/// parameters = ["email", "id"]      # what each `?` stands for; not needed where the text names them, as in `:email`
/// rows = 1                          # exactly so many must change, else all is rolled back; or { at-most = 1 }, or "any"
///
/// [operations.create-user]
/// plugin = "acme-users"             # instead of `sql`
/// settings = { region = "north" }   # for this operation, over those of [plugins.acme-users]
/// ```
fn decode(operation: Operation, table: &Table<'_>, context: &Context<'_>) -> Decoded<Option<OperationSettings>> {
    let enabled = table.or("enabled", operation.enabled_by_default(), Node::boolean);
    let effect = table.or("rows", operation.default_effect(), |node| rows(operation, node));
    let mode = match (table.get("sql"), table.get("plugin")) {
        (Some(sql), None) => statement(&sql, table),
        (None, Some(plugin)) => by_plugin(&plugin, table, context),
        (Some(_), Some(plugin)) => {
            anything(table);
            Err(plugin.problem("`sql` is there as well", "keep one of `sql` and `plugin`"))
        }
        (None, None) => {
            anything(table);
            let remedy = "write `sql = \"…\"`, or `plugin = \"NAME\"`";
            Err(table.missing_because(&table.node, &["sql", "plugin"], "says neither `sql` nor `plugin`", remedy))
        }
    };
    let settings = OperationSettings {
        mode: mode?,
        effect: effect?,
        location: table.node.location(),
    };
    if !enabled? {
        if table.get("enabled").is_none() {
            table
                .node
                .warning("is configured, but off", "write `enabled = true` to have it, or remove it");
        }
        return Ok(None);
    }
    Ok(Some(settings))
}

/// Without a mode no other key can be judged, so that none is called unknown.
fn anything(table: &Table<'_>) {
    table.get("parameters");
    table.get("settings");
}

fn statement(node: &Node<'_>, table: &Table<'_>) -> Decoded<Mode> {
    let refused = table.refuse(&["settings"], "is for a plugin");
    let parameters = table.or("parameters", Vec::new(), |node| {
        let names: Vec<_> = node.array()?.iter().map(parameter).collect();
        names.into_iter().collect()
    });
    let sql = node.filled_text()?.to_owned();
    refused?;
    Ok(Mode::Statement {
        sql,
        parameters: parameters?,
        location: node.text_location(),
    })
}

fn parameter(node: &Node<'_>) -> Decoded<String> {
    let name = node.filled_text()?;
    match name.strip_prefix(':') {
        Some(bare) => Err(node.problem("a name has no colon here", format!("write `\"{bare}\"`"))),
        None => Ok(name.to_owned()),
    }
}

fn by_plugin(node: &Node<'_>, table: &Table<'_>, context: &Context<'_>) -> Decoded<Mode> {
    let refused = table.refuse(&["parameters"], "is for `sql`");
    let settings = table.or("settings", serde_json::Map::new(), json_object);
    let name = known_plugin(node, context);
    refused?;
    Ok(Mode::Plugin {
        name: name?,
        settings: settings?,
    })
}

fn rows(operation: Operation, node: &Node<'_>) -> Decoded<RowEffect> {
    if operation.access() == Access::Read {
        return Err(node.problem(format!("{operation} reads, and changes no rows"), "remove `rows`"));
    }
    if node.is_table() {
        return node.table(|table| table.required("at-most", "1", count).map(RowEffect::AtMost));
    }
    if node.integer().is_some() {
        return count(node).map(RowEffect::Exactly);
    }
    match node.value {
        Some(toml::de::DeValue::String(text)) if text == "any" => Ok(RowEffect::Any),
        _ => Err(node.problem(
            "does not say how many rows must change",
            "write `rows = 1` for exactly one, `rows = { at-most = 1 }`, or `rows = \"any\"`",
        )),
    }
}
