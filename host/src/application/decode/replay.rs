//! `[replay]` of `portcullis.toml`

use std::path::{Path, PathBuf};

use toml::de::DeValue;

use super::{
    context::Context,
    log::Decoded,
    node::Node,
    quantity::{count, memory_size},
    table::Table,
};
use crate::replay::{Redact, ReplaySettings};

/// A file that holds less holds nothing.
const SMALLEST: u64 = 4 << 10;

/// ```toml
/// [replay]                 # what a component did that failed, so that it can be run again elsewhere; these are the defaults
/// directory = "replays"    # beside the state store; `false`: nothing is recorded
/// files = 50               # the oldest are removed
/// size = "1MiB"            # of a file; a call that had more to say is not recorded
/// days = 30                # after which a file is removed
/// redact = "everything"    # values have placeholders; or: of these attributes and columns, `["emails", "name.familyName"]`
/// ```
pub fn replay(table: &Table<'_>, state: Option<&Path>, context: &Context<'_>) -> Decoded<ReplaySettings> {
    let beside = state.and_then(Path::parent).unwrap_or(context.directory);
    let default = ReplaySettings::of(beside.join("replays"));
    let directory = table.or("directory", default.directory, |node| directory(node, context));
    let files = table.or("files", default.files, count);
    let size = table.or("size", default.size, memory_size(SMALLEST));
    let days = table.or("days", default.days, count);
    let redact = table.or("redact", default.redact, redact);
    Ok(ReplaySettings {
        directory: directory?,
        files: files?,
        size: size?,
        days: days?,
        redact: redact?,
    })
}

fn directory(node: &Node<'_>, context: &Context<'_>) -> Decoded<Option<PathBuf>> {
    match node.value {
        Some(DeValue::Boolean(false)) => Ok(None),
        Some(DeValue::String(_)) => Ok(Some(context.directory.join(node.filled_text()?))),
        _ => Err(node.mismatch("a directory, or false", "\"replays\"")),
    }
}

fn redact(node: &Node<'_>) -> Decoded<Redact> {
    let example = "[\"emails\", \"name.familyName\"]";
    match node.value {
        Some(DeValue::String(text)) if text == "everything" => Ok(Redact::Everything),
        Some(DeValue::Array(_)) => {
            let names: Vec<_> = node
                .array()?
                .iter()
                .map(|name| name.filled_text().map(str::to_owned))
                .collect();
            let names = names.into_iter().collect::<Decoded<Vec<_>>>()?;
            match names.is_empty() {
                true => Err(node.problem(
                    "names nothing",
                    format!("write the attributes and columns that have placeholders, `redact = {example}`, or `redact = \"everything\"`"),
                )),
                false => Ok(Redact::Named(names)),
            }
        }
        _ => Err(node.mismatch("\"everything\", or a list of attributes and columns", example)),
    }
}
