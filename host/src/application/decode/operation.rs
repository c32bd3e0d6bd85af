//! `[operations.NAME]`, and the operations of an entitlement type.

use std::collections::BTreeMap;

use super::{
    context::Context,
    log::Decoded,
    node::Node,
    passages::passages,
    plugin::json_object,
    step::{KEYS, step, written},
    table::Table,
    transforms::known_plugin,
};
use crate::application::{Action, Mode, Operation, OperationSettings, Step};

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
/// [operations.deactivate-user]
/// procedure = "hr.deactivate_user"  # instead of `sql`
/// arguments = [{ name = "p_id", value = "id" }]
///
/// [operations.delete-user]
/// statements = [                    # several, one after the other
///   { sql = "DELETE FROM user_role WHERE user_id = :id", rows = "any" },
///   { sql = "DELETE FROM app_user WHERE user_id = :id" },
/// ]
///
/// [operations.create-user]
/// plugin = "acme-users"
/// settings = { region = "north" }   # for this operation, over those of [plugins.acme-users]
/// ```
fn decode(operation: Operation, table: &Table<'_>, context: &Context<'_>) -> Decoded<Option<OperationSettings>> {
    let enabled = table.or("enabled", operation.enabled_by_default(), Node::boolean);
    let mode = mode(operation, table, context);
    let settings = OperationSettings {
        mode: mode?,
        location: table.node.location(),
        passages: passages(&table.node),
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

fn mode(operation: Operation, table: &Table<'_>, context: &Context<'_>) -> Decoded<Mode> {
    match written(table, &["sql", "procedure", "update", "statements", "plugin"])? {
        ("plugin", node) => by_plugin(&node, table, context),
        ("statements", node) => statements(operation, &node, table),
        _ => {
            let refused = table.refuse(&["settings"], "is for a plugin");
            let among = table.refuse(&["name", "when", "returns"], "is for one of several `statements`");
            let step = step(operation, table, "main");
            refused.and(among)?;
            Ok(Mode::Steps(vec![step?]))
        }
    }
}

/// Several statements.
fn statements(operation: Operation, node: &Node<'_>, table: &Table<'_>) -> Decoded<Mode> {
    let refused = table.refuse(&KEYS, "belongs to one of the `statements`");
    let settings = table.refuse(&["settings"], "is for a plugin");
    let elements = node.array()?;
    if elements.is_empty() {
        return Err(node.problem(
            "is empty",
            "write at least one statement, as in `statements = [{ sql = \"…\" }]`",
        ));
    }
    let steps: Vec<Decoded<Step>> = elements
        .iter()
        .enumerate()
        .map(|(index, element)| element.table(|table| step(operation, table, &format!("step-{}", index + 1))))
        .collect();
    let steps: Vec<Step> = steps.into_iter().collect::<Decoded<_>>()?;
    refused.and(settings)?;
    let mut updates = std::iter::zip(&elements, &steps).filter(|(_, step)| matches!(step.action, Action::Update { .. }));
    if let Some((second, _)) = updates.nth(1) {
        return Err(second.problem("is a second `update` of one operation", "write `sql` for one of them"));
    }
    Ok(Mode::Steps(steps))
}

fn by_plugin(node: &Node<'_>, table: &Table<'_>, context: &Context<'_>) -> Decoded<Mode> {
    let refused = table.refuse(&["parameters"], "is for `sql`");
    let others = table.refuse(&["arguments", "function", "success"], "is for a `procedure`");
    let rows = table.refuse(&["rows"], "is not for a plugin, which declares its own");
    let among = table.refuse(&["name", "when", "returns"], "is for one of several `statements`");
    let settings = table.or("settings", serde_json::Map::new(), json_object);
    let name = known_plugin(node, context);
    refused.and(others).and(rows).and(among)?;
    Ok(Mode::Plugin {
        name: name?,
        settings: settings?,
    })
}
