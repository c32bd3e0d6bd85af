//! Who has what: the roles of users, the members of groups, the groups of users. Read for a whole page of owners by one statement
//! where the statement takes a list of them, or can be asked for several.

use std::collections::BTreeMap;

use super::{
    application::Application,
    output::Rows,
    prepared::Prepared,
    request::{Inputs, Request},
};
use crate::{
    application::{Owned, RowReader},
    database::{Column, ListSize, Shape, Value},
    scim::{Document, Error},
};

/// The parameter that stands for many owners.
pub(super) const IDS: &str = "ids";
/// Owners that one statement is asked for at the most.
const AT_ONCE: usize = 256;

/// An operation that says who has what.
pub(super) struct Links<'a, R> {
    pub operation: &'a Prepared,
    /// Finds the columns in a result.
    pub reader: &'a (dyn Fn(&[Column]) -> Result<R, String> + Send + Sync),
}

// Not derived: what is read needs no copy.
impl<R> Clone for Links<'_, R> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<R> Copy for Links<'_, R> {}

/// What each owner has. Those that have nothing are not in it.
pub(super) type Linked<T> = BTreeMap<String, Vec<T>>;

impl<R> Links<'_, R> {
    /// Whether the statement takes a list of owners.
    pub fn of_many(&self) -> bool {
        self.operation.takes(&format!("{IDS}.1"))
    }
}

impl Application {
    pub(super) async fn links<R: RowReader>(
        &self,
        request: &mut Request,
        links: Links<'_, R>,
        owners: &[String],
    ) -> Result<Linked<R::What>, Error> {
        if links.of_many() {
            return self.of_many(request, links, owners).await;
        }
        match self.of_several(request, links, owners).await? {
            Some(linked) => Ok(linked),
            None => self.of_each(request, links, owners).await,
        }
    }

    /// One statement after the other.
    async fn of_each<R: RowReader>(
        &self,
        request: &mut Request,
        links: Links<'_, R>,
        owners: &[String],
    ) -> Result<Linked<R::What>, Error> {
        let mut linked = BTreeMap::new();
        for owner in owners {
            let rows = request.run(links.operation, Inputs::id(owner)).await?.rows;
            let found = self.read_links(links, &rows)?;
            if !found.is_empty() {
                linked.insert(owner.clone(), found.into_iter().map(|found| found.what).collect());
            }
        }
        Ok(linked)
    }

    /// With a statement that takes a list.
    async fn of_many<R: RowReader>(
        &self,
        request: &mut Request,
        links: Links<'_, R>,
        owners: &[String],
    ) -> Result<Linked<R::What>, Error> {
        let name = links.operation.operation;
        let mut linked = Linked::<R::What>::new();
        for chunk in owners.chunks(AT_ONCE) {
            let (shape, inputs) = listed(IDS, chunk);
            let done = request.run_shaped(links.operation, &shape, inputs).await?;
            let Some(done) = done else {
                return Err(self.unreadable(format!("{name} names :ids, but its component cannot size the list")));
            };
            for found in self.read_links(links, &done.rows)? {
                let Some(owner) = found.owner else {
                    let message = format!("{name} gave a row that does not say whose it is, which a statement for many needs");
                    return Err(self.unreadable(message));
                };
                linked.entry(owner).or_default().push(found.what);
            }
        }
        Ok(linked)
    }

    /// What these rows say. No rows need no columns.
    pub(super) fn read_links<R: RowReader>(&self, links: Links<'_, R>, rows: &Rows) -> Result<Vec<Owned<R::What>>, Error> {
        if rows.rows.is_empty() {
            return Ok(Vec::new());
        }
        let reader = (links.reader)(&rows.columns).map_err(|message| self.unreadable(message))?;
        rows.rows
            .iter()
            .map(|row| reader.read(row).map_err(|message| self.unreadable(message)))
            .collect()
    }
}

/// The ids of these resources.
pub(super) fn ids(resources: &[Document]) -> Vec<String> {
    resources.iter().map(|resource| id(resource).to_owned()).collect()
}

pub(super) fn id(resource: &Document) -> &str {
    resource.get("id").and_then(serde_json::Value::as_str).unwrap_or_default()
}

/// The shape of a statement for so many values of a parameter.
pub(super) fn sized(parameter: &str, size: usize) -> Shape {
    Shape {
        lists: vec![ListSize {
            parameter: parameter.into(),
            size: u32::try_from(size).unwrap_or(u32::MAX),
        }],
        ..Shape::default()
    }
}

/// The shape for these ids, and what to bind. Sizes are powers of two, so that few statements serve all; the last id fills
/// the places that are left.
pub(super) fn listed(parameter: &str, ids: &[String]) -> (Shape, Inputs) {
    let size = ids.len().next_power_of_two();
    let filled = ids.iter().chain(std::iter::repeat_n(ids.last(), size - ids.len()).flatten());
    let inputs = filled
        .enumerate()
        .map(|(n, id)| (format!("{parameter}.{}", n + 1), Value::Text(id.clone())));
    (sized(parameter, size), Inputs::new(inputs.collect()))
}
