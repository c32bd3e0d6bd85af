//! The resource type and the schema of groups (RFC 7643 §4.2), where the application has them.

use scim_v2::{Asserted, models::resource_types::ResourceType, models::scim_schema::Attributes};

use super::schemas::mutability;
use crate::scim::{GroupSurface, Mutability, ResourceKind, Surface, members};

pub(super) fn resource_type(surface: &Surface) -> ResourceType {
    ResourceType {
        name: ResourceKind::Group.name().to_owned(),
        description: Some(format!("A group of users of {}", surface.application)),
        endpoint: ResourceKind::Group.endpoint().to_owned(),
        schema: ResourceKind::Group.schema().to_owned(),
        ..ResourceType::default()
    }
}

/// `members` as the operations make it; `None` if nothing of members is known.
pub(super) fn members(groups: &GroupSurface, mut attribute: Attributes) -> Option<Attributes> {
    let of_all = groups.members?;
    attribute.mutability = Some(mutability(&[of_all]).to_owned());
    let mut parts = attribute.sub_attributes.into_option().unwrap_or_default();
    for part in &mut parts {
        // A member is added and removed, and never made another one.
        let of_part = match (of_all, part.name.as_str()) {
            (Mutability::ReadWrite, "value") => Mutability::Immutable,
            _ => Mutability::ReadOnly,
        };
        part.mutability = Some(mutability(&[of_part]).to_owned());
        match part.name.as_str() {
            "value" => part.required = Some(true),
            "type" => part.canonical_values = Asserted::set(vec![ResourceKind::User.name().to_owned()]),
            "$ref" => part.reference_types = Asserted::set(vec![ResourceKind::User.name().to_owned()]),
            _ => {}
        }
    }
    if groups.member_names {
        parts.push(super::schemas::read_only_part(
            "display",
            "The name of the member, for people to read.",
        ));
    }
    attribute.sub_attributes = Asserted::set(parts);
    Some(attribute)
}

/// The user's `groups`, which are all direct.
pub(super) fn of_users(surface: &Surface, mut attribute: Attributes) -> Option<Attributes> {
    surface.groups.as_ref().filter(|groups| groups.of_users)?;
    let mut parts = attribute.sub_attributes.into_option().unwrap_or_default();
    parts.retain(|part| part.name != "type");
    for part in parts.iter_mut().filter(|part| part.name == "$ref") {
        part.reference_types = Asserted::set(vec![ResourceKind::Group.name().to_owned()]);
    }
    attribute.sub_attributes = Asserted::set(parts);
    Some(attribute)
}

/// What Okta's word `GROUP_PUSH` stands for.
pub(super) fn can_be_pushed(surface: &Surface) -> bool {
    let creates = surface.groups.as_ref().is_some_and(|groups| groups.create_group);
    creates && members::mutability(surface) == Some(Mutability::ReadWrite)
}

/// Whether there is anything about a group that a PATCH could change.
pub(super) fn can_be_modified(surface: &Surface) -> bool {
    let updates = surface.groups.as_ref().is_some_and(|groups| groups.update_group);
    updates || members::mutability(surface) == Some(Mutability::ReadWrite)
}
