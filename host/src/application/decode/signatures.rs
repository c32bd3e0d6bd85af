//! `[signatures]` of `portcullis.toml`

use std::collections::BTreeMap;

use super::{log::Decoded, node::Node, table::Table};
use crate::plugin::{Policy, PublicKey, Signatures};

/// ```toml
/// [signatures]
/// signed = "required"                          # plugins must be signed by one of these keys; default: "optional"
///
/// [signatures.keys]                            # public keys of Ed25519 in Base64, by names of your own
/// acme = "MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="
/// ```
pub fn signatures(table: &Table<'_>) -> Decoded<Signatures> {
    let policy = table.or("signed", Policy::Optional, |node| {
        node.one_of(&[("optional", Policy::Optional), ("required", Policy::Required)])
    });
    let keys = keys(table.named("keys")?)?;
    let policy = policy?;
    if policy == Policy::Required && keys.is_empty() {
        return Err(table.missing(
            "keys",
            "[signatures.keys]` and a key in it, as `portcullis plugin key` prints it, `acme = \"…\"",
        ));
    }
    Ok(Signatures { policy, keys })
}

fn keys(nodes: Vec<(String, Node<'_>)>) -> Decoded<BTreeMap<String, PublicKey>> {
    let mut keys = BTreeMap::new();
    let mut outcome = Ok(());
    for (name, node) in nodes {
        match key(&node) {
            Ok(key) => drop(keys.insert(name, key)),
            Err(reported) => outcome = Err(reported),
        }
    }
    outcome.map(|()| keys)
}

fn key(node: &Node<'_>) -> Decoded<PublicKey> {
    node.filled_text()?.parse().map_err(|why| {
        node.problem(
            why,
            "write the line that `portcullis plugin key` printed, or what `openssl pkey -pubout` prints between its lines",
        )
    })
}
