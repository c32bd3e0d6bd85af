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

/// Whoever has one of these ids; `None`: there is no id.
pub fn of_ids(ids: &[&str]) -> Option<Filter> {
    Filter::any(filled(ids).map(|id| {
        let path = AttrPath::with_name("id");
        Filter::Attr(AttrExp::Comparison(path, CompareOp::Eq, id.into()))
    }))
}

/// Sizes of lists are powers of two, so that few statements serve all; the last value fills the places that are left.
fn filled<T: Copy>(values: &[T]) -> impl Iterator<Item = T> {
    let places = values.len().next_power_of_two() - values.len();
    let filler = values
        .last()
        .into_iter()
        .flat_map(move |last| std::iter::repeat_n(*last, places));
    values.iter().copied().chain(filler)
}

fn invalid(detail: String) -> Error {
    Error::bad_request(ScimType::InvalidFilter, detail)
}
