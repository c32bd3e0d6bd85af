//! Rows of get-users, get-user and get-changed-users as SCIM users, and those of get-groups and get-group as groups.

use serde_json::json;

use super::{active::ACTIVE, position, required};
use crate::{
    application::{ActiveMapping, AttributeMapping, Origin, ResourceMapping},
    database::{Column, Value},
    scim::{Document, ResourceKind},
};

/// Reads the rows of one result, whose columns it has looked up once.
pub struct ResourceReader<'m> {
    kind: ResourceKind,
    id: usize,
    active: Option<(usize, &'m ActiveMapping)>,
    attributes: Vec<(usize, &'m AttributeMapping)>,
}

impl<'m> ResourceReader<'m> {
    /// The error names the first mapped column that the result lacks.
    pub fn new(mapping: &'m ResourceMapping, columns: &[Column]) -> Result<Self, String> {
        let active = mapping
            .active
            .as_ref()
            .map(|active| Ok::<_, String>((required(columns, &active.column, "`active`")?, active)));
        let attributes = mapping.attributes.iter().filter_map(|attribute| {
            let index = match attribute.origin {
                Origin::Mapping => required(columns, &attribute.column, &format!("`{}`", attribute.path)),
                // Nobody has asked for it, so that nobody is told when it is gone.
                Origin::Column => Ok(position(columns, &attribute.column)?),
            };
            Some(index.map(|index| (index, attribute)))
        });
        Ok(Self {
            kind: mapping.kind,
            id: required(columns, &mapping.id, &format!("the {}'s id", mapping.kind.noun()))?,
            active: active.transpose()?,
            attributes: attributes.collect::<Result<_, String>>()?,
        })
    }

    /// A resource with what its columns hold; NULL is an attribute that isn't there. The error names the column, not its value.
    pub fn read(&self, row: &[Value]) -> Result<Document, String> {
        let id = row.get(self.id).and_then(Value::to_text).filter(|id| !id.is_empty());
        let noun = self.kind.noun();
        let id = id.ok_or_else(|| format!("a row has no {noun} id: its column is NULL or empty"))?;
        let mut resource = Document::new();
        resource.insert("id".into(), json!(id));
        for (index, attribute) in &self.attributes {
            let value = row.get(*index).unwrap_or(&Value::Null);
            let value = attribute.read(value).map_err(|found| {
                format!(
                    "the column `{}` of `{}` {found} ({noun} \"{id}\")",
                    attribute.column, attribute.path
                )
            })?;
            if let Some(value) = value {
                attribute.path.set(&mut resource, value);
            }
        }
        if let Some((index, active)) = self.active {
            let active = active
                .read(row.get(index).unwrap_or(&Value::Null))
                .map_err(|message| format!("{message} ({noun} \"{id}\")"))?;
            resource.insert(ACTIVE.into(), json!(active));
        }
        Ok(resource)
    }
}
