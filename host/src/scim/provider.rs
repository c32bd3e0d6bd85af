//! What the protocol asks of the application behind it. `operation::` answers; the protocol knows nothing of how.

use std::sync::Arc;

use async_trait::async_trait;
use scim_v2::filter::{AttrPath, Filter};

use super::{Error, Projection, Surface};

/// A SCIM resource as JSON, with its attributes in order. Names keep the case of the schema that defines them.
pub type Document = serde_json::Map<String, serde_json::Value>;

/// Identifies a request in the log and to components.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestId(pub String);

/// A list request (RFC 7644 §3.4.2), with its numbers made valid: an index at least 1, `count` at most the application's
/// maximum.
#[derive(Clone, Debug, PartialEq)]
pub struct ListRequest {
    /// Its names are in the case of their schemas and lead to what is mapped, to `id`, or to assignments; the URN of the core
    /// schema is left out, and booleans are compared with booleans.
    pub filter: Option<Filter>,
    pub sort: Option<Sort>,
    pub start: Start,
    /// 0 asks for the total alone.
    pub count: u64,
}

/// Where a page begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Start {
    /// At this one of the resources that match, counted from 1.
    Index(u64),
    /// Where an earlier page ended or began (RFC 9865); `None`: at the first one.
    Cursor(Option<Position>),
}

/// A place in a list, as the provider itself wrote it down in an earlier [`Page`] of the same filter and order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Position(pub String);

/// The order of a list (RFC 7644 §3.4.2.3). What has no value comes last in ascending order.
#[derive(Clone, Debug, PartialEq)]
pub struct Sort {
    /// As in a filter.
    pub path: AttrPath,
    pub direction: SortDirection,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SortDirection {
    #[default]
    Ascending,
    Descending,
}

/// One page of a list.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Page {
    /// How many resources match, on all pages.
    pub total: u64,
    pub resources: Vec<Document>,
    /// Where the next page begins, if this one was asked for by [`Start::Cursor`] and isn't the last.
    pub next: Option<Position>,
    /// Where the page before begins, in the same way.
    pub previous: Option<Position>,
}

/// Whether the members of groups are read: there may be many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Members {
    Read,
    /// Nobody looks at them: documents come without `members`, and what is made of them has none.
    LeftOut,
}

impl Page {
    /// The same page with what becomes of its resources.
    pub fn map(mut self, change: impl FnMut(Document) -> Document) -> Self {
        self.resources = self.resources.into_iter().map(change).collect();
        self
    }
}

/// Makes the wanted document from the current one. Called inside the transaction that writes the difference; the current one
/// is as [`Provider::get_user`] gives all of it. It may be called again if the transaction is.
pub type Change<'a> = &'a (dyn Fn(Document) -> Result<Document, Error> + Send + Sync);

/// Says whether something may be done with the current document, which is as with [`Change`].
pub type Allowed<'a> = &'a (dyn Fn(&Document) -> Result<(), Error> + Send + Sync);

/// An application as the protocol sees it.
///
/// **Documents that come out** have `id` and every attribute that the application knows, but no `schemas` and no `meta.location`
/// or `meta.resourceType`, which are the protocol's to add. Elements of `roles` and `entitlements` have `value` (a string),
/// `display`, and, where several entitlement types share the attribute, `type`. Items of a catalogue have `id`, `displayName`
/// and `description`. Elements of a group's `members` and of a user's `groups` have `value` and perhaps `display`.
///
/// **Documents that go in** are checked against [`Surface`] first:
///
/// * names are in the case of their schemas, and the type of each value is that of its attribute in RFC 7643, or in the surface;
///   where that isn't known, it may be a string, a number or a boolean;
/// * attributes that the mapping doesn't know may be there, and mean nothing;
/// * there is no `null`; an attribute that isn't there has no value, except `active` and `password`: when they aren't there
///   they don't change;
/// * elements of `roles` and `entitlements` have a `value` that is a string and a `type` that is the name of an entitlement
///   type, and are there once. `[]` means that the user holds none. In [`create_user`](Provider::create_user) a missing one
///   means that too;
/// * elements of `members` have a `value` that is a string, and are there once. `[]` means that there are none, and so does a
///   missing one in [`create_group`](Provider::create_group);
/// * assignments of a type that isn't assignable may be in the document; only a *difference* from what the user holds is an
///   error, and the provider's to find.
#[async_trait]
pub trait Provider: Send + Sync {
    /// What the application can do, for discovery and for checking what clients send, as far as it is known now.
    fn surface(&self) -> Arc<Surface>;

    /// Finds out what only the database can say, if that isn't known already. Afterwards [`surface`](Provider::surface) is
    /// complete, unless the database can't be asked now: then it stays as it is, and the next call tries again.
    async fn learn(&self) {}

    /// `shown` is what the client sees: attributes with any number of elements of which it sees nothing need not be there.
    async fn list_users(&self, request: &RequestId, list: &ListRequest, shown: &Projection) -> Result<Page, Error>;

    /// `shown` as with [`list_users`](Provider::list_users).
    async fn get_user(&self, request: &RequestId, id: &str, shown: &Projection) -> Result<Document, Error>;

    /// Gives the user as the application has it now.
    async fn create_user(&self, request: &RequestId, wanted: Document) -> Result<Document, Error>;

    /// Changes a user to what `change` makes of it, in one transaction, and gives it as the application has it now.
    async fn modify_user(&self, request: &RequestId, id: &str, change: Change<'_>) -> Result<Document, Error>;

    /// Deletes a user if `allowed` says so inside the transaction that deletes.
    async fn delete_user(&self, request: &RequestId, id: &str, allowed: Allowed<'_>) -> Result<(), Error>;

    /// `type_name` is the name of one of the surface's entitlement types.
    async fn list_entitlements(&self, request: &RequestId, type_name: &str, list: &ListRequest) -> Result<Page, Error>;

    async fn get_entitlement(&self, request: &RequestId, type_name: &str, id: &str) -> Result<Document, Error>;

    /// This and what follows is asked only of applications whose surface has groups.
    async fn list_groups(&self, _: &RequestId, _: &ListRequest, _: Members) -> Result<Page, Error> {
        Err(no_groups())
    }

    async fn get_group(&self, _: &RequestId, _: &str, _: Members) -> Result<Document, Error> {
        Err(no_groups())
    }

    /// Gives the group as the application has it now.
    async fn create_group(&self, _: &RequestId, _: Document) -> Result<Document, Error> {
        Err(no_groups())
    }

    /// As with [`modify_user`](Provider::modify_user).
    async fn modify_group(&self, _: &RequestId, _: &str, _: Change<'_>, _: Members) -> Result<Document, Error> {
        Err(no_groups())
    }

    /// As with [`delete_user`](Provider::delete_user).
    async fn delete_group(&self, _: &RequestId, _: &str, _: Allowed<'_>, _: Members) -> Result<(), Error> {
        Err(no_groups())
    }
}

fn no_groups() -> Error {
    Error::not_implemented("this application has no groups")
}
