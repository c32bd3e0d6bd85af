//! `/Schemas` (RFC 7643 §7): the RFC's own schemas, reduced to what the application maps and with the mutability that its
//! operations give, and the schemas of what only the mapping or an entitlement type defines.

use scim_v2::{
    Asserted,
    models::scim_schema::{Attributes, Schema, SubAttributes},
    schema_urns,
};
use serde_json::{Value, json};

use super::{canonical_urn, groups, mapped_extensions, meta};
use crate::scim::{
    Attribute, Cardinality, DataType, EntitlementKind, GroupSurface, Mutability, Part, ResourceKind, Surface, USER_SCHEMA,
    assignments::{parts_of, types_of},
    members, rfc7643,
};

/// The documents: the schemas of users and groups with their extensions, the schemas of catalogue items.
pub fn schemas(surface: &Surface, base_url: &str) -> Vec<Value> {
    let mut schemas = vec![user(surface)];
    schemas.extend(extensions(surface, ResourceKind::User));
    if let Some(groups) = &surface.groups {
        schemas.push(group(surface, groups));
        schemas.extend(extensions(surface, ResourceKind::Group));
    }
    schemas.extend(
        [EntitlementKind::Role, EntitlementKind::Entitlement]
            .into_iter()
            .filter(|kind| !types_of(surface, *kind).is_empty())
            .map(catalogue_item),
    );
    schemas
        .into_iter()
        .map(|schema| {
            let meta = meta("Schema", base_url, "/Schemas", &schema.id);
            json!(Schema { meta, ..schema })
        })
        .collect()
}

fn user(surface: &Surface) -> Schema {
    let mapped: Vec<&Attribute> = surface.attributes.iter().filter(|it| it.path.extension.is_none()).collect();
    let mut attributes = reduced(rfc7643::user(), &mapped, |attribute| {
        let name = attribute.name.as_str();
        match [EntitlementKind::Role, EntitlementKind::Entitlement]
            .into_iter()
            .find(|it| it.attribute() == name)
        {
            Some(kind) => assignments(surface, kind, attribute),
            None if name == "userName" => Some(attribute),
            None if name == "groups" => groups::of_users(surface, attribute),
            None if name == "password" && surface.capabilities.set_password => Some(attribute),
            None => None,
        }
    });
    // Every user is active or isn't: it can be left out where it doesn't change, and never be taken away (RFC 7643 §2.2).
    for active in attributes.iter_mut().filter(|it| it.name == "active") {
        active.required = Some(true);
    }
    // `id`, `externalId` and `meta` are in no schema (RFC 7643 §3.1).
    attributes.retain(|it| !["id", "externalId", "meta"].contains(&it.name.as_str()));
    schema(USER_SCHEMA, "User", &format!("A user of {}", surface.application), attributes)
}

fn group(surface: &Surface, groups: &GroupSurface) -> Schema {
    let mapped: Vec<&Attribute> = groups.attributes.iter().filter(|it| it.path.extension.is_none()).collect();
    let mut attributes = reduced(rfc7643::group(), &mapped, |attribute| match attribute.name.as_str() {
        members::ATTRIBUTE => groups::members(groups, attribute),
        _ => None,
    });
    attributes.retain(|it| !["id", "externalId", "meta"].contains(&it.name.as_str()));
    for name in attributes.iter_mut().filter(|it| it.name == ResourceKind::Group.required()) {
        name.required = Some(true);
    }
    let description = format!("A group of users of {}", surface.application);
    schema(ResourceKind::Group.schema(), "Group", &description, attributes)
}

fn extensions(surface: &Surface, kind: ResourceKind) -> impl Iterator<Item = Schema> {
    mapped_extensions(surface, kind)
        .into_iter()
        .map(move |urn| extension(surface, kind, urn))
}

fn extension(surface: &Surface, kind: ResourceKind, urn: &str) -> Schema {
    let of_urn = |it: &&Attribute| it.path.extension.as_deref().is_some_and(|it| it.eq_ignore_ascii_case(urn));
    let mapped: Vec<&Attribute> = surface.attributes_of(kind).iter().filter(of_urn).collect();
    let urn = canonical_urn(urn);
    if kind == ResourceKind::User && urn == schema_urns::ENTERPRISE_USER {
        let attributes = reduced(rfc7643::enterprise_user(), &mapped, |_| None);
        return schema(urn, "EnterpriseUser", "Enterprise User", attributes);
    }
    let attributes = reduced(&[], &mapped, |_| None);
    let name = urn.rsplit(':').next().unwrap_or(urn);
    schema(
        urn,
        name,
        &format!("Further attributes of a {} of {}", kind.noun(), surface.application),
        attributes,
    )
}

fn catalogue_item(kind: EntitlementKind) -> Schema {
    let read_only = |name: &str, description: &str| Attributes {
        description: Some(description.to_owned()),
        ..simple_attribute(name, Mutability::ReadOnly, DataType::String)
    };
    let mut attributes = vec![
        read_only("id", "What a user's assignment has as its value"),
        read_only("displayName", "The name that people see"),
        read_only("description", "What it is for"),
    ];
    // Those of draft-ietf-scim-roles-entitlements, which names the same things in its own words.
    let supported = Attributes {
        description: Some("Whether it can be assigned".to_owned()),
        ..simple_attribute("supported", Mutability::ReadOnly, DataType::Boolean)
    };
    let value = read_only("value", "The same as the id");
    attributes.extend([value, read_only("display", "The same as the display name"), supported]);
    for required in attributes
        .iter_mut()
        .filter(|it| ["id", "value", "supported"].contains(&it.name.as_str()))
    {
        required.required = Some(true);
    }
    for identifier in attributes.iter_mut().filter(|it| ["id", "value"].contains(&it.name.as_str())) {
        identifier.case_exact = Some(true);
    }
    let name = match kind {
        EntitlementKind::Role => "Role",
        EntitlementKind::Entitlement => {
            attributes.insert(1, read_only("type", "The name of its resource type"));
            "Entitlement"
        }
    };
    schema(kind.schema(), name, &format!("An item of {}", kind.attribute()), attributes)
}

/// The attributes that are mapped: first those of the RFC in its order, then those that only the mapping defines. `other`
/// decides about those of the RFC that the mapping doesn't name.
fn reduced(rfc: &[Attributes], mapped: &[&Attribute], other: impl Fn(Attributes) -> Option<Attributes>) -> Vec<Attributes> {
    let of = |name: &str| -> Vec<&Attribute> {
        mapped
            .iter()
            .copied()
            .filter(|it| it.path.name.eq_ignore_ascii_case(name))
            .collect()
    };
    let mut attributes: Vec<Attributes> = rfc
        .iter()
        .cloned()
        .filter_map(|attribute| match of(&attribute.name).as_slice() {
            [] => other(attribute),
            mapped => Some(described(attribute, mapped)),
        })
        .collect();
    for own in mapped {
        let name = &own.path.name;
        let seen = rfc.iter().any(|it| it.name.eq_ignore_ascii_case(name))
            || attributes.iter().any(|it| it.name.eq_ignore_ascii_case(name));
        if !seen {
            let mut described_alone = simple_attribute(name, own.mutability, own.data_type.unwrap_or(DataType::String));
            described_alone.multi_valued = own.cardinality == Cardinality::Many;
            attributes.push(described(described_alone, &of(name)));
        }
    }
    attributes
}

/// An attribute as its mapped paths make it.
fn described(mut attribute: Attributes, mapped: &[&Attribute]) -> Attributes {
    attribute.mutability = Some(mutability(&mapped.iter().map(|it| it.mutability).collect::<Vec<_>>()).to_owned());
    if let [list] = mapped
        && list.is_list()
    {
        return with_elements(attribute, &list.parts);
    }
    let has_parts = mapped
        .iter()
        .any(|it| it.path.sub_attribute.is_some() || it.path.element.is_some());
    if !has_parts {
        return attribute;
    }
    if attribute.sub_attributes.is_absent() {
        attribute.r#type = "complex".to_owned();
        attribute.case_exact = None;
        attribute.multi_valued = mapped.iter().any(|it| it.path.element.is_some());
    }
    let rfc = attribute.sub_attributes.into_option().unwrap_or_default();
    attribute.sub_attributes = Asserted::set(sub_attributes(rfc, mapped));
    attribute
}

/// An attribute with any number of elements.
fn with_elements(mut attribute: Attributes, parts: &[Part]) -> Attributes {
    let rfc = attribute.sub_attributes.into_option().unwrap_or_default();
    let described = parts.iter().map(|part| {
        let defined = rfc.iter().find(|it| it.name.eq_ignore_ascii_case(&part.name)).cloned();
        let defined = defined.unwrap_or_else(|| simple_sub_attribute(&part.name, part.data_type.unwrap_or(DataType::String)));
        SubAttributes {
            mutability: Some(mutability(&[part.mutability]).to_owned()),
            ..defined
        }
    });
    attribute.sub_attributes = Asserted::set(described.collect());
    attribute.r#type = "complex".to_owned();
    attribute.case_exact = None;
    attribute.multi_valued = true;
    attribute
}

fn sub_attributes(rfc: Vec<SubAttributes>, mapped: &[&Attribute]) -> Vec<SubAttributes> {
    let mut names: Vec<&str> = Vec::new();
    for path in mapped.iter().map(|it| &it.path) {
        let key = path.element.as_ref().map(|(key, _)| key.as_str());
        for name in path.sub_attribute.as_deref().into_iter().chain(key) {
            if !names.iter().any(|it| it.eq_ignore_ascii_case(name)) {
                names.push(name);
            }
        }
    }
    names
        .into_iter()
        .map(|name| {
            let defined = rfc.iter().find(|it| it.name.eq_ignore_ascii_case(name)).cloned();
            let is = |it: &str| it.eq_ignore_ascii_case(name);
            let values: Vec<&&Attribute> = mapped
                .iter()
                .filter(|it| it.path.sub_attribute.as_deref().is_some_and(is))
                .collect();
            let data_type = values.iter().find_map(|it| it.data_type).unwrap_or(DataType::String);
            let mut described = defined.unwrap_or_else(|| simple_sub_attribute(name, data_type));
            // What an element is chosen by can be said where something of it can.
            let chosen_by_it = mapped
                .iter()
                .filter(|it| it.path.element.as_ref().is_some_and(|(key, _)| is(key)));
            let of: Vec<Mutability> = values.into_iter().chain(chosen_by_it).map(|it| it.mutability).collect();
            if !of.is_empty() {
                described.mutability = Some(mutability(&of).to_owned());
            }
            let mut elements: Vec<String> = mapped
                .iter()
                .filter_map(|it| it.path.element.as_ref())
                .filter(|(key, _)| is(key))
                .map(|(_, it)| it.clone())
                .collect();
            elements.dedup();
            if !elements.is_empty() {
                described.canonical_values = Asserted::set(elements);
            }
            described
        })
        .collect()
}

/// `roles` or `entitlements`, if an entitlement type uses it.
fn assignments(surface: &Surface, kind: EntitlementKind, mut attribute: Attributes) -> Option<Attributes> {
    let types = types_of(surface, kind);
    if types.is_empty() {
        return None;
    }
    let assignable = types.iter().any(|it| it.assignable);
    let of_all = if assignable {
        Mutability::ReadWrite
    } else {
        Mutability::ReadOnly
    };
    attribute.mutability = Some(mutability(&[of_all]).to_owned());
    // The attribute is an array all the same, and says so.
    let single: Vec<&str> = types.iter().filter(|it| it.single).map(|it| it.name.as_str()).collect();
    if !single.is_empty() {
        let description = attribute.description.unwrap_or_default();
        let rule = format!("A user has at most one of the type {}.", single.join(", and of the type "));
        attribute.description = Some(format!("{description} {rule}").trim().to_owned());
    }
    let mut parts = attribute.sub_attributes.into_option().unwrap_or_default();
    parts.retain(|it| parts_of(surface, kind).contains(&it.name.as_str()));
    for part in &mut parts {
        part.mutability = Some(mutability(&[of_all]).to_owned());
        match part.name.as_str() {
            "value" => {
                part.required = Some(true);
                part.case_exact = Some(true);
            }
            // What is shown is the catalogue's.
            "display" => part.mutability = Some(mutability(&[Mutability::ReadOnly]).to_owned()),
            _ => part.canonical_values = Asserted::set(types.iter().map(|it| it.name.clone()).collect()),
        }
    }
    attribute.sub_attributes = Asserted::set(parts);
    Some(attribute)
}

/// What can be said of several together.
pub(super) fn mutability(of: &[Mutability]) -> &'static str {
    match of {
        [first, rest @ ..] if rest.iter().all(|it| it == first) => match first {
            Mutability::ReadOnly => "readOnly",
            Mutability::ReadWrite => "readWrite",
            Mutability::Immutable => "immutable",
        },
        _ => "readWrite",
    }
}

fn schema(urn: &str, name: &str, description: &str, attributes: Vec<Attributes>) -> Schema {
    Schema {
        schemas: vec![schema_urns::SCHEMA.to_owned()],
        id: urn.to_owned(),
        name: Some(name.to_owned()),
        description: Some(description.to_owned()),
        attributes,
        meta: Default::default(),
    }
}

fn simple_attribute(name: &str, of: Mutability, data_type: DataType) -> Attributes {
    Attributes {
        name: name.to_owned(),
        r#type: data_type.word().to_owned(),
        multi_valued: false,
        description: None,
        required: Some(false),
        canonical_values: Asserted::absent(),
        case_exact: case_rule(data_type),
        mutability: Some(mutability(&[of]).to_owned()),
        returned: Some("default".to_owned()),
        uniqueness: Some("none".to_owned()),
        sub_attributes: Asserted::absent(),
        reference_types: Asserted::absent(),
    }
}

/// A part that only the application writes.
pub(super) fn read_only_part(name: &str, description: &str) -> SubAttributes {
    SubAttributes {
        description: Some(description.to_owned()),
        mutability: Some(mutability(&[Mutability::ReadOnly]).to_owned()),
        ..simple_sub_attribute(name, DataType::String)
    }
}

fn simple_sub_attribute(name: &str, data_type: DataType) -> SubAttributes {
    SubAttributes {
        name: name.to_owned(),
        r#type: data_type.word().to_owned(),
        multi_valued: false,
        description: None,
        required: Some(false),
        canonical_values: Asserted::absent(),
        case_exact: case_rule(data_type),
        mutability: Some("readWrite".to_owned()),
        returned: Some("default".to_owned()),
        uniqueness: Some("none".to_owned()),
        reference_types: Asserted::absent(),
    }
}

/// `caseExact` says something of values that have letters.
fn case_rule(data_type: DataType) -> Option<bool> {
    match data_type {
        DataType::String | DataType::Binary => Some(data_type.is_case_exact()),
        DataType::Boolean | DataType::Decimal | DataType::Integer | DataType::DateTime => None,
    }
}
