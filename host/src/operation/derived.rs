//! The statements that the host has derived for itself: lists, counts, look-ups. Shown by `plan`, compiled by `check`.

use std::sync::Arc;

use super::{
    application::Application,
    desk::Worker,
    filter, links, members,
    prepared::Prepared,
    records::Records,
    select::{count_shape, page_shape},
    several,
};
use crate::{
    application::Operation,
    database::{Shape, Statement},
    sandbox::CallFailure,
};
use scim_v2::filter::{AttrExp, AttrPath, CompareOp, Filter};

/// A derived statement and what it is for.
pub struct Derived {
    pub purpose: &'static str,
    /// The error says why the operation's component cannot derive it; the host then works on the rows itself.
    pub statement: Result<Arc<Statement>, String>,
}

impl Application {
    /// The statements that are derived from an operation's own. Filters of clients give others of the same form.
    pub async fn derived(&self, entitlement: Option<&str>, operation: &Prepared) -> Result<Vec<Derived>, CallFailure> {
        let shapes = match operation.operation {
            Operation::GetUsers => self.record_shapes(self.users(), "the user with a user name"),
            Operation::GetChangedUsers => listed(&self.mapping().id),
            Operation::GetGroups => match &self.groups {
                Some(groups) => self.record_shapes(self.records_of(groups), "the group with a display name"),
                None => Vec::new(),
            },
            Operation::GetEntitlements => match entitlement.and_then(|name| self.entitlement_type(name).ok()) {
                Some(entitlement) => listed(&entitlement.settings.id),
                None => Vec::new(),
            },
            Operation::GetUserEntitlements => of_some_and_all(
                operation,
                ["the assignments of a page of users", "everybody's assignments, for filters"],
            ),
            Operation::GetUserValues => of_some_and_all(
                operation,
                ["the values of a page of users", "everybody's values, for filters"],
            ),
            Operation::GetUserGroups => of_some_and_all(
                operation,
                ["the groups of a page of users", "everybody's groups, for filters"],
            ),
            Operation::GetGroupMembers => match &self.groups {
                Some(groups) => member_shapes(&groups.settings.user, operation),
                None => Vec::new(),
            },
            _ => Vec::new(),
        };
        let mut derived = Vec::new();
        let permit = self.sandbox.permit().await?;
        for (purpose, shape) in shapes {
            let worker = Worker {
                application: self.name.clone(),
                operation: operation.operation.name(),
                plugin: operation.component.name().into(),
                request: "plan".into(),
            };
            let statement = operation.refine(&permit, &worker, &shape).await?;
            derived.push(Derived { purpose, statement });
        }
        Ok(derived)
    }

    /// What every list needs, and the look-up of the attribute that clients find resources by.
    fn record_shapes(&self, of: Records<'_>, look_up: &'static str) -> Vec<(&'static str, Shape)> {
        let mut shapes = listed(&of.mapping.id);
        let by_name = AttrExp::Comparison(AttrPath::with_name(of.mapping.kind.required()), CompareOp::Eq, "".into());
        if let Ok(filter) = filter::translate(&Filter::Attr(by_name), of.mapping) {
            shapes.push((look_up, page_shape(&of.mapping.id, filter.predicates, Vec::new())));
        }
        shapes
    }
}

/// What users or groups have: of some, and of all.
fn of_some_and_all(operation: &Prepared, [of_page, of_all]: [&'static str; 2]) -> Vec<(&'static str, Shape)> {
    let parameters = [("ids.1", links::IDS), (several::ID, several::ID)];
    let taken = parameters.into_iter().find(|(name, _)| operation.takes(name));
    taken.map_or_else(Vec::new, |(_, parameter)| {
        vec![(of_page, links::sized(parameter, 2)), (of_all, links::sized(parameter, 0))]
    })
}

fn member_shapes(user: &str, operation: &Prepared) -> Vec<(&'static str, Shape)> {
    let mut shapes = of_some_and_all(
        operation,
        ["the members of a page of groups", "the members of all groups, for filters"],
    );
    if !shapes.is_empty() {
        let of_one = match operation.takes("ids.1") {
            true => links::sized(links::IDS, 1),
            false => Shape::default(),
        };
        shapes.push(("whether a user is in a group", members::member_shape(user, of_one)));
    }
    shapes
}

/// What every list needs.
fn listed(id: &str) -> Vec<(&'static str, Shape)> {
    let page = page_shape(id, Vec::new(), Vec::new());
    vec![("a page of the list", page), ("how many there are", count_shape(Vec::new()))]
}
