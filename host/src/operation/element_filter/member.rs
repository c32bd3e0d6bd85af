//! One user who is looked for in groups, as identity providers do it all day: `members[value eq "7"]`, alone or beside the id of a group.
//! The groups of this user are asked for, or whether this group has him, so that nobody else's members are looked through.

use std::collections::HashSet;

use scim_v2::filter::{AttrExp, AttrPath, CompValue, CompareOp, Filter};

use super::condition;
use crate::{
    operation::{application::Application, records::Records, request::Request},
    scim::{Error, ResourceKind},
};

impl Application {
    /// The groups that a condition means, if it looks for one user and there is a way that is shorter than through everybody's members.
    pub(super) async fn with_member(
        &self,
        request: &mut Request,
        of: Records<'_>,
        atom: &Filter,
        whole: &Filter,
    ) -> Result<Option<HashSet<String>>, Error> {
        let (Some(groups), Some(user)) = (self.groups.as_ref(), looked_for(atom)) else {
            return Ok(None);
        };
        if of.mapping.kind != ResourceKind::Group {
            return Ok(None);
        }
        match named(whole) {
            Some(group) => {
                let is_in = self.is_member(request, groups, group, &user).await?;
                Ok(Some(is_in.then(|| group.trim_end().to_owned()).into_iter().collect()))
            }
            None => self.groups_of(request, groups, &user).await,
        }
    }
}

/// The user whose id is compared, where nothing else is asked.
fn looked_for(atom: &Filter) -> Option<String> {
    match condition::of_element(["value"].into_iter(), atom) {
        Ok(Filter::Attr(AttrExp::Comparison(path, CompareOp::Eq, CompValue::Str(user))))
            if path == AttrPath::with_name("value") =>
        {
            Some(user)
        }
        _ => None,
    }
}

/// The id without which a filter lets nothing through.
fn named(filter: &Filter) -> Option<&str> {
    let conditions = match filter {
        Filter::And(conditions) => conditions.as_slice(),
        one => std::slice::from_ref(one),
    };
    conditions.iter().find_map(|condition| match condition {
        Filter::Attr(AttrExp::Comparison(path, CompareOp::Eq, CompValue::Str(id))) if *path == AttrPath::with_name("id") => {
            Some(id.as_str())
        }
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_user_is_looked_for_in_any_of_three_forms() {
        let user = |text: &str| looked_for(&text.parse().unwrap());
        for text in ["members eq \"7\"", "members.value eq \"7\"", "members[value eq \"7\"]"] {
            assert_eq!(user(text).as_deref(), Some("7"), "{text}");
        }
        for text in [
            "members pr",
            "members ne \"7\"",
            "members.display eq \"7\"",
            "members eq null",
            "members[value eq \"7\" and type eq \"User\"]",
            "members[not (value eq \"7\")]",
        ] {
            assert_eq!(user(text), None, "{text}");
        }
    }

    #[test]
    fn a_group_is_named_by_its_id_alone() {
        let group = |text: &str| named(&text.parse().unwrap()).map(str::to_owned);
        assert_eq!(group("members eq \"7\" and id eq \"g\"").as_deref(), Some("g"));
        for text in [
            "members eq \"7\" and externalId eq \"g\"",
            "members eq \"7\" or id eq \"g\"",
            "members eq \"7\" and not (id eq \"g\")",
        ] {
            assert_eq!(group(text), None, "{text}");
        }
    }
}
