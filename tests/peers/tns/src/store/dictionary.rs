//! What tables there are and what holds for them; SQLite's errors say less than Oracle's.

use std::collections::{HashMap, HashSet};

use crate::{
    Type,
    sql::{Column, Rule, Table},
};

#[derive(Default)]
pub(crate) struct Dictionary {
    tables: HashMap<String, Table>,
    /// The columns of unique indexes, by the table.
    indexes: Vec<(String, Vec<String>, String)>,
    views: HashSet<String>,
}

impl Dictionary {
    pub(super) fn add(&mut self, table: Table) {
        self.tables.insert(table.name.clone(), table);
    }

    pub(super) fn add_index(&mut self, table: String, columns: Vec<String>, name: String) {
        self.indexes.push((table, columns, name));
    }

    pub(super) fn remove(&mut self, table: &str) {
        self.tables.remove(table);
        self.indexes.retain(|(of, _, _)| of != table);
    }

    pub(super) fn add_view(&mut self, name: String) {
        self.views.insert(name);
    }

    /// Whether there is a table or a view of that name.
    pub(super) fn has(&self, name: &str) -> bool {
        self.tables.contains_key(name) || self.views.contains(name)
    }

    /// The type of a column, by its name: in some tables, or in all that there are. `None` unless it is the same in all of them.
    pub(super) fn type_of(&self, tables: Option<&[&str]>, name: &str) -> Option<Type> {
        let wanted = |table: &&Table| tables.is_none_or(|tables| tables.contains(&table.name.as_str()));
        let columns = self.tables.values().filter(wanted).flat_map(|table| &table.columns);
        let mut kinds = columns
            .filter(|column| column.name == name)
            .map(|column| column.declared.kind);
        let first = kinds.next()?;
        kinds.all(|kind| kind == first).then_some(first)
    }

    pub(super) fn table(&self, name: &str) -> Option<&Table> {
        self.tables.get(name)
    }

    pub(super) fn column(&self, table: &str, name: &str) -> Option<&Column> {
        let table = self.tables.get(table)?;
        table.columns.iter().find(|column| column.name == name)
    }

    /// The name of what makes columns unique.
    pub(super) fn unique(&self, table: &str, columns: &[String]) -> Option<&str> {
        let constraints = self.tables.get(table).into_iter().flat_map(|table| &table.constraints);
        let named = constraints.filter_map(|constraint| match &constraint.rule {
            Rule::Primary(own) | Rule::Unique(own) if own == columns => Some(constraint.name.as_str()),
            _ => None,
        });
        let indexes = self
            .indexes
            .iter()
            .filter(|(of, own, _)| of == table && own == columns)
            .map(|(_, _, name)| name.as_str());
        named.chain(indexes).next()
    }

    /// The name of a foreign key, by its columns.
    pub(super) fn foreign(&self, table: &str, columns: &[String]) -> Option<&str> {
        let table = self.tables.get(table)?;
        table.constraints.iter().find_map(|constraint| match &constraint.rule {
            Rule::Foreign { columns: own, .. } if own == columns => Some(constraint.name.as_str()),
            _ => None,
        })
    }
}
