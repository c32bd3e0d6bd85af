//! What differs between the databases in writing.

/// A database's SQL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    Sqlite,
    /// With `standard_conforming_strings` on, as it is by default.
    Postgresql,
    /// MySQL and MariaDB, without `NO_BACKSLASH_ESCAPES`.
    Mysql,
    /// 12.1 and later.
    Oracle,
    /// SQL Server, with `QUOTED_IDENTIFIER` on, as the driver sets it.
    Sqlserver,
}

/// How placeholders are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Placeholders {
    /// This sign and a number; the same parameter has the same number.
    ByName(&'static str),
    /// This sign and a number, another one for each occurrence.
    ByPlace(&'static str),
    /// `?`, one for each occurrence.
    Bare,
}

impl Dialect {
    pub const ALL: [Dialect; 5] = [
        Dialect::Sqlite,
        Dialect::Postgresql,
        Dialect::Mysql,
        Dialect::Sqlserver,
        Dialect::Oracle,
    ];

    /// The database that is called so in settings.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|dialect| dialect.name() == name)
    }

    /// What settings call the database: `mysql` is MariaDB, too.
    pub fn name(self) -> &'static str {
        match self {
            Dialect::Sqlite => "sqlite",
            Dialect::Postgresql => "postgresql",
            Dialect::Mysql => "mysql",
            Dialect::Sqlserver => "sqlserver",
            Dialect::Oracle => "oracle",
        }
    }

    /// An identifier in quotes, its own quotes doubled.
    pub fn quoted(self, identifier: &str) -> String {
        let (open, close) = match self {
            Dialect::Sqlite | Dialect::Postgresql | Dialect::Oracle => ('"', '"'),
            Dialect::Mysql => ('`', '`'),
            Dialect::Sqlserver => ('[', ']'),
        };
        let mut text = String::with_capacity(identifier.len() + 2);
        text.push(open);
        for character in identifier.chars() {
            if character == close {
                text.push(close);
            }
            text.push(character);
        }
        text.push(close);
        text
    }

    /// How many values a list (`IN (…)`) can have.
    pub(crate) fn longest_list(self) -> u32 {
        if self == Dialect::Oracle { 1000 } else { u32::MAX }
    }

    /// What stands between a query in brackets and its name.
    pub(crate) fn naming(self) -> &'static str {
        if self == Dialect::Oracle { " " } else { " AS " }
    }

    /// SQL Server tells the type of a parameter only if that stands in the text once.
    pub(crate) fn placeholders(self) -> Placeholders {
        match self {
            Dialect::Sqlite => Placeholders::ByName("?"),
            Dialect::Postgresql => Placeholders::ByName("$"),
            Dialect::Mysql => Placeholders::Bare,
            Dialect::Sqlserver => Placeholders::ByPlace("@P"),
            Dialect::Oracle => Placeholders::ByName(":"),
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
        assert_eq!(Dialect::Sqlserver.quoted("a[b]c"), "[a[b]]c]");
    }
}
