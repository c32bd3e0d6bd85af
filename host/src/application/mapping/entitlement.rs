//! Rows of get-entitlements and get-user-entitlements.

use serde_json::json;

use super::{position, required};
use crate::{
    application::EntitlementSettings,
    database::{Column, Value},
    scim::Document,
};

/// Reads rows of get-entitlements.
pub struct EntitlementReader {
    id: usize,
    display: usize,
    description: Option<usize>,
}

impl EntitlementReader {
    /// The error names the first configured column that the result lacks.
    pub fn new(settings: &EntitlementSettings, columns: &[Column]) -> Result<Self, String> {
        let description = settings
            .description
            .as_ref()
            .map(|column| required(columns, column, "the description"));
        Ok(Self {
            id: required(columns, &settings.id, "the item's id")?,
            display: required(columns, &settings.display, "the item's display name")?,
            description: description.transpose()?,
        })
    }

    /// An item of the catalogue: `id`, `displayName` (the id, where the column is NULL) and `description`, if it has one.
    pub fn read(&self, row: &[Value]) -> Result<Document, String> {
        let id = text(row, self.id).ok_or("a row has no id: its column is NULL or empty")?;
        let mut item = Document::new();
        let display = text(row, self.display).unwrap_or_else(|| id.clone());
        item.insert("id".into(), json!(id));
        item.insert("displayName".into(), json!(display));
        if let Some(description) = self.description.and_then(|index| text(row, index)) {
            item.insert("description".into(), json!(description));
        }
        Ok(item)
    }
}

/// What one user holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assignment {
    /// Whose it is; `None` if the type doesn't say which column holds that.
    pub user: Option<String>,
    /// The item's id.
    pub value: String,
    pub display: Option<String>,
}

/// Reads rows of get-user-entitlements.
pub struct AssignmentReader {
    user: Option<usize>,
    id: usize,
    display: Option<usize>,
}

impl AssignmentReader {
    /// The error names the first configured column that the result lacks; the display name may be missing.
    pub fn new(settings: &EntitlementSettings, columns: &[Column]) -> Result<Self, String> {
        let user = settings
            .user
            .as_ref()
            .map(|column| required(columns, column, "the user's id"));
        Ok(Self {
            user: user.transpose()?,
            id: required(columns, &settings.id, "the item's id")?,
            display: position(columns, &settings.display),
        })
    }

    pub fn read(&self, row: &[Value]) -> Result<Assignment, String> {
        let user = match self.user {
            Some(index) => Some(text(row, index).ok_or("a row has no user id: its column is NULL or empty")?),
            None => None,
        };
        Ok(Assignment {
            user,
            value: text(row, self.id).ok_or("a row has no id: its column is NULL or empty")?,
            display: self.display.and_then(|index| text(row, index)),
        })
    }
}

/// What a column holds, if it holds something.
fn text(row: &[Value], index: usize) -> Option<String> {
    row.get(index).and_then(Value::to_text).filter(|text| !text.is_empty())
}
