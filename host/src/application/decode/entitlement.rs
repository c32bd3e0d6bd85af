//! `[entitlements.TYPE]`

use toml::de::DeValue;

use super::{
    column::column,
    context::Context,
    log::Decoded,
    node::Node,
    operation::{Operations, operations},
    table::Table,
};
use crate::{
    application::{EntitlementSettings, Operation, Second},
    scim::EntitlementKind,
};

/// Endpoints of RFC 7644 §3.2.
const RESERVED: [&str; 8] = [
    "Users",
    "Groups",
    "Me",
    "Schemas",
    "ResourceTypes",
    "ServiceProviderConfig",
    "Bulk",
    "RolesAndEntitlements",
];
/// Names of resource types that are not entitlements.
const RESOURCES: [&str; 5] = ["User", "Group", "Schema", "ResourceType", "ServiceProviderConfig"];

/// ```toml
/// [entitlements.Role]        # the type's name, which people see
/// id = "role_id"             # columns of get-entitlements and get-user-entitlements
/// display = "role_name"
/// description = "role_text"  # may be left out
/// user = "user_id"           # the user's id in get-user-entitlements, needed where that names :ids
/// kind = "role"              # or "entitlement", which is the default unless the type is called Role
/// endpoint = "/Roles"        # default: the name with an s
/// single = false             # a user holds any number; "refuse" (or true): at most one, and a second one is refused; "replace":
///                            # a second one takes the place of the first
/// [entitlements.Role.get-entitlements]
/// sql = "SELECT role_id, role_name FROM role"
/// ```
pub fn entitlements(entries: Vec<(String, Node<'_>)>, context: &Context<'_>) -> Decoded<Vec<EntitlementSettings>> {
    let mut types: Vec<EntitlementSettings> = Vec::new();
    let mut outcome = Ok(());
    for (name, node) in entries {
        let named = type_name(&name, &node, &types);
        match node.table(|table| entitlement(&name, named, table, &types, context)) {
            Ok(entitlement) => types.push(entitlement),
            Err(reported) => outcome = Err(reported),
        }
    }
    outcome.map(|()| types)
}

fn type_name(name: &str, node: &Node<'_>, others: &[EntitlementSettings]) -> Decoded<()> {
    let starts = name.chars().next().is_some_and(|c| c.is_ascii_alphabetic());
    if !starts || !name.chars().all(|c| c.is_ascii_alphanumeric()) {
        let message = format!("`{}` is not a type's name", name.escape_debug());
        return Err(node.problem(
            message,
            "use ASCII letters and digits, beginning with a letter, for example `Licence`",
        ));
    }
    if RESOURCES.iter().any(|reserved| reserved.eq_ignore_ascii_case(name)) {
        return Err(node.problem(format!("`{name}` is a resource type of SCIM itself"), "choose another name"));
    }
    if let Some(other) = others.iter().find(|other| other.name.eq_ignore_ascii_case(name)) {
        let message = format!("`{}` is there already, and differs by case alone", other.name);
        return Err(node.problem(message, "choose another name"));
    }
    Ok(())
}

fn entitlement(
    name: &str,
    named: Decoded<()>,
    table: &Table<'_>,
    others: &[EntitlementSettings],
    context: &Context<'_>,
) -> Decoded<EntitlementSettings> {
    let role = if name.eq_ignore_ascii_case("role") {
        EntitlementKind::Role
    } else {
        EntitlementKind::Entitlement
    };
    let kinds = [("role", EntitlementKind::Role), ("entitlement", EntitlementKind::Entitlement)];
    let id = table.required("id", "\"role_id\"", column);
    let display = table.required("display", "\"role_name\"", column);
    let description = table.optional("description", column);
    let user = table.optional("user", column);
    let kind = table.or("kind", role, |node| node.one_of(&kinds));
    let single = table.or("single", None, single);
    let location = table.get("single").unwrap_or_else(|| table.node.clone()).location();
    let endpoint = endpoint(name, named, table, others);
    let operations = operations(table, &Operation::OF_ENTITLEMENTS, context);
    coherent(name, table, &operations)?;
    named?;
    Ok(EntitlementSettings {
        name: name.to_owned(),
        kind: kind?,
        endpoint: endpoint?,
        id: id?,
        display: display?,
        description: description?,
        single: single?,
        user: user?,
        operations: operations.settings?,
        location,
    })
}

fn single(node: &Node<'_>) -> Decoded<Option<Second>> {
    match node.value {
        Some(DeValue::Boolean(single)) => Ok(single.then_some(Second::Refuse)),
        Some(DeValue::String(_)) => node.one_of(&[("refuse", Some(Second::Refuse)), ("replace", Some(Second::Replace))]),
        _ => Err(node.mismatch("true, false or a word", "\"refuse\"` or `\"replace\"")),
    }
}

fn endpoint(name: &str, named: Decoded<()>, table: &Table<'_>, others: &[EntitlementSettings]) -> Decoded<String> {
    if table.get("endpoint").is_none() {
        named?;
    }
    let default = format!("/{name}s");
    let written = table.optional("endpoint", Node::text)?.unwrap_or(&default);
    let node = table.get("endpoint").unwrap_or_else(|| table.node.clone());
    let Some(segment) = written
        .strip_prefix('/')
        .filter(|rest| !rest.is_empty() && rest.chars().all(|c| c.is_ascii_alphanumeric()))
    else {
        return Err(node.problem(
            format!("`{written}` is not an endpoint"),
            "write a slash and one word of ASCII letters and digits, for example `/Licences`",
        ));
    };
    if RESERVED.iter().any(|reserved| reserved.eq_ignore_ascii_case(segment)) {
        return Err(node.problem(
            format!("`{written}` is an endpoint of SCIM itself"),
            "write `endpoint = \"…\"` with another word",
        ));
    }
    if let Some(other) = others.iter().find(|other| other.endpoint.eq_ignore_ascii_case(written)) {
        return Err(node.problem(
            format!("`{written}` is the endpoint of {} already", other.name),
            "write `endpoint = \"…\"` with another word",
        ));
    }
    Ok(written.to_owned())
}

/// Finds what would silently be empty or could not work.
fn coherent(name: &str, table: &Table<'_>, operations: &Operations<'_>) -> Decoded<()> {
    use Operation::{AddEntitlement, GetEntitlements, GetUserEntitlements, RemoveEntitlement};
    let mut outcome = Ok(());
    if !operations.has(GetEntitlements) {
        let remedy = format!("configure [entitlements.{name}.get-entitlements]");
        let message = "get-entitlements is missing: clients would see no item of this type, and could assign none";
        outcome = Err(table.missing_because(&table.node, &[GetEntitlements.name()], message, &remedy));
    }
    if !operations.has(GetUserEntitlements) {
        let remedy = format!("configure [entitlements.{name}.get-user-entitlements]");
        match operations.first(&[AddEntitlement, RemoveEntitlement]) {
            Some((operation, node)) => {
                let message =
                    format!("{operation} needs get-user-entitlements: what a user has already decides what is added and removed");
                outcome = Err(table.missing_because(node, &[GetUserEntitlements.name()], &message, &remedy));
            }
            None => table
                .node
                .warning("get-user-entitlements is missing: every user will seem to have none", remedy),
        }
    }
    match (
        operations.enabled.get(&AddEntitlement),
        operations.enabled.get(&RemoveEntitlement),
    ) {
        (Some(add), None) => add.warning(
            "remove-entitlement is missing: what was assigned can never be taken away",
            format!("configure [entitlements.{name}.remove-entitlement]"),
        ),
        (None, Some(remove)) => remove.warning(
            "add-entitlement is missing: what was taken away can never be given back",
            format!("configure [entitlements.{name}.add-entitlement]"),
        ),
        _ => {}
    }
    outcome
}
