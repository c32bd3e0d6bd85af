//! Resources in tables. Users and groups are found, read, inserted and updated in the same way, each with operations and a
//! mapping of their own.

use std::collections::HashSet;

use scim_v2::filter::{AttrExp, AttrPath, CompareOp, Filter};
use serde_json::Value as Json;

use super::{
    application::{Application, Operations},
    filter::{self, ColumnFilter},
    output::Rows,
    prepared::{Assignment, MAIN, Prepared},
    request::{Inputs, Request},
    select::{Listing, Window},
};
use crate::{
    application::{NewId, Operation, ResourceMapping, ResourceReader},
    database::{Shape, Value},
    scim::{AttributePath, Document, Error, ResourceKind, ScimType},
};

/// Ids that one look-up asks for at the most.
const AT_ONCE: usize = 64;

/// A look-up by ids gives hardly more resources than ids, and all of them are wanted.
const EVERYTHING: u64 = u32::MAX as u64;

/// The resources of one kind: how they are mapped, and what can be done with them.
#[derive(Clone, Copy)]
pub(super) struct Records<'a> {
    pub mapping: &'a ResourceMapping,
    pub operations: &'a Operations,
}

impl<'a> Records<'a> {
    fn kind(&self) -> ResourceKind {
        self.mapping.kind
    }

    fn get_one(&self) -> Operation {
        match self.kind() {
            ResourceKind::User => Operation::GetUser,
            ResourceKind::Group => Operation::GetGroup,
        }
    }

    /// The operation that lists them.
    pub fn get_all(&self) -> Operation {
        match self.kind() {
            ResourceKind::User => Operation::GetUsers,
            ResourceKind::Group => Operation::GetGroups,
        }
    }

    fn create(&self) -> Operation {
        match self.kind() {
            ResourceKind::User => Operation::CreateUser,
            ResourceKind::Group => Operation::CreateGroup,
        }
    }

    fn update(&self) -> Operation {
        match self.kind() {
            ResourceKind::User => Operation::UpdateUser,
            ResourceKind::Group => Operation::UpdateGroup,
        }
    }

    /// At most two of those that a filter lets through: one is found, two are too many.
    pub fn look_up(&self, get_all: &'a Prepared, filter: ColumnFilter) -> Listing<'a> {
        Listing {
            operation: get_all,
            id: &self.mapping.id,
            filter,
            sort: Vec::new(),
            window: Window::first(2),
            inputs: Vec::new(),
        }
    }
}

impl Application {
    pub(super) fn users(&self) -> Records<'_> {
        Records {
            mapping: self.mapping(),
            operations: &self.users,
        }
    }

    /// # Errors
    /// 501: the application has no such operation.
    pub(super) fn operation<'a>(&self, of: Records<'a>, operation: Operation) -> Result<&'a Prepared, Error> {
        of.operations.get(&operation).ok_or_else(|| self.not_configured(operation))
    }

    /// The resource with this id, as its table has it.
    pub(super) async fn record(&self, request: &mut Request, of: Records<'_>, id: &str) -> Result<Document, Error> {
        let not_found = || Error::not_found(of.kind().name(), id);
        let rows = match of.operations.get(&of.get_one()) {
            Some(get_one) => request.run(get_one, Inputs::id(id)).await.map(|done| done.rows),
            None => self.rows_by_list(request, of, id).await,
        };
        let rows = match rows {
            // An id that the database cannot even compare, such as `x` with a number, is the id of nobody.
            Err(error) if error.scim_type == Some(ScimType::InvalidValue) => return Err(not_found()),
            other => other?,
        };
        let mut found = self.documents(of, &rows)?.into_iter();
        let resource = found.next().filter(|found| is_id(found, id)).ok_or_else(not_found)?;
        if found.next().is_some() {
            return Err(Error::new(
                500,
                format!(
                    "{} of application {} gave more than one row for one id: the statement must select by `:id`",
                    of.get_one(),
                    self.name
                ),
            ));
        }
        Ok(resource)
    }

    async fn rows_by_list(&self, request: &mut Request, of: Records<'_>, id: &str) -> Result<Rows, Error> {
        let by_id = Filter::Attr(AttrExp::Comparison(AttrPath::with_name("id"), CompareOp::Eq, id.into()));
        let filter = filter::translate(&by_id, of.mapping)?;
        let get_all = self.operation(of, of.get_all())?;
        let selected = self.select(request, of.look_up(get_all, filter)).await?;
        Ok(selected.rows)
    }

    /// The first of these ids that no resource has. One look-up for up to [`AT_ONCE`] of them.
    pub(super) async fn absent<'i>(
        &self,
        request: &mut Request,
        of: Records<'_>,
        ids: &[&'i str],
    ) -> Result<Option<&'i str>, Error> {
        let get_all = self.operation(of, of.get_all())?;
        for chunk in ids.chunks(AT_ONCE) {
            let Some(filter) = filter::of_ids(chunk) else { continue };
            let listing = Listing {
                window: Window::first(EVERYTHING),
                ..of.look_up(get_all, filter::translate(&filter, of.mapping)?)
            };
            let rows = self.select(request, listing).await?.rows;
            // As it is, and without the blanks that some columns have at their ends.
            let both = |id: &str| [id.to_owned(), id.trim_end().to_owned()];
            let found: HashSet<String> = self
                .documents(of, &rows)?
                .iter()
                .filter_map(|resource| Some(both(resource.get("id")?.as_str()?)))
                .flatten()
                .collect();
            // The database may compare less exactly than ids are meant.
            if let Some(absent) = chunk.iter().find(|id| !found.contains(**id)) {
                return Ok(Some(absent));
            }
        }
        Ok(None)
    }

    /// The resources in these rows. No rows need no columns: a plugin that has none to put out names none.
    pub(super) fn documents(&self, of: Records<'_>, rows: &Rows) -> Result<Vec<Document>, Error> {
        if rows.rows.is_empty() {
            return Ok(Vec::new());
        }
        let reader = ResourceReader::new(of.mapping, &rows.columns).map_err(|message| self.unreadable(message))?;
        rows.rows
            .iter()
            .map(|row| reader.read(row).map_err(|message| self.unreadable(message)))
            .collect()
    }

    /// Runs the operation that creates, and gives the id of what it made. `inputs` has everything but the id.
    pub(super) async fn insert(
        &self,
        request: &mut Request,
        of: Records<'_>,
        wanted: &Document,
        mut inputs: Inputs,
    ) -> Result<String, Error> {
        let create = self.operation(of, of.create())?;
        // That there is a secret is none.
        let given = inputs.values.iter().chain(&inputs.secrets);
        let given = given.filter(|(_, value)| *value != Value::Null);
        inputs.changed = given.map(|(name, _)| name.clone()).collect();
        let new_id = new_id(of.mapping, wanted)?;
        inputs
            .values
            .extend(new_id.iter().map(|id| ("id".to_owned(), Value::Text(id.clone()))));
        let generated = request.run(create, inputs).await?.outcome.generated_id;
        new_id.or_else(|| generated?.to_text()).ok_or_else(|| {
            Error::new(
                500,
                format!(
                    "{} of application {} gave no id: let the statement return it, or set `new-id` in [{}s]",
                    of.create(),
                    self.name,
                    of.kind().noun()
                ),
            )
        })
    }

    /// Not finding what was just created is the configuration's mistake and not the client's.
    pub(super) fn lost(&self, of: Records<'_>, id: &str, error: Error) -> Error {
        match error.status {
            404 => Error::new(
                500,
                format!(
                    "{} of application {} says it made {} \"{id}\", but {} does not find it; nothing was kept",
                    of.create(),
                    self.name,
                    of.kind().noun(),
                    of.get_one()
                ),
            ),
            _ => error,
        }
    }

    /// Runs the operation that updates if one of the changed attributes is one that it takes. What no operation takes is
    /// read-only, and a client's value for it is ignored (RFC 7644 §3.5.1).
    pub(super) async fn update(
        &self,
        request: &mut Request,
        of: Records<'_>,
        id: &str,
        wanted: &Document,
        changed: &[AttributePath],
    ) -> Result<bool, Error> {
        let Some(update) = of.operations.get(&of.update()) else {
            return Ok(false);
        };
        let planned = !update.plan.statements.is_empty();
        if !changed.iter().any(|path| !planned || update.takes(&path.to_string())) {
            return Ok(false);
        }
        let mut inputs = Inputs::new(of.mapping.inputs(wanted)?);
        inputs.changed = changed.iter().map(ToString::to_string).collect();
        inputs.values.push(("id".into(), Value::Text(id.to_owned())));
        match less(update, &inputs.changed) {
            Some(shape) => match request.run_shaped(update, &shape, inputs).await? {
                Some(_) => Ok(true),
                None => Err(self.unreadable(format!(
                    "the component of {} cannot make its statement for what changes",
                    of.update()
                ))),
            },
            None => {
                request.run(update, inputs).await?;
                Ok(true)
            }
        }
    }
}

/// The shape of an update that sets only what changes, of that what its statement sets; `None`: it sets what it always does.
fn less(update: &Prepared, changed: &[String]) -> Option<Shape> {
    let set = update
        .plan
        .statement(MAIN)
        .filter(|_| update.assignment == Assignment::Changed)?;
    let takes = |name: &&String| set.parameters.iter().any(|parameter| parameter.name == **name);
    let mut assign: Vec<String> = changed.iter().filter(takes).cloned().collect();
    assign.sort_unstable();
    (!assign.is_empty()).then(|| Shape {
        assign,
        ..Shape::default()
    })
}

/// The id of a new resource, unless the database makes it.
fn new_id(mapping: &ResourceMapping, wanted: &Document) -> Result<Option<String>, Error> {
    match &mapping.new_id {
        NewId::Database => Ok(None),
        NewId::Uuid => Ok(Some(uuid::Uuid::new_v4().to_string())),
        NewId::Attribute(path) => match path.get(wanted).and_then(Json::as_str) {
            Some(id) if !id.is_empty() => Ok(Some(id.to_owned())),
            _ => Err(Error::bad_request(
                ScimType::InvalidValue,
                format!("{path} is required: it becomes the {}'s id", mapping.kind.noun()),
            )),
        },
    }
}

/// Databases compare more loosely than SCIM does (`12abc` with the number 12, `A` with `a`): an id is exact.
pub(super) fn is_id(resource: &Document, id: &str) -> bool {
    resource
        .get("id")
        .and_then(Json::as_str)
        .is_some_and(|found| found.trim_end() == id.trim_end())
}
