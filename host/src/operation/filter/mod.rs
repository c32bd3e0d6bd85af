//! From a SCIM filter (RFC 7644 §3.4.2.2) to columns, operators and values to bind.

mod column_filter;
mod comparison;
mod constant;
mod list;
mod translation;

use scim_v2::filter::{AttrExp, AttrPath, CompareOp, Filter};

use self::translation::Translation;
pub use self::{column_filter::ColumnFilter, comparison::timestamp};
use super::columns::Columns;
use crate::scim::{Error, ScimType};

/// Translates a filter.
///
/// # Errors
/// `invalidFilter`: an attribute that no column holds, or a comparison that has no meaning.
pub fn translate(filter: &Filter, columns: &impl Columns) -> Result<ColumnFilter, Error> {
    let mut translation = Translation {
        columns,
        result: ColumnFilter::default(),
    };
    translation.filter(filter)?;
    Ok(translation.result)
}

/// Translates conditions all of which must hold.
///
/// # Errors
/// As [`translate`].
pub fn translate_all(filters: Vec<&Filter>, columns: &impl Columns) -> Result<ColumnFilter, Error> {
    match Filter::all(filters.into_iter().cloned()) {
        Some(filter) => translate(&filter, columns),
        None => Ok(ColumnFilter::default()),
    }
}

/// Whoever has one of these ids; `None`: there is no id. Sizes are powers of two, so that few statements serve all; the last id
/// fills the places that are left.
pub fn of_ids(ids: &[&str]) -> Option<Filter> {
    let places = ids.len().next_power_of_two() - ids.len();
    let filler = std::iter::repeat_n(ids.last(), if ids.is_empty() { 0 } else { places }).flatten();
    Filter::any(ids.iter().chain(filler).map(|id| {
        let path = AttrPath::with_name("id");
        Filter::Attr(AttrExp::Comparison(path, CompareOp::Eq, (*id).into()))
    }))
}

fn invalid(detail: String) -> Error {
    Error::bad_request(ScimType::InvalidFilter, detail)
}
