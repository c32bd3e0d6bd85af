//! The way of a value between a column and a SCIM document: reading rows, making inputs of a document, and telling what
//! changed. Pure functions; what they are applied to is for `operation` to know.

mod active;
mod difference;
mod element;
mod elements;
mod entitlement;
mod held;
mod inputs;
mod learned;
mod resource;
mod row;
mod stored;
mod surface;
mod typed;
mod unmapped;

#[cfg(test)]
mod tests;

pub use difference::Difference;
pub use element::{Element, ElementReader, OwnedRow};
pub use elements::{ListDifference, Settable};
pub use entitlement::{Assignment, AssignmentReader, EntitlementReader};
pub use held::{in_form, same_document};
pub use inputs::{InputName, text_input};
pub use learned::{Learned, learn_types};
pub use resource::ResourceReader;
pub use row::{Owned, RowReader};
pub use stored::elements;
pub use surface::{Parameters, surface};
pub use typed::{instant, truth};
pub use unmapped::{Fate, Unmapped, schema_of};

use crate::database::Column;

/// Where a column stands in a result. Columns are found without regard to case, since databases differ in the case that
/// they report.
fn position(columns: &[Column], name: &str) -> Option<usize> {
    let exact = columns.iter().position(|column| column.name == name);
    exact.or_else(|| columns.iter().position(|column| column.name.eq_ignore_ascii_case(name)))
}

/// The position of a column that must be there; the error names it and what is there instead.
fn required(columns: &[Column], name: &str, what: &str) -> Result<usize, String> {
    position(columns, name).ok_or_else(|| {
        let names: Vec<_> = columns.iter().map(|column| column.name.as_str()).collect();
        let there = if names.is_empty() {
            "no column".to_owned()
        } else {
            names.join(", ")
        };
        format!("the result lacks the column `{name}`, which holds {what}; it has {there}")
    })
}
