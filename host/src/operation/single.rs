//! Entitlement types of which a user holds at most one.
//!
//! The rule is about what a request assigns. Whoever holds several already, because the tables said so before the rule did, keeps
//! them until something is assigned.

use crate::{
    application::{EntitlementSettings, Second},
    scim::{Error, ScimType},
};

/// What a user is to hold of a type, of what is held and what the client wants.
///
/// # Errors
/// 400 `invalidValue`: it would be more than one, and the second is not to take the place of the first.
pub fn wanted(of: &EntitlementSettings, held: &[String], wanted: Vec<String>) -> Result<Vec<String>, Error> {
    let Some(second) = of.single else {
        return Ok(wanted);
    };
    let added: Vec<&String> = wanted.iter().filter(|value| !held.contains(value)).collect();
    match (added.as_slice(), second) {
        ([], _) => Ok(wanted),
        _ if wanted.len() == 1 => Ok(wanted),
        ([one], Second::Replace) => Ok(vec![(*one).clone()]),
        (_, Second::Replace) => Err(refused(of, &wanted, "several at once cannot take the place of the one")),
        (_, Second::Refuse) => Err(refused(of, &wanted, "remove the one, in the same request or before")),
    }
}

fn refused(of: &EntitlementSettings, wanted: &[String], remedy: &str) -> Error {
    let values: Vec<String> = wanted.iter().map(|value| format!("\"{value}\"")).collect();
    let detail = format!(
        "`{}` would have {} of the type {}, and a user of this application holds at most one of them: {remedy}",
        of.kind.attribute(),
        values.join(" and "),
        of.name
    );
    Error::bad_request(ScimType::InvalidValue, detail)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::{application::Location, scim::EntitlementKind};

    fn after(single: Option<Second>, held: &[&str], wants: &[&str]) -> Result<Vec<String>, String> {
        let of = EntitlementSettings {
            name: "Licence".into(),
            kind: EntitlementKind::Entitlement,
            endpoint: "/Licences".into(),
            id: "id".into(),
            display: "title".into(),
            description: None,
            single,
            user: None,
            operations: BTreeMap::new(),
            location: Location {
                file: "applications/payroll.toml".into(),
                line: 1,
                key: "entitlements.Licence".into(),
            },
        };
        let owned = |values: &[&str]| values.iter().map(|value| (*value).to_owned()).collect::<Vec<_>>();
        wanted(&of, &owned(held), owned(wants)).map_err(|error| error.to_string())
    }

    #[test]
    fn any_number_where_nothing_is_said() {
        assert_eq!(after(None, &["a"], &["a", "b", "c"]).unwrap(), ["a", "b", "c"]);
    }

    #[test]
    fn a_second_one_is_refused() {
        let refuse = |held: &[&str], wants: &[&str]| after(Some(Second::Refuse), held, wants);
        assert_eq!(refuse(&[], &["a"]).unwrap(), ["a"]);
        assert_eq!(refuse(&["a"], &["b"]).unwrap(), ["b"], "the one makes room for the other");
        assert_eq!(refuse(&["a"], &[]).unwrap(), [] as [&str; 0]);
        assert_eq!(
            refuse(&["a"], &["a", "b"]).unwrap_err(),
            "400: `entitlements` would have \"a\" and \"b\" of the type Licence, and a user of this application holds at most one \
             of them: remove the one, in the same request or before"
        );
        assert!(refuse(&[], &["a", "b"]).is_err());
    }

    #[test]
    fn a_second_one_takes_the_place_of_the_first() {
        let replace = |held: &[&str], wants: &[&str]| after(Some(Second::Replace), held, wants);
        assert_eq!(replace(&["a"], &["a", "b"]).unwrap(), ["b"]);
        assert_eq!(replace(&["a", "b"], &["a", "b", "c"]).unwrap(), ["c"]);
        assert!(replace(&["a"], &["a", "b", "c"]).is_err(), "which of them?");
        assert!(replace(&[], &["a", "b"]).is_err(), "which of them?");
    }

    #[test]
    fn what_was_there_before_the_rule_may_stay() {
        for second in [Second::Refuse, Second::Replace] {
            assert_eq!(after(Some(second), &["a", "b"], &["a", "b"]).unwrap(), ["a", "b"]);
            assert_eq!(after(Some(second), &["a", "b", "c"], &["a", "b"]).unwrap(), ["a", "b"]);
        }
    }
}
