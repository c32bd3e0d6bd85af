//! The rows of an operation that lists: filtered, ordered and windowed in the database where its component can derive the
//! statement for that, else here, row by row as they come.

use std::cmp::Ordering;

use super::{
    application::Application,
    filter::ColumnFilter,
    matcher::{Matcher, order},
    output::{Output, Rows, Window},
    prepared::Prepared,
    request::{Inputs, Request},
};
use crate::{
    database::{CaseRule, Column, Paging, Predicate, Projection, Shape, SortKey, Value},
    scim::{Error, ListRequest, ScimType},
};

/// What is asked of an operation.
pub struct Listing<'a> {
    pub operation: &'a Prepared,
    /// The column that tells rows apart: the last key of every order, so that pages don't overlap.
    pub id: &'a str,
    pub filter: ColumnFilter,
    /// What comes before the id in the order.
    pub sort: Vec<SortKey>,
    pub bounds: Bounds,
    pub inputs: Vec<(String, Value)>,
}

/// A window of rows.
#[derive(Clone, Copy)]
pub struct Bounds {
    pub offset: u64,
    pub limit: u64,
}

impl Bounds {
    pub fn of(list: &ListRequest) -> Self {
        Self {
            offset: list.start_index.saturating_sub(1),
            limit: list.count,
        }
    }
}

pub struct Selected {
    pub rows: Rows,
    /// How many rows there are outside of the window too.
    pub total: u64,
}

/// A page in the order of some columns, and of the id.
pub fn page_shape(id: &str, filter: Vec<Predicate>, mut sort: Vec<SortKey>) -> Shape {
    if !sort.iter().any(|key| key.column == id) {
        sort.push(SortKey {
            column: id.to_owned(),
            descending: false,
            case_rule: CaseRule::Exact,
        });
    }
    Shape {
        projection: Projection::Rows,
        filter,
        sort,
        paging: Paging::Window,
        lists: Vec::new(),
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
        let Listing {
            operation,
            filter,
            bounds,
            ..
        } = listing;
        let mut values = listing.inputs.clone();
        values.extend(filter.values.iter().cloned());
        let mut rows = Rows::default();
        if bounds.limit > 0 {
            let shape = page_shape(listing.id, filter.predicates.clone(), listing.sort.clone());
            let mut paged = values.clone();
            paged.push(("limit".into(), integer(bounds.limit)));
            paged.push(("offset".into(), integer(bounds.offset)));
            let Some(page) = request.run_shaped(operation, &shape, Inputs::new(paged)).await? else {
                return Ok(None);
            };
            let got = page.rows.rows.len() as u64;
            rows = page.rows;
            // A page that isn't full is the last one, unless it lies wholly beyond the end.
            if got < bounds.limit && (got > 0 || bounds.offset == 0) {
                let total = bounds.offset + got;
                return Ok(Some(Selected { rows, total }));
            }
        }
        let count = count_shape(filter.predicates.clone());
        match request.run_shaped(operation, &count, Inputs::new(values)).await? {
            Some(counted) => {
                let total = total(&counted.rows).ok_or_else(|| self.unreadable("the derived count gave no number".into()))?;
                Ok(Some(Selected { rows, total }))
            }
            None => Ok(None),
        }
    }

    /// Row by row as they come; an order that a client asks for needs all of them at once.
    async fn select_here(&self, request: &mut Request, listing: Listing<'_>) -> Result<Selected, Error> {
        let Listing {
            filter, bounds, sort, ..
        } = listing;
        let matcher = (!filter.predicates.is_empty()).then(|| Matcher::new(&filter.predicates, &filter.values));
        let window = match sort.is_empty() {
            true => Window::Page {
                skip: bounds.offset,
                take: bounds.limit,
            },
            false => Window::Everything,
        };
        let output = Output::new(window, matcher);
        let mut rows = request
            .run_into(listing.operation, Inputs::new(listing.inputs), output)
            .await?
            .rows;
        if !sort.is_empty() {
            put_in_order(&mut rows, &sort).map_err(|message| self.unreadable(message))?;
            let bound = |n: u64| usize::try_from(n).unwrap_or(usize::MAX);
            let all = std::mem::take(&mut rows.rows).into_iter();
            rows.rows = all.skip(bound(bounds.offset)).take(bound(bounds.limit)).collect();
        }
        Ok(Selected { total: rows.total, rows })
    }
}

/// Stable: rows that are the same to every key stay as the operation gave them.
fn put_in_order(rows: &mut Rows, keys: &[SortKey]) -> Result<(), String> {
    if rows.rows.is_empty() {
        return Ok(());
    }
    let index = |key: &SortKey| -> Result<usize, String> {
        let found = rows
            .columns
            .iter()
            .position(|column: &Column| column.name.eq_ignore_ascii_case(&key.column));
        found.ok_or_else(|| format!("the rows have no column `{}`, which the order needs", key.column))
    };
    let keys: Vec<(usize, &SortKey)> = keys.iter().map(|key| Ok((index(key)?, key))).collect::<Result<_, String>>()?;
    rows.rows.sort_by(|one, other| {
        let by_key = |(index, key): &(usize, &SortKey)| {
            let value = |row: &'_ [Value]| row.get(*index).cloned().unwrap_or(Value::Null);
            let ascending = order(&value(one), &value(other), key.case_rule);
            if key.descending { ascending.reverse() } else { ascending }
        };
        keys.iter().map(by_key).find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
    });
    Ok(())
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

    fn rows(of: &[(&str, Option<&str>)]) -> Rows {
        let column = |name: &str| Column {
            name: name.to_owned(),
            type_name: "text".to_owned(),
        };
        let text = |text: &str| Value::Text(text.to_owned());
        Rows {
            columns: vec![column("ID"), column("name")],
            rows: of
                .iter()
                .map(|(id, name)| vec![text(id), name.map_or(Value::Null, text)])
                .collect(),
            ..Rows::default()
        }
    }

    fn ordered(of: &[(&str, Option<&str>)], descending: bool, case_rule: CaseRule) -> String {
        let mut rows = rows(of);
        let key = SortKey {
            column: "Name".to_owned(),
            descending,
            case_rule,
        };
        put_in_order(&mut rows, &[key]).unwrap();
        rows.rows.iter().filter_map(|row| row[0].to_text()).collect()
    }

    #[test]
    fn what_has_no_value_comes_last_and_first_when_descending() {
        let some = [("1", Some("b")), ("2", None), ("3", Some("A")), ("4", Some("a"))];
        assert_eq!(ordered(&some, false, CaseRule::Insensitive), "3412");
        assert_eq!(ordered(&some, true, CaseRule::Insensitive), "2134");
        assert_eq!(ordered(&some, false, CaseRule::Exact), "3412");
    }

    #[test]
    fn a_column_that_is_not_there_is_named() {
        let key = SortKey {
            column: "age".to_owned(),
            descending: false,
            case_rule: CaseRule::Exact,
        };
        let error = put_in_order(&mut rows(&[("1", None)]), &[key]).unwrap_err();
        assert_eq!(error, "the rows have no column `age`, which the order needs");
    }

    #[test]
    fn the_id_ends_every_order_once() {
        let key = |column: &str, descending| SortKey {
            column: column.to_owned(),
            descending,
            case_rule: CaseRule::Exact,
        };
        let sort = |keys| page_shape("id", Vec::new(), keys).sort;
        assert_eq!(sort(vec![key("name", true)]), [key("name", true), key("id", false)]);
        assert_eq!(sort(vec![key("id", true)]), [key("id", true)]);
    }
}
