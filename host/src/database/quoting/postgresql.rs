//! PostgreSQL. Longer names would be cut off at 63 bytes with no more than a notice.

/// `NAMEDATALEN` less the byte at the end.
const NAME: usize = 63;

pub(super) fn identifier(name: &str) -> Result<String, String> {
    super::at_most(NAME, name.len(), "bytes")?;
    Ok(super::between('"', '"', name))
}

/// What a backslash in `'…'` means depends on `standard_conforming_strings`; in `E'…'` it doesn't.
pub(super) fn literal(text: &str) -> String {
    match text.contains('\\') {
        true => format!("E{}", super::between('\'', '\'', &text.replace('\\', "\\\\"))),
        false => super::between('\'', '\'', text),
    }
}
