//! What an application can do, as far as the protocol needs to know it: for discovery, and for checking what clients send.

use std::time::Duration;

use super::AttributePath;

/// An application seen through SCIM.
#[derive(Clone, Debug)]
pub struct Surface {
    /// The application's name: the first segment of its URLs.
    pub application: String,
    /// The attributes of a user that the mapping knows, `active` and `meta.lastModified` included.
    pub attributes: Vec<Attribute>,
    pub entitlement_types: Vec<EntitlementType>,
    pub capabilities: Capabilities,
    /// The largest page that is given.
    pub max_results: u64,
    /// For how long a cursor is good.
    pub cursor_lifetime: Duration,
}

/// A mapped attribute of a user.
#[derive(Clone, Debug, PartialEq)]
pub struct Attribute {
    pub path: AttributePath,
    pub mutability: Mutability,
}

/// RFC 7643 §7.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mutability {
    /// No operation takes it.
    ReadOnly,
    /// create-user and update-user take it.
    ReadWrite,
    /// create-user takes it and update-user doesn't.
    Immutable,
}

/// Which operations are configured and enabled.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Capabilities {
    pub list_users: bool,
    pub create_user: bool,
    pub update_user: bool,
    pub activate_user: bool,
    pub deactivate_user: bool,
    pub delete_user: bool,
    pub set_password: bool,
    pub changed_users: bool,
}

/// A kind of thing that a user can hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntitlementType {
    /// For example `Role`: the name of the resource type.
    pub name: String,
    /// Begins with a slash, for example `/Roles`.
    pub endpoint: String,
    pub kind: EntitlementKind,
    pub description: Option<String>,
    /// Whether a user holds at most one of this type.
    pub single: bool,
    /// Whether assignments can be changed.
    pub assignable: bool,
}

/// Which attribute of the user holds the assignments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntitlementKind {
    /// `roles`
    Role,
    /// `entitlements`
    Entitlement,
}

impl EntitlementKind {
    /// The attribute of the user.
    pub fn attribute(self) -> &'static str {
        match self {
            EntitlementKind::Role => "roles",
            EntitlementKind::Entitlement => "entitlements",
        }
    }

    /// The schema of a catalogue item.
    pub fn schema(self) -> &'static str {
        match self {
            EntitlementKind::Role => "urn:okta:scim:schemas:core:1.0:Role",
            EntitlementKind::Entitlement => "urn:okta:scim:schemas:core:1.0:Entitlement",
        }
    }
}
