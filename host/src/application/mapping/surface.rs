//! An application as the protocol sees it.

use std::collections::{BTreeMap, BTreeSet};

use super::active::ACTIVE;
use crate::{
    application::{
        ActiveMapping, ApplicationSettings, AttributeMapping, EntitlementSettings, GroupSettings, Holds, ListSettings, Operation,
        OperationSettings, ResourceMapping, ValueType,
    },
    scim::{
        Attribute, AttributePath, Capabilities, Cardinality, DataType, EntitlementType, GroupSurface, Mutability, Part,
        ResourceKind, Surface,
    },
};

/// The names of an operation's parameters; `None`: they are not known, or the operation isn't configured.
pub type Parameters<'a> = &'a dyn Fn(Operation) -> Option<BTreeSet<String>>;

/// `users`, `groups` and `lists` are those of the settings, or what has been learned to be them. The parameters of the operations that create
/// and update say which attributes clients can set. An operation that is configured and whose parameters are not known may take
/// them all.
pub fn surface(
    application: &ApplicationSettings,
    users: &ResourceMapping,
    groups: Option<&ResourceMapping>,
    lists: &[(&ListSettings, Parameters<'_>)],
    parameters: Parameters<'_>,
) -> Surface {
    let has = |operation| application.operations.contains_key(&operation);
    let takes = Takes {
        operations: &application.operations,
        parameters,
    };
    let mut attributes = takes.attributes(users);
    attributes.extend(users.active.as_ref().map(|active: &ActiveMapping| Attribute {
        path: AttributePath {
            extension: None,
            name: ACTIVE.into(),
            element: None,
            sub_attribute: None,
        },
        mutability: match has(Operation::ActivateUser) || has(Operation::DeactivateUser) {
            true => Mutability::ReadWrite,
            false => takes.mutability(ResourceKind::User, ACTIVE, &active.column),
        },
        data_type: None,
        cardinality: Cardinality::One,
        parts: Vec::new(),
    }));
    attributes.extend(lists.iter().map(|(list, parameters)| list_attribute(list, parameters)));
    Surface {
        application: application.name.clone(),
        attributes,
        entitlement_types: application.entitlements.iter().map(entitlement_type).collect(),
        groups: std::iter::zip(&application.groups, groups)
            .next()
            .map(|(settings, mapping)| group_surface(settings, mapping, parameters)),
        capabilities: Capabilities {
            list_users: has(Operation::GetUsers),
            create_user: has(Operation::CreateUser),
            update_user: has(Operation::UpdateUser),
            activate_user: has(Operation::ActivateUser),
            deactivate_user: has(Operation::DeactivateUser),
            delete_user: has(Operation::DeleteUser),
            set_password: has(Operation::SetPassword)
                || parameters(Operation::CreateUser).is_some_and(|parameters| parameters.contains("password")),
            changed_users: has(Operation::GetChangedUsers),
        },
        max_results: application.max_results,
        cursor_lifetime: application.cursor_lifetime,
    }
}

/// What an attribute of a schema of the administrator's own is.
fn data_type(attribute: &AttributeMapping) -> Option<DataType> {
    match attribute.value_type {
        _ if !attribute.is_own() => None,
        ValueType::Any => None,
        ValueType::Text => Some(DataType::String),
        ValueType::Boolean => Some(DataType::Boolean),
        ValueType::DateTime => Some(DataType::DateTime),
        ValueType::Integer => Some(DataType::Integer),
        ValueType::Decimal => Some(DataType::Decimal),
        ValueType::Binary => Some(DataType::Binary),
    }
}

/// A list can be changed if an operation changes it; a part of its elements, if one takes it.
fn list_attribute(list: &ListSettings, parameters: Parameters<'_>) -> Attribute {
    let has = |operation| list.operations.contains_key(&operation);
    let settable = list.settable(parameters);
    let part = |part: &AttributeMapping| Part {
        name: part.sub_attribute().to_owned(),
        mutability: match (settable(part, Operation::AddValue), settable(part, Operation::ChangeValue)) {
            (_, true) => Mutability::ReadWrite,
            (true, false) if has(Operation::RemoveValue) => Mutability::ReadWrite,
            (true, false) => Mutability::Immutable,
            (false, false) => Mutability::ReadOnly,
        },
        data_type: data_type(part),
    };
    let writes = [Operation::AddValue, Operation::ChangeValue, Operation::RemoveValue];
    Attribute {
        path: list.path.clone(),
        mutability: match writes.into_iter().any(has) {
            true => Mutability::ReadWrite,
            false => Mutability::ReadOnly,
        },
        data_type: None,
        cardinality: Cardinality::One,
        parts: list.parts.iter().map(part).collect(),
    }
}

fn entitlement_type(entitlement: &EntitlementSettings) -> EntitlementType {
    let has = |operation| entitlement.operations.contains_key(&operation);
    EntitlementType {
        name: entitlement.name.clone(),
        endpoint: entitlement.endpoint.clone(),
        kind: entitlement.kind,
        description: None,
        single: entitlement.single.is_some(),
        assignable: has(Operation::AddEntitlement) || has(Operation::RemoveEntitlement),
    }
}

fn group_surface(groups: &GroupSettings, mapping: &ResourceMapping, parameters: Parameters<'_>) -> GroupSurface {
    let has = |operation| groups.operations.contains_key(&operation);
    let takes = Takes {
        operations: &groups.operations,
        parameters,
    };
    GroupSurface {
        attributes: takes.attributes(mapping),
        members: has(Operation::GetGroupMembers).then(|| match has(Operation::AddMember) || has(Operation::RemoveMember) {
            true => Mutability::ReadWrite,
            false => Mutability::ReadOnly,
        }),
        member_names: groups.member_display.is_some(),
        of_users: has(Operation::GetUserGroups),
        create_group: has(Operation::CreateGroup),
        update_group: has(Operation::UpdateGroup),
        delete_group: has(Operation::DeleteGroup),
    }
}

/// What the operations of a type of resource take.
struct Takes<'a> {
    operations: &'a BTreeMap<Operation, OperationSettings>,
    parameters: Parameters<'a>,
}

impl Takes<'_> {
    fn attributes(&self, mapping: &ResourceMapping) -> Vec<Attribute> {
        let attribute = |attribute: &AttributeMapping| Attribute {
            path: attribute.path.clone(),
            mutability: match attribute.is_read_only() {
                true => Mutability::ReadOnly,
                false => self.mutability(mapping.kind, &attribute.path.to_string(), &attribute.column),
            },
            data_type: data_type(attribute),
            cardinality: match attribute.holds {
                Holds::Several(_) => Cardinality::Many,
                Holds::AsItIs | Holds::One(_) | Holds::Words(_) => Cardinality::One,
            },
            parts: Vec::new(),
        };
        mapping.attributes.iter().map(attribute).collect()
    }

    fn mutability(&self, kind: ResourceKind, name: &str, column: &str) -> Mutability {
        let (create, update) = match kind {
            ResourceKind::User => (Operation::CreateUser, Operation::UpdateUser),
            ResourceKind::Group => (Operation::CreateGroup, Operation::UpdateGroup),
        };
        match (self.takes(create, name, column), self.takes(update, name, column)) {
            (_, true) => Mutability::ReadWrite,
            (true, false) => Mutability::Immutable,
            (false, false) => Mutability::ReadOnly,
        }
    }

    fn takes(&self, operation: Operation, name: &str, column: &str) -> bool {
        let named = |parameter: &String| parameter.eq_ignore_ascii_case(name) || parameter.eq_ignore_ascii_case(column);
        self.operations.contains_key(&operation)
            && (self.parameters)(operation).is_none_or(|parameters| parameters.iter().any(named))
    }
}
