//! What differs between the databases in writing.

/// A database's SQL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    Sqlite,
    /// With `standard_conforming_strings` on, as it is by default.
    Postgresql,
    /// MySQL and MariaDB, without `NO_BACKSLASH_ESCAPES`.
    Mysql,
}

impl Dialect {
    pub const ALL: [Dialect; 3] = [Dialect::Sqlite, Dialect::Postgresql, Dialect::Mysql];

    /// An identifier in quotes, its own quotes doubled.
    pub fn quoted(self, identifier: &str) -> String {
        let quote = if self == Dialect::Mysql { '`' } else { '"' };
        let mut text = String::with_capacity(identifier.len() + 2);
        text.push(quote);
        for character in identifier.chars() {
            if character == quote {
                text.push(quote);
            }
            text.push(character);
        }
        text.push(quote);
        text
    }

    /// The sign before a placeholder's number; `None` where placeholders are bare `?`, one for each occurrence.
    pub(crate) fn numbered(self) -> Option<char> {
        match self {
            Dialect::Sqlite => Some('?'),
            Dialect::Postgresql => Some('$'),
            Dialect::Mysql => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_inside_are_doubled() {
        assert_eq!(Dialect::Postgresql.quoted(r#"a"b`c"#), r#""a""b`c""#);
        assert_eq!(Dialect::Sqlite.quoted("user id"), "\"user id\"");
        assert_eq!(Dialect::Mysql.quoted(r#"a"b`c"#), r#"`a"b``c`"#);
    }
}
