//! SQL Server. Brackets quote names with and without `QUOTED_IDENTIFIER`.

/// `sysname`, in units of UTF-16.
const NAME: usize = 128;

pub(super) fn identifier(name: &str) -> Result<String, String> {
    super::at_most(NAME, name.encode_utf16().count(), "characters")?;
    super::no_blank_at_the_end(name)?;
    Ok(super::between('[', ']', name))
}

/// A backslash at the end of a line joins it with the next one, and both are gone from the constant.
pub(super) fn literal(text: &str) -> Result<String, String> {
    if text.contains("\\\n") || text.contains("\\\r") {
        return Err("it contains a backslash at the end of a line, which SQL Server takes away".to_owned());
    }
    Ok(format!("N{}", super::between('\'', '\'', text)))
}
