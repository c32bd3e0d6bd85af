//! What a filter of groups says of their members, apart from what it says of their columns.

use scim_v2::filter::{AttrExp, AttrPath, CompValue, CompareOp, Filter, ValFilter};

use crate::scim::{Error, ScimType};

/// A filter in two parts, all of whose conditions must hold.
#[derive(Debug, PartialEq)]
pub(super) struct GroupFilter {
    /// The ids of users who must be members.
    pub members: Vec<String>,
    /// Conditions that name columns only.
    pub rest: Vec<Filter>,
}

/// Takes the conditions on members out of a filter: `members eq "…"` as Entra writes it, `members.value eq "…"`, or
/// `members[value eq "…"]`, alone or beside others in an `and`.
///
/// # Errors
/// `invalidFilter`: members stand somewhere else in the filter, or are compared in another way.
pub(super) fn split(filter: &Filter) -> Result<GroupFilter, Error> {
    let mut parts = GroupFilter {
        members: Vec::new(),
        rest: Vec::new(),
    };
    let conditions = match filter {
        Filter::And(conditions) => conditions.as_slice(),
        one => std::slice::from_ref(one),
    };
    for condition in conditions {
        match member(condition) {
            Some(user) => parts.members.push(user.to_owned()),
            None if names_members(condition) => {
                return Err(Error::bad_request(
                    ScimType::InvalidFilter,
                    "members can be looked for with `members.value eq \"…\"`, alone or beside other conditions in an `and`",
                ));
            }
            None => parts.rest.push(condition.clone()),
        }
    }
    Ok(parts)
}

/// The id of the group that a condition names.
pub(super) fn named_group(conditions: &[Filter]) -> Option<&str> {
    conditions.iter().find_map(|condition| match condition {
        Filter::Attr(AttrExp::Comparison(path, CompareOp::Eq, CompValue::Str(id))) if *path == AttrPath::with_name("id") => {
            Some(id.as_str())
        }
        _ => None,
    })
}

fn member(condition: &Filter) -> Option<&str> {
    match condition {
        Filter::Attr(AttrExp::Comparison(path, CompareOp::Eq, CompValue::Str(user)))
            if is_members(path) && path.sub_attr.as_deref().is_none_or(|sub| sub == "value") =>
        {
            Some(user)
        }
        Filter::ValuePath(path) if is_members(&path.attr) => match path.filter.as_ref() {
            ValFilter::Attr(AttrExp::Comparison(sub, CompareOp::Eq, CompValue::Str(user))) if sub.name == "value" => Some(user),
            _ => None,
        },
        _ => None,
    }
}

fn names_members(filter: &Filter) -> bool {
    match filter {
        Filter::Attr(AttrExp::Present(path) | AttrExp::Comparison(path, ..)) => is_members(path),
        Filter::ValuePath(path) => is_members(&path.attr),
        Filter::Not(inner) => names_members(inner),
        Filter::And(operands) | Filter::Or(operands) => operands.iter().any(names_members),
    }
}

fn is_members(path: &AttrPath) -> bool {
    path.uri.is_none() && path.name == "members"
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(text: &str) -> Result<(Vec<String>, Vec<String>), Error> {
        let found = split(&text.parse().unwrap())?;
        Ok((found.members, found.rest.iter().map(ToString::to_string).collect()))
    }

    #[test]
    fn members_are_taken_out() {
        let one = |member: &str, rest: &[&str]| Ok((vec![member.to_owned()], rest.iter().map(|it| (*it).to_owned()).collect()));
        for text in ["members eq \"7\"", "members.value eq \"7\"", "members[value eq \"7\"]"] {
            assert_eq!(parts(text), one("7", &[]), "{text}");
            let id = "id eq \"g\"";
            assert_eq!(parts(&format!("{id} and {text}")), one("7", &[id]));
            assert_eq!(parts(&format!("{text} and {id}")), one("7", &[id]));
        }
        assert_eq!(parts("displayName pr").unwrap(), (vec![], vec!["displayName pr".to_owned()]));
    }

    #[test]
    fn elsewhere_they_mean_nothing() {
        for text in [
            "members pr",
            "members ne \"7\"",
            "members.display eq \"ada\"",
            "members[value eq \"7\" and type eq \"User\"]",
            "not (members eq \"7\")",
            "id eq \"g\" or members eq \"7\"",
            "id eq \"g\" and (members eq \"7\" or members eq \"8\")",
        ] {
            assert_eq!(parts(text).unwrap_err().scim_type, Some(ScimType::InvalidFilter), "{text}");
        }
    }

    #[test]
    fn a_group_is_named_by_its_id_alone() {
        let named = |text: &str| named_group(&split(&text.parse().unwrap()).unwrap().rest).map(str::to_owned);
        assert_eq!(named("members eq \"7\" and id eq \"g\""), Some("g".to_owned()));
        assert_eq!(named("members eq \"7\" and externalId eq \"g\""), None);
    }
}
