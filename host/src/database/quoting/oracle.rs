//! Oracle. A name cannot hold the quotes that it stands in, however they are written.

/// In bytes, from 12.2 on.
const NAME: usize = 128;

/// In bytes, unless `MAX_STRING_SIZE` says more.
const TEXT: usize = 4000;

pub(super) fn identifier(name: &str) -> Result<String, String> {
    super::at_most(NAME, name.len(), "bytes")?;
    match name.contains('"') {
        true => Err("it contains a double quote, which no name in Oracle can".to_owned()),
        false => Ok(super::between('"', '"', name)),
    }
}

pub(super) fn literal(text: &str) -> Result<String, String> {
    if text.is_empty() {
        return Err("it is empty, which Oracle takes for NULL".to_owned());
    }
    if text.len() > TEXT {
        return Err(format!("it has {} bytes, and a text constant has at most {TEXT}", text.len()));
    }
    Ok(super::between('\'', '\'', text))
}
