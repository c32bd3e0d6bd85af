//! `[users.attributes]` and `[groups.attributes]`: SCIM attribute paths and the columns that hold them.

use super::{
    holds::{Room, Several, held},
    log::Decoded,
    nearest::nearest,
    node::Node,
};
use crate::{
    application::{
        AttributeMapping, Origin, ValueType,
        schema::{Definition, ENTERPRISE_SCHEMA, Many, Shape, definitions},
    },
    scim::{AttributePath, ResourceKind},
};

pub fn attributes(node: &Node<'_>, kind: ResourceKind) -> Decoded<Vec<AttributeMapping>> {
    let mut mapped: Vec<AttributeMapping> = Vec::new();
    let mut outcome = Ok(());
    let entries = node.named()?;
    let has_name = entries.iter().any(|(name, _)| is_required(name, kind));
    for (name, node) in entries {
        match attribute(&name, &node, kind).and_then(|attribute| distinct(&node.at_key(), attribute, &mapped)) {
            Ok(attribute) => mapped.push(attribute),
            Err(reported) => outcome = Err(reported),
        }
    }
    if !has_name && outcome.is_ok() {
        let mut node = node.clone();
        node.key = format!("{}.{}", node.key, kind.required());
        let (section, column) = match kind {
            ResourceKind::User => ("4.1.1", "username"),
            ResourceKind::Group => ("4.2", "group_name"),
        };
        return Err(node.problem(
            format!("is missing: every {} has one (RFC 7643 §{section})", kind.noun()),
            format!("write `{} = \"{column}\"` with the column that holds it", kind.required()),
        ));
    }
    outcome.map(|()| mapped)
}

fn is_required(name: &str, kind: ResourceKind) -> bool {
    let path = name.parse::<AttributePath>();
    path.is_ok_and(|path| path.extension.is_none() && path.name.eq_ignore_ascii_case(kind.required()))
}

fn attribute(name: &str, node: &Node<'_>, kind: ResourceKind) -> Decoded<AttributeMapping> {
    if node.is_table() && !is_column(name, node)? {
        let inner = node.named()?;
        let sub = inner.first().map_or("givenName", |(sub, _)| sub.as_str());
        return Err(node.at_key().problem(
            "an attribute with a dot stands in quotes",
            format!("write `\"{name}.{sub}\" = \"…\"`"),
        ));
    }
    let known = path(&node.at_key(), name, kind);
    let held = held(node, room(known.as_ref().ok()));
    let (known, held) = (known?, held?);
    let own = held.holds.value_type().filter(|_| known.value_type == ValueType::Any);
    Ok(AttributeMapping {
        path: known.path,
        column: held.column,
        value_type: own.unwrap_or(known.value_type),
        holds: held.holds,
        column_type: None,
        origin: Origin::Mapping,
    })
}

/// Whether a table is a column with what it holds, and not the parts of an attribute that lacks its quotes.
fn is_column(name: &str, node: &Node<'_>) -> Decoded<bool> {
    let keys = node.named()?;
    let has = |word: &str| keys.iter().any(|(key, _)| key == word);
    Ok(name.contains(['.', ':']) || has("column") || has("true") || has("false"))
}

/// What can be kept of an attribute; of one that is none, anything.
fn room(known: Option<&Known>) -> Room {
    let is_whole = |path: &AttributePath| path.element.is_none() && path.sub_attribute.is_none();
    Room {
        value_type: known.map_or(ValueType::Any, |known| known.value_type),
        several: match known {
            Some(known) if known.value_type != ValueType::Any || !is_whole(&known.path) => Several::Refused,
            _ => Several::Allowed,
        },
    }
}

/// Refuses what is mapped already, and what holds or is held by something that is mapped.
fn distinct(node: &Node<'_>, attribute: AttributeMapping, mapped: &[AttributeMapping]) -> Decoded<AttributeMapping> {
    let within = |outer: &AttributePath, inner: &AttributePath| {
        outer.sub_attribute.is_none() && inner.sub_attribute.is_some() && {
            let whole = AttributePath {
                sub_attribute: None,
                ..inner.clone()
            };
            same_path(outer, &whole)
        }
    };
    for other in mapped {
        if same_path(&other.path, &attribute.path) {
            let message = format!("`{}` is mapped already, to the column {}", other.path, other.column);
            return Err(node.problem(message, "remove one of the two"));
        }
        if within(&other.path, &attribute.path) || within(&attribute.path, &other.path) {
            let message = format!("`{}` is mapped as well, and one holds the other", other.path);
            return Err(node.problem(message, "map the whole or its parts"));
        }
    }
    Ok(attribute)
}

/// A path that is fit for a mapping, in the letters of the schema that defines it.
#[derive(Debug)]
pub struct Known {
    pub path: AttributePath,
    pub value_type: ValueType,
}

/// Checks a path against RFC 7643. Attributes of a schema that the RFC doesn't define are free.
pub fn path(node: &Node<'_>, written: &str, kind: ResourceKind) -> Decoded<Known> {
    let path: AttributePath = match written.parse() {
        Ok(path) => path,
        Err(message) => {
            let remedy = match kind {
                ResourceKind::User => "write for example `userName`, `\"name.givenName\"` or `'emails[type eq \"work\"].value'`",
                ResourceKind::Group => "write for example `displayName` or `externalId`",
            };
            return Err(node.problem(message, remedy));
        }
    };
    let Some(definitions) = definitions(kind, path.extension.as_deref()) else {
        return free(node, path);
    };
    if let Some(remedy) = elsewhere(&path, kind) {
        return Err(node.problem(format!("`{}` cannot be mapped here", path.name), remedy));
    }
    let Some(definition) = definitions
        .iter()
        .find(|definition| definition.name.eq_ignore_ascii_case(&path.name))
    else {
        let schema = match (kind, &path.extension) {
            (ResourceKind::Group, _) => "the core group schema",
            (ResourceKind::User, Some(_)) => "the enterprise schema",
            (ResourceKind::User, None) => "the core user schema",
        };
        let names = definitions.iter().map(|definition| definition.name.as_str());
        let own = format!(
            "put an attribute of your own behind a URN, as in `\"urn:example:payroll:{}\"`",
            path.name
        );
        let near = nearest(&path.name, names).map(|name| format!("write `{name}` instead"));
        let enterprise = match kind {
            ResourceKind::User if path.extension.is_none() => of_enterprise(&path.name),
            _ => None,
        };
        let remedy = enterprise.or(near).unwrap_or(own);
        return Err(node.problem(format!("`{}` is no attribute of {schema} (RFC 7643)", path.name), remedy));
    };
    defined(node, path, definition)
}

/// What to write for an attribute that the enterprise schema defines.
fn of_enterprise(name: &str) -> Option<String> {
    let definitions = definitions(ResourceKind::User, Some(ENTERPRISE_SCHEMA))?;
    let found = definitions
        .iter()
        .find(|definition| definition.name.eq_ignore_ascii_case(name))?;
    let part = if matches!(found.shape, Shape::Complex(_)) {
        ".value"
    } else {
        ""
    };
    Some(format!("write `\"{ENTERPRISE_SCHEMA}:{}{part}\"` instead", found.name))
}

/// What is configured elsewhere, or is the protocol's own.
pub fn elsewhere(path: &AttributePath, kind: ResourceKind) -> Option<&'static str> {
    if path.extension.is_some() {
        return None;
    }
    let name = path.name.to_ascii_lowercase();
    match (
        name.as_str(),
        path.sub_attribute.as_deref().map(str::to_ascii_lowercase).as_deref(),
    ) {
        ("id", _) => Some(match kind {
            ResourceKind::User => "write `id = \"…\"` under [users]",
            ResourceKind::Group => "write `id = \"…\"` under [groups]",
        }),
        ("members", _) if kind == ResourceKind::Group => Some("configure [groups.get-group-members]"),
        ("schemas", _) => Some("remove it: the server writes it itself"),
        ("meta", Some("created" | "lastmodified" | "version")) => None,
        ("meta", _) => Some(
            "write `\"meta.lastModified\"`, `\"meta.created\"` or `\"meta.version\"`: the server writes the other parts itself",
        ),
        _ if kind == ResourceKind::Group => None,
        ("active", _) => Some("write `active = \"…\"` under [users]"),
        ("password", _) => {
            Some("configure [operations.set-password], or name `:password` in create-user: no password is ever read")
        }
        ("roles", _) => Some("configure [entitlements.Role]"),
        ("entitlements", _) => Some("configure [entitlements.TYPE] with the type's name, for example [entitlements.Licence]"),
        ("groups", _) => Some("configure [groups.get-user-groups]"),
        _ => None,
    }
}

fn free(node: &Node<'_>, path: AttributePath) -> Decoded<Known> {
    if let (Some((key, _)), Some(sub)) = (&path.element, &path.sub_attribute)
        && key.eq_ignore_ascii_case(sub)
    {
        return Err(node.problem(
            format!("`{sub}` is what the element is chosen by, and always the same"),
            "map another part of it, for example `.value`",
        ));
    }
    if path.element.is_some() && path.sub_attribute.is_none() {
        return Err(node.problem("the element has parts: say which is meant", format!("write `'{path}.value'`")));
    }
    Ok(Known {
        path,
        value_type: ValueType::Any,
    })
}

fn defined(node: &Node<'_>, written: AttributePath, definition: &Definition) -> Decoded<Known> {
    let name = &definition.name;
    let extension = written.extension.as_ref().map(|_| ENTERPRISE_SCHEMA.to_owned());
    let subs = match &definition.shape {
        Shape::Single(value_type) => {
            return match written {
                AttributePath {
                    element: None,
                    sub_attribute: None,
                    ..
                } => Ok(Known {
                    path: AttributePath {
                        extension,
                        name: name.clone(),
                        element: None,
                        sub_attribute: None,
                    },
                    value_type: *value_type,
                }),
                _ => Err(node.problem(format!("`{name}` is a single value without parts"), format!("write `{name}`"))),
            };
        }
        Shape::Complex(subs) => subs,
    };
    let find = |wanted: &str| subs.iter().find(|(sub, _)| sub.eq_ignore_ascii_case(wanted));
    let names = || subs.iter().map(|(sub, _)| sub.as_str()).filter(|sub| !sub.starts_with('$'));
    let example = match definition.many {
        Many::One => format!(
            "write for example `\"{name}.{}\"`",
            names().nth(2).or(names().next()).unwrap_or("value")
        ),
        Many::Several => format!(
            "write for example `'{name}[type eq \"work\"].{}'`",
            names().next().unwrap_or("value")
        ),
    };
    let unknown = |wanted: &str| {
        let remedy = nearest(wanted, names()).map_or_else(
            || format!("parts of {name}: {}", names().collect::<Vec<_>>().join(", ")),
            |near| format!("write `{near}` instead of `{wanted}`"),
        );
        node.problem(format!("`{wanted}` is no part of `{name}` (RFC 7643)"), remedy)
    };
    let element = match (definition.many, &written.element) {
        (Many::One, None) => None,
        (Many::One, Some(_)) => {
            return Err(node.problem(
                format!("`{name}` is a single value, and has no elements to choose from"),
                example,
            ));
        }
        (Many::Several, None) => return Err(node.problem(format!("`{name}` has several values: say which is meant"), example)),
        (Many::Several, Some((key, word))) => {
            let (key, value_type) = find(key).ok_or_else(|| unknown(key))?;
            if *value_type != ValueType::Text {
                return Err(node.problem(format!("an element cannot be chosen by `{key}`, which is no string"), example));
            }
            Some((key.clone(), word.clone()))
        }
    };
    let Some(sub) = &written.sub_attribute else {
        return Err(node.problem(format!("`{name}` has parts: say which is meant"), example));
    };
    let (sub, value_type) = find(sub).ok_or_else(|| unknown(sub))?;
    if element.as_ref().is_some_and(|(key, _)| key == sub) {
        return Err(node.problem(
            format!("`{sub}` is what the element is chosen by, and always the same"),
            "map another part of it, for example `.value`",
        ));
    }
    Ok(Known {
        path: AttributePath {
            extension,
            name: name.clone(),
            element,
            sub_attribute: Some(sub.clone()),
        },
        value_type: *value_type,
    })
}

/// Whether two paths lead to the same value: names don't differ by case (RFC 7643 §2.1).
pub fn same_path(one: &AttributePath, other: &AttributePath) -> bool {
    one.to_string().eq_ignore_ascii_case(&other.to_string())
}
