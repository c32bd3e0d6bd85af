//! The SCIM 2.0 protocol (RFC 7643, RFC 7644): resources, filters, PATCH, discovery, errors, routes.
//!
//! Knows no wasm and no SQL: what it needs of an application it asks of a [`Provider`].

mod answer;
mod assignments;
mod body;
mod bulk;
mod check;
mod cursor;
mod data_type;
mod declared;
mod definition;
mod discovery;
mod error;
mod filter;
mod list;
mod list_response;
mod media;
mod members;
mod near;
pub(crate) mod number;
mod patch;
mod path;
mod projection;
mod provider;
mod relaxed;
mod render;
mod replace;
mod resource;
pub(crate) mod rfc7643;
mod routes;
mod search;
mod surface;
mod version;
mod vocabulary;

pub use answer::{MEDIA_TYPE, Scim};
pub use cursor::invalid as invalid_cursor;
pub use data_type::DataType;
pub use definition::Cardinality;
pub use error::Error;
pub use media::dress;
pub use path::{AttributePath, GROUP_SCHEMA, USER_SCHEMA, is_core};
pub use projection::Projection;
pub use provider::{
    Allowed, Change, Document, ListRequest, Members, Page, Position, Provider, RequestId, Sort, SortDirection, Start,
};
pub use resource::ResourceKind;
pub use routes::{BaseUrl, Deadline, RouterContext, router};
pub use scim_v2::models::errors::ScimType;
pub use surface::{Attribute, Capabilities, EntitlementKind, EntitlementType, GroupSurface, Mutability, Part, Surface};

#[cfg(test)]
mod tests;
