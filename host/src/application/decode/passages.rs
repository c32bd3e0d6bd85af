//! Where the values of an operation's table stand: its component is shown a JSON object, and says of a mistake which key and
//! which byte.

use toml::de::DeValue;

use super::node::Node;
use crate::application::Passage;

/// All of them, those of lists and tables inside included.
pub fn passages(node: &Node<'_>) -> Vec<Passage> {
    let mut found = Vec::new();
    collect(node, &mut found);
    found
}

fn collect(node: &Node<'_>, found: &mut Vec<Passage>) {
    match node.value {
        Some(DeValue::Table(_)) => {
            found.push(passage(node, None));
            let entries = node.named().unwrap_or_default();
            entries.iter().for_each(|(_, entry)| collect(entry, found));
        }
        Some(DeValue::Array(_)) => {
            found.push(passage(node, None));
            let elements = node.array().unwrap_or_default();
            elements.iter().for_each(|element| collect(element, found));
        }
        Some(DeValue::String(text)) => found.push(passage(node, Some(text.to_string()))),
        _ => found.push(passage(node, None)),
    }
}

fn passage(node: &Node<'_>, text: Option<String>) -> Passage {
    Passage {
        location: node.text_location(),
        text,
    }
}
