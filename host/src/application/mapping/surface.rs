//! An application as the protocol sees it.

use std::collections::BTreeSet;

use super::active::ACTIVE;
use crate::{
    application::{ActiveMapping, ApplicationSettings, AttributeMapping, Operation, ResourceMapping, ValueType},
    scim::{Attribute, AttributePath, Capabilities, DataType, EntitlementType, Mutability, Surface},
};

/// `users` is the mapping of the settings, or what has been learned to be the mapping. The parameters of create-user and of update-user say which attributes clients can set; `None`: they are not known, or
/// the operation isn't configured. An operation that is configured and whose parameters are not known may take them all.
pub fn surface(
    application: &ApplicationSettings,
    users: &ResourceMapping,
    create_parameters: Option<&BTreeSet<String>>,
    update_parameters: Option<&BTreeSet<String>>,
) -> Surface {
    let has = |operation| application.operations.contains_key(&operation);
    let takes = |operation, parameters: Option<&BTreeSet<String>>, name: &str, column: &str| {
        let named = |parameter: &String| parameter.eq_ignore_ascii_case(name) || parameter.eq_ignore_ascii_case(column);
        has(operation) && parameters.is_none_or(|parameters| parameters.iter().any(named))
    };
    let mutability = |name: &str, column: &str| {
        let created = takes(Operation::CreateUser, create_parameters, name, column);
        let updated = takes(Operation::UpdateUser, update_parameters, name, column);
        match (created, updated) {
            (_, true) => Mutability::ReadWrite,
            (true, false) => Mutability::Immutable,
            (false, false) => Mutability::ReadOnly,
        }
    };
    let mut attributes: Vec<_> = users
        .attributes
        .iter()
        .map(|attribute| Attribute {
            path: attribute.path.clone(),
            mutability: match attribute.is_read_only() {
                true => Mutability::ReadOnly,
                false => mutability(&attribute.path.to_string(), &attribute.column),
            },
            data_type: data_type(attribute),
        })
        .collect();
    attributes.extend(users.active.as_ref().map(|active: &ActiveMapping| Attribute {
        path: AttributePath {
            extension: None,
            name: ACTIVE.into(),
            element: None,
            sub_attribute: None,
        },
        mutability: match has(Operation::ActivateUser) || has(Operation::DeactivateUser) {
            true => Mutability::ReadWrite,
            false => mutability(ACTIVE, &active.column),
        },
        data_type: None,
    }));
    Surface {
        application: application.name.clone(),
        attributes,
        entitlement_types: application.entitlements.iter().map(entitlement_type).collect(),
        groups: None,
        capabilities: Capabilities {
            list_users: has(Operation::GetUsers),
            create_user: has(Operation::CreateUser),
            update_user: has(Operation::UpdateUser),
            activate_user: has(Operation::ActivateUser),
            deactivate_user: has(Operation::DeactivateUser),
            delete_user: has(Operation::DeleteUser),
            set_password: has(Operation::SetPassword)
                || create_parameters.is_some_and(|parameters| parameters.contains("password")),
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

fn entitlement_type(entitlement: &crate::application::EntitlementSettings) -> EntitlementType {
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
