//! Which database a test runs on, and what is written differently there.

use crate::server::{self, Engine};

/// The databases that every scenario runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Sqlite,
    Postgresql,
    Mariadb,
    Mysql,
    /// A peer that speaks SQL Server's protocol.
    Sqlserver,
    /// A peer that speaks Oracle's.
    Oracle,
}

impl Kind {
    /// The name in a configuration.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Sqlite => "sqlite",
            Kind::Postgresql => "postgresql",
            Kind::Mariadb | Kind::Mysql => "mysql",
            Kind::Sqlserver => "sqlserver",
            Kind::Oracle => "oracle",
        }
    }

    pub(super) fn engine(self) -> Option<Engine> {
        match self {
            Kind::Sqlite | Kind::Sqlserver | Kind::Oracle => None,
            Kind::Postgresql => Some(Engine::Postgresql),
            Kind::Mariadb => Some(Engine::Mariadb),
            Kind::Mysql => Some(Engine::Mysql),
        }
    }

    /// Whether scenarios can run on it; where they can't, that was said.
    pub fn is_there(self) -> bool {
        self.engine().is_none_or(server::is_there)
    }

    /// How `ALTER TABLE` takes a further column.
    pub fn add_column(self) -> &'static str {
        if matches!(self, Kind::Sqlserver | Kind::Oracle) {
            "ADD"
        } else {
            "ADD COLUMN"
        }
    }

    /// A moment as a constant.
    pub fn moment(self, text: &str) -> String {
        let word = if self == Kind::Oracle { "TIMESTAMP " } else { "" };
        format!("{word}'{text}'")
    }

    /// What holds true and false, and how these are written.
    pub fn truth(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Kind::Sqlserver => ("BIT", "1", "0"),
            Kind::Oracle => ("NUMBER(1)", "1", "0"),
            _ => ("BOOLEAN", "TRUE", "FALSE"),
        }
    }

    /// The type of a moment.
    pub fn timestamp(self) -> &'static str {
        if self == Kind::Sqlserver { "DATETIME2" } else { "TIMESTAMP" }
    }

    /// How the database tells a name that was written without quotes.
    pub fn told(self, name: &str) -> String {
        if self == Kind::Oracle {
            name.to_uppercase()
        } else {
            name.to_owned()
        }
    }

    /// What is left of a whole number, divided by another one.
    pub fn remainder(self, number: &str, by: usize) -> String {
        if self == Kind::Oracle {
            format!("MOD({number}, {by})")
        } else {
            format!("{number} % {by}")
        }
    }

    /// What a query ends with that reads no table.
    pub fn from_nowhere(self) -> &'static str {
        if self == Kind::Oracle { " FROM DUAL" } else { "" }
    }

    /// MariaDB and MySQL, which have most in common.
    pub fn is_mysql(self) -> bool {
        matches!(self, Kind::Mariadb | Kind::Mysql)
    }
}
