//! The types of resources that clients write: what checking, filtering and changing their documents has in common, and what each
//! type has of its own.

use super::{
    Attribute, Document, EntitlementKind, Error, GROUP_SCHEMA, Surface, USER_SCHEMA, assignments, members, vocabulary::Vocabulary,
};

/// A type of resource that the RFC defines and clients write.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ResourceKind {
    /// RFC 7643 §4.1
    User,
    /// RFC 7643 §4.2
    Group,
}

impl ResourceKind {
    /// The name of the resource type.
    pub const fn name(self) -> &'static str {
        match self {
            Self::User => "User",
            Self::Group => "Group",
        }
    }

    /// In a sentence.
    pub const fn noun(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Group => "group",
        }
    }

    pub const fn endpoint(self) -> &'static str {
        match self {
            Self::User => "/Users",
            Self::Group => "/Groups",
        }
    }

    /// The URN of the core schema.
    pub const fn schema(self) -> &'static str {
        match self {
            Self::User => USER_SCHEMA,
            Self::Group => GROUP_SCHEMA,
        }
    }

    /// The attribute that each of them has and that is not empty.
    pub const fn required(self) -> &'static str {
        match self {
            Self::User => "userName",
            Self::Group => "displayName",
        }
    }

    /// What can be changed and never taken away.
    pub fn not_removable(self) -> &'static [&'static str] {
        match self {
            Self::User => &["userName", "active", "password"],
            Self::Group => &["displayName"],
        }
    }

    /// The attributes that hold what a resource has of others. To have none of them is something to say: `[]` is not the same as
    /// nothing.
    pub fn sets(self) -> &'static [&'static str] {
        match self {
            Self::User => &assignments::ATTRIBUTES,
            Self::Group => &[members::ATTRIBUTE],
        }
    }
}

/// All resources of one kind in one application.
#[derive(Clone, Copy, Debug)]
pub struct Resources<'a> {
    pub surface: &'a Surface,
    pub vocabulary: &'a Vocabulary,
}

impl<'a> Resources<'a> {
    pub fn kind(&self) -> ResourceKind {
        self.vocabulary.kind()
    }

    /// The attributes that the mapping knows.
    pub fn attributes(&self) -> &'a [Attribute] {
        self.surface.attributes_of(self.kind())
    }

    /// What resources of this kind have of others, as far as filters name it.
    pub fn sets(&self) -> impl Iterator<Item = &'static str> {
        let groups = (self.kind() == ResourceKind::User).then_some("groups");
        self.kind().sets().iter().copied().chain(groups)
    }

    /// The sub-attributes that can be named of a set; none, if the application doesn't know it.
    pub fn parts_of(&self, name: &str) -> &'static [&'static str] {
        let kinds = [EntitlementKind::Role, EntitlementKind::Entitlement];
        match self.kind() {
            ResourceKind::User if name == "groups" && self.surface.groups.as_ref().is_some_and(|groups| groups.of_users) => {
                &["value", "display"]
            }
            ResourceKind::User => {
                let kind = kinds.into_iter().find(|kind| kind.attribute() == name);
                kind.map_or(&[], |kind| assignments::parts_of(self.surface, kind))
            }
            ResourceKind::Group => members::parts(self.surface, name),
        }
    }

    /// Makes the sets of a document canonical, or says what no set of this application can have.
    pub fn normalise(&self, document: &mut Document) -> Result<(), Error> {
        match self.kind() {
            ResourceKind::User => assignments::normalise(self.surface, document),
            ResourceKind::Group => members::normalise(self.surface, document),
        }
    }
}
