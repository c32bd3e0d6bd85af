//! What MariaDB's and MySQL's tables of accounts say.

use super::{ACCOUNT, ROLE};
use crate::{
    query::Query,
    settings::{Managed, Product},
};

/// Privileges on everything that give power over the server or other accounts.
const POWERFUL: &str = "'Y' IN (p.Super_priv, p.Create_user_priv, p.Grant_priv, p.File_priv, p.Process_priv, p.Reload_priv, \
                        p.Shutdown_priv, p.Repl_slave_priv)";

pub fn accounts(managed: &Managed) -> Query {
    let (active, from) = match managed.database {
        Product::Mysql => ("a.account_locked = 'N'", "mysql.user a"),
        _ => (
            "COALESCE(JSON_CONTAINS(g.Priv, 'true', '$.account_locked'), 0) = 0",
            "mysql.user a JOIN mysql.global_priv g ON g.User = a.User AND g.Host = a.Host",
        ),
    };
    let query = Query::new(
        managed.database,
        &format!("SELECT a.User AS {ACCOUNT}, {active} AS active FROM {from} WHERE a.Host = "),
    )
    .value("host")
    .then(" AND a.User <> '' AND LEFT(a.User, CHAR_LENGTH(")
    .value("prefix")
    .then(")) = ")
    .value("prefix")
    .then(" AND CONCAT(a.User, '@', a.Host) <> CURRENT_USER() AND a.User <> SUBSTRING_INDEX(USER(), '@', 1)")
    .then(&format!(" AND NOT {}", POWERFUL.replace("p.", "a.")))
    .then(" AND (a.User IN ")
    .list("unmanaged", managed.roles.len() + managed.except.len())
    .then(") IS NOT TRUE");
    match managed.database {
        Product::Mysql => query.then(&format!(
            " AND LEFT(a.User, 6) <> 'mysql.' AND NOT EXISTS (SELECT 1 FROM mysql.role_edges e JOIN mysql.user p ON p.User = \
             e.FROM_USER AND p.Host = e.FROM_HOST WHERE e.TO_USER = a.User AND e.TO_HOST = a.Host AND {POWERFUL})"
        )),
        _ => query.then(&format!(
            " AND a.User <> 'mariadb.sys' AND NOT EXISTS (SELECT 1 FROM mysql.roles_mapping e JOIN mysql.user p ON p.User = e.Role \
             AND p.Host = '' WHERE e.User = a.User AND e.Host = a.Host AND {POWERFUL})"
        )),
    }
}

pub fn roles(managed: &Managed) -> Query {
    let host = match managed.database {
        Product::Mysql => "p.Host = '%'",
        _ => "p.is_role = 'Y'",
    };
    Query::new(
        managed.database,
        &format!("SELECT p.User AS {ROLE} FROM mysql.user p WHERE {host} AND NOT {POWERFUL} AND p.User IN "),
    )
    .list("role", managed.roles.len())
}

pub fn held(managed: &Managed) -> Query {
    let (user, host, role, table) = match managed.database {
        Product::Mysql => ("e.TO_USER", "e.TO_HOST", "e.FROM_USER", "mysql.role_edges e"),
        _ => ("e.User", "e.Host", "e.Role", "mysql.roles_mapping e"),
    };
    Query::new(
        managed.database,
        &format!("SELECT {user} AS {ACCOUNT}, {role} AS {ROLE} FROM {table} WHERE {user} = "),
    )
    .value("id")
    .then(&format!(" AND {host} = "))
    .value("host")
    .then(&format!(" AND {role} IN "))
    .list("role", managed.roles.len())
}
