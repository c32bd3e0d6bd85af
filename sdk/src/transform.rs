//! Changes to SCIM documents on their way to the application or from it.

use crate::{Failure, Log};

/// A SCIM resource (RFC 7643 §3), or a plugin's settings.
pub type Document = serde_json::Map<String, serde_json::Value>;

/// Which way a document goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// From the client to the application: create, replace, patch.
    ToApplication,
    /// From the application to the client: get, list, import.
    FromApplication,
}

/// A change to documents. Pure: the same document and settings give the same document.
pub trait Transform {
    /// Gives the document that takes the place of `document`. `settings` is the plugin's `settings` table.
    ///
    /// Attribute names of a document are in any case (RFC 7643 §2.1): compare them with `eq_ignore_ascii_case`.
    ///
    /// # Errors
    /// A failure refuses the request (to the application) or fails the read (from it).
    fn transform(direction: Direction, document: Document, settings: &Document, log: &mut impl Log) -> Result<Document, Failure>;
}
