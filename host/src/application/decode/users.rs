//! `[users]`, and what `[groups]` has in common with it.

use toml::de::DeValue;

use super::{
    attributes::{self, attributes, same_path},
    column::column,
    context::Context,
    holds::{differ, word},
    lists::lists,
    log::Decoded,
    node::Node,
    table::Table,
};
use crate::{
    application::{ActiveMapping, AttributeMapping, ListSettings, NewId, ResourceMapping, UnmappedColumns, Words},
    scim::ResourceKind,
};

/// `[users]`
pub struct Users {
    pub mapping: ResourceMapping,
    pub lists: Vec<ListSettings>,
}

/// ```toml
/// [users]
/// id = "user_id"                       # the column that identifies a user
/// new-id = "database"                  # or "uuid" (the host makes one and binds it as :id), { attribute = "userName" }
/// active = "is_active"                 # a boolean column, or { column = "status", true = "ACTIVE", false = "INACTIVE" }
/// unmapped-columns = "show"            # or "hide", or a list: which of the columns that nothing here names clients can read
///
/// [users.attributes]                   # SCIM attribute = column
/// userName = "username"
/// "name.givenName" = "first_name"
/// 'emails[type eq "work"].value' = "email"
/// ```
pub fn users(table: &Table<'_>, context: &Context<'_>) -> Decoded<Users> {
    let id = table.required("id", "\"user_id\"", column);
    let active = table.optional("active", active);
    let attributes = match table.get("attributes") {
        Some(node) => attributes(&node, ResourceKind::User),
        None => Err(table.missing("attributes", "[users.attributes]` with `userName = \"username\"")),
    };
    let mapped = attributes.as_ref().ok();
    let new_id = new_id(table, ResourceKind::User, mapped);
    let unmapped = table.or("unmapped-columns", UnmappedColumns::Show, |node| {
        unmapped_columns(node, mapped)
    });
    let lists = table
        .named("lists")
        .and_then(|entries| lists(entries, mapped.map_or(&[], Vec::as_slice), context));
    Ok(Users {
        mapping: ResourceMapping {
            kind: ResourceKind::User,
            id: id?,
            new_id: new_id?,
            active: active?,
            attributes: attributes?,
            unmapped: unmapped?,
        },
        lists: lists?,
    })
}

fn active(node: &Node<'_>) -> Decoded<ActiveMapping> {
    if !node.is_table() {
        let column = match node.value {
            Some(DeValue::String(_)) => column(node)?,
            _ => return Err(node.mismatch("a column", "\"is_active\"` or `{ column = \"status\", true = \"ACTIVE\" }")),
        };
        return Ok(ActiveMapping { column, words: None });
    }
    node.table(|table| {
        let name = table.required("column", "\"status\"", column);
        // Other than of any attribute, the word for `false` may be missing: whatever is not the other one means inactive.
        let (yes, no) = (table.optional("true", word), table.optional("false", word));
        let (name, yes, no) = (name?, yes?, no?);
        let words = match (yes, no) {
            (Some(yes), no) => Some(differ(table, Words { yes, no })?),
            (None, Some(_)) => return Err(table.missing("true", "true = \"ACTIVE\"")),
            (None, None) => None,
        };
        Ok(ActiveMapping { column: name, words })
    })
}

/// `new-id`, which is `"database"` unless something else is said.
pub fn new_id(table: &Table<'_>, kind: ResourceKind, mapped: Option<&Vec<AttributeMapping>>) -> Decoded<NewId> {
    table.or("new-id", NewId::Database, |node| written_new_id(node, kind, mapped))
}

fn written_new_id(node: &Node<'_>, kind: ResourceKind, mapped: Option<&Vec<AttributeMapping>>) -> Decoded<NewId> {
    let name = kind.required();
    if !node.is_table() {
        return match node.value {
            Some(DeValue::String(_)) => node.one_of(&[("database", ()), ("uuid", ())]).map(|()| match node.text() {
                Ok("uuid") => NewId::Uuid,
                _ => NewId::Database,
            }),
            _ => Err(node.mismatch(
                "a word, or an attribute",
                &format!("\"database\"`, `\"uuid\"` or `{{ attribute = \"{name}\" }}"),
            )),
        };
    }
    node.table(|table| {
        table.required("attribute", &format!("\"{name}\""), |node| {
            let path = attributes::path(node, node.text()?, kind)?.path;
            match mapped {
                Some(mapped) if !mapped.iter().any(|attribute| same_path(&attribute.path, &path)) => Err(node.problem(
                    format!("`{path}` is not mapped"),
                    format!(
                        "map it in [{}s.attributes], for example `\"{path}\" = \"{}\"`",
                        kind.noun(),
                        path.name.to_lowercase()
                    ),
                )),
                _ => Ok(NewId::Attribute(path)),
            }
        })
    })
}

/// Which of the columns that nothing maps clients can read.
pub fn unmapped_columns(node: &Node<'_>, mapped: Option<&Vec<AttributeMapping>>) -> Decoded<UnmappedColumns> {
    match node.value {
        Some(DeValue::String(_)) => Ok(match node.one_of(&[("show", Listing::All), ("hide", Listing::None)])? {
            Listing::All => UnmappedColumns::Show,
            Listing::None => UnmappedColumns::Hide,
        }),
        Some(DeValue::Array(_)) => {
            let columns: Vec<_> = node.array()?.iter().map(|node| unmapped_column(node, mapped)).collect();
            columns.into_iter().collect::<Decoded<_>>().map(UnmappedColumns::Listed)
        }
        _ => Err(node.mismatch("a word, or a list of columns", "\"show\"`, `\"hide\"` or `[\"cost_centre\"]")),
    }
}

#[derive(Clone, Copy)]
enum Listing {
    All,
    None,
}

fn unmapped_column(node: &Node<'_>, mapped: Option<&Vec<AttributeMapping>>) -> Decoded<String> {
    let column = column(node)?;
    let is_it = |attribute: &&AttributeMapping| attribute.column.eq_ignore_ascii_case(&column);
    match mapped.and_then(|mapped| mapped.iter().find(is_it)) {
        Some(attribute) => Err(node.problem(
            format!("the column is mapped: it is `{}`", attribute.path),
            "remove it from the list",
        )),
        None => Ok(column),
    }
}
