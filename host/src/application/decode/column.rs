//! Columns of results.

use super::{log::Decoded, node::Node};

/// The name of a column of a statement's result.
pub fn column(node: &Node<'_>) -> Decoded<String> {
    let name = node.filled_text()?;
    if name.trim() != name {
        return Err(node.problem("has blanks around it", format!("write `{}`", name.trim())));
    }
    Ok(name.to_owned())
}
