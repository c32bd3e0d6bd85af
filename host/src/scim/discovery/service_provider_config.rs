//! `/ServiceProviderConfig` (RFC 7643 §5), with Okta's capability block and the block of
//! `draft-ietf-scim-roles-entitlements`.

use scim_v2::{
    models::{
        scim_schema::Meta,
        service_provider_config::{AuthenticationScheme, Bulk, Filter, ServiceProviderConfig, Supported},
    },
    schema_urns,
};
use serde_json::{Map, Value, json};

use super::groups;
use crate::scim::{Document, EntitlementKind, Surface, assignments::types_of, bulk::MOST_OPERATIONS, list::DEFAULT_COUNT};

/// The URN of Okta's capability block.
const OKTA: &str = "urn:okta:schemas:scim:providerconfig:1.0";

/// The document. `body_limit` is in bytes.
pub fn service_provider_config(surface: &Surface, base_url: &str, body_limit: usize) -> Document {
    let supported = |supported| Supported { supported };
    let config = ServiceProviderConfig {
        schemas: vec![schema_urns::SERVICE_PROVIDER_CONFIG.to_owned(), OKTA.to_owned()],
        documentation_uri: None,
        patch: supported(can_be_modified(surface)),
        bulk: Bulk {
            supported: true,
            max_operations: i64::try_from(MOST_OPERATIONS).unwrap_or(i64::MAX),
            max_payload_size: i64::try_from(body_limit).unwrap_or(i64::MAX),
        },
        filter: Filter {
            supported: true,
            max_results: i64::try_from(surface.max_results).unwrap_or(i64::MAX),
        },
        change_password: supported(surface.capabilities.set_password),
        sort: supported(true),
        etag: supported(true),
        authentication_schemes: vec![
            AuthenticationScheme {
                name: "Bearer token".to_owned(),
                r#type: Some("oauthbearertoken".to_owned()),
                description: "A token of the application, in the header Authorization: Bearer".to_owned(),
                spec_uri: Some("https://www.rfc-editor.org/rfc/rfc6750".to_owned()),
                documentation_uri: None,
                primary: Some(true),
            },
            AuthenticationScheme {
                name: "HTTP Basic".to_owned(),
                r#type: Some("httpbasic".to_owned()),
                description: "Any user name, with a token of the application as the password".to_owned(),
                spec_uri: Some("https://www.rfc-editor.org/rfc/rfc7617".to_owned()),
                documentation_uri: None,
                primary: Some(false),
            },
        ],
        meta: None,
    };
    let mut document = match serde_json::to_value(config) {
        Ok(Value::Object(document)) => document,
        _ => Map::new(),
    };
    document.insert(
        OKTA.to_owned(),
        json!({ "userManagementCapabilities": okta_capabilities(surface) }),
    );
    document.insert("pagination".to_owned(), pagination(surface));
    document.insert("RolesAndEntitlements".to_owned(), roles_and_entitlements(surface));
    let meta = Meta {
        resource_type: Some("ServiceProviderConfig".to_owned()),
        location: Some(format!("{base_url}/ServiceProviderConfig")),
        ..Meta::default()
    };
    document.insert("meta".to_owned(), json!(meta));
    document
}

/// RFC 9865 §4.
fn pagination(surface: &Surface) -> Value {
    json!({
        "cursor": true,
        "index": true,
        "defaultPaginationMethod": "index",
        "defaultPageSize": DEFAULT_COUNT.min(surface.max_results),
        "maxPageSize": surface.max_results,
        "cursorTimeout": surface.cursor_lifetime.as_secs(),
    })
}

/// Whether there is anything about a user or a group that a PATCH could change.
fn can_be_modified(surface: &Surface) -> bool {
    let can = &surface.capabilities;
    can.update_user
        || can.activate_user
        || can.deactivate_user
        || can.set_password
        || surface.entitlement_types.iter().any(|it| it.assignable)
        || groups::can_be_modified(surface)
}

/// What Okta may use: each word stands for an operation that is enabled.
fn okta_capabilities(surface: &Surface) -> Vec<&'static str> {
    let capabilities = &surface.capabilities;
    [
        (capabilities.list_users, "IMPORT_NEW_USERS"),
        (capabilities.list_users, "IMPORT_PROFILE_UPDATES"),
        (capabilities.list_users, "IMPORT_USER_SCHEMA"),
        (capabilities.changed_users, "OPP_SCIM_INCREMENTAL_IMPORTS"),
        (capabilities.create_user, "PUSH_NEW_USERS"),
        (capabilities.set_password, "PUSH_PASSWORD_UPDATES"),
        (capabilities.update_user, "PUSH_PROFILE_UPDATES"),
        (capabilities.deactivate_user, "PUSH_USER_DEACTIVATION"),
        (capabilities.activate_user, "REACTIVATE_USERS"),
        (groups::can_be_pushed(surface), "GROUP_PUSH"),
    ]
    .into_iter()
    .filter_map(|(enabled, word)| enabled.then_some(word))
    .collect()
}

/// The draft's way of saying what assignments there are, and that a user holds at most one.
fn roles_and_entitlements(surface: &Surface) -> Value {
    let of = |kind, several: &str| {
        let types = types_of(surface, kind);
        let names: Vec<&str> = types.iter().map(|it| it.name.as_str()).collect();
        json!({
            "supported": !types.is_empty(),
            several: types.len() > 1 || types.iter().any(|it| !it.single),
            "primarySupported": false,
            "typeSupported": types.len() > 1 || (kind == EntitlementKind::Entitlement && !types.is_empty()),
            "types": names,
        })
    };
    json!({
        "roles": of(EntitlementKind::Role, "multipleRolesSupported"),
        "entitlements": of(EntitlementKind::Entitlement, "multipleEntitlementsSupported"),
    })
}
