//! SQLite. Names stand in backticks: what stands in double quotes and is the name of nothing, SQLite takes for a text.

pub(super) fn identifier(name: &str) -> Result<String, String> {
    Ok(super::between('`', '`', name))
}
