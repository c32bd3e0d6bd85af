//! Rows of get-user-values as elements of a multi-valued attribute (RFC 7643 §2.4), and the values that statements name of one.

use std::collections::BTreeSet;

use serde_json::Value as Json;

use super::{
    position, required,
    row::{Owned, RowReader, owner},
};
use crate::{
    application::{AttributeMapping, ListSettings, Operation, ValueType},
    database::{Column, Value},
    scim::{Document, Error, ResourceKind},
};

/// The sub-attribute that at most one element of an attribute has as true. Where a client doesn't say, it is false (RFC 7643 §2.4).
const PRIMARY: &str = "primary";

/// One element that a user has.
#[derive(Clone, Debug, PartialEq)]
pub struct Element {
    /// What tells its row from others; `None` if no column does.
    pub id: Option<Value>,
    pub members: Document,
}

/// Reads rows of get-user-values and get-values.
pub struct ElementReader<'m> {
    owner: Option<usize>,
    id: Option<usize>,
    parts: Vec<(usize, &'m AttributeMapping)>,
}

impl<'m> ElementReader<'m> {
    /// The error names the first configured column that the result lacks.
    pub fn new(settings: &'m ListSettings, columns: &[Column]) -> Result<Self, String> {
        let user = settings
            .user
            .as_ref()
            .map(|column| required(columns, column, "the user's id"));
        let id = settings
            .id
            .as_ref()
            .map(|column| required(columns, column, "what tells rows apart"));
        let parts = settings.parts.iter().map(|part| {
            let index = required(columns, &part.column, &format!("`{}`", part.path))?;
            Ok((index, part))
        });
        Ok(Self {
            owner: user.transpose()?,
            id: id.transpose()?,
            parts: parts.collect::<Result<_, String>>()?,
        })
    }
}

impl RowReader for ElementReader<'_> {
    type What = Element;

    fn read(&self, row: &[Value]) -> Result<Owned<Element>, String> {
        let mut members = Document::new();
        for (index, part) in &self.parts {
            let value = row.get(*index).unwrap_or(&Value::Null);
            let value = part
                .read(value)
                .map_err(|found| format!("the column `{}` of `{}` {found}", part.column, part.path))?;
            members.extend(value.map(|value| (part.sub_attribute().to_owned(), value)));
        }
        Ok(Owned {
            owner: owner(row, self.owner, ResourceKind::User)?,
            what: Element {
                id: self.id.and_then(|index| row.get(index)).cloned(),
                members,
            },
        })
    }
}

/// Reads only whose each row is.
pub struct OwnedRow {
    owner: Option<usize>,
    owned_by: ResourceKind,
}

impl OwnedRow {
    /// By the column that holds the owner's id, if one does.
    pub fn new(owned_by: ResourceKind, owner: Option<&str>, columns: &[Column]) -> Self {
        Self {
            owner: owner.and_then(|column| position(columns, column)),
            owned_by,
        }
    }

    /// # Errors
    /// A row that is nobody's.
    pub fn read(&self, row: &[Value]) -> Result<Option<String>, String> {
        owner(row, self.owner, self.owned_by)
    }
}

impl ListSettings {
    /// One value for each sub-attribute, by its name; one that is not there is NULL. The error is 400 and names the sub-attribute.
    pub fn inputs(&self, element: &Document) -> Result<Vec<(String, Value)>, Error> {
        let input = |part: &AttributeMapping| {
            let name = part.sub_attribute();
            let value = match element.get(name) {
                None if is_primary(part) => Some(&Json::Bool(false)),
                value => value,
            };
            Ok((name.to_owned(), part.input(value)?))
        };
        self.parts.iter().map(input).collect()
    }
}

impl ListSettings {
    /// Says whether an operation sets a sub-attribute. `parameters` are those of the operations; one whose parameters are not known
    /// may set them all.
    pub fn settable<'a>(
        &'a self,
        parameters: &'a dyn Fn(Operation) -> Option<BTreeSet<String>>,
    ) -> impl Fn(&AttributeMapping, Operation) -> bool + 'a {
        move |part, operation| {
            let names = [part.sub_attribute(), &part.column];
            let named = |parameter: &String| names.iter().any(|name| parameter.eq_ignore_ascii_case(name));
            self.operations.contains_key(&operation)
                && parameters(operation).is_none_or(|parameters| parameters.iter().any(named))
        }
    }
}

/// Whether an element without this part has it as false.
pub(super) fn is_primary(part: &AttributeMapping) -> bool {
    part.value_type == ValueType::Boolean && part.sub_attribute().eq_ignore_ascii_case(PRIMARY)
}

/// Whether an element is the primary one.
pub(super) fn says_primary(element: &Document) -> bool {
    element.get(PRIMARY) == Some(&Json::Bool(true))
}
