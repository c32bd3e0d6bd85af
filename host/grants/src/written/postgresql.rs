//! PostgreSQL: schemas, tables by their columns, routines, and the sequences of serial columns.

use std::collections::BTreeSet;

use super::{ByColumn, Grain, privileges, quoted, schema};
use crate::{
    Account,
    needs::{Columns, Needs},
};

pub const REMARKS: &[&str] = &[
    "names without a schema are looked for in public here; if the account's search_path says otherwise, grant USAGE on that schema",
    "what triggers do is done with the account's rights, unless their functions are SECURITY DEFINER: see by hand what they need",
];

pub fn statements(account: &Account<'_>, needs: &Needs) -> Vec<String> {
    let user = quoted(account.user, '"', '"');
    let mut statements = vec![format!(
        "GRANT CONNECT ON DATABASE {} TO {user};",
        quoted(account.database, '"', '"')
    )];
    let routines = needs.routines.iter().map(|(_, name)| name.as_str());
    let names = needs.tables.keys().map(String::as_str).chain(routines.clone());
    let of_sequences = needs.sequences.iter().map(String::as_str);
    let schemas: BTreeSet<&str> = names
        .chain(of_sequences)
        .map(|name| schema(name).unwrap_or("public"))
        .collect();
    for name in schemas {
        statements.push(format!("GRANT USAGE ON SCHEMA {name} TO {user};"));
    }
    let by = ByColumn {
        select: Grain::Column,
        insert: Grain::Column,
        update: Grain::Column,
    };
    for (table, of_table) in &needs.tables {
        statements.push(format!("GRANT {} ON {table} TO {user};", privileges(of_table, &by)));
        if of_table.insert != Columns::None {
            statements.push(sequences_of(table, &user));
        }
    }
    for sequence in &needs.sequences {
        statements.push(format!("GRANT USAGE ON SEQUENCE {sequence} TO {user};"));
    }
    for routine in routines {
        statements.push(format!("GRANT EXECUTE ON ROUTINE {routine} TO {user};"));
    }
    statements
}

/// Only the database knows which columns are serial: their sequences are found by it.
fn sequences_of(table: &str, user: &str) -> String {
    let literal = table.replace('\'', "''");
    format!(
        "DO $grants$ DECLARE s text; BEGIN FOR s IN SELECT pg_get_serial_sequence('{literal}', attname) FROM pg_attribute WHERE attrelid = \
         '{literal}'::regclass AND attnum > 0 AND NOT attisdropped LOOP IF s IS NOT NULL THEN EXECUTE 'GRANT USAGE ON SEQUENCE ' || s || ' TO \
         {}'; END IF; END LOOP; END $grants$;",
        user.replace('\'', "''")
    )
}
