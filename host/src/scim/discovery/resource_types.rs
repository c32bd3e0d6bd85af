//! `/ResourceTypes` (RFC 7643 §6): the user, the group, and one type for each kind of thing that a user can hold.

use scim_v2::{
    Asserted,
    models::resource_types::{ResourceType, SchemaExtension},
};
use serde_json::{Value, json};

use super::{canonical_urn, groups, mapped_extensions, meta};
use crate::scim::{EntitlementType, ResourceKind, Surface};

/// The documents, the user's first.
pub fn resource_types(surface: &Surface, base_url: &str) -> Vec<Value> {
    let entitlement_types = surface.entitlement_types.iter().map(entitlement_type);
    let groups = surface
        .groups
        .iter()
        .map(|_| extended(surface, ResourceKind::Group, groups::resource_type(surface)));
    std::iter::once(extended(surface, ResourceKind::User, user(surface)))
        .chain(groups)
        .chain(entitlement_types)
        .map(|resource_type| {
            let meta = meta("ResourceType", base_url, "/ResourceTypes", &resource_type.name);
            json!(ResourceType {
                id: Some(resource_type.name.clone()),
                meta: Some(meta),
                ..resource_type
            })
        })
        .collect()
}

fn user(surface: &Surface) -> ResourceType {
    ResourceType {
        name: ResourceKind::User.name().to_owned(),
        description: Some(format!("A user of {}", surface.application)),
        endpoint: ResourceKind::User.endpoint().to_owned(),
        schema: ResourceKind::User.schema().to_owned(),
        ..ResourceType::default()
    }
}

/// With the extensions that the mapping uses.
fn extended(surface: &Surface, kind: ResourceKind, resource_type: ResourceType) -> ResourceType {
    let extensions: Vec<SchemaExtension> = mapped_extensions(surface, kind)
        .into_iter()
        .map(|urn| SchemaExtension {
            schema: canonical_urn(urn).to_owned(),
            required: false,
        })
        .collect();
    ResourceType {
        schema_extensions: if extensions.is_empty() {
            Asserted::absent()
        } else {
            Asserted::set(extensions)
        },
        ..resource_type
    }
}

fn entitlement_type(of: &EntitlementType) -> ResourceType {
    ResourceType {
        name: of.name.clone(),
        description: of.description.clone(),
        endpoint: of.endpoint.clone(),
        schema: of.kind.schema().to_owned(),
        ..ResourceType::default()
    }
}
