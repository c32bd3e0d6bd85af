//! Reading users: one, or a page of a list.

use super::{
    application::Application,
    columns::sort_keys,
    filter::{self, ColumnFilter},
    output::Rows,
    prepared::Prepared,
    request::{Inputs, Request},
    select::{Listing, Window},
    transforms,
};
use crate::{
    application::{Operation, ResourceReader},
    database::Value,
    sandbox::Direction,
    scim::{Document, Error, ListRequest, Page, ScimType},
};
use scim_v2::filter::{AttrExp, CompValue, CompareOp, Filter};

impl Application {
    /// The user with this id, as the tables have it, assignments included.
    pub(super) async fn read_user(&self, request: &mut Request, id: &str) -> Result<Document, Error> {
        let rows = match self.users.get(&Operation::GetUser) {
            Some(get_user) => self.rows_of_id(request, get_user, id).await?,
            None => self.rows_by_list(request, id).await?,
        };
        let found = self.users(&rows)?;
        let mut found = found.into_iter();
        let mut user = found
            .next()
            .filter(|user| is_id(user, id))
            .ok_or_else(|| Error::not_found("User", id))?;
        if found.next().is_some() {
            return Err(Error::new(
                500,
                format!(
                    "get-user of application {} gave more than one row for one id: the statement must select by `:id`",
                    self.name
                ),
            ));
        }
        self.add_assignments(request, std::slice::from_mut(&mut user)).await?;
        Ok(user)
    }

    /// An id that the database cannot even compare, such as `x` with a number, is the id of nobody.
    async fn rows_of_id(&self, request: &mut Request, get_user: &Prepared, id: &str) -> Result<Rows, Error> {
        match request.run(get_user, Inputs::id(id)).await {
            Ok(done) => Ok(done.rows),
            Err(error) if error.scim_type == Some(ScimType::InvalidValue) => Err(Error::not_found("User", id)),
            Err(error) => Err(error),
        }
    }

    async fn rows_by_list(&self, request: &mut Request, id: &str) -> Result<Rows, Error> {
        let by_id = Filter::Attr(AttrExp::Comparison(
            scim_v2::filter::AttrPath::with_name("id"),
            CompareOp::Eq,
            id.into(),
        ));
        let filter = filter::translate(&by_id, self.mapping())?;
        let get_users = self.user_operation(Operation::GetUsers)?;
        match self.select(request, self.look_up(get_users, filter)).await {
            Err(error) if error.scim_type == Some(ScimType::InvalidValue) => Err(Error::not_found("User", id)),
            other => other.map(|selected| selected.rows),
        }
    }

    /// One page of the users that a filter lets through.
    pub(super) async fn read_users(&self, request: &mut Request, list: &ListRequest) -> Result<Page, Error> {
        let Source {
            operation,
            filter,
            inputs,
        } = self.source(list)?;
        let listing = Listing {
            operation,
            id: &self.mapping().id,
            filter,
            sort: sort_keys(list.sort.as_ref(), self.mapping())?,
            window: Window::of(list)?,
            inputs,
        };
        let selected = self.select(request, listing).await?;
        let mut users = self.users(&selected.rows)?;
        self.add_assignments(request, &mut users).await?;
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
    fn source(&self, list: &ListRequest) -> Result<Source<'_>, Error> {
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
            filter: filter::translate(filter, self.mapping())?,
            inputs: Vec::new(),
        })
    }

    /// How many users have this user name; at most 2 are looked for.
    pub(super) async fn count_user_name(&self, request: &mut Request, user_name: &str) -> Result<u64, Error> {
        let Some(get_users) = self.users.get(&Operation::GetUsers) else {
            return Ok(0);
        };
        let path = scim_v2::filter::AttrPath::with_name("userName");
        let by_name = Filter::Attr(AttrExp::Comparison(path, CompareOp::Eq, CompValue::Str(user_name.to_owned())));
        let filter = filter::translate(&by_name, self.mapping())?;
        let selected = self.select(request, self.look_up(get_users, filter)).await?;
        Ok(selected.rows.rows.len() as u64)
    }

    /// At most two of those that a filter lets through: one is found, two are too many.
    fn look_up<'a>(&'a self, get_users: &'a Prepared, filter: ColumnFilter) -> Listing<'a> {
        Listing {
            operation: get_users,
            id: &self.mapping().id,
            filter,
            sort: Vec::new(),
            window: Window::first(2),
            inputs: Vec::new(),
        }
    }

    /// The users in these rows. No rows need no columns: a plugin that has none to put out names none.
    fn users(&self, rows: &Rows) -> Result<Vec<Document>, Error> {
        if rows.rows.is_empty() {
            return Ok(Vec::new());
        }
        let reader = ResourceReader::new(self.mapping(), &rows.columns).map_err(|message| self.unreadable(message))?;
        rows.rows
            .iter()
            .map(|row| reader.read(row).map_err(|message| self.unreadable(message)))
            .collect()
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

/// Databases compare more loosely than SCIM does (`12abc` with the number 12, `A` with `a`): an id is exact.
fn is_id(user: &Document, id: &str) -> bool {
    user.get("id")
        .and_then(serde_json::Value::as_str)
        .is_some_and(|found| found.trim_end() == id.trim_end())
}

/// The time of `meta.lastModified gt "…"`.
fn changed_since(filter: &Filter) -> Option<&str> {
    match filter {
        Filter::Attr(AttrExp::Comparison(path, CompareOp::Gt | CompareOp::Ge, CompValue::Str(since)))
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
