//! `[users.lists.ATTRIBUTE]`: multi-valued attributes whose elements are rows of a table of their own.

use super::{
    attributes::elsewhere,
    column::column,
    context::Context,
    holds::{Room, Several, held},
    log::Decoded,
    nearest::suggest,
    node::Node,
    operation::{Operations, operations},
    table::Table,
};
use crate::{
    application::{
        AttributeMapping, ListSettings, Operation, Origin, ValueType,
        schema::{ENTERPRISE_SCHEMA, Many, Shape, definitions},
        schema_of,
    },
    scim::{AttributePath, ResourceKind},
};

/// ```toml
/// [users.lists.phoneNumbers]               # or an attribute of your own behind a URN: [users.lists."urn:example:hr:badges"]
/// user = "user_id"                         # the user's id in get-user-values, needed where that names :ids, and in get-values
/// id = "phone_id"                          # what tells the rows of a user apart, bound as :value-id; may be left out
///
/// [users.lists.phoneNumbers.attributes]    # sub-attribute = column
/// value = "number"
/// type = "kind"
/// primary = "is_main"
///
/// [users.lists.phoneNumbers.get-user-values]
/// sql = "SELECT user_id, phone_id, number, kind, is_main FROM phone WHERE user_id IN (:ids)"
/// [users.lists.phoneNumbers.get-values]    # all of them, for filters; may be left out
/// sql = "SELECT user_id, phone_id, number, kind, is_main FROM phone"
/// [users.lists.phoneNumbers.add-value]
/// sql = "INSERT INTO phone(user_id, number, kind, is_main) VALUES (:id, :value, :type, :primary)"
/// [users.lists.phoneNumbers.change-value]  # may be left out: then a changed element is removed and added
/// sql = "UPDATE phone SET number = :value, kind = :type, is_main = :primary WHERE phone_id = :value-id"
/// [users.lists.phoneNumbers.remove-value]
/// sql = "DELETE FROM phone WHERE phone_id = :value-id"
/// ```
///
/// `mapped` are the attributes that columns of the user hold. An attribute is in either place and not in both: of two places nobody could say which
/// one a new element goes to.
pub fn lists(entries: Vec<(String, Node<'_>)>, mapped: &[AttributeMapping], context: &Context<'_>) -> Decoded<Vec<ListSettings>> {
    let mut lists: Vec<ListSettings> = Vec::new();
    let mut outcome = Ok(());
    for (name, node) in entries {
        let path = path(&name, &node, mapped, &lists, context);
        match node.table(|table| list(path, table, context)) {
            Ok(list) => lists.push(list),
            Err(reported) => outcome = Err(reported),
        }
    }
    outcome.map(|()| lists)
}

/// The attribute, and the sub-attributes that the RFC gives it; `None`: those are the administrator's to choose.
type Attribute = (AttributePath, Option<&'static [(String, ValueType)]>);

fn path(
    written: &str,
    node: &Node<'_>,
    mapped: &[AttributeMapping],
    others: &[ListSettings],
    context: &Context<'_>,
) -> Decoded<Attribute> {
    let node = node.at_key();
    let example = "write for example `[users.lists.phoneNumbers]` or `[users.lists.\"urn:example:hr:badges\"]`";
    let path: AttributePath = written.parse().map_err(|message: String| node.problem(message, example))?;
    if path.element.is_some() || path.sub_attribute.is_some() {
        return Err(node.problem(
            format!("`{written}` is a part of an attribute, and a list is all of one"),
            example,
        ));
    }
    let (path, parts) = defined(&node, path, context)?;
    let same = |other: &AttributePath| {
        other.name.eq_ignore_ascii_case(&path.name)
            && other
                .extension
                .as_deref()
                .unwrap_or_default()
                .eq_ignore_ascii_case(path.extension.as_deref().unwrap_or_default())
    };
    if let Some(other) = mapped.iter().find(|other| same(&other.path)) {
        let message = format!(
            "[users.attributes] maps `{}` to the column {}, and an attribute has its columns or a table: where would a new element go?",
            other.path, other.column
        );
        return Err(node.problem(message, "remove one of the two; get-user-values can join both with UNION ALL"));
    }
    match others.iter().any(|other| same(&other.path)) {
        true => Err(node.problem(
            format!("`{path}` is there already, and differs by case alone"),
            "remove one of the two",
        )),
        false => Ok((path, parts)),
    }
}

/// In the letters of the schema that defines it. An attribute of a schema that the RFC doesn't define is free.
fn defined(node: &Node<'_>, path: AttributePath, context: &Context<'_>) -> Decoded<Attribute> {
    let Some(definitions) = definitions(ResourceKind::User, path.extension.as_deref()) else {
        let own = schema_of(context.application, ResourceKind::User);
        if path.extension.as_deref().is_some_and(|urn| urn.eq_ignore_ascii_case(&own)) {
            let message = format!("`{own}` has the columns that nothing maps, and no others");
            return Err(node.problem(message, "choose another URN"));
        }
        return Ok((path, None));
    };
    if let Some(remedy) = elsewhere(&path, ResourceKind::User) {
        return Err(node.problem(format!("`{}` has no list here", path.name), remedy));
    }
    let several = definitions
        .iter()
        .filter_map(|definition| match (&definition.shape, definition.many) {
            (Shape::Complex(parts), Many::Several) => Some((definition.name.as_str(), parts.as_slice())),
            _ => None,
        });
    let named = several.clone().find(|(name, _)| name.eq_ignore_ascii_case(&path.name));
    let Some((name, parts)) = named else {
        let names: Vec<&str> = several
            .map(|(name, _)| name)
            .filter(|name| !["roles", "entitlements", "groups"].contains(name))
            .collect();
        let message = format!("`{path}` is no attribute with several values (RFC 7643)");
        let remedy = match names.is_empty() {
            true => "put an attribute of your own behind a URN of your own".to_owned(),
            false => suggest(&path.name, names.iter().copied(), "attributes with several values"),
        };
        return Err(node.problem(message, remedy));
    };
    let path = AttributePath {
        extension: path.extension.map(|_| ENTERPRISE_SCHEMA.to_owned()),
        name: name.to_owned(),
        ..path
    };
    Ok((path, Some(parts)))
}

fn list(attribute: Decoded<Attribute>, table: &Table<'_>, context: &Context<'_>) -> Decoded<ListSettings> {
    let user = table.optional("user", column);
    let id = table.optional("id", column);
    let parts = match table.get("attributes") {
        Some(node) => attribute
            .as_ref()
            .map_err(|reported| *reported)
            .and_then(|attribute| parts(&node, attribute)),
        None => {
            let section = format!("[{}.attributes]` with `value = \"…\"", table.node.key);
            Err(table.missing("attributes", &section))
        }
    };
    let operations = operations(table, &Operation::OF_LISTS, context);
    coherent(table, &operations)?;
    let (path, _) = attribute?;
    Ok(ListSettings {
        name: path.to_string(),
        path,
        parts: parts?,
        user: user?,
        id: id?,
        operations: operations.settings?,
    })
}

fn parts(node: &Node<'_>, (path, defined): &Attribute) -> Decoded<Vec<AttributeMapping>> {
    let mut parts: Vec<AttributeMapping> = Vec::new();
    let mut outcome = Ok(());
    for (name, node) in node.named()? {
        match part(&name, &node, path, *defined, &parts) {
            Ok(part) => parts.push(part),
            Err(reported) => outcome = Err(reported),
        }
    }
    outcome?;
    match parts.is_empty() {
        true => Err(node.problem(
            "is empty: an element has at least one sub-attribute",
            "write for example `value = \"number\"`",
        )),
        false => Ok(parts),
    }
}

fn part(
    name: &str,
    node: &Node<'_>,
    path: &AttributePath,
    defined: Option<&[(String, ValueType)]>,
    others: &[AttributeMapping],
) -> Decoded<AttributeMapping> {
    let known = match defined {
        Some(defined) => {
            let found = defined.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
            found.cloned().ok_or_else(|| {
                let names = defined.iter().map(|(known, _)| known.as_str());
                let remedy = suggest(name, names, &format!("parts of {}", path.name));
                node.at_key()
                    .problem(format!("`{name}` is no part of `{}` (RFC 7643)", path.name), remedy)
            })
        }
        None if is_name(name) => Ok((name.to_owned(), ValueType::Any)),
        None => Err(node.at_key().problem(
            format!("`{}` is not the name of a sub-attribute", name.escape_debug()),
            "use ASCII letters and digits, beginning with a letter, and not `id`",
        )),
    };
    let room = Room {
        value_type: known.as_ref().map_or(ValueType::Any, |(_, value_type)| *value_type),
        several: Several::Refused,
    };
    let held = held(node, room);
    let (name, value_type) = known?;
    if others.iter().any(|other| other.sub_attribute().eq_ignore_ascii_case(&name)) {
        return Err(node
            .at_key()
            .problem(format!("`{name}` is there already"), "remove one of the two"));
    }
    let held = held?;
    let own = held.holds.value_type().filter(|_| value_type == ValueType::Any);
    Ok(AttributeMapping {
        path: AttributePath {
            sub_attribute: Some(name),
            ..path.clone()
        },
        column: held.column,
        value_type: own.unwrap_or(value_type),
        holds: held.holds,
        column_type: None,
        origin: Origin::Mapping,
    })
}

/// RFC 7643 §2.1. Statements have another meaning for `:id`.
fn is_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.chars().all(|c| c.is_ascii_alphanumeric())
        && !name.eq_ignore_ascii_case("id")
}

/// Finds what would silently be empty or could not work.
fn coherent(table: &Table<'_>, operations: &Operations<'_>) -> Decoded<()> {
    use Operation::{AddValue, ChangeValue, GetUserValues, GetValues, RemoveValue};
    let section = &table.node.key;
    let mut outcome = Ok(());
    if !operations.has(GetUserValues) {
        outcome = Err(table.missing_because(
            &table.node,
            &[GetUserValues.name()],
            "get-user-values is missing: every user would seem to have none",
            &format!("configure [{section}.get-user-values]"),
        ));
    }
    if let Some(node) = operations.enabled.get(&GetValues)
        && table.get("user").is_none()
    {
        let message = "get-values is for all users, and nothing says whose each row is";
        outcome = Err(table.missing_because(node, &["user"], message, "write `user = \"…\"` with the column that says so"));
    }
    for (one, other, consequence) in [
        (AddValue, RemoveValue, "what was added can never be removed"),
        (RemoveValue, AddValue, "what was removed can never be added again"),
        (ChangeValue, AddValue, "no user can get one that has none"),
    ] {
        if let (Some(node), false) = (operations.enabled.get(&one), operations.has(other)) {
            node.warning(
                format!("{other} is missing: {consequence}"),
                format!("configure [{section}.{other}]"),
            );
        }
    }
    outcome
}
