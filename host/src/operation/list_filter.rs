//! What a filter says of lists: whose elements fulfil it is found out before the columns of users are looked at.
//!
//! With the operation get-values the database finds the rows. Without it the host looks through the elements of every user whom the rest of the
//! filter may mean, a few hundred at a time: the answer is the same, and takes its time.

use std::{collections::HashSet, sync::Arc};

use scim_v2::filter::{AttrExp, AttrPath, CompValue, CompareOp, Filter, ValFilter};

use super::{
    among::{Among, Known, Whose},
    application::{Application, Operations},
    filter::{self, ColumnFilter},
    links::Links,
    matcher::{Letters, Matcher},
    output::Output,
    prepared::Prepared,
    request::{Inputs, Request},
};
use crate::{
    application::{ListSettings, Operation, Owned, OwnedRow, RowReader},
    database::{Column, Predicate, Shape, Value},
    scim::{Error, ScimType, is_core},
};

/// A condition on the elements of one list.
struct Condition<'a> {
    list: &'a ListSettings,
    operations: &'a Operations,
    atom: &'a Filter,
    /// What one element must fulfil.
    element: ColumnFilter,
}

impl Application {
    /// A filter of users over columns, once it is known whom its conditions on lists mean.
    pub(super) async fn filter_of_users(&self, request: &mut Request, filter: &Filter) -> Result<ColumnFilter, Error> {
        let mut atoms = Vec::new();
        atoms_of(filter, &mut atoms);
        let conditions: Vec<Condition<'_>> = atoms
            .into_iter()
            .filter_map(|atom| self.condition(atom).transpose())
            .collect::<Result<_, _>>()?;
        let mut known = Known {
            mapping: self.mapping(),
            conditions: Vec::new(),
        };
        for condition in &conditions {
            if known.conditions.iter().all(|known| known.condition != *condition.atom) {
                let among = self.among(request, condition, filter).await?;
                known.conditions.push(among);
            }
        }
        filter::translate(filter, &known)
    }

    /// `None`: it is about a column.
    fn condition<'a>(&'a self, atom: &'a Filter) -> Result<Option<Condition<'a>>, Error> {
        let Some(path) = path(atom) else { return Ok(None) };
        let Some((list, operations)) = self.lists().find(|(list, _)| is_of(list, path)) else {
            return Ok(None);
        };
        let mut element = filter::translate(&of_element(list, atom)?, list)?;
        // A row of nothing is no element.
        let present = list.parts.iter().map(|part| Predicate::Present(part.column.clone()));
        element.predicates.extend(present);
        element
            .predicates
            .push(Predicate::Or(u32::try_from(list.parts.len()).unwrap_or(u32::MAX)));
        element.predicates.push(Predicate::And(2));
        Ok(Some(Condition {
            list,
            operations,
            atom,
            element,
        }))
    }

    async fn among(&self, request: &mut Request, condition: &Condition<'_>, whole: &Filter) -> Result<Among, Error> {
        let found = match condition.operations.get(&Operation::GetValues) {
            Some(get_values) => self.found_by_database(request, condition, get_values).await?,
            None => self.found_by_host(request, condition, whole).await?,
        };
        let (ids, whose) = match holds_of_none(condition.atom) {
            false => (found.matching, Whose::These),
            true => (found.others, Whose::AllButThese),
        };
        Ok(Among {
            condition: condition.atom.clone(),
            ids: Arc::new(ids),
            whose,
        })
    }

    async fn found_by_database(
        &self,
        request: &mut Request,
        condition: &Condition<'_>,
        get_values: &Prepared,
    ) -> Result<Found, Error> {
        let user = condition.list.user.as_deref().unwrap_or_default();
        let matching = self.column(request, get_values, user, &condition.element).await?;
        let mut others = HashSet::new();
        if holds_of_none(condition.atom) {
            others = self.column(request, get_values, user, &ColumnFilter::default()).await?;
            others.retain(|id| !matching.contains(id));
        }
        Ok(Found { matching, others })
    }

    async fn found_by_host(&self, request: &mut Request, condition: &Condition<'_>, whole: &Filter) -> Result<Found, Error> {
        let mapping = self.mapping();
        let rest = filter::translate_all(self.about_columns(whole), mapping)?;
        let get_users = self.user_operation(Operation::GetUsers)?;
        let candidates = self.column(request, get_users, &mapping.id, &rest).await?;
        let mut candidates: Vec<String> = candidates.into_iter().collect();
        candidates.sort();
        let letters = Letters::of(self.database.kind());
        let reader = |columns: &[Column]| {
            let mut matcher = Matcher::new(&condition.element, letters);
            matcher.bind(columns)?;
            Ok(MatchReader {
                owner: OwnedRow::new(condition.list, columns),
                matcher,
            })
        };
        let Some(operation) = condition.operations.get(&Operation::GetUserValues) else {
            return Err(self.not_configured(Operation::GetUserValues));
        };
        let links = Links {
            operation,
            reader: &reader,
        };
        let linked = self.links(request, links, &candidates).await?;
        let (matching, others): (Vec<_>, Vec<_>) = linked
            .into_iter()
            .partition(|(_, elements)| elements.contains(&Element::Matches));
        let ids = |of: Vec<(String, Vec<Element>)>| of.into_iter().map(|(id, _)| id.trim_end().to_owned()).collect();
        Ok(Found {
            matching: ids(matching),
            others: ids(others),
        })
    }

    /// The conditions that a filter is an `and` of, and that only columns are needed for.
    fn about_columns<'f>(&self, filter: &'f Filter) -> Vec<&'f Filter> {
        let conditions = match filter {
            Filter::And(conditions) => conditions.as_slice(),
            one => std::slice::from_ref(one),
        };
        let is_about_columns = |condition: &&Filter| {
            let mut atoms = Vec::new();
            atoms_of(condition, &mut atoms);
            let of_list = |atom: &&Filter| path(atom).is_some_and(|path| self.lists().any(|(list, _)| is_of(list, path)));
            !atoms.iter().any(of_list)
        };
        conditions.iter().filter(is_about_columns).collect()
    }

    /// What a column holds in the rows that a filter lets through.
    async fn column(
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
        let derived = match shape.filter.is_empty() {
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
        let text = |row: &Vec<Value>| row.first()?.to_text().map(|text| text.trim_end().to_owned());
        Ok(done.rows.rows.iter().filter_map(text).collect())
    }
}

/// Whose elements fulfil a condition.
struct Found {
    matching: HashSet<String>,
    /// Who have some, none of which does.
    others: HashSet<String>,
}

#[derive(Clone, Copy, PartialEq)]
enum Element {
    Matches,
    DoesNot,
}

struct MatchReader {
    owner: OwnedRow,
    matcher: Matcher,
}

impl RowReader for MatchReader {
    type What = Element;

    fn read(&self, row: &[Value]) -> Result<Owned<Element>, String> {
        Ok(Owned {
            owner: self.owner.read(row)?,
            what: match self.matcher.matches(row) {
                true => Element::Matches,
                false => Element::DoesNot,
            },
        })
    }
}

/// The conditions that a filter is made of.
fn atoms_of<'f>(filter: &'f Filter, into: &mut Vec<&'f Filter>) {
    match filter {
        Filter::Attr(_) | Filter::ValuePath(_) => into.push(filter),
        Filter::Not(inner) => atoms_of(inner, into),
        Filter::And(operands) | Filter::Or(operands) => operands.iter().for_each(|operand| atoms_of(operand, into)),
    }
}

fn path(atom: &Filter) -> Option<&AttrPath> {
    match atom {
        Filter::Attr(AttrExp::Present(path) | AttrExp::Comparison(path, ..)) => Some(path),
        Filter::ValuePath(path) => Some(&path.attr),
        Filter::Not(_) | Filter::And(_) | Filter::Or(_) => None,
    }
}

fn is_of(list: &ListSettings, path: &AttrPath) -> bool {
    let urn = path.uri.as_deref().filter(|urn| !is_core(urn)).unwrap_or_default();
    urn.eq_ignore_ascii_case(list.path.extension.as_deref().unwrap_or_default())
        && path.name.eq_ignore_ascii_case(&list.path.name)
}

/// What a condition asks of one element, with its parts as attributes. Without a part `value` is meant, and of an element that
/// has none, that it is there.
fn of_element(list: &ListSettings, atom: &Filter) -> Result<Filter, Error> {
    let part = |path: &AttrPath| AttrPath::with_name(path.sub_attr.clone().unwrap_or_else(|| "value".to_owned()));
    match atom {
        Filter::ValuePath(path) => {
            let filter = of_value_filter(&path.filter);
            filter.ok_or_else(|| invalid(format!("`{}` has no condition in its brackets", path.attr)))
        }
        Filter::Attr(AttrExp::Present(path)) if path.sub_attr.is_none() && list.part("value").is_none() => {
            let parts = list.parts.iter();
            let present = parts.map(|part| Filter::Attr(AttrExp::Present(AttrPath::with_name(part.sub_attribute()))));
            Filter::any(present).ok_or_else(|| invalid(format!("`{path}` has no parts")))
        }
        Filter::Attr(AttrExp::Present(path)) => Ok(Filter::Attr(AttrExp::Present(part(path)))),
        Filter::Attr(AttrExp::Comparison(path, operator, value)) => {
            let comparison = AttrExp::Comparison(part(path), operator.clone(), value.clone());
            Ok(Filter::Attr(comparison))
        }
        other => Ok(other.clone()),
    }
}

fn of_value_filter(filter: &ValFilter) -> Option<Filter> {
    Some(match filter {
        ValFilter::Attr(expression) => Filter::Attr(expression.clone()),
        ValFilter::Not(inner) => Filter::Not(Box::new(of_value_filter(inner)?)),
        ValFilter::And(operands) => Filter::all(operands.iter().filter_map(of_value_filter))?,
        ValFilter::Or(operands) => Filter::any(operands.iter().filter_map(of_value_filter))?,
    })
}

/// Whether a condition holds for who has no element: an attribute without a value is not equal to anything.
fn holds_of_none(atom: &Filter) -> bool {
    match atom {
        Filter::Attr(AttrExp::Comparison(_, operator, CompValue::Null)) => *operator == CompareOp::Eq,
        Filter::Attr(AttrExp::Comparison(_, operator, _)) => *operator == CompareOp::Ne,
        _ => false,
    }
}

fn invalid(detail: String) -> Error {
    Error::bad_request(ScimType::InvalidFilter, detail)
}
