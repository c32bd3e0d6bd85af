//! The arguments of a procedure.

use toml::de::DeValue;

use super::{log::Decoded, node::Node, plugin::json_value, table::Table};
use crate::{
    application::{Argument, Source},
    database::ParameterDirection,
};

const DIRECTIONS: [(&str, ParameterDirection); 4] = [
    ("in", ParameterDirection::In),
    ("out", ParameterDirection::Out),
    ("in-out", ParameterDirection::InOut),
    ("cursor", ParameterDirection::Cursor),
];

/// ```toml
/// arguments = [
///   { name = "p_name", value = "userName" },         # an attribute, or :id, or the result of an earlier statement
///   { name = "p_by", constant = "scim" },
///   { name = "p_id", direction = "out", value = "id", type = "integer" },
/// ]
/// ```
///
/// Without a name an argument is passed by its place.
pub fn arguments(node: &Node<'_>) -> Decoded<Vec<Argument>> {
    let arguments: Vec<_> = node.array()?.iter().map(|node| node.table(argument)).collect();
    arguments.into_iter().collect()
}

fn argument(table: &Table<'_>) -> Decoded<Argument> {
    let text = |node: &Node<'_>| Ok(node.filled_text()?.to_owned());
    let name = table.optional("name", text);
    let value = table.optional("value", value);
    let constant = table.optional("constant", constant);
    let direction = table.or("direction", ParameterDirection::In, |node| node.one_of(&DIRECTIONS));
    let type_name = table.optional("type", text);
    let both = match (table.get("value"), table.get("constant")) {
        (Some(_), Some(constant)) => Err(constant.problem("`value` is there as well", "keep one of `value` and `constant`")),
        _ => Ok(()),
    };
    let source = match (value?, constant?) {
        (Some(name), _) => Some(Source::Named(name)),
        (None, constant) => constant.map(Source::Constant),
    };
    both?;
    Ok(Argument {
        name: name?,
        source,
        direction: direction?,
        type_name: type_name?,
    })
}

fn value(node: &Node<'_>) -> Decoded<String> {
    let name = node.filled_text()?;
    match name.strip_prefix(':') {
        Some(bare) => Err(node.problem("a name has no colon here", format!("write `value = \"{bare}\"`"))),
        None => Ok(name.to_owned()),
    }
}

fn constant(node: &Node<'_>) -> Decoded<serde_json::Value> {
    match node.value {
        Some(DeValue::Array(_) | DeValue::Table(_)) | None => Err(node.mismatch("a single value", "\"…\"")),
        Some(_) => json_value(node),
    }
}
