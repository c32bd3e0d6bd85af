//! The least that an account of a database must be allowed, for the statements that it runs; and whether a statement stays inside of
//! the transaction that it runs in, and only reads if that is what it says ([`conduct`], [`reading`]).
//!
//! The statements of an application's plans are all that it can ever run, so that what they do to which table is known before
//! anything runs. [`grants`] reads them and writes the `GRANT`s. A statement derived from another one (a page, a filter) reads what that
//! one reads, and no more.
//!
//! Nothing is guessed: a statement that can't be read is told as a [remark](Grants::remarks), and so is everything that doesn't stand in the
//! statement and may need a right (a trigger's own statements, a function that may be the application's). Where it can't be said which
//! columns a statement reads, the whole table is granted for reading.

mod collector;
mod conduct;
mod needs;
mod read;
#[cfg(test)]
mod tests;
mod written;

use sqlparser::dialect::{Dialect, MsSqlDialect, MySqlDialect, OracleDialect, PostgreSqlDialect, SQLiteDialect};

pub use conduct::{conduct, derived, reading};
pub use needs::{Columns, Needs, Routine, TableNeeds};

/// Whose SQL it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Product {
    /// Which has no accounts: nothing is granted there.
    Sqlite,
    Postgresql,
    /// MySQL and MariaDB.
    Mysql,
    Sqlserver,
    Oracle,
}

/// Whom to grant what is needed, and where.
#[derive(Clone, Copy, Debug)]
pub struct Account<'a> {
    pub product: Product,
    /// The name of the database; of Oracle, the service's.
    pub database: &'a str,
    pub user: &'a str,
}

/// A statement of a plan.
#[derive(Clone, Copy, Debug)]
pub struct Planned<'a> {
    /// What to call it in a remark, for example `get-users: main`.
    pub place: &'a str,
    /// In the database's own dialect, with its placeholders.
    pub text: &'a str,
}

/// What is to be granted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Grants {
    /// In the database's own dialect, each with its semicolon.
    pub statements: Vec<String>,
    /// What else the administrator must know, each a sentence.
    pub remarks: Vec<String>,
}

/// The least that the account must be allowed to run all of the statements.
pub fn grants<'a>(account: &Account<'a>, planned: impl IntoIterator<Item = Planned<'a>>) -> Grants {
    let mut needs = Needs::default();
    let mut remarks = Vec::new();
    for statement in planned {
        if let Err(why) = read::read(account.product, statement.text, &mut needs) {
            remarks.push(format!(
                "{}: {why}; see by hand what it needs: {}",
                statement.place,
                one_line(statement.text)
            ));
        }
    }
    let statements = written::statements(account, &needs);
    remarks.extend(written::remarks(account, &needs));
    Grants { statements, remarks }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

impl Product {
    fn dialect(self) -> &'static dyn Dialect {
        match self {
            Product::Sqlite => &SQLiteDialect {},
            Product::Postgresql => &PostgreSqlDialect {},
            Product::Mysql => &MySqlDialect {},
            Product::Sqlserver => &MsSqlDialect {},
            Product::Oracle => &OracleDialect {},
        }
    }
}
