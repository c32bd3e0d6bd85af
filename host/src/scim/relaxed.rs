//! A filter held against resources that don't have all of its attributes, as in a query at the root (RFC 7644 §3.4.2.1): what a
//! resource doesn't have has no value there.

use scim_v2::filter::{AttrExp, CompValue, CompareOp, Filter};

use super::{Error, declared, filter::Filterable};

/// What is left of a filter for one type of resource.
#[derive(Clone, Debug, PartialEq)]
pub enum Relaxed {
    /// All of them match.
    Everything,
    /// None does.
    Nothing,
    Some(Filter),
}

/// Holds a filter against the resources of one type.
///
/// # Errors
/// `invalidFilter`: it can't be made smaller.
pub fn relax(filterable: &Filterable<'_>, filter: &Filter) -> Result<Relaxed, Error> {
    Ok(match filter {
        Filter::Not(inner) => match relax(filterable, inner)? {
            Relaxed::Everything => Relaxed::Nothing,
            Relaxed::Nothing => Relaxed::Everything,
            Relaxed::Some(inner) => Relaxed::Some(Filter::Not(Box::new(inner))),
        },
        Filter::And(items) => {
            let items = each(filterable, items)?;
            joined(items, Relaxed::Nothing, Relaxed::Everything, Filter::all)
        }
        Filter::Or(items) => {
            let items = each(filterable, items)?;
            joined(items, Relaxed::Everything, Relaxed::Nothing, Filter::any)
        }
        Filter::Attr(expression) if let Some(holds) = declared::holds_of_type(filterable.type_name(), expression) => truth(holds),
        atom => match filterable.filter(atom.clone()) {
            Ok(filter) => Relaxed::Some(filter),
            Err(_) => truth(holds_of_nothing(atom)),
        },
    })
}

/// The mistake in a filter that is one to every type: an attribute that none has, a comparison that has no meaning.
///
/// # Errors
/// That of the first type.
pub fn check(filterables: &[Filterable<'_>], filter: &Filter) -> Result<(), Error> {
    match filter {
        Filter::Not(inner) => check(filterables, inner),
        Filter::And(items) | Filter::Or(items) => items.iter().try_for_each(|item| check(filterables, item)),
        atom => {
            let mut first = None;
            for filterable in filterables {
                match filterable.filter(atom.clone()) {
                    Ok(_) => return Ok(()),
                    Err(error) => first = first.or(Some(error)),
                }
            }
            first.map_or(Ok(()), Err)
        }
    }
}

fn each(filterable: &Filterable<'_>, items: &[Filter]) -> Result<Vec<Relaxed>, Error> {
    items.iter().map(|item| relax(filterable, item)).collect()
}

/// `decides`: one of these says it all. `neutral`: these say nothing.
fn joined(items: Vec<Relaxed>, decides: Relaxed, neutral: Relaxed, join: impl Fn(Vec<Filter>) -> Option<Filter>) -> Relaxed {
    if items.contains(&decides) {
        return decides;
    }
    let some = items.into_iter().filter_map(|item| match item {
        Relaxed::Some(filter) => Some(filter),
        Relaxed::Everything | Relaxed::Nothing => None,
    });
    join(some.collect()).map_or(neutral, Relaxed::Some)
}

/// What a comparison with an attribute that has no value comes to.
fn holds_of_nothing(atom: &Filter) -> bool {
    match atom {
        Filter::Attr(AttrExp::Comparison(_, operator, CompValue::Null)) => *operator == CompareOp::Eq,
        Filter::Attr(AttrExp::Comparison(_, operator, _)) => *operator == CompareOp::Ne,
        _ => false,
    }
}

fn truth(holds: bool) -> Relaxed {
    if holds { Relaxed::Everything } else { Relaxed::Nothing }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn relaxed(filter: &str) -> String {
        let filter: Filter = filter.parse().unwrap();
        match relax(&Filterable::Entitlements("Role"), &filter).unwrap() {
            Relaxed::Some(filter) => filter.to_string(),
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn what_is_not_there_has_no_value() {
        for (filter, left) in [
            ("displayName eq \"a\"", "displayName eq \"a\""),
            ("userName eq \"a\"", "Nothing"),
            ("userName ne \"a\"", "Everything"),
            ("userName eq null", "Everything"),
            ("userName pr", "Nothing"),
            ("emails[type eq \"work\"]", "Nothing"),
            ("not (userName pr)", "Everything"),
            ("userName pr and displayName pr", "Nothing"),
            ("userName pr or displayName pr", "displayName pr"),
            ("userName ne \"a\" and displayName pr", "displayName pr"),
            ("userName ne \"a\" or displayName pr", "Everything"),
            ("not (userName pr or displayName pr)", "not (displayName pr)"),
            ("meta.resourceType eq \"Role\"", "Everything"),
            ("meta.resourceType eq \"User\"", "Nothing"),
            ("meta.resourceType ne \"User\" and id eq \"1\"", "id eq \"1\""),
        ] {
            assert_eq!(relaxed(filter), left, "{filter}");
        }
    }

    #[test]
    fn what_nobody_has_is_a_mistake() {
        let check = |filter: &str| check(&[Filterable::Entitlements("Role")], &filter.parse().unwrap());
        assert!(check("displayName pr and meta.resourceType pr").is_ok());
        assert!(check("displayName pr and not (colour eq \"red\")").is_err());
    }
}
