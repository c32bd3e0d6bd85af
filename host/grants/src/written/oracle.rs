//! Oracle: objects, of which columns can be inserted and updated one by one. Who owns an object needs no right to it.

use super::{ByColumn, Grain, privileges};
use crate::{Account, needs::Needs};

pub const REMARKS: &[&str] = &[
    "names without a schema are the account's own objects, for which it needs no grant, or synonyms: put the owner in front of them in these grants",
    "a procedure of a package is granted with its package: leave its own name out",
];

pub fn statements(account: &Account<'_>, needs: &Needs) -> Vec<String> {
    let user = quoted(account.user);
    let by = ByColumn {
        select: Grain::Table,
        insert: Grain::Column,
        update: Grain::Column,
    };
    let mut statements = vec![format!("GRANT CREATE SESSION TO {user};")];
    for (table, of_table) in &needs.tables {
        statements.push(format!("GRANT {} ON {table} TO {user};", privileges(of_table, &by)));
    }
    for sequence in &needs.sequences {
        statements.push(format!("GRANT SELECT ON {sequence} TO {user};"));
    }
    for (_, routine) in &needs.routines {
        statements.push(format!("GRANT EXECUTE ON {routine} TO {user};"));
    }
    statements
}

/// An unquoted name is in capitals, whatever it is written in.
fn quoted(name: &str) -> String {
    let is_plain = name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || ['_', '$', '#'].contains(&c));
    if is_plain {
        return name.to_owned();
    }
    format!("\"{}\"", name.replace('"', "\"\""))
}
