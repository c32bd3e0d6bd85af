//! `/ResourceTypes` (RFC 7643 §6): the user, and one type for each kind of thing that a user can hold.

use scim_v2::{
    Asserted,
    models::resource_types::{ResourceType, SchemaExtension},
};
use serde_json::{Value, json};

use super::{canonical_urn, mapped_extensions, meta};
use crate::scim::{EntitlementType, Surface, USER_SCHEMA};

/// The documents, the user's first.
pub fn resource_types(surface: &Surface, base_url: &str) -> Vec<Value> {
    let entitlement_types = surface.entitlement_types.iter().map(entitlement_type);
    std::iter::once(user(surface))
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
    let extensions: Vec<SchemaExtension> = mapped_extensions(surface)
        .into_iter()
        .map(|urn| SchemaExtension {
            schema: canonical_urn(urn).to_owned(),
            required: false,
        })
        .collect();
    ResourceType {
        name: "User".to_owned(),
        description: Some(format!("A user of {}", surface.application)),
        endpoint: "/Users".to_owned(),
        schema: USER_SCHEMA.to_owned(),
        schema_extensions: if extensions.is_empty() {
            Asserted::absent()
        } else {
            Asserted::set(extensions)
        },
        ..ResourceType::default()
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
