//! What the application says of itself (RFC 7643 §5 to §7), made from its surface: nothing is claimed that it can't do.

mod groups;
mod resource_types;
mod schemas;
mod service_provider_config;

pub use resource_types::resource_types;
pub use schemas::schemas;
pub use service_provider_config::service_provider_config;

use scim_v2::{models::scim_schema::Meta, schema_urns};

use super::{ResourceKind, Surface, render};

/// The URNs of the extensions that the mapping of a resource type uses, in its order.
fn mapped_extensions(surface: &Surface, kind: ResourceKind) -> Vec<&str> {
    let mut urns: Vec<&str> = Vec::new();
    for urn in surface
        .attributes_of(kind)
        .iter()
        .filter_map(|it| it.path.extension.as_deref())
    {
        if !urns.iter().any(|it| it.eq_ignore_ascii_case(urn)) {
            urns.push(urn);
        }
    }
    urns
}

/// The canonical spelling of an extension's URN.
fn canonical_urn(urn: &str) -> &str {
    if urn.eq_ignore_ascii_case(schema_urns::ENTERPRISE_USER) {
        schema_urns::ENTERPRISE_USER
    } else {
        urn
    }
}

fn meta(resource_type: &str, base_url: &str, endpoint: &str, id: &str) -> Meta {
    Meta {
        resource_type: Some(resource_type.to_owned()),
        location: Some(render::location(base_url, endpoint, id)),
        ..Meta::default()
    }
}
