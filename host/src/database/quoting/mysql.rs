//! MySQL and MariaDB. Backticks quote names with and without `ANSI_QUOTES`.

use super::Backslash;

/// Of most names. Accounts of MySQL have 32, which the server says itself.
const NAME: usize = 64;

pub(super) fn identifier(name: &str) -> Result<String, String> {
    super::at_most(NAME, name.chars().count(), "characters")?;
    super::no_blank_at_the_end(name)?;
    if name.starts_with(' ') {
        return Err("it begins with a blank, which MySQL takes away from some names".to_owned());
    }
    if name.chars().any(|character| character > '\u{ffff}') {
        return Err("it contains a character beyond U+FFFF, which MySQL does not have in names".to_owned());
    }
    Ok(super::between('`', '`', name))
}

pub(super) fn literal(text: &str, backslash: Backslash) -> String {
    let doubled = match backslash {
        Backslash::Escapes => text.replace('\\', "\\\\"),
        Backslash::Plain => text.to_owned(),
    };
    super::between('\'', '\'', &doubled)
}
