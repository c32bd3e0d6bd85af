//! The rows of an operation that lists: filtered, ordered and windowed in the database where its component can derive the
//! statement for that, else here, row by row as they come.

use super::{
    application::Application,
    filter::ColumnFilter,
    matcher::{Letters, Matcher},
    order::{column_index, put_in_order},
    output::{Kept, Output, Rows},
    position::Position,
    prepared::Prepared,
    request::{Inputs, Request},
};
use crate::{
    database::{Collation, Comparison, ComparisonOperator, Paging, Predicate, Projection, Shape, SortKey, Value},
    scim::{self, Error, ListRequest, ScimType, invalid_cursor},
};

/// The parameter that the id at which a page begins is bound by.
const PLACE: &str = "place";

/// What is asked of an operation.
pub struct Listing<'a> {
    pub operation: &'a Prepared,
    /// The column that tells rows apart: the last key of every order, so that pages don't overlap.
    pub id: &'a str,
    pub filter: ColumnFilter,
    /// What comes before the id in the order.
    pub sort: Vec<SortKey>,
    pub window: Window,
    pub inputs: Vec<(String, Value)>,
}

/// Which of the rows are wanted.
#[derive(Clone, Debug)]
pub struct Window {
    pub start: Start,
    pub limit: u64,
}

#[derive(Clone, Debug)]
pub enum Start {
    /// Behind so many rows.
    Index(u64),
    /// Where a cursor says; `None`: at the first row.
    Cursor(Option<Position>),
}

impl Window {
    /// # Errors
    /// `invalidCursor`: the cursor names no place.
    pub fn of(list: &ListRequest) -> Result<Self, Error> {
        let start = match &list.start {
            scim::Start::Index(index) => Start::Index(index.saturating_sub(1)),
            scim::Start::Cursor(position) => Start::Cursor(position.as_ref().map(Position::read).transpose()?),
        };
        Ok(Self {
            start,
            limit: list.count,
        })
    }

    /// The first rows.
    pub fn first(limit: u64) -> Self {
        Self {
            start: Start::Index(0),
            limit,
        }
    }
}

#[derive(Default)]
pub struct Selected {
    pub rows: Rows,
    /// How many rows there are outside of the window too.
    pub total: u64,
    /// Where the next page begins, for whoever asks by cursor.
    pub next: Option<Position>,
    /// Where the page before begins.
    pub previous: Option<Position>,
}

/// A page in the order of some columns, and of the id.
pub fn page_shape(id: &str, filter: Vec<Predicate>, mut sort: Vec<SortKey>) -> Shape {
    if !sort.iter().any(|key| key.column == id) {
        sort.push(SortKey {
            column: id.to_owned(),
            descending: false,
            collation: Collation::Native,
        });
    }
    Shape {
        projection: Projection::Rows,
        filter,
        sort,
        paging: Paging::Window,
        lists: Vec::new(),
        assign: Vec::new(),
    }
}

/// How many rows a filter lets through.
pub fn count_shape(filter: Vec<Predicate>) -> Shape {
    Shape {
        projection: Projection::Count,
        filter,
        ..Shape::default()
    }
}

impl Application {
    pub(super) async fn select(&self, request: &mut Request, listing: Listing<'_>) -> Result<Selected, Error> {
        if listing.filter.is_for_nobody() {
            return Ok(Selected::default());
        }
        if listing.filter.is_for_host() {
            return self.select_here(request, listing).await;
        }
        match self.select_there(request, &listing).await {
            Ok(Some(selected)) => Ok(selected),
            Ok(None) => self.select_here(request, listing).await,
            // A value that the database cannot compare with a column, such as `x` with a number: SCIM's comparison is false.
            Err(error) if error.scim_type == Some(ScimType::InvalidValue) && !listing.filter.predicates.is_empty() => {
                self.select_here(request, listing).await
            }
            Err(error) => Err(error),
        }
    }

    /// In the database, with derived statements; `None` if the operation's component can't derive them.
    async fn select_there(&self, request: &mut Request, listing: &Listing<'_>) -> Result<Option<Selected>, Error> {
        match &listing.window.start {
            Start::Index(offset) | Start::Cursor(Some(Position::Offset(offset))) => {
                self.page_by_offset(request, listing, *offset).await
            }
            Start::Cursor(None) if !listing.sort.is_empty() => self.page_by_offset(request, listing, 0).await,
            Start::Cursor(position) => self.page_by_id(request, listing, position.as_ref()).await,
        }
    }

    async fn page_by_offset(&self, request: &mut Request, listing: &Listing<'_>, offset: u64) -> Result<Option<Selected>, Error> {
        let limit = listing.window.limit;
        let mut rows = Rows::default();
        if limit > 0 {
            let shape = page_shape(listing.id, listing.filter.predicates.clone(), listing.sort.clone());
            let mut values = listing.values();
            values.push(("limit".into(), integer(limit)));
            values.push(("offset".into(), integer(offset)));
            let Some(page) = request.run_shaped(listing.operation, &shape, Inputs::new(values)).await? else {
                return Ok(None);
            };
            rows = page.rows;
        }
        let got = rows.rows.len() as u64;
        // A page that isn't full is the last one, unless it lies wholly beyond the end.
        let total = if got < limit && (got > 0 || offset == 0) {
            Some(offset + got)
        } else {
            self.count(request, listing).await?
        };
        Ok(total.map(|total| Selected::by_offset(rows, total, offset, limit)))
    }

    /// In the order of the ids, behind a place or before it. One row more than wanted tells whether there are others.
    async fn page_by_id(
        &self,
        request: &mut Request,
        listing: &Listing<'_>,
        position: Option<&Position>,
    ) -> Result<Option<Selected>, Error> {
        let limit = listing.window.limit;
        let mut rows = Rows::default();
        let mut more = false;
        let backwards = matches!(position, Some(Position::Before(_)));
        if limit > 0 {
            let (shape, mut values) = listing.beyond(position);
            values.push(("limit".into(), integer(limit + 1)));
            values.push(("offset".into(), integer(0)));
            let Some(page) = request.run_shaped(listing.operation, &shape, Inputs::new(values)).await? else {
                return Ok(None);
            };
            rows = page.rows;
            more = rows.rows.len() as u64 > limit;
            rows.rows.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
            if backwards {
                rows.rows.reverse();
            }
        }
        let total = if position.is_none() && limit > 0 && !more {
            Some(rows.rows.len() as u64)
        } else {
            self.count(request, listing).await?
        };
        let Some(total) = total else { return Ok(None) };
        let id = column_index(&rows, listing.id).map_err(|message| self.unreadable(message))?;
        let after = Position::at(rows.rows.last().and_then(|row| row.get(id)), Position::After);
        let before = Position::at(rows.rows.first().and_then(|row| row.get(id)), Position::Before);
        Ok(Some(Selected {
            total,
            next: after.filter(|_| more || backwards),
            previous: before.filter(|_| if backwards { more } else { position.is_some() }),
            rows,
        }))
    }

    async fn count(&self, request: &mut Request, listing: &Listing<'_>) -> Result<Option<u64>, Error> {
        let shape = count_shape(listing.filter.predicates.clone());
        let counted = request
            .run_shaped(listing.operation, &shape, Inputs::new(listing.values()))
            .await?;
        counted
            .map(|counted| total(&counted.rows).ok_or_else(|| self.unreadable("the derived count gave no number".into())))
            .transpose()
    }

    /// Row by row as they come; an order that a client asks for needs all of them at once.
    async fn select_here(&self, request: &mut Request, listing: Listing<'_>) -> Result<Selected, Error> {
        let Listing {
            filter, window, sort, ..
        } = listing;
        let offset = match window.start {
            Start::Index(offset) | Start::Cursor(Some(Position::Offset(offset))) => offset,
            Start::Cursor(None) => 0,
            Start::Cursor(Some(_)) => return Err(invalid_cursor("the list is not in the order that it was given in")),
        };
        let matcher = (!filter.predicates.is_empty()).then(|| Matcher::new(&filter, Letters::of(self.database.kind())));
        let kept = match sort.is_empty() {
            true => Kept::Page {
                skip: offset,
                take: window.limit,
            },
            false => Kept::Everything,
        };
        let output = Output::new(kept, matcher);
        let mut rows = request
            .run_into(listing.operation, Inputs::new(listing.inputs), output)
            .await?
            .rows;
        if !sort.is_empty() {
            put_in_order(&mut rows, &sort).map_err(|message| self.unreadable(message))?;
            let bound = |n: u64| usize::try_from(n).unwrap_or(usize::MAX);
            let all = std::mem::take(&mut rows.rows).into_iter();
            rows.rows = all.skip(bound(offset)).take(bound(window.limit)).collect();
        }
        let total = rows.total;
        Ok(Selected::by_offset(rows, total, offset, window.limit))
    }
}

impl Listing<'_> {
    fn values(&self) -> Vec<(String, Value)> {
        let mut values = self.inputs.clone();
        values.extend(self.filter.values.iter().cloned());
        values
    }

    /// The rows behind or before a place, nearest first.
    fn beyond(&self, position: Option<&Position>) -> (Shape, Vec<(String, Value)>) {
        let mut values = self.values();
        let mut predicates = self.filter.predicates.clone();
        let (operator, place) = match position {
            Some(Position::After(id)) => (ComparisonOperator::Gt, Some(id)),
            Some(Position::Before(id)) => (ComparisonOperator::Lt, Some(id)),
            Some(Position::Offset(_)) | None => (ComparisonOperator::Gt, None),
        };
        if let Some(id) = place {
            values.push((PLACE.to_owned(), id.clone()));
            let filtered = !predicates.is_empty();
            predicates.push(Predicate::Compare(Comparison {
                column: self.id.to_owned(),
                operator,
                collation: Collation::Native,
                parameter: PLACE.to_owned(),
            }));
            if filtered {
                predicates.push(Predicate::And(2));
            }
        }
        let order = SortKey {
            column: self.id.to_owned(),
            descending: operator == ComparisonOperator::Lt,
            collation: Collation::Native,
        };
        (page_shape(self.id, predicates, vec![order]), values)
    }
}

impl Selected {
    fn by_offset(rows: Rows, total: u64, offset: u64, limit: u64) -> Self {
        let end = offset.saturating_add(limit);
        Self {
            rows,
            total,
            next: (limit > 0 && end < total).then_some(Position::Offset(end)),
            previous: (limit > 0 && offset > 0).then(|| Position::Offset(offset.saturating_sub(limit))),
        }
    }
}

fn total(rows: &Rows) -> Option<u64> {
    match rows.rows.first()?.first()? {
        Value::Integer(n) => u64::try_from(*n).ok(),
        other => other.to_text()?.parse().ok(),
    }
}

fn integer(n: u64) -> Value {
    Value::Integer(i64::try_from(n).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_id_ends_every_order_once() {
        let key = |column: &str, descending| SortKey {
            column: column.to_owned(),
            descending,
            collation: Collation::Native,
        };
        let sort = |keys| page_shape("id", Vec::new(), keys).sort;
        assert_eq!(sort(vec![key("name", true)]), [key("name", true), key("id", false)]);
        assert_eq!(sort(vec![key("id", true)]), [key("id", true)]);
    }
}
