//! How each database has its rights written.

mod mysql;
mod oracle;
mod postgresql;
mod sqlserver;

use crate::{
    Account, Product,
    needs::{Columns, Needs, TableNeeds},
};

pub fn statements(account: &Account<'_>, needs: &Needs) -> Vec<String> {
    match account.product {
        Product::Sqlite => Vec::new(),
        Product::Postgresql => postgresql::statements(account, needs),
        Product::Mysql => mysql::statements(account, needs),
        Product::Sqlserver => sqlserver::statements(account, needs),
        Product::Oracle => oracle::statements(account, needs),
    }
}

/// What doesn't stand in the statements.
pub fn remarks(account: &Account<'_>, needs: &Needs) -> Vec<String> {
    let mut remarks: Vec<String> = match account.product {
        Product::Sqlite => &[],
        Product::Postgresql => postgresql::REMARKS,
        Product::Mysql => mysql::REMARKS,
        Product::Sqlserver => sqlserver::REMARKS,
        Product::Oracle => oracle::REMARKS,
    }
    .iter()
    .map(|remark| (*remark).to_owned())
    .collect();
    let unknown = needs
        .functions
        .iter()
        .map(String::as_str)
        .filter(|name| !STANDARD.contains(name));
    let names: Vec<&str> = unknown.collect();
    if !names.is_empty() {
        remarks.push(format!(
            "functions without a schema in front are taken for the database's own, for which nothing is granted: {}",
            names.join(", ")
        ));
    }
    remarks
}

/// Functions that every database has, and that nobody need wonder about.
const STANDARD: [&str; 28] = [
    "abs",
    "avg",
    "cast",
    "coalesce",
    "concat",
    "convert",
    "count",
    "current_date",
    "current_timestamp",
    "getdate",
    "ifnull",
    "isnull",
    "length",
    "lower",
    "max",
    "min",
    "now",
    "nullif",
    "nvl",
    "replace",
    "round",
    "substr",
    "substring",
    "sum",
    "sysdate",
    "trim",
    "upper",
    "values",
];

/// Which privileges a database knows for single columns.
struct ByColumn {
    select: Grain,
    insert: Grain,
    update: Grain,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Grain {
    Column,
    Table,
}

/// `SELECT (user_id, username), UPDATE (status), DELETE`.
fn privileges(needs: &TableNeeds, by: &ByColumn) -> String {
    let mut words = Vec::new();
    for (word, columns, grain) in [
        ("SELECT", &needs.select, by.select),
        ("INSERT", &needs.insert, by.insert),
        ("UPDATE", &needs.update, by.update),
    ] {
        match columns {
            Columns::None => {}
            Columns::Some(columns) if grain == Grain::Column => {
                let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
                words.push(format!("{word} ({})", columns.join(", ")));
            }
            _ => words.push(word.to_owned()),
        }
    }
    if needs.delete {
        words.push("DELETE".to_owned());
    }
    words.join(", ")
}

/// A name in quotes unless it is plain and small; `quote` ends it too, and stands twice inside.
fn quoted(name: &str, open: char, close: char) -> String {
    let is_plain = name.starts_with(|c: char| c.is_ascii_lowercase() || c == '_')
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    if is_plain {
        return name.to_owned();
    }
    format!("{open}{}{close}", name.replace(close, &format!("{close}{close}")))
}

/// What stands in front of the last part of a name.
fn schema(name: &str) -> Option<&str> {
    let mut inside = None;
    let mut dot = None;
    for (at, c) in name.char_indices() {
        match (inside, c) {
            (None, '"' | '`') => inside = Some(c),
            (None, '[') => inside = Some(']'),
            (None, '.') => dot = Some(at),
            (Some(quote), c) if quote == c => inside = None,
            _ => {}
        }
    }
    dot.and_then(|at| name.get(..at))
}
