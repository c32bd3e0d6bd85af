//! MySQL and MariaDB: tables by their columns, and routines. Accounts have the host from which they come in their name.

use super::{ByColumn, Grain, privileges, schema};
use crate::{
    Account,
    needs::{Needs, Routine},
};

pub const REMARKS: &[&str] =
    &["'%' lets the account come from anywhere: write the address of the machine that Portcullis runs on instead"];

pub fn statements(account: &Account<'_>, needs: &Needs) -> Vec<String> {
    let user = format!("'{}'@'%'", account.user.replace('\\', "\\\\").replace('\'', "''"));
    let database = quoted(account.database);
    let whole = |name: &str| match schema(name) {
        Some(_) => name.to_owned(),
        None => format!("{database}.{name}"),
    };
    let by = ByColumn {
        select: Grain::Column,
        insert: Grain::Column,
        update: Grain::Column,
    };
    let mut statements: Vec<String> = needs
        .tables
        .iter()
        .map(|(table, of_table)| format!("GRANT {} ON {} TO {user};", privileges(of_table, &by), whole(table)))
        .collect();
    for (routine, name) in &needs.routines {
        let word = match routine {
            Routine::Procedure => "PROCEDURE",
            Routine::Function | Routine::TableFunction => "FUNCTION",
        };
        statements.push(format!("GRANT EXECUTE ON {word} {} TO {user};", whole(name)));
    }
    statements
}

fn quoted(name: &str) -> String {
    format!("`{}`", name.replace('`', "``"))
}
