//! What statements do to which objects.

use std::collections::{BTreeMap, BTreeSet};

/// Columns of a table that a right is needed for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Columns {
    #[default]
    None,
    /// As they are written, in small letters where that is the same.
    Some(BTreeSet<String>),
    All,
}

impl Columns {
    pub(crate) fn add(&mut self, column: impl Into<String>) {
        match self {
            Columns::All => {}
            Columns::Some(columns) => {
                columns.insert(column.into());
            }
            Columns::None => *self = Columns::Some(BTreeSet::from([column.into()])),
        }
    }
}

/// What is done to a table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TableNeeds {
    pub select: Columns,
    pub insert: Columns,
    pub update: Columns,
    pub delete: bool,
}

/// How something that can be executed is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Routine {
    /// `CALL p()`, `EXEC p`.
    Procedure,
    /// `SELECT hr.f()`.
    Function,
    /// `SELECT … FROM f()`.
    TableFunction,
}

/// Everything that an account needs. Names are as the statements have them: parts with dots in between, quoted if they are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Needs {
    pub tables: BTreeMap<String, TableNeeds>,
    pub routines: BTreeSet<(Routine, String)>,
    pub sequences: BTreeSet<String>,
    /// Functions without a schema in front: most are the database's own, and nothing says which are not.
    pub functions: BTreeSet<String>,
}

impl Needs {
    pub(crate) fn table(&mut self, name: &str) -> &mut TableNeeds {
        self.tables.entry(name.to_owned()).or_default()
    }
}
