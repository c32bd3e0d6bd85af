//! The statements that the host has derived for itself: lists, counts, look-ups. Shown by `plan`, compiled by `check`.

use std::sync::Arc;

use super::{
    application::Application,
    assignments,
    desk::Worker,
    filter,
    prepared::Prepared,
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
            Operation::GetUsers => self.user_shapes(true),
            Operation::GetChangedUsers => self.user_shapes(false),
            Operation::GetEntitlements => match entitlement.and_then(|name| self.entitlement_type(name).ok()) {
                Some(entitlement) => listed(&entitlement.settings.id),
                None => Vec::new(),
            },
            Operation::GetUserEntitlements if operation.takes("ids.1") => {
                vec![("the assignments of a page of users", assignments::sized(assignments::IDS, 2))]
            }
            Operation::GetUserEntitlements if operation.takes(several::ID) => {
                vec![("the assignments of a page of users", assignments::sized(several::ID, 2))]
            }
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

    fn user_shapes(&self, look_up: bool) -> Vec<(&'static str, Shape)> {
        let mut shapes = listed(&self.mapping().id);
        if look_up {
            let by_name = AttrExp::Comparison(AttrPath::with_name("userName"), CompareOp::Eq, "".into());
            if let Ok(filter) = filter::translate(&Filter::Attr(by_name), self.mapping()) {
                shapes.push((
                    "the user with a user name",
                    page_shape(&self.mapping().id, filter.predicates, Vec::new()),
                ));
            }
        }
        shapes
    }
}

/// What every list needs.
fn listed(id: &str) -> Vec<(&'static str, Shape)> {
    let page = page_shape(id, Vec::new(), Vec::new());
    vec![("a page of the list", page), ("how many there are", count_shape(Vec::new()))]
}
