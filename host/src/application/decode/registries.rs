//! `[registries]` of `portcullis.toml`

use toml::de::DeValue;

use super::{connection::certificate, context::Context, log::Decoded, node::Node, quantity::duration, table::Table};
use crate::registry::{Password, Registries, Registry};

/// ```toml
/// [registries."registry.acme.example"]     # with its port where it has one: "registry.acme.example:5000"
/// user = "portcullis"                      # default: nobody in particular asks
/// password = { env = "ACME_REGISTRY" }     # or { file = … }; read by the commands that need it
/// ca = "acme.pem"                          # authorities of its certificate; default: those that the system knows
/// timeout = "20s"                          # from one part of an answer to the next
/// tls = "verify"                           # or "off"
/// ```
pub fn registries(entries: Vec<(String, Node<'_>)>, context: &Context<'_>) -> Decoded<Registries> {
    let mut registries = Registries::new();
    let mut outcome = Ok(());
    for (host, node) in entries {
        let named = host_alone(&host, &node);
        let registry = node.table(|table| registry(table, context));
        match named.and(registry) {
            Ok(registry) => drop(registries.insert(host, registry)),
            Err(reported) => outcome = Err(reported),
        }
    }
    outcome.map(|()| registries)
}

fn host_alone(host: &str, node: &Node<'_>) -> Decoded<()> {
    if !host.is_empty() && !host.contains(['/', '@']) && host.chars().all(|c| c.is_ascii_graphic()) {
        return Ok(());
    }
    Err(node.at_key().problem_of_key(
        "is not a registry's host",
        "write the host as it stands in references, with its port if it has one: [registries.\"registry.acme.example:5000\"]",
    ))
}

fn registry(table: &Table<'_>, context: &Context<'_>) -> Decoded<Registry> {
    let user = table.optional("user", Node::filled_text);
    let password = table.optional("password", |node| password(node, context));
    let ca = table.optional("ca", |node| certificate(node, context));
    let timeout = table.or("timeout", Registry::default().timeout, duration);
    let plain = table.or("tls", false, |node| node.one_of(&[("verify", false), ("off", true)]));
    let account = match (user?, password?) {
        (Some(user), Some(password)) => Some((user.to_owned(), password)),
        (None, None) => None,
        (Some(_), None) => return Err(table.missing("password", "password = { env = \"…\" }")),
        (None, Some(_)) => return Err(table.missing("user", "user = \"…\"")),
    };
    let (ca, plain) = (ca?, plain?);
    if plain && let Some(node) = table.get("password") {
        node.warning("crosses the network in clear text", "write `tls = \"verify\"`");
    }
    Ok(Registry {
        account,
        ca,
        timeout: timeout?,
        plain,
    })
}

/// Where it is; whether it is there is not looked at before it is needed.
fn password(node: &Node<'_>, context: &Context<'_>) -> Decoded<Password> {
    let example = "write `password = { env = \"…\" }` or `{ file = \"…\" }`";
    if !matches!(node.value, Some(DeValue::Table(_))) {
        return Err(node.problem_of_value("must say where the secret is", example));
    }
    node.table(|table| match (table.get("env"), table.get("file")) {
        (Some(env), None) => Ok(Password::Environment(env.filled_text()?.to_owned())),
        (None, Some(file)) => Ok(Password::File(context.directory.join(file.filled_text()?))),
        (Some(_), Some(_)) => Err(table.node.problem("names two places", "keep one of `env` and `file`")),
        (None, None) => Err(table.node.problem_of_value("must say where the secret is", example)),
    })
}
