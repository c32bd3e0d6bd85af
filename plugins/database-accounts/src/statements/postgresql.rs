//! What PostgreSQL's catalogues say.

use super::{ACCOUNT, ROLE};
use crate::{query::Query, settings::Managed};

/// Roles that can do more than use what is in databases.
const POWERFUL: &str = "(p.rolsuper OR p.rolcreaterole OR p.rolcreatedb OR p.rolreplication OR p.rolbypassrls OR p.rolname IN \
                        ('pg_execute_server_program', 'pg_read_server_files', 'pg_write_server_files'))";

fn new(text: &str, managed: &Managed) -> Query {
    Query::new(managed.database, text)
}

/// Neither powerful itself nor by what it is a member of, nor the account that asks.
pub fn accounts(managed: &Managed) -> Query {
    new(
        &format!(
            "SELECT a.rolname::text AS {ACCOUNT}, a.rolcanlogin AS active FROM pg_roles a WHERE starts_with(a.rolname::text, "
        ),
        managed,
    )
    .value("prefix")
    .then(") AND NOT starts_with(a.rolname::text, 'pg_') AND a.rolname NOT IN (current_user, session_user)")
    .then(&format!(
        " AND NOT EXISTS (SELECT 1 FROM pg_roles p WHERE {POWERFUL} AND pg_has_role(a.oid, p.oid, 'MEMBER'))"
    ))
    .then(" AND (a.rolname::text IN ")
    .list("unmanaged", managed.roles.len() + managed.except.len())
    .then(") IS NOT TRUE")
}

pub fn roles(managed: &Managed) -> Query {
    new(
        &format!("SELECT r.rolname::text AS {ROLE} FROM pg_roles r WHERE r.rolname::text IN "),
        managed,
    )
    .list("role", managed.roles.len())
    .then(&format!(
        " AND NOT EXISTS (SELECT 1 FROM pg_roles p WHERE {POWERFUL} AND pg_has_role(r.oid, p.oid, 'MEMBER'))"
    ))
}

pub fn held(managed: &Managed) -> Query {
    new(
        &format!(
            "SELECT DISTINCT a.rolname::text AS {ACCOUNT}, r.rolname::text AS {ROLE} FROM pg_auth_members m JOIN pg_roles r ON \
             r.oid = m.roleid JOIN pg_roles a ON a.oid = m.member WHERE a.rolname::text = "
        ),
        managed,
    )
    .value("id")
    .then(" AND r.rolname::text IN ")
    .list("role", managed.roles.len())
}
