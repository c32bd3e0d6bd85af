//! From a SCIM filter (RFC 7644 §3.4.2.2) to columns, operators and values to bind.

use std::{collections::HashSet, sync::Arc};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use scim_v2::filter::{AttrExp, AttrPath, CompValue, CompareOp, Filter, ValFilter, ValuePath};

use super::{
    among::{Among, MOST, Whose},
    columns::{AnsweredBy, ColumnOf, Columns, Content, ElementOf},
};
use crate::{
    application::Stored,
    database::{Collation, Comparison, ComparisonOperator, Predicate, Value},
    scim::{Error, ScimType},
};

/// A filter over columns, in postfix order, and the values of its parameters.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ColumnFilter {
    pub predicates: Vec<Predicate>,
    pub values: Vec<(String, Value)>,
    /// Sets of values that parameters stand for, of which one is meant: only the host can compare with these.
    pub sets: Vec<(String, Arc<HashSet<String>>)>,
    /// What columns hold that is looked at before a comparison in the host.
    pub contents: Vec<(String, Content)>,
    /// Whether the host alone can answer it.
    pub in_host: bool,
}

impl ColumnFilter {
    /// Whether no statement can be derived for it.
    pub fn is_for_host(&self) -> bool {
        self.in_host || !self.sets.is_empty()
    }
}

/// Translates a filter.
///
/// # Errors
/// `invalidFilter`: an attribute that no column holds, or a comparison that has no meaning.
pub fn translate(filter: &Filter, columns: &impl Columns) -> Result<ColumnFilter, Error> {
    let mut translation = Translation {
        columns,
        result: ColumnFilter::default(),
    };
    translation.filter(filter)?;
    Ok(translation.result)
}

/// Translates conditions all of which must hold.
///
/// # Errors
/// As [`translate`].
pub fn translate_all(filters: Vec<&Filter>, columns: &impl Columns) -> Result<ColumnFilter, Error> {
    match Filter::all(filters.into_iter().cloned()) {
        Some(filter) => translate(&filter, columns),
        None => Ok(ColumnFilter::default()),
    }
}

struct Translation<'a, C> {
    columns: &'a C,
    result: ColumnFilter,
}

impl<C: Columns> Translation<'_, C> {
    fn filter(&mut self, filter: &Filter) -> Result<(), Error> {
        let columns = self.columns;
        if let Some(among) = columns.among(filter) {
            self.among(among);
            return Ok(());
        }
        match filter {
            Filter::Attr(expression) => self.expression(expression),
            Filter::ValuePath(path) => self.value_path(path),
            Filter::Not(inner) => {
                self.filter(inner)?;
                self.push(Predicate::Not);
                Ok(())
            }
            Filter::And(operands) => {
                operands.iter().try_for_each(|operand| self.filter(operand))?;
                self.push(Predicate::And(count(operands.len())));
                Ok(())
            }
            Filter::Or(operands) => {
                operands.iter().try_for_each(|operand| self.filter(operand))?;
                self.push(Predicate::Or(count(operands.len())));
                Ok(())
            }
        }
    }

    /// By the id, and with a few sizes of lists, so that few statements serve all; the last id fills the places that are left.
    fn among(&mut self, among: &Among) {
        let Some(id) = self.columns.columns(&AttrPath::with_name("id")).into_iter().next() else {
            return;
        };
        if among.ids.len() > MOST {
            let parameter = format!("among.{}", self.result.sets.len() + 1);
            self.result.sets.push((parameter.clone(), among.ids.clone()));
            self.push(Predicate::Compare(Comparison {
                column: id.column,
                operator: ComparisonOperator::Eq,
                collation: id.collation,
                parameter,
            }));
        } else {
            let mut ids: Vec<&String> = among.ids.iter().collect();
            ids.sort();
            let places = if ids.is_empty() { 0 } else { ids.len().next_power_of_two() };
            let last = ids.last().copied();
            let filler = std::iter::repeat_n(last, places - ids.len()).flatten();
            let filled: Vec<&String> = ids.iter().copied().chain(filler).collect();
            for wanted in filled {
                self.compare(id.clone(), ComparisonOperator::Eq, Value::Text(wanted.clone()));
            }
            self.push(Predicate::Or(count(places)));
        }
        if among.whose == Whose::AllButThese {
            self.push(Predicate::Not);
        }
    }

    fn expression(&mut self, expression: &AttrExp) -> Result<(), Error> {
        let (AttrExp::Present(path) | AttrExp::Comparison(path, ..)) = expression;
        if let Some(word) = self.columns.constant(path) {
            self.push(known(word, expression));
            return Ok(());
        }
        let columns = self.columns.columns(path);
        if columns.is_empty() && self.word(path, expression) {
            return Ok(());
        }
        if columns.is_empty() {
            return Err(invalid(format!(
                "no column holds `{path}`; a filter can name {}",
                self.columns.known()
            )));
        }
        let several = columns.len();
        for column in columns {
            self.atom(path, column, expression)?;
        }
        if several > 1 {
            self.push(Predicate::Or(count(several)));
        }
        Ok(())
    }

    /// `emails.type eq "work"`, where the mapping fixes the type: the same as `emails[type eq "work"]`. Says whether it is that.
    fn word(&mut self, path: &AttrPath, expression: &AttrExp) -> bool {
        let Some(sub_attribute) = &path.sub_attr else { return false };
        let attribute = AttrPath {
            sub_attr: None,
            ..path.clone()
        };
        let mut elements = self.columns.elements(&attribute);
        elements.retain(|element| element.key.eq_ignore_ascii_case(sub_attribute));
        if elements.is_empty() {
            return false;
        }
        for element in &elements {
            self.push(known(&element.word, expression));
            self.exists(element);
        }
        self.push(Predicate::Or(count(elements.len())));
        true
    }

    /// An element is there if one of its columns holds a value; joined with what comes before it by `and`.
    fn exists(&mut self, element: &ElementOf) {
        for (_, column) in &element.columns {
            self.push(Predicate::Present(column.column.clone()));
        }
        self.push(Predicate::Or(count(element.columns.len())));
        self.push(Predicate::And(2));
    }

    fn atom(&mut self, path: &AttrPath, column: ColumnOf, expression: &AttrExp) -> Result<(), Error> {
        if matches!(column.content, Content::Typed(_) | Content::Several(_)) {
            self.result.contents.push((column.column.clone(), column.content.clone()));
        }
        self.result.in_host |= column.answered_by == AnsweredBy::Host;
        let AttrExp::Comparison(_, operator, value) = expression else {
            self.push(Predicate::Present(column.column));
            return Ok(());
        };
        let operator = match operator {
            CompareOp::Eq => ComparisonOperator::Eq,
            CompareOp::Ne => ComparisonOperator::Ne,
            CompareOp::Co => ComparisonOperator::Co,
            CompareOp::Sw => ComparisonOperator::Sw,
            CompareOp::Ew => ComparisonOperator::Ew,
            CompareOp::Gt => ComparisonOperator::Gt,
            CompareOp::Ge => ComparisonOperator::Ge,
            CompareOp::Lt => ComparisonOperator::Lt,
            CompareOp::Le => ComparisonOperator::Le,
        };
        match (value, operator) {
            (CompValue::Null, ComparisonOperator::Eq) => {
                self.push(Predicate::Present(column.column));
                self.push(Predicate::Not);
            }
            (CompValue::Null, ComparisonOperator::Ne) => self.push(Predicate::Present(column.column)),
            (CompValue::Null, _) => {
                return Err(invalid(format!("`{path}` cannot be ordered against null; use eq, ne or pr")));
            }
            (CompValue::True | CompValue::False, ComparisonOperator::Eq | ComparisonOperator::Ne) => {
                self.truth(column, operator, *value == CompValue::True);
            }
            (CompValue::True | CompValue::False, _) => {
                return Err(invalid(format!(
                    "`{path}` is compared with a boolean: only eq and ne have a meaning"
                )));
            }
            (CompValue::Number(number), _) => {
                let value = number
                    .as_i64()
                    .map_or_else(|| Value::Decimal(number.to_string()), Value::Integer);
                self.compare(native(column), operator, value);
            }
            (CompValue::Str(_), ComparisonOperator::Co | ComparisonOperator::Sw | ComparisonOperator::Ew)
                if matches!(column.content, Content::DateTime | Content::Typed(Stored::Timestamp)) =>
            {
                let detail = format!("`{path}` is a point in time, which has no parts: use eq, ne, gt, ge, lt or le");
                return Err(invalid(detail));
            }
            (CompValue::Str(text), operator) => {
                let is_part = matches!(
                    operator,
                    ComparisonOperator::Co | ComparisonOperator::Sw | ComparisonOperator::Ew
                );
                let value = match column.content {
                    Content::DateTime => timestamp(text)?,
                    Content::Bytes => bytes(path, text)?,
                    Content::Typed(Stored::Timestamp) => timestamp(text)?,
                    Content::Typed(Stored::Binary) if !matches!(operator, ComparisonOperator::Eq | ComparisonOperator::Ne) => {
                        return Err(invalid(format!("`{path}` holds bytes: only eq and ne have a meaning")));
                    }
                    Content::Typed(_) | Content::Several(_) if is_part => {
                        // As clients see it, whatever the column's own way to write it is.
                        self.result.in_host = true;
                        let insensitive = ColumnOf {
                            collation: Collation::Insensitive,
                            ..column
                        };
                        self.compare(insensitive, operator, Value::Text(text.clone()));
                        return Ok(());
                    }
                    Content::Typed(stored) | Content::Several(stored) => typed(path, stored, text)?,
                    Content::Plain | Content::Words(_) => Value::Text(text.clone()),
                };
                let value = column.in_its_form(value);
                self.compare(column, operator, value);
            }
        }
        Ok(())
    }

    /// `active eq true`, where the column may hold a word instead of a boolean.
    fn truth(&mut self, column: ColumnOf, operator: ComparisonOperator, wanted: bool) {
        match &column.content {
            Content::Plain | Content::DateTime | Content::Bytes | Content::Typed(_) | Content::Several(_) => {
                self.compare(native(column), operator, Value::Boolean(wanted));
            }
            Content::Words(words) => {
                let (operator, word) = match (words.of(wanted), operator) {
                    (Some(word), operator) => (operator, word),
                    // What has no word of its own is whatever else there is.
                    (None, ComparisonOperator::Eq) => (ComparisonOperator::Ne, words.yes.value()),
                    (None, _) => (ComparisonOperator::Eq, words.yes.value()),
                };
                let column = match word {
                    Value::Integer(_) => native(column),
                    _ => column,
                };
                self.compare(column, operator, word);
            }
        }
    }

    fn compare(&mut self, column: ColumnOf, operator: ComparisonOperator, value: Value) {
        let parameter = format!("filter.{}", self.result.values.len() + 1);
        self.result.values.push((parameter.clone(), value));
        self.push(Predicate::Compare(Comparison {
            column: column.column,
            operator,
            collation: column.collation,
            parameter,
        }));
    }

    /// Each mapped element by itself: `type` is known from the mapping, the others are columns.
    fn value_path(&mut self, path: &ValuePath) -> Result<(), Error> {
        let elements = self.columns.elements(&path.attr);
        if elements.is_empty() {
            return Err(invalid(format!(
                "no column holds an element of `{}`; a filter can name {}",
                path.attr,
                self.columns.known()
            )));
        }
        let several = count(elements.len());
        for element in &elements {
            self.element(&path.filter, element)?;
            self.exists(element);
        }
        self.push(Predicate::Or(several));
        Ok(())
    }

    fn element(&mut self, filter: &ValFilter, element: &ElementOf) -> Result<(), Error> {
        match filter {
            ValFilter::Attr(expression) => {
                let (AttrExp::Present(path) | AttrExp::Comparison(path, ..)) = expression;
                let ElementOf { key, word, columns } = element;
                if path.name.eq_ignore_ascii_case(key) {
                    self.push(known(word, expression));
                    return Ok(());
                }
                let found = columns.iter().find(|(sub, _)| sub.eq_ignore_ascii_case(&path.name));
                let (_, column) =
                    found.ok_or_else(|| invalid(format!("no column holds `{path}` of the element {key} eq \"{word}\"")))?;
                self.atom(path, column.clone(), expression)
            }
            ValFilter::Not(inner) => {
                self.element(inner, element)?;
                self.push(Predicate::Not);
                Ok(())
            }
            ValFilter::And(operands) => {
                operands.iter().try_for_each(|operand| self.element(operand, element))?;
                self.push(Predicate::And(count(operands.len())));
                Ok(())
            }
            ValFilter::Or(operands) => {
                operands.iter().try_for_each(|operand| self.element(operand, element))?;
                self.push(Predicate::Or(count(operands.len())));
                Ok(())
            }
        }
    }

    fn push(&mut self, predicate: Predicate) {
        self.result.predicates.push(predicate);
    }
}

/// Numbers and booleans aren't compared as text, whatever the attribute's strings would be.
fn native(column: ColumnOf) -> ColumnOf {
    ColumnOf {
        collation: Collation::Native,
        ..column
    }
}

/// The outcome where the mapping fixes the value: an empty `and` is true, an empty `or` false.
fn known(word: &str, expression: &AttrExp) -> Predicate {
    let word = word.to_lowercase();
    let holds = match expression {
        AttrExp::Present(_) => true,
        AttrExp::Comparison(_, operator, CompValue::Str(wanted)) => {
            let wanted = wanted.to_lowercase();
            match operator {
                CompareOp::Eq => word == wanted,
                CompareOp::Ne => word != wanted,
                CompareOp::Co => word.contains(&wanted),
                CompareOp::Sw => word.starts_with(&wanted),
                CompareOp::Ew => word.ends_with(&wanted),
                CompareOp::Gt => word > wanted,
                CompareOp::Ge => word >= wanted,
                CompareOp::Lt => word < wanted,
                CompareOp::Le => word <= wanted,
            }
        }
        AttrExp::Comparison(_, CompareOp::Ne, _) => true,
        AttrExp::Comparison(..) => false,
    };
    if holds { Predicate::And(0) } else { Predicate::Or(0) }
}

fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

/// Whoever has one of these ids; `None`: there is no id. Sizes are powers of two, so that few statements serve all; the last id
/// fills the places that are left.
pub fn of_ids(ids: &[&str]) -> Option<Filter> {
    let places = ids.len().next_power_of_two() - ids.len();
    let filler = std::iter::repeat_n(ids.last(), if ids.is_empty() { 0 } else { places }).flatten();
    Filter::any(ids.iter().chain(filler).map(|id| {
        let path = AttrPath::with_name("id");
        Filter::Attr(AttrExp::Comparison(path, CompareOp::Eq, (*id).into()))
    }))
}

/// What a client writes as a point in time.
///
/// # Errors
/// `invalidFilter`: it is none.
pub fn timestamp(text: &str) -> Result<Value, Error> {
    let instant = chrono::DateTime::parse_from_rfc3339(text)
        .map_err(|_| invalid(format!("\"{text}\" is not a dateTime (RFC 7643 §2.3.5)")))?;
    let instant = instant.to_utc().to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true);
    Ok(Value::Timestamp(instant))
}

fn typed(path: &AttrPath, stored: Stored, text: &str) -> Result<Value, Error> {
    let value = stored.parse(&serde_json::Value::from(text));
    value.ok_or_else(|| invalid(format!("`{path}` is {}, and is compared with something else", stored.noun())))
}

fn bytes(path: &AttrPath, text: &str) -> Result<Value, Error> {
    let decoded = BASE64_STANDARD.decode(text);
    decoded.map(Value::Bytes).map_err(|_| {
        invalid(format!(
            "`{path}` holds bytes, and is compared with something that is no base64"
        ))
    })
}

fn invalid(detail: String) -> Error {
    Error::bad_request(ScimType::InvalidFilter, detail)
}
