//! Filters on what no column holds because a resource's type says it: `schemas` (RFC 7643 §3) and `meta.resourceType` (§3.1). A resource has
//! the URN of its core schema, and that of an extension where it has a value of it; so a filter on the one is a filter on the presence
//! of the other. The type is known before a resource is.

use scim_v2::filter::{AttrExp, AttrPath, CompValue, CompareOp, Filter, Operands};

use super::{Error, ScimType, filter::Filterable, resource::Resources};

/// The same filter without what the type says; `None` for one on anything else.
///
/// # Errors
/// `invalidFilter`: a URN isn't more or less than another one.
pub fn rewritten(filterable: &Filterable<'_>, expression: &AttrExp) -> Result<Option<Filter>, Error> {
    if let Some(holds) = holds_of_type(filterable.type_name(), expression) {
        return Ok(Some(if holds { everybody() } else { any(Vec::new()) }));
    }
    match filterable {
        Filterable::Resources(resources) => schemas(resources, expression),
        Filterable::Entitlements(_) | Filterable::Nothing => Ok(None),
    }
}

/// Whether a condition holds for all resources of a type; `None`: it is not about their type. That is case-exact (RFC 7643 §3.1).
pub fn holds_of_type(found: &str, expression: &AttrExp) -> Option<bool> {
    let (AttrExp::Present(path) | AttrExp::Comparison(path, ..)) = expression;
    if !is_resource_type(path) {
        return None;
    }
    let (operator, wanted) = match expression {
        AttrExp::Present(_) => return Some(true),
        AttrExp::Comparison(_, operator, CompValue::Str(wanted)) => (operator, wanted.as_str()),
        AttrExp::Comparison(_, operator, _) => return Some(*operator == CompareOp::Ne),
    };
    Some(match operator {
        CompareOp::Eq => found == wanted,
        CompareOp::Ne => found != wanted,
        CompareOp::Co => found.contains(wanted),
        CompareOp::Sw => found.starts_with(wanted),
        CompareOp::Ew => found.ends_with(wanted),
        CompareOp::Gt => found > wanted,
        CompareOp::Ge => found >= wanted,
        CompareOp::Lt => found < wanted,
        CompareOp::Le => found <= wanted,
    })
}

fn is_resource_type(path: &AttrPath) -> bool {
    let sub = path.sub_attr.as_deref();
    path.uri.is_none()
        && path.name.eq_ignore_ascii_case("meta")
        && sub.is_some_and(|sub| sub.eq_ignore_ascii_case("resourceType"))
}

fn schemas(resources: &Resources<'_>, expression: &AttrExp) -> Result<Option<Filter>, Error> {
    let path = match expression {
        AttrExp::Present(path) | AttrExp::Comparison(path, ..) => path,
    };
    let core = resources.kind().schema();
    let is_meant = path.uri.as_deref().is_none_or(|uri| uri.eq_ignore_ascii_case(core));
    if !is_meant || path.sub_attr.is_some() || !path.name.eq_ignore_ascii_case("schemas") {
        return Ok(None);
    }
    let AttrExp::Comparison(_, operator, value) = expression else {
        return Ok(Some(everybody()));
    };
    let (CompareOp::Eq | CompareOp::Ne | CompareOp::Co | CompareOp::Sw | CompareOp::Ew, CompValue::Str(value)) =
        (operator, value)
    else {
        let detail = "`schemas` has URNs, which are compared with text by eq, ne, co, sw and ew";
        return Err(Error::bad_request(ScimType::InvalidFilter, detail));
    };
    let wanted = value.to_ascii_lowercase();
    let matches = |urn: &str| {
        let urn = urn.to_ascii_lowercase();
        match operator {
            CompareOp::Co => urn.contains(&wanted),
            CompareOp::Sw => urn.starts_with(&wanted),
            CompareOp::Ew => urn.ends_with(&wanted),
            _ => urn == wanted,
        }
    };
    let found = if matches(core) {
        everybody()
    } else {
        let extended = resources.attributes().iter().map(|attribute| &attribute.path);
        let present = extended
            .filter(|path| path.extension.as_deref().is_some_and(matches))
            .map(|path| {
                Filter::Attr(AttrExp::Present(AttrPath {
                    uri: path.extension.clone(),
                    name: path.name.clone(),
                    sub_attr: path.sub_attribute.clone(),
                }))
            });
        any(present.collect())
    };
    Ok(Some(match operator {
        CompareOp::Ne => Filter::Not(Box::new(found)),
        _ => found,
    }))
}

/// Every resource has an `id`.
fn everybody() -> Filter {
    Filter::Attr(AttrExp::Present(AttrPath::with_name("id")))
}

fn any(mut filters: Vec<Filter>) -> Filter {
    match (filters.len(), filters.pop()) {
        (1, Some(only)) => only,
        (_, Some(last)) => {
            filters.push(last);
            Operands::new(filters).map_or_else(|_| everybody(), Filter::Or)
        }
        (_, None) => Filter::Not(Box::new(everybody())),
    }
}
