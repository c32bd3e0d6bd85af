//! Rows that say who has what, whatever it is.

use super::entitlement::text;
use crate::{database::Value, scim::ResourceKind};

/// What a row says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Owned<T> {
    /// Whose it is; `None` if no column is known to hold that.
    pub owner: Option<String>,
    pub what: T,
}

/// Reads the rows of one result, whose columns it has looked up once.
pub trait RowReader {
    type What: Send;

    /// # Errors
    /// Which column holds something else than it should, without its value.
    fn read(&self, row: &[Value]) -> Result<Owned<Self::What>, String>;
}

/// Whose a row is.
pub(super) fn owner(row: &[Value], column: Option<usize>, owned_by: ResourceKind) -> Result<Option<String>, String> {
    let nobody = || format!("a row has no {} id: its column is NULL or empty", owned_by.noun());
    column.map(|index| text(row, index).ok_or_else(nobody)).transpose()
}
