//! Tokens and passwords: from the environment, from a file, or, with a warning, from the configuration itself.
//!
//! No message holds any of a secret, not even its length.

use std::io;

use toml::de::DeValue;

use super::{context::Context, log::Decoded, node::Node, table::Table};
use crate::database::Secret;

/// ```toml
/// token = { env = "PAYROLL_TOKEN" }
/// token = { file = "secrets/payroll" }  # relative to the configuration directory; a newline at its end is cut
/// token = "…"                           # works, with a warning
/// ```
pub fn secret(node: &Node<'_>, context: &Context<'_>) -> Decoded<Secret> {
    let text = match node.value {
        Some(DeValue::String(text)) => {
            let remedy = format!(
                "write `{} = {{ env = \"{}\" }}`, or {{ file = … }}",
                node.name(),
                variable(node, context)
            );
            node.warning("stands in the configuration, where whoever reads it can use it", remedy);
            text.to_string()
        }
        Some(DeValue::Table(_)) => node.table(|table| reference(table, context))?,
        _ => return Err(node.problem("must say where the secret is", example(node, context))),
    };
    match text {
        text if text.trim().is_empty() => Err(node.problem("is empty", "put a secret there")),
        text if text.contains('\0') => Err(node.problem("contains a NUL character", "put another secret there")),
        text => Ok(Secret::new(text)),
    }
}

/// What could stand there.
fn example(node: &Node<'_>, context: &Context<'_>) -> String {
    format!(
        "write `{} = {{ env = \"{}\" }}` or `{{ file = \"…\" }}`",
        node.name(),
        variable(node, context)
    )
}

fn variable(node: &Node<'_>, context: &Context<'_>) -> String {
    format!("{}_{}", context.application, node.name())
        .to_uppercase()
        .replace('-', "_")
}

fn reference(table: &Table<'_>, context: &Context<'_>) -> Decoded<String> {
    match (table.get("env"), table.get("file")) {
        (Some(env), None) => from_environment(&env, context),
        (None, Some(file)) => from_file(&file, context),
        (Some(_), Some(_)) => Err(table.node.problem("names two places", "keep one of `env` and `file`")),
        (None, None) => Err(table
            .node
            .problem_of_value("must say where the secret is", example(&table.node, context))),
    }
}

fn from_environment(node: &Node<'_>, context: &Context<'_>) -> Decoded<String> {
    let name = node.filled_text()?;
    let value = (context.environment)(name);
    value.ok_or_else(|| {
        node.problem(
            format!("the environment variable {name} is not set"),
            format!("set {name} where the server is started"),
        )
    })
}

fn from_file(node: &Node<'_>, context: &Context<'_>) -> Decoded<String> {
    let name = node.filled_text()?;
    match std::fs::read_to_string(context.directory.join(name)) {
        Ok(text) => Ok(text
            .strip_suffix('\n')
            .map(|text| text.strip_suffix('\r').unwrap_or(text))
            .unwrap_or(&text)
            .to_owned()),
        Err(error) => Err(node.problem(
            format!("the file {name} cannot be read: {}", reason(&error)),
            "write a path that is relative to the configuration directory, of a file that the server may read",
        )),
    }
}

/// Why a file cannot be read, in words that are the same on every system.
pub fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "it does not exist".into(),
        io::ErrorKind::PermissionDenied => "permission denied".into(),
        io::ErrorKind::IsADirectory => "it is a directory".into(),
        io::ErrorKind::InvalidData => "it is not UTF-8 text".into(),
        _ => error.to_string(),
    }
}
