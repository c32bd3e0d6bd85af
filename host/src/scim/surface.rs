//! What an application can do, as far as the protocol needs to know it: for discovery, and for checking what clients send.

use std::time::Duration;

use super::{AttributePath, Cardinality, DataType, ResourceKind};

/// An application seen through SCIM.
#[derive(Clone, Debug)]
pub struct Surface {
    /// The application's name: the first segment of its URLs.
    pub application: String,
    /// The attributes of a user that the mapping knows, `active` and `meta.lastModified` included, and those that further
    /// columns are.
    pub attributes: Vec<Attribute>,
    pub entitlement_types: Vec<EntitlementType>,
    /// `None`: the application has no groups.
    pub groups: Option<GroupSurface>,
    pub capabilities: Capabilities,
    /// The largest page that is given.
    pub max_results: u64,
    /// For how long a cursor is good.
    pub cursor_lifetime: Duration,
}

impl Surface {
    /// The mapped attributes of the resources of one kind.
    pub fn attributes_of(&self, kind: ResourceKind) -> &[Attribute] {
        match kind {
            ResourceKind::User => &self.attributes,
            ResourceKind::Group => self.groups.as_ref().map_or(&[], |groups| &groups.attributes),
        }
    }
}

/// Groups of users, where an application has them.
#[derive(Clone, Debug)]
pub struct GroupSurface {
    /// The attributes of a group that the mapping knows; `members` is none of them.
    pub attributes: Vec<Attribute>,
    /// Whether members can be changed; `None`: no operation says who they are.
    pub members: Option<Mutability>,
    /// Whether members are shown with their names: `members.display`.
    pub member_names: bool,
    /// Whether the groups of a user are known: the user's attribute `groups`.
    pub of_users: bool,
    pub create_group: bool,
    pub update_group: bool,
    pub delete_group: bool,
}

/// A mapped attribute.
#[derive(Clone, Debug, PartialEq)]
pub struct Attribute {
    pub path: AttributePath,
    pub mutability: Mutability,
    /// The type of the column, where no RFC says what the attribute is. `None`: the RFC does, or the column isn't known yet.
    pub data_type: Option<DataType>,
    /// Whether it has any number of simple values.
    pub cardinality: Cardinality,
    /// What its elements have, where it has any number of them; empty for one value, and for the elements that the path names.
    pub parts: Vec<Part>,
}

impl Attribute {
    /// Whether it has any number of elements, which are read for who sees them.
    pub fn is_list(&self) -> bool {
        !self.parts.is_empty()
    }
}

/// A sub-attribute of each element of a multi-valued attribute.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    pub name: String,
    pub mutability: Mutability,
    /// As with [`Attribute::data_type`].
    pub data_type: Option<DataType>,
}

/// RFC 7643 §7.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mutability {
    /// No operation takes it.
    ReadOnly,
    /// The operations that create and update take it.
    ReadWrite,
    /// The operation that creates takes it and the one that updates doesn't.
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
