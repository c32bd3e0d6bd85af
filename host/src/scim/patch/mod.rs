//! PATCH (RFC 7644 §3.5.2), in two steps: [`parse`] reads and checks a message before anything is touched, [`apply`] makes the
//! wanted resource from the current one inside the transaction that writes the difference.
//!
//! Where clients depart from the RFC, what they mean is done:
//!
//! * `op` may be in any case; booleans may be text.
//! * The keys of a value without a path may be paths themselves, with dots, filters and URNs.
//! * `remove` of a multi-valued attribute may say in `value` which elements to take away.
//! * An element that a filter wants and that isn't there is made when the filter says what it must be, as in
//!   `emails[type eq "work"].value`; where it only can be found, as in `roles[value eq "r1"]`, `replace` and `add` answer
//!   `noTarget`.
//! * `add` of an element where the mapping has room for one (`emails[type eq "work"]`) changes that one.
//! * `remove` of what isn't there changes nothing and is no error, so that a message can be sent twice.

mod apply;
mod element;
mod message;
mod target;

pub use apply::apply;
pub use message::parse;

use super::{definition::Definition, vocabulary::Extension};
use scim_v2::filter::ValFilter;
use serde_json::Value;

/// One change, checked against the schemas. A message's operation without a path is one for each attribute in its value.
#[derive(Clone, Debug)]
pub struct Operation<'v> {
    /// Which operation of the message it is, from 0, for error messages.
    index: usize,
    action: Action,
    target: Target<'v>,
}

impl Operation<'_> {
    /// Whether it is about this attribute of the core schema.
    pub fn is_about(&self, name: &str) -> bool {
        self.target.extension.is_none() && self.target.attribute.name == name
    }
}

#[derive(Clone, Debug, PartialEq)]
enum Action {
    Add(Value),
    Replace(Value),
    /// With the elements to take away where the client lists them.
    Remove(Option<Vec<Value>>),
    /// The `id`, which can't change and may be repeated.
    Keep(Value),
}

/// Where in a resource.
#[derive(Clone, Debug)]
struct Target<'v> {
    extension: Option<&'v Extension>,
    attribute: &'v Definition,
    filter: Option<ValFilter>,
    sub_attribute: Option<&'v Definition>,
}
