//! Whose elements fulfil a condition: asked of the database, or looked for in the elements of some.

use std::collections::HashSet;

use super::source::Source;
use crate::{
    application::{Owned, OwnedRow, RowReader},
    database::{Column, Shape, Value},
    operation::{
        application::Application,
        filter::ColumnFilter,
        links::{self, Links},
        matcher::{Letters, Matcher},
        output::Output,
        prepared::Prepared,
        request::{Inputs, Request},
        several,
    },
    scim::{Error, ScimType},
};

/// Whose elements fulfil a condition.
#[derive(Default)]
pub(super) struct Found {
    pub matching: HashSet<String>,
    /// Who have some that don't, or any at all.
    pub others: HashSet<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wanted {
    Matching,
    OthersToo,
}

impl Application {
    /// `None`: the database can't be asked for everybody's elements.
    pub(super) async fn found_by_database(
        &self,
        request: &mut Request,
        source: &Source<'_>,
        wanted: Wanted,
    ) -> Result<Option<Found>, Error> {
        let Some(matching) = self.holders(request, source, &source.matching()).await? else {
            return Ok(None);
        };
        let others = match wanted {
            Wanted::Matching => Some(HashSet::new()),
            Wanted::OthersToo => self.holders(request, source, &source.there).await?,
        };
        Ok(others.map(|others| Found { matching, others }))
    }

    /// Whose elements a filter lets through; a constant number of statements.
    async fn holders(
        &self,
        request: &mut Request,
        source: &Source<'_>,
        filter: &ColumnFilter,
    ) -> Result<Option<HashSet<String>>, Error> {
        if filter.is_for_nobody() {
            return Ok(Some(HashSet::new()));
        }
        if let Some(of_all) = source.of_all {
            let owner = source.owner.unwrap_or_default();
            return self.column(request, of_all, owner, filter).await.map(Some);
        }
        if filter.is_for_host() {
            return Ok(None);
        }
        let (parameter, owner) = match (source.of_owners.takes(&format!("{}.1", links::IDS)), source.owner) {
            (true, Some(owner)) => (links::IDS, owner),
            (true, None) => return Ok(None),
            (false, _) => (several::ID, several::ITEM),
        };
        let shape = Shape {
            filter: filter.predicates.clone(),
            ..links::sized(parameter, 0)
        };
        let inputs = Inputs::new(filter.values.clone());
        match request
            .run_shaped_into(source.of_owners, &shape, inputs, Output::only(owner, None))
            .await
        {
            Ok(done) => Ok(done.map(|done| texts(&done.rows.rows))),
            // Two columns of one name, or a display name that is not there, are no mistake until the statement stands in brackets;
            // and a value that the database cannot compare is one that SCIM can.
            Err(error) if error.status == 500 || error.scim_type == Some(ScimType::InvalidValue) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Among the elements of these owners.
    pub(super) async fn found_by_host(
        &self,
        request: &mut Request,
        source: &Source<'_>,
        owners: &[String],
    ) -> Result<Found, Error> {
        let letters = Letters::of(self.database.kind());
        let reader = |columns: &[Column]| {
            // A column more than the rows have is NULL to a matcher.
            let mut known = columns.to_vec();
            if let Some(name) = source.dispensable
                && !columns.iter().any(|column| column.name.eq_ignore_ascii_case(name))
            {
                known.push(Column {
                    name: name.to_owned(),
                    type_name: String::new(),
                });
            }
            let bound = |filter: &ColumnFilter| {
                let mut matcher = Matcher::new(filter, letters);
                matcher.bind(&known).map(|()| matcher)
            };
            Ok(ElementReader {
                owner: OwnedRow::new(source.owned_by, source.owner, columns),
                matches: bound(&source.matching())?,
                is_there: bound(&source.there)?,
            })
        };
        let links = Links {
            operation: source.of_owners,
            reader: &reader,
        };
        let mut found = Found::default();
        for (owner, elements) in self.links(request, links, owners).await? {
            let owner = owner.trim_end();
            if elements.contains(&Element::Matches) {
                found.matching.insert(owner.to_owned());
            }
            if elements.iter().any(|element| *element != Element::IsNone) {
                found.others.insert(owner.to_owned());
            }
        }
        Ok(found)
    }

    /// What a column holds in the rows that a filter lets through.
    pub(super) async fn column(
        &self,
        request: &mut Request,
        operation: &Prepared,
        column: &str,
        filter: &ColumnFilter,
    ) -> Result<HashSet<String>, Error> {
        let shape = Shape {
            filter: filter.predicates.clone(),
            ..Shape::default()
        };
        let derived = match shape.filter.is_empty() || filter.is_for_host() {
            true => None,
            false => {
                let inputs = Inputs::new(filter.values.clone());
                let output = Output::only(column, None);
                match request.run_shaped_into(operation, &shape, inputs, output).await {
                    // A value that the database cannot compare: SCIM's comparison is false.
                    Err(error) if error.scim_type == Some(ScimType::InvalidValue) => None,
                    other => other?,
                }
            }
        };
        let done = match derived {
            Some(done) => done,
            None => {
                let matcher = (!filter.predicates.is_empty()).then(|| Matcher::new(filter, Letters::of(self.database.kind())));
                let output = Output::only(column, matcher);
                request.run_into(operation, Inputs::new(Vec::new()), output).await?
            }
        };
        Ok(texts(&done.rows.rows))
    }
}

/// What the one column of these rows holds.
fn texts(rows: &[Vec<Value>]) -> HashSet<String> {
    let text = |row: &Vec<Value>| row.first()?.to_text().map(|text| text.trim_end().to_owned());
    rows.iter().filter_map(text).collect()
}

#[derive(Clone, Copy, PartialEq)]
enum Element {
    Matches,
    DoesNot,
    IsNone,
}

struct ElementReader {
    owner: OwnedRow,
    matches: Matcher,
    is_there: Matcher,
}

impl RowReader for ElementReader {
    type What = Element;

    fn read(&self, row: &[Value]) -> Result<Owned<Element>, String> {
        Ok(Owned {
            owner: self.owner.read(row)?,
            what: match (self.is_there.matches(row), self.matches.matches(row)) {
                (false, _) => Element::IsNone,
                (true, true) => Element::Matches,
                (true, false) => Element::DoesNot,
            },
        })
    }
}
