//! Where the elements are that a condition is about: the rows of a list, of what users hold, of the groups that they are in, of the members
//! of groups.

use scim_v2::filter::{AttrPath, Filter};

use super::condition;
use crate::{
    application::{ListSettings, Operation},
    database::Predicate,
    operation::{
        application::{Application, Operations},
        columns::Holding,
        filter::{self, ColumnFilter},
        prepared::Prepared,
    },
    scim::{Error, ResourceKind},
};

/// Rows that are elements of users, or of groups.
pub(super) struct Source<'a> {
    /// Reads those of one owner, or of several.
    pub of_owners: &'a Prepared,
    /// Reads everybody's, where an operation does.
    pub of_all: Option<&'a Prepared>,
    /// The column that holds the owner's id.
    pub owner: Option<&'a str>,
    pub owned_by: ResourceKind,
    /// A column that the rows may lack, which is as if it were empty.
    pub dispensable: Option<&'a str>,
    /// What tells that a row is an element at all.
    pub there: ColumnFilter,
    /// What one element must fulfil besides.
    pub element: ColumnFilter,
}

/// Whose the rows of an operation are that say who has what.
struct Owners<'a> {
    kind: ResourceKind,
    /// The column that holds their ids.
    column: Option<&'a str>,
}

impl Application {
    /// Empty: the condition is about a column of what is listed.
    pub(super) fn sources(&self, listed: ResourceKind, atom: &Filter) -> Result<Vec<Source<'_>>, Error> {
        match (listed, condition::path(atom)) {
            (_, None) => Ok(Vec::new()),
            (ResourceKind::User, Some(path)) => self.sources_of_users(path, atom),
            (ResourceKind::Group, Some(path)) => self.sources_of_groups(path, atom),
        }
    }

    fn sources_of_users(&self, path: &AttrPath, atom: &Filter) -> Result<Vec<Source<'_>>, Error> {
        if let Some((list, operations)) = self.lists().find(|(list, _)| condition::is_of(list, path)) {
            return Ok(vec![self.list_source(list, operations, atom)?]);
        }
        if path.uri.is_some() {
            return Ok(Vec::new());
        }
        let users = |column| Owners {
            kind: ResourceKind::User,
            column,
        };
        let mut sources = Vec::new();
        for entitlement in &self.entitlements {
            let settings = &entitlement.settings;
            if path.name == settings.kind.attribute() {
                let Some(of_users) = entitlement.operations.get(&Operation::GetUserEntitlements) else {
                    continue;
                };
                let holding = Holding {
                    value: &settings.id,
                    display: Some(&settings.display),
                    type_name: &settings.name,
                };
                sources.push(held(of_users, users(settings.user.as_deref()), holding, atom)?);
            }
        }
        if let (Some(groups), "groups") = (&self.groups, path.name.as_str())
            && let Some(of_users) = groups.operations.get(&Operation::GetUserGroups)
        {
            let settings = &groups.settings;
            let holding = Holding {
                value: &settings.mapping.id,
                display: settings.display(),
                type_name: "direct",
            };
            sources.push(held(of_users, users(Some(&settings.user)), holding, atom)?);
        }
        Ok(sources)
    }

    fn sources_of_groups(&self, path: &AttrPath, atom: &Filter) -> Result<Vec<Source<'_>>, Error> {
        if let (Some(groups), None, "members") = (&self.groups, &path.uri, path.name.as_str())
            && let Some(of_groups) = groups.operations.get(&Operation::GetGroupMembers)
        {
            let settings = &groups.settings;
            let holding = Holding {
                value: &settings.user,
                display: settings.member_display.as_deref(),
                type_name: ResourceKind::User.name(),
            };
            let owners = Owners {
                kind: ResourceKind::Group,
                column: Some(&settings.mapping.id),
            };
            return Ok(vec![held(of_groups, owners, holding, atom)?]);
        }
        Ok(Vec::new())
    }

    fn list_source<'a>(&'a self, list: &'a ListSettings, operations: &'a Operations, atom: &Filter) -> Result<Source<'a>, Error> {
        let names = list.parts.iter().map(|part| part.sub_attribute());
        let element = filter::translate(&condition::of_element(names, atom)?, list)?;
        let columns = list.parts.iter().map(|part| part.column.as_str());
        let of_users = operations.get(&Operation::GetUserValues);
        Ok(Source {
            of_owners: of_users.ok_or_else(|| self.not_configured(Operation::GetUserValues))?,
            of_all: operations.get(&Operation::GetValues),
            owner: list.user.as_deref(),
            owned_by: ResourceKind::User,
            dispensable: None,
            there: any_of(columns),
            element,
        })
    }
}

fn held<'a>(of_owners: &'a Prepared, owners: Owners<'a>, holding: Holding<'a>, atom: &Filter) -> Result<Source<'a>, Error> {
    let element = condition::of_element(["value"].into_iter(), atom)?;
    Ok(Source {
        of_owners,
        of_all: None,
        owner: owners.column,
        owned_by: owners.kind,
        dispensable: holding.display,
        there: any_of([holding.value].into_iter()),
        element: filter::translate(&element, &holding)?,
    })
}

/// A row of nothing is no element.
fn any_of<'c>(columns: impl ExactSizeIterator<Item = &'c str>) -> ColumnFilter {
    let any = Predicate::Or(u32::try_from(columns.len()).unwrap_or(u32::MAX));
    let present = columns.map(|column| Predicate::Present(column.to_owned()));
    ColumnFilter {
        predicates: present.chain([any]).collect(),
        ..ColumnFilter::default()
    }
}

impl Source<'_> {
    /// The elements that fulfil the condition.
    pub(super) fn matching(&self) -> ColumnFilter {
        let mut matching = self.element.clone();
        matching.predicates.extend(self.there.predicates.iter().cloned());
        matching.predicates.push(Predicate::And(2));
        matching
    }
}
