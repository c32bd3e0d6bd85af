//! Reading users: one, or a page of a list.

use super::{
    application::Application,
    columns::sort_keys,
    filter::{self, ColumnFilter},
    prepared::Prepared,
    request::Request,
    select::{Listing, Window},
    transforms,
    values::Held,
};
use crate::{
    application::Operation,
    database::Value,
    sandbox::Direction,
    scim::{Document, Error, ListRequest, Page, Projection},
};
use scim_v2::filter::{AttrExp, CompValue, CompareOp, Filter};

impl Application {
    /// The user with this id, as the tables have it, with what it holds and the groups that it is in.
    pub(super) async fn read_user(&self, request: &mut Request, id: &str, shown: &Projection) -> Result<Document, Error> {
        let mut user = self.record(request, self.users(), id).await?;
        self.add_values(request, std::slice::from_mut(&mut user), shown).await?;
        self.add_holdings(request, user).await
    }

    /// The same, all of it, and with the rows of its lists.
    pub(super) async fn read_whole_user(&self, request: &mut Request, id: &str) -> Result<(Document, Held), Error> {
        let mut user = self.record(request, self.users(), id).await?;
        let held = self.add_held(request, &mut user).await?;
        Ok((self.add_holdings(request, user).await?, held))
    }

    async fn add_holdings(&self, request: &mut Request, mut user: Document) -> Result<Document, Error> {
        let one = std::slice::from_mut(&mut user);
        self.add_assignments(request, one).await?;
        self.add_groups(request, one).await?;
        Ok(user)
    }

    /// One page of the users that a filter lets through.
    pub(super) async fn read_users(&self, request: &mut Request, list: &ListRequest, shown: &Projection) -> Result<Page, Error> {
        let Source {
            operation,
            filter,
            inputs,
        } = self.source(request, list).await?;
        let listing = Listing {
            operation,
            id: &self.mapping().id,
            filter,
            sort: sort_keys(list.sort.as_ref(), self.mapping())?,
            window: Window::of(list)?,
            inputs,
        };
        let selected = self.select(request, listing).await?;
        let mut users = self.documents(self.users(), &selected.rows)?;
        self.add_values(request, &mut users, shown).await?;
        self.add_assignments(request, &mut users).await?;
        self.add_groups(request, &mut users).await?;
        let mut resources = Vec::with_capacity(users.len());
        for user in users {
            resources.push(transforms::apply(request, &self.from_application, Direction::FromApplication, user).await?);
        }
        Ok(Page {
            total: selected.total,
            resources,
            next: selected.next.map(|position| position.write()),
            previous: selected.previous.map(|position| position.write()),
        })
    }

    /// Which operation answers a list: get-changed-users where the filter asks for what changed since a time.
    async fn source(&self, request: &mut Request, list: &ListRequest) -> Result<Source<'_>, Error> {
        let Some(filter) = &list.filter else {
            return Ok(Source {
                operation: self.user_operation(Operation::GetUsers)?,
                filter: ColumnFilter::default(),
                inputs: Vec::new(),
            });
        };
        if let (Some(since), Some(changed)) = (changed_since(filter), self.users.get(&Operation::GetChangedUsers)) {
            return Ok(Source {
                operation: changed,
                filter: ColumnFilter::default(),
                inputs: vec![("since".into(), filter::timestamp(since)?)],
            });
        }
        Ok(Source {
            operation: self.user_operation(Operation::GetUsers)?,
            filter: self.filter_of(request, self.users(), filter).await?,
            inputs: Vec::new(),
        })
    }

    /// Who have this user name; at most 2 are looked for.
    pub(super) async fn with_user_name(&self, request: &mut Request, user_name: &str) -> Result<Vec<Document>, Error> {
        let Some(get_users) = self.users.get(&Operation::GetUsers) else {
            return Ok(Vec::new());
        };
        let path = scim_v2::filter::AttrPath::with_name("userName");
        let by_name = Filter::Attr(AttrExp::Comparison(path, CompareOp::Eq, CompValue::Str(user_name.to_owned())));
        let filter = filter::translate(&by_name, self.mapping())?;
        let selected = self.select(request, self.users().look_up(get_users, filter)).await?;
        self.documents(self.users(), &selected.rows)
    }

    pub(super) fn unreadable(&self, message: String) -> Error {
        tracing::error!(application = %self.name, "rows cannot be read: {message}");
        Error::new(500, format!("application {}: {message}", self.name))
    }
}

/// The operation that answers a list, and what is asked of it.
struct Source<'a> {
    operation: &'a Prepared,
    filter: ColumnFilter,
    inputs: Vec<(String, Value)>,
}

/// The time of `meta.lastModified gt "…"`. What `ge` wants is not what the operation gives: who changed at just that time.
fn changed_since(filter: &Filter) -> Option<&str> {
    match filter {
        Filter::Attr(AttrExp::Comparison(path, CompareOp::Gt, CompValue::Str(since)))
            if path.name.eq_ignore_ascii_case("meta")
                && path
                    .sub_attr
                    .as_deref()
                    .is_some_and(|sub| sub.eq_ignore_ascii_case("lastModified")) =>
        {
            Some(since)
        }
        _ => None,
    }
}
