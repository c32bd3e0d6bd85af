//! The SCIM 2.0 protocol (RFC 7643, RFC 7644): resources, filters, PATCH, discovery, errors, routes.
//!
//! Knows no wasm and no SQL: what it needs of an application it asks of a [`Provider`].

mod error;
mod path;
mod provider;
mod surface;

pub use error::Error;
pub use path::{AttributePath, USER_SCHEMA};
pub use provider::{Change, Document, ListRequest, Page, Provider, RequestId};
pub use scim_v2::models::errors::ScimType;
pub use surface::{Attribute, Capabilities, EntitlementKind, EntitlementType, Mutability, Surface};
