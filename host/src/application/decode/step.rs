//! A statement, a procedure or an update: an operation's only one, or one of its `statements`.

use super::{argument::arguments, log::Decoded, node::Node, quantity::count, table::Table};
use crate::{
    application::{Action, Operation, Routine, Step},
    database::{Access, RowEffect},
};

/// ```toml
/// name = "made"                     # what later statements call it; default: step-1, step-2 …
/// when = "title pr"                 # it runs only if that holds; also `title changed`, `not (…)`, `and`, `or`
/// returns = ["user_id"]             # later statements may name :made.user_id
/// sql = "INSERT INTO app_user(username) VALUES (:userName) RETURNING user_id"
/// rows = 1
/// ```
pub fn step(operation: Operation, table: &Table<'_>, default_name: &str) -> Decoded<Step> {
    let (mode, node) = written(table, &["sql", "procedure", "update"])?;
    let name = table.or("name", default_name, Node::filled_text);
    let when = table.optional("when", Node::filled_text);
    let returns = table.or("returns", Vec::new(), texts);
    let usual = match mode {
        // Databases say little of what a procedure changes.
        "procedure" => RowEffect::Any,
        _ => operation.default_effect(),
    };
    let effect = table.or("rows", usual, |node| rows(operation, node));
    let action = match mode {
        "sql" => statement(&node, table),
        "procedure" => procedure(&node, table),
        _ => update(&node, table),
    };
    Ok(Step {
        name: name?.to_owned(),
        action: action?,
        effect: effect?,
        when: when?.map(str::to_owned),
        returns: returns?,
        key: inside(operation, &node.key).to_owned(),
    })
}

/// What a step can have besides what it does.
pub const KEYS: [&str; 8] = [
    "parameters",
    "rows",
    "arguments",
    "function",
    "success",
    "name",
    "when",
    "returns",
];

/// The one of these keys that is there.
pub fn written<'s>(table: &Table<'s>, keys: &[&'static str]) -> Decoded<(&'static str, Node<'s>)> {
    let mut there = keys.iter().filter_map(|key| Some((*key, table.get(key)?)));
    match (there.next(), there.next()) {
        (Some(found), None) => Ok(found),
        (first, second) => {
            // Which other keys can stand here isn't known, so that none is called unknown.
            for key in KEYS.iter().chain(&["settings"]) {
                table.get(key);
            }
            match (first, second) {
                (Some((first, _)), Some((second, node))) => Err(node.problem(
                    format!("`{first}` is there as well"),
                    format!("keep one of `{first}` and `{second}`"),
                )),
                _ => {
                    let names: Vec<_> = keys.iter().map(|key| format!("`{key}`")).collect();
                    let (last, others) = names.split_last().map_or((String::new(), String::new()), |(last, others)| {
                        (last.clone(), others.join(", "))
                    });
                    let message = format!("says none of {others} and {last}");
                    Err(table.missing_because(&table.node, keys, &message, "write for example `sql = \"…\"`"))
                }
            }
        }
    }
}

/// The key inside of the operation's table.
fn inside(operation: Operation, key: &str) -> &str {
    let dotted = format!("{operation}.");
    key.rfind(&dotted).and_then(|at| key.get(at + dotted.len()..)).unwrap_or(key)
}

fn statement(node: &Node<'_>, table: &Table<'_>) -> Decoded<Action> {
    let refused = table.refuse(&["arguments", "function", "success"], "is for a `procedure`");
    let parameters = table.or("parameters", Vec::new(), |node| {
        let names: Vec<_> = node.array()?.iter().map(parameter).collect();
        names.into_iter().collect()
    });
    let text = node.filled_text()?.to_owned();
    refused?;
    Ok(Action::Statement {
        text,
        parameters: parameters?,
    })
}

fn parameter(node: &Node<'_>) -> Decoded<String> {
    let name = node.filled_text()?;
    match name.strip_prefix(':') {
        Some(bare) => Err(node.problem("a name has no colon here", format!("write `\"{bare}\"`"))),
        None => Ok(name.to_owned()),
    }
}

/// ```toml
/// procedure = "hr.create_user"
/// arguments = [{ name = "p_name", value = "userName" }, { name = "p_id", direction = "out", value = "id" }]
/// function = false                  # true: a function, whose rows or value are the result
/// success = 0                       # the return code that means success; another one is a failure
/// ```
fn procedure(node: &Node<'_>, table: &Table<'_>) -> Decoded<Action> {
    let refused = table.refuse(&["parameters"], "is for `sql`; a procedure has `arguments`");
    let name = node.filled_text();
    let arguments = table.or("arguments", Vec::new(), arguments);
    let function = table.or("function", false, Node::boolean);
    let success = table.optional("success", |node| {
        node.integer().ok_or_else(|| node.mismatch("a whole number", "0"))
    });
    refused?;
    Ok(Action::Procedure {
        name: name?.to_owned(),
        routine: if function? { Routine::Function } else { Routine::Procedure },
        arguments: arguments?,
        success: success?,
    })
}

/// `update = { table = "app_user" }`
fn update(node: &Node<'_>, table: &Table<'_>) -> Decoded<Action> {
    let refused = table.refuse(
        &["parameters", "arguments", "function", "success"],
        "has no meaning for an `update`",
    );
    let name = node.table(|table| table.required("table", "\"app_user\"", |node| Ok(node.filled_text()?.to_owned())));
    refused?;
    Ok(Action::Update { table: name? })
}

fn texts(node: &Node<'_>) -> Decoded<Vec<String>> {
    let texts: Vec<_> = node
        .array()?
        .iter()
        .map(|node| node.filled_text().map(str::to_owned))
        .collect();
    texts.into_iter().collect()
}

fn rows(operation: Operation, node: &Node<'_>) -> Decoded<RowEffect> {
    if operation.access() == Access::Read {
        return Err(node.problem(format!("{operation} reads, and changes no rows"), "remove `rows`"));
    }
    if node.is_table() {
        return node.table(|table| table.required("at-most", "1", count).map(RowEffect::AtMost));
    }
    if node.integer().is_some() {
        return count(node).map(RowEffect::Exactly);
    }
    match node.value {
        Some(toml::de::DeValue::String(text)) if text == "any" => Ok(RowEffect::Any),
        _ => Err(node.problem(
            "does not say how many rows must change",
            "write `rows = 1` for exactly one, `rows = { at-most = 1 }`, or `rows = \"any\"`",
        )),
    }
}
