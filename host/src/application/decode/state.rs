//! `[state]`

use std::path::PathBuf;

use super::{context::Context, log::Decoded, table::Table};

/// ```toml
/// [state]
/// path = "portcullis.db"  # where the server remembers tokens and what it served: a file that it may write
/// ```
pub fn state(table: &Table<'_>, context: &Context<'_>) -> Decoded<PathBuf> {
    let path = table.or("path", "portcullis.db", |node| node.filled_text())?;
    Ok(context.directory.join(path))
}
