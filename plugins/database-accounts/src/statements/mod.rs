//! Every statement, by server.

mod mysql;
mod postgresql;

use portcullis_sdk::{RowEffect, Slotted, Statement};

use crate::{
    query::Query,
    settings::{Managed, Product},
};

/// The column of an account's name, which is its id.
pub const ACCOUNT: &str = "account";
/// The column of a role's name, which is its id.
pub const ROLE: &str = "role";

/// All accounts that are managed, or the one of `id`.
pub fn accounts(managed: &Managed, of: Of) -> Query {
    let query = match managed.database {
        Product::Postgresql => postgresql::accounts(managed),
        Product::Mariadb | Product::Mysql => mysql::accounts(managed),
    };
    match (of, managed.database) {
        (Of::All, _) => query,
        (Of::Id, Product::Postgresql) => query.then(" AND a.rolname::text = ").value("id"),
        (Of::Id, Product::Mariadb | Product::Mysql) => query.then(" AND a.User = ").value("id"),
    }
}

/// Which accounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Of {
    All,
    Id,
}

/// Whether there is anything of the name `userName`, managed or not.
pub fn taken(managed: &Managed) -> Query {
    match managed.database {
        Product::Postgresql => {
            Query::new(managed.database, "SELECT a.rolname FROM pg_roles a WHERE a.rolname::text = ").value("userName")
        }
        Product::Mariadb | Product::Mysql => Query::new(managed.database, "SELECT a.User FROM mysql.user a WHERE a.User = ")
            .value("userName")
            .then(" AND (a.Host = ")
            .value("host")
            .then(" OR a.Host = '')"),
    }
}

/// The roles of the settings that are there and give no power over the server.
pub fn roles(managed: &Managed) -> Query {
    match managed.database {
        Product::Postgresql => postgresql::roles(managed),
        Product::Mariadb | Product::Mysql => mysql::roles(managed),
    }
}

/// The roles of the settings that the account `id` holds.
pub fn held(managed: &Managed) -> Query {
    match managed.database {
        Product::Postgresql => postgresql::held(managed),
        Product::Mariadb | Product::Mysql => mysql::held(managed),
    }
}

/// A change, whose row effect no server tells.
pub fn change(name: &str, text: Slotted) -> Statement {
    Statement::write(name, "", [], RowEffect::Any).slotted(text)
}

/// A text that goes on with the account of this input.
pub fn account(managed: &Managed, text: &str, name: &str) -> Slotted {
    let text = Slotted::text(text).identifier(name);
    match managed.database {
        Product::Postgresql => text,
        Product::Mariadb | Product::Mysql => text.then("@").literal("host"),
    }
}

/// What begins a statement about an account: `verb` is CREATE, ALTER or DROP.
pub fn noun(managed: &Managed, verb: &str) -> String {
    match managed.database {
        Product::Postgresql => format!("{verb} ROLE "),
        Product::Mariadb | Product::Mysql => format!("{verb} USER "),
    }
}
