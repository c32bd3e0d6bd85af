//! The tables that a database has, as SQL Server would know them.

use std::collections::{HashMap, HashSet};

use sqlparser::ast::{CreateTable, Expr, Query};

use super::{collation::Collation, declaration::Declaration};
use crate::{types::SqlType, wire::tokens::Command};

/// All tables of a database, by their name in lower case.
#[derive(Default)]
pub struct Catalogue {
    tables: HashMap<String, Table>,
    functions: HashMap<String, Function>,
    /// What the login may not do: a permission, and a table's name in lower case.
    pub denied: HashSet<(String, String)>,
}

#[derive(Clone, Debug)]
pub struct Table {
    /// How it was made, and changed since.
    pub definition: CreateTable,
    /// SQLite's statements for its indexes.
    pub indexes: Vec<String>,
    pub triggers: Vec<Trigger>,
    pub name: String,
    pub columns: Vec<Column>,
    pub keys: Vec<Key>,
    /// In the order in which SQLite numbers them: the last one is 0.
    pub references: Vec<Reference>,
    /// The names of the checks, and the column of those that are of one.
    pub checks: Vec<(String, Option<String>)>,
}

#[derive(Clone, Debug)]
pub struct Column {
    pub name: String,
    pub of: SqlType,
    pub collation: Collation,
    pub nullable: bool,
    pub identity: bool,
    /// In SQLite's words.
    pub default: Option<String>,
}

/// What is done behind every statement that changes the table in one of these ways.
#[derive(Clone, Debug)]
pub struct Trigger {
    pub name: String,
    pub events: Vec<Command>,
    pub body: String,
}

/// A foreign key.
#[derive(Clone, Debug)]
pub struct Reference {
    pub name: String,
    pub columns: Vec<String>,
    /// Those of the other table; empty for its primary key.
    pub referred: Vec<String>,
}

/// A function of the database's own.
#[derive(Clone, Debug)]
pub struct Function {
    pub name: String,
    pub parameters: Vec<Declaration>,
    pub gives: Gives,
}

/// What comes of a function.
#[derive(Clone, Debug)]
pub enum Gives {
    /// The rows of a query.
    Rows(Box<Query>),
    Value(SqlType, Box<Expr>),
}

/// Columns of which no two rows have the same values.
#[derive(Clone, Debug)]
pub struct Key {
    pub name: String,
    pub columns: Vec<String>,
    pub kind: KeyKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyKind {
    Primary,
    Unique,
    /// An index: its violation has another number.
    Index,
}

impl Catalogue {
    pub fn table(&self, name: &str) -> Option<&Table> {
        self.tables.get(&name.to_lowercase())
    }

    pub fn table_mut(&mut self, name: &str) -> Option<&mut Table> {
        self.tables.get_mut(&name.to_lowercase())
    }

    pub fn add(&mut self, table: Table) {
        self.tables.insert(table.name.to_lowercase(), table);
    }

    pub fn function(&self, name: &str) -> Option<&Function> {
        self.functions.get(&name.to_lowercase())
    }

    pub fn add_function(&mut self, function: Function) {
        self.functions.insert(function.name.to_lowercase(), function);
    }

    pub fn remove_function(&mut self, name: &str) -> bool {
        self.functions.remove(&name.to_lowercase()).is_some()
    }

    pub fn remove(&mut self, name: &str) -> Option<Table> {
        self.tables.remove(&name.to_lowercase())
    }

    pub fn tables_mut(&mut self) -> impl Iterator<Item = &mut Table> {
        self.tables.values_mut()
    }

    pub fn tables(&self) -> impl Iterator<Item = &Table> {
        self.tables.values()
    }

    pub fn is_denied(&self, permission: &str, table: &str) -> bool {
        self.denied.contains(&(permission.to_owned(), table.to_lowercase()))
    }
}

impl Table {
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| same(&column.name, name))
    }

    pub fn identity(&self) -> Option<&Column> {
        self.columns.iter().find(|column| column.identity)
    }
}

impl Key {
    /// Whether it is of just these columns.
    pub fn is_of(&self, columns: &[&str]) -> bool {
        self.columns.len() == columns.len() && (self.columns.iter()).all(|of_key| columns.iter().any(|name| same(of_key, name)))
    }
}

/// Whether two names are the same: their case doesn't matter.
pub fn same(one: &str, other: &str) -> bool {
    one.to_lowercase() == other.to_lowercase()
}
