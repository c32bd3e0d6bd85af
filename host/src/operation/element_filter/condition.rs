//! The conditions that a filter is made of, and what each asks of one element.

use scim_v2::filter::{AttrExp, AttrPath, CompValue, CompareOp, Filter, ValFilter};

use crate::{
    application::ListSettings,
    scim::{Error, ScimType, is_core},
};

/// The conditions that a filter is made of.
pub(super) fn atoms_of<'f>(filter: &'f Filter, into: &mut Vec<&'f Filter>) {
    match filter {
        Filter::Attr(_) | Filter::ValuePath(_) => into.push(filter),
        Filter::Not(inner) => atoms_of(inner, into),
        Filter::And(operands) | Filter::Or(operands) => operands.iter().for_each(|operand| atoms_of(operand, into)),
    }
}

/// The attribute that a condition is about.
pub(super) fn path(atom: &Filter) -> Option<&AttrPath> {
    match atom {
        Filter::Attr(AttrExp::Present(path) | AttrExp::Comparison(path, ..)) => Some(path),
        Filter::ValuePath(path) => Some(&path.attr),
        Filter::Not(_) | Filter::And(_) | Filter::Or(_) => None,
    }
}

pub(super) fn is_of(list: &ListSettings, path: &AttrPath) -> bool {
    let urn = path.uri.as_deref().filter(|urn| !is_core(urn)).unwrap_or_default();
    urn.eq_ignore_ascii_case(list.path.extension.as_deref().unwrap_or_default())
        && path.name.eq_ignore_ascii_case(&list.path.name)
}

/// What a condition asks of one element, with its parts as attributes. Without a part `value` is meant, and of elements that have
/// none (`parts` are what they have), that one is there.
pub(super) fn of_element<'p>(parts: impl Iterator<Item = &'p str> + Clone, atom: &Filter) -> Result<Filter, Error> {
    let part = |path: &AttrPath| AttrPath::with_name(path.sub_attr.clone().unwrap_or_else(|| "value".to_owned()));
    let has_value = || parts.clone().any(|part| part.eq_ignore_ascii_case("value"));
    match atom {
        Filter::ValuePath(path) => {
            let filter = of_value_filter(&path.filter);
            filter.ok_or_else(|| invalid(format!("`{}` has no condition in its brackets", path.attr)))
        }
        Filter::Attr(AttrExp::Present(path)) if path.sub_attr.is_none() && !has_value() => {
            let present = parts.map(|part| Filter::Attr(AttrExp::Present(AttrPath::with_name(part))));
            Filter::any(present).ok_or_else(|| invalid(format!("`{path}` has no parts")))
        }
        Filter::Attr(AttrExp::Present(path)) => Ok(Filter::Attr(AttrExp::Present(part(path)))),
        Filter::Attr(AttrExp::Comparison(path, operator, value)) => {
            let comparison = AttrExp::Comparison(part(path), operator.clone(), value.clone());
            Ok(Filter::Attr(comparison))
        }
        other => Ok(other.clone()),
    }
}

fn of_value_filter(filter: &ValFilter) -> Option<Filter> {
    Some(match filter {
        ValFilter::Attr(expression) => Filter::Attr(expression.clone()),
        ValFilter::Not(inner) => Filter::Not(Box::new(of_value_filter(inner)?)),
        ValFilter::And(operands) => Filter::all(operands.iter().filter_map(of_value_filter))?,
        ValFilter::Or(operands) => Filter::any(operands.iter().filter_map(of_value_filter))?,
    })
}

/// Whether a condition holds for who has no element: an attribute without a value is not equal to anything.
pub(super) fn holds_of_none(atom: &Filter) -> bool {
    match atom {
        Filter::Attr(AttrExp::Comparison(_, operator, CompValue::Null)) => *operator == CompareOp::Eq,
        Filter::Attr(AttrExp::Comparison(_, operator, _)) => *operator == CompareOp::Ne,
        _ => false,
    }
}

fn invalid(detail: String) -> Error {
    Error::bad_request(ScimType::InvalidFilter, detail)
}
