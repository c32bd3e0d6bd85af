//! What the protocol asks of the application behind it. `operation::` answers; the protocol knows nothing of how.

use async_trait::async_trait;
use scim_v2::filter::Filter;

use super::{Error, Surface};

/// A SCIM resource as JSON, with its attributes in order. Names keep the case of the schema that defines them.
pub type Document = serde_json::Map<String, serde_json::Value>;

/// Identifies a request in the log and to components.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestId(pub String);

/// A list request (RFC 7644 §3.4.2), with its numbers made valid: `start_index` at least 1, `count` at most the
/// application's maximum.
#[derive(Clone, Debug, PartialEq)]
pub struct ListRequest {
    pub filter: Option<Filter>,
    /// 1-based.
    pub start_index: u64,
    /// 0 asks for the total alone.
    pub count: u64,
}

/// One page of a list.
#[derive(Clone, Debug, PartialEq)]
pub struct Page {
    /// How many resources match, on all pages.
    pub total: u64,
    pub resources: Vec<Document>,
}

/// Makes the wanted document from the current one. Called inside the transaction that writes the difference.
pub type Change<'a> = &'a (dyn Fn(Document) -> Result<Document, Error> + Send + Sync);

/// An application as the protocol sees it.
///
/// Documents that come out have `id` and every attribute that the application knows, but no `schemas` and no `meta.location`
/// or `meta.resourceType`, which are the protocol's to add. Documents that go in are checked against [`Surface`] first.
#[async_trait]
pub trait Provider: Send + Sync {
    /// What the application can do, for discovery and for checking what clients send.
    fn surface(&self) -> &Surface;

    async fn list_users(&self, request: &RequestId, list: &ListRequest) -> Result<Page, Error>;

    async fn get_user(&self, request: &RequestId, id: &str) -> Result<Document, Error>;

    /// Gives the user as the application has it now.
    async fn create_user(&self, request: &RequestId, wanted: Document) -> Result<Document, Error>;

    /// Changes a user to what `change` makes of it, in one transaction, and gives it as the application has it now.
    async fn modify_user(&self, request: &RequestId, id: &str, change: Change<'_>) -> Result<Document, Error>;

    async fn delete_user(&self, request: &RequestId, id: &str) -> Result<(), Error>;

    /// `type_name` is the name of one of the surface's entitlement types.
    async fn list_entitlements(&self, request: &RequestId, type_name: &str, list: &ListRequest) -> Result<Page, Error>;

    async fn get_entitlement(&self, request: &RequestId, type_name: &str, id: &str) -> Result<Document, Error>;
}
