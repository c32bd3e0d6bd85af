//! SQL Server: objects, of which columns can be read and updated one by one. The account is a user of the database.

use super::{ByColumn, Grain, privileges};
use crate::{
    Account,
    needs::{Needs, Routine},
};

pub const REMARKS: &[&str] = &["run these in the application's database, where the login has a user of the same name"];

pub fn statements(account: &Account<'_>, needs: &Needs) -> Vec<String> {
    let user = format!("[{}]", account.user.replace(']', "]]"));
    let by = ByColumn {
        select: Grain::Column,
        insert: Grain::Table,
        update: Grain::Column,
    };
    let mut statements = vec![format!("GRANT CONNECT TO {user};")];
    for (table, of_table) in &needs.tables {
        statements.push(format!("GRANT {} ON OBJECT::{table} TO {user};", privileges(of_table, &by)));
    }
    for (routine, name) in &needs.routines {
        let word = match routine {
            Routine::Procedure | Routine::Function => "EXECUTE",
            Routine::TableFunction => "SELECT",
        };
        statements.push(format!("GRANT {word} ON OBJECT::{name} TO {user};"));
    }
    for sequence in &needs.sequences {
        statements.push(format!("GRANT UPDATE ON OBJECT::{sequence} TO {user};"));
    }
    statements
}
