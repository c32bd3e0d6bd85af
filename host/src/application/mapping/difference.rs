//! What a wanted document changes of the current one, as far as columns hold it.

use chrono::DateTime;
use serde_json::Value as Json;

use super::active;
use crate::{
    application::{AttributeMapping, ResourceMapping},
    scim::{AttributePath, Document},
};

/// The mapped values that differ.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Difference {
    pub attributes: Vec<AttributePath>,
    /// What `active` must become, if it is mapped and the wanted document says otherwise than the current one.
    pub active: Option<bool>,
}

impl ResourceMapping {
    /// Compares the values that clients may change: text exactly, numbers by value, and points in time by the instant,
    /// however they are written. A wanted document that says nothing of `active` leaves it as it is.
    pub fn difference(&self, current: &Document, wanted: &Document) -> Difference {
        let differs = |attribute: &&AttributeMapping| {
            let (current, wanted) = (value(&attribute.path, current), value(&attribute.path, wanted));
            let is_same = || matches!((current, wanted), (Some(current), Some(wanted)) if attribute.is_same(current, wanted));
            !same(current, wanted) && !is_same()
        };
        let attributes = self
            .writable()
            .filter(differs)
            .map(|attribute| attribute.path.clone())
            .collect();
        let says = |document| active::wanted(document).ok().flatten();
        let active = self
            .active
            .as_ref()
            .and_then(|_| says(wanted))
            .filter(|wanted| says(current) != Some(*wanted));
        Difference { attributes, active }
    }
}

/// A value that is there: neither `null` nor an empty array, which clear it.
fn value<'d>(path: &AttributePath, document: &'d Document) -> Option<&'d Json> {
    path.get(document)
        .filter(|value| !value.is_null() && value.as_array().is_none_or(|elements| !elements.is_empty()))
}

fn same(current: Option<&Json>, wanted: Option<&Json>) -> bool {
    match (current, wanted) {
        (Some(Json::Number(current)), Some(Json::Number(wanted))) => {
            current == wanted || (current.is_f64() || wanted.is_f64()) && current.as_f64() == wanted.as_f64()
        }
        (Some(Json::String(current)), Some(Json::String(wanted))) => current == wanted || same_instant(current, wanted),
        (Some(Json::Bool(truth)), Some(Json::String(word))) | (Some(Json::String(word)), Some(Json::Bool(truth))) => {
            word.eq_ignore_ascii_case(if *truth { "true" } else { "false" })
        }
        (current, wanted) => current == wanted,
    }
}

fn same_instant(current: &str, wanted: &str) -> bool {
    match (DateTime::parse_from_rfc3339(current), DateTime::parse_from_rfc3339(wanted)) {
        (Ok(current), Ok(wanted)) => current == wanted,
        _ => false,
    }
}
