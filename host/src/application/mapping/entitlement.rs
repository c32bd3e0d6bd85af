//! Rows of get-entitlements, and those that say who has what: of get-user-entitlements, get-group-members and get-user-groups.

use serde_json::json;

use super::{
    position, required,
    row::{Owned, RowReader, owner},
};
use crate::{
    application::{EntitlementSettings, GroupSettings},
    database::{Column, Value},
    scim::{Document, ResourceKind},
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

/// One thing that belongs to another: a role to a user, a member to a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assignment {
    /// The id of what is had.
    pub value: String,
    pub display: Option<String>,
}

/// Reads rows that say who has what.
pub struct AssignmentReader {
    owner: Option<usize>,
    /// What the owner is, for messages.
    owned_by: ResourceKind,
    id: usize,
    display: Option<usize>,
}

impl AssignmentReader {
    /// Of get-user-entitlements. The error names the first configured column that the result lacks; the display name may be
    /// missing.
    pub fn new(settings: &EntitlementSettings, columns: &[Column]) -> Result<Self, String> {
        let user = settings
            .user
            .as_ref()
            .map(|column| required(columns, column, "the user's id"));
        Ok(Self {
            owner: user.transpose()?,
            owned_by: ResourceKind::User,
            id: required(columns, &settings.id, "the item's id")?,
            display: position(columns, &settings.display),
        })
    }

    /// Of get-group-members. The group's id is needed only where one statement is for many groups.
    pub fn of_members(settings: &GroupSettings, columns: &[Column]) -> Result<Self, String> {
        let display = settings
            .member_display
            .as_ref()
            .map(|column| required(columns, column, "the member's name"));
        Ok(Self {
            owner: position(columns, &settings.mapping.id),
            owned_by: ResourceKind::Group,
            id: required(columns, &settings.user, "the member's id")?,
            display: display.transpose()?,
        })
    }

    /// Of get-user-groups. The user's id is needed only where one statement is for many users; the group's name may be missing.
    pub fn of_groups(settings: &GroupSettings, columns: &[Column]) -> Result<Self, String> {
        Ok(Self {
            owner: position(columns, &settings.user),
            owned_by: ResourceKind::User,
            id: required(columns, &settings.mapping.id, "the group's id")?,
            display: settings.display().and_then(|column| position(columns, column)),
        })
    }
}

impl RowReader for AssignmentReader {
    type What = Assignment;

    fn read(&self, row: &[Value]) -> Result<Owned<Assignment>, String> {
        Ok(Owned {
            owner: owner(row, self.owner, self.owned_by)?,
            what: Assignment {
                value: text(row, self.id).ok_or("a row has no id: its column is NULL or empty")?,
                display: self.display.and_then(|index| text(row, index)),
            },
        })
    }
}

/// What a column holds, if it holds something.
pub(super) fn text(row: &[Value], index: usize) -> Option<String> {
    row.get(index).and_then(Value::to_text).filter(|text| !text.is_empty())
}
