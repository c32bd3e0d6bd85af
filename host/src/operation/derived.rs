//! The statements that the host has derived for itself: lists, counts, look-ups. Shown by `plan`, compiled by `check`.

use std::sync::Arc;

use super::{application::Application, assignments, desk::Worker, filter, prepared::Prepared};
use crate::{
    application::Operation,
    database::{CaseRule, Paging, Projection, Shape, SortKey, Statement},
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
    pub async fn derived(&self, operation: &Prepared) -> Result<Vec<Derived>, CallFailure> {
        let shapes = match operation.operation {
            Operation::GetUsers => self.user_shapes(true),
            Operation::GetChangedUsers => self.user_shapes(false),
            Operation::GetUserEntitlements if operation.takes("ids.1") => {
                vec![("the assignments of a page of users", assignments::sized(2))]
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
        let page = self.page_shape(Vec::new());
        let count = Shape {
            projection: Projection::Count,
            ..Shape::default()
        };
        let mut shapes = vec![("a page of the list", page), ("how many there are", count)];
        if look_up {
            let by_name = AttrExp::Comparison(AttrPath::with_name("userName"), CompareOp::Eq, "".into());
            if let Ok(filter) = filter::translate(&Filter::Attr(by_name), self.mapping()) {
                shapes.push(("the user with a user name", self.page_shape(filter.predicates)));
            }
        }
        shapes
    }

    /// A page in the order of the users' ids.
    pub(super) fn page_shape(&self, filter: Vec<crate::database::Predicate>) -> Shape {
        Shape {
            projection: Projection::Rows,
            filter,
            sort: vec![SortKey {
                column: self.mapping().id.clone(),
                descending: false,
                case_rule: CaseRule::Exact,
            }],
            paging: Paging::Window,
            lists: Vec::new(),
        }
    }
}
