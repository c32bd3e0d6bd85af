//! What is wanted of a statement: columns and operators, never a value.
//!
//! A component turns a shape into a statement once; the host keeps the statement by its shape. Replay files have shapes in them.

use serde::{Deserialize, Serialize};

/// A filter, order and window over the rows of a statement. The same as `shape` in `wit/types.wit`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Shape {
    pub projection: Projection,
    /// Postfix: operands come before the operator that takes them.
    pub filter: Vec<Predicate>,
    pub sort: Vec<SortKey>,
    pub paging: Paging,
    pub lists: Vec<ListSize>,
    /// Which inputs a statement shall set that is made for the attributes that change; empty for all.
    pub assign: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Projection {
    #[default]
    Rows,
    Count,
}

/// Whether a window of the rows is wanted; its bounds are bound as `limit` and `offset`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Paging {
    #[default]
    All,
    Window,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Predicate {
    Compare(Comparison),
    /// The column holds a value: neither NULL nor an empty string.
    Present(String),
    And(u32),
    Or(u32),
    Not,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Comparison {
    pub column: String,
    pub operator: ComparisonOperator,
    pub collation: Collation,
    /// The name that the value is bound by.
    pub parameter: String,
}

/// RFC 7644 §3.4.2.2, table 3.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum ComparisonOperator {
    Eq,
    Ne,
    Co,
    Sw,
    Ew,
    Gt,
    Ge,
    Lt,
    Le,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Collation {
    /// As the column's own type has it.
    Native,
    /// As text, letter for letter.
    Exact,
    /// As text in lower case.
    Insensitive,
    /// As points in time.
    Instant,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct SortKey {
    pub column: String,
    pub descending: bool,
    pub collation: Collation,
}

/// For how many values a statement with a list is wanted.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ListSize {
    pub parameter: String,
    pub size: u32,
}
