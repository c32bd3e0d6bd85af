//! A filter over rows in the host, for operations whose component cannot have the database do it.

use std::{cmp::Ordering, collections::HashSet, sync::Arc};

use bigdecimal::BigDecimal;

use super::{columns::Content, filter::ColumnFilter};

use crate::{
    application::{Stored, elements, instant, same_document, truth},
    database::{Collation, Column, Comparison, ComparisonOperator, Kind, Predicate, Value},
};

/// A filter with the values that its parameters stand for.
pub struct Matcher {
    steps: Vec<Step>,
    letters: Letters,
}

/// Which letters have two cases, to the database whose rows they are: a filter gives the same whoever answers it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Letters {
    Ascii,
    Unicode,
}

impl Letters {
    pub fn of(kind: Kind) -> Self {
        match kind {
            Kind::Sqlite => Letters::Ascii,
            Kind::Postgresql | Kind::Mysql | Kind::Sqlserver | Kind::Oracle => Letters::Unicode,
        }
    }
}

enum Step {
    Compare {
        column: String,
        index: usize,
        operator: ComparisonOperator,
        collation: Collation,
        content: Option<Content>,
        value: Value,
    },
    Present {
        column: String,
        index: usize,
        content: Option<Content>,
    },
    Among {
        column: String,
        index: usize,
        values: Arc<HashSet<String>>,
    },
    And(usize),
    Or(usize),
    Not,
}

impl Matcher {
    /// `filter` has a value or a set of them for each parameter that a comparison names.
    pub fn new(filter: &ColumnFilter, letters: Letters) -> Self {
        let set = |name: &str| {
            let found = filter.sets.iter().find(|(found, _)| found == name);
            found.map(|(_, set)| set.clone())
        };
        let value = |name: &str| {
            filter
                .values
                .iter()
                .find(|(found, _)| found == name)
                .map_or(Value::Null, |(_, value)| value.clone())
        };
        let content = |column: &str| {
            let found = filter.contents.iter().find(|(found, _)| found == column);
            found.map(|(_, content)| content.clone())
        };
        let steps = filter.predicates.iter().map(|predicate| match predicate {
            Predicate::Compare(Comparison { column, parameter, .. }) if let Some(values) = set(parameter) => Step::Among {
                column: column.clone(),
                index: usize::MAX,
                values,
            },
            Predicate::Compare(Comparison {
                column,
                operator,
                collation,
                parameter,
            }) => Step::Compare {
                column: column.clone(),
                index: usize::MAX,
                operator: *operator,
                collation: *collation,
                content: content(column),
                value: value(parameter),
            },
            Predicate::Present(column) => Step::Present {
                content: content(column),
                column: column.clone(),
                index: usize::MAX,
            },
            Predicate::And(n) => Step::And(*n as usize),
            Predicate::Or(n) => Step::Or(*n as usize),
            Predicate::Not => Step::Not,
        });
        Self {
            steps: steps.collect(),
            letters,
        }
    }

    /// Finds the columns of the filter among those of the rows.
    ///
    /// # Errors
    /// A column that the filter needs is missing; the sentence names it.
    pub fn bind(&mut self, columns: &[Column]) -> Result<(), String> {
        for step in &mut self.steps {
            if let Step::Compare { column, index, .. } | Step::Present { column, index, .. } | Step::Among { column, index, .. } =
                step
            {
                *index = columns
                    .iter()
                    .position(|found| found.name.eq_ignore_ascii_case(column))
                    .ok_or_else(|| format!("its rows have no column `{column}`, which the filter needs"))?;
            }
        }
        Ok(())
    }

    pub fn matches(&self, row: &[Value]) -> bool {
        let mut outcomes: Vec<bool> = Vec::with_capacity(4);
        for step in &self.steps {
            let outcome = match step {
                Step::Compare {
                    index,
                    operator,
                    collation,
                    content,
                    value,
                    ..
                } => {
                    let found = row.get(*index).unwrap_or(&Value::Null);
                    let compare = |found: &Value| compare(found, *operator, *collation, self.letters, value);
                    match content {
                        Some(Content::Typed(Stored::Json)) => {
                            is_document(found, *operator, value).unwrap_or_else(|| compare(found))
                        }
                        Some(Content::Typed(stored)) => compare(&stored.of(found).unwrap_or_else(|| found.clone())),
                        // One of them is enough; no value is equal to none, and differs from every one.
                        Some(Content::Several(stored)) => match values(found, *stored).as_slice() {
                            [] => compare(&Value::Null),
                            values => values.iter().any(compare),
                        },
                        _ => compare(found),
                    }
                }
                Step::Present { index, content, .. } => row.get(*index).is_some_and(|found| match content {
                    Some(Content::Several(stored)) => !values(found, *stored).is_empty(),
                    _ => is_present(found),
                }),
                Step::Among { index, values, .. } => {
                    let found = row.get(*index).and_then(Value::to_text);
                    found.is_some_and(|found| values.contains(found.trim_end()))
                }
                Step::And(n) => outcomes
                    .split_off(outcomes.len().saturating_sub(*n))
                    .into_iter()
                    .all(|outcome| outcome),
                Step::Or(n) => outcomes
                    .split_off(outcomes.len().saturating_sub(*n))
                    .into_iter()
                    .any(|outcome| outcome),
                Step::Not => !outcomes.pop().unwrap_or(false),
            };
            outcomes.push(outcome);
        }
        outcomes.pop().unwrap_or(true)
    }
}

/// The values of an array.
fn values(found: &Value, stored: Stored) -> Vec<Value> {
    let elements = elements(found).unwrap_or_default();
    elements.iter().filter_map(|element| stored.parse(element)).collect()
}

/// Whether a JSON document is another one, or isn't; `None`: that is not the question.
fn is_document(found: &Value, operator: ComparisonOperator, wanted: &Value) -> Option<bool> {
    let same = same_document(&found.to_text()?, &wanted.to_text()?);
    match operator {
        ComparisonOperator::Eq => Some(same),
        ComparisonOperator::Ne => Some(!same),
        _ => None,
    }
}

fn is_present(value: &Value) -> bool {
    !matches!(value, Value::Null) && !matches!(value, Value::Text(text) if text.is_empty())
}

/// RFC 7644 §3.4.2.2. An attribute without a value is not equal to anything, and fulfils `ne`.
fn compare(found: &Value, operator: ComparisonOperator, collation: Collation, letters: Letters, wanted: &Value) -> bool {
    use ComparisonOperator::{Co, Eq, Ew, Ge, Gt, Le, Lt, Ne, Sw};
    let (Some(found_text), Some(wanted_text)) = (found.to_text(), wanted.to_text()) else {
        return operator == Ne && found.is_null() != wanted.is_null();
    };
    if matches!(operator, Co | Sw | Ew) {
        let (found, wanted) = (letters.folded(found_text, collation), letters.folded(wanted_text, collation));
        return match operator {
            Co => found.contains(&wanted),
            Sw => found.starts_with(&wanted),
            _ => found.ends_with(&wanted),
        };
    }
    // What can't be compared is not equal, and neither before nor after.
    let Some(order) = compared(found, wanted, collation, letters) else {
        return operator == Ne;
    };
    match operator {
        Eq => order.is_eq(),
        Ne => order.is_ne(),
        Gt => order.is_gt(),
        Ge => order.is_ge(),
        Lt => order.is_lt(),
        Le | Co | Sw | Ew => order.is_le(),
    }
}

/// How two values that are there compare, if they do.
fn compared(one: &Value, other: &Value, collation: Collation, letters: Letters) -> Option<Ordering> {
    let text = |value: &Value| value.to_text().map(|text| letters.folded(text, collation));
    match collation {
        Collation::Exact | Collation::Insensitive => Some(text(one)?.cmp(&text(other)?)),
        Collation::Instant => Some(instant(one)?.cmp(&instant(other)?)),
        Collation::Native => match (one, other) {
            // A number may stand for a truth, where the database has none.
            (Value::Boolean(_), _) | (_, Value::Boolean(_)) => Some(truth(one)?.cmp(&truth(other)?)),
            (Value::Integer(_) | Value::Float(_) | Value::Decimal(_), _) => number(one)?.partial_cmp(&number(other)?),
            (Value::Timestamp(_), _) => Some(instant(one)?.cmp(&instant(other)?)),
            _ => Some(text(one)?.cmp(&text(other)?)),
        },
    }
}

/// The order in a list. What has no value comes last.
pub fn order(one: &Value, other: &Value, collation: Collation) -> Ordering {
    match (one.is_null(), other.is_null()) {
        (false, false) => compared(one, other, collation, Letters::Unicode).unwrap_or(Ordering::Equal),
        (one, other) => one.cmp(&other),
    }
}

impl Letters {
    /// Letter by letter, as databases do it: the number of letters stays.
    fn folded(self, text: String, collation: Collation) -> String {
        match (collation, self) {
            (Collation::Insensitive, Letters::Ascii) => text.to_ascii_lowercase(),
            (Collation::Insensitive, Letters::Unicode) => text.chars().map(lower).collect(),
            _ => text,
        }
    }
}

fn lower(letter: char) -> char {
    let mut lower = letter.to_lowercase();
    match (lower.next(), lower.next()) {
        (Some(one), None) => one,
        _ => letter,
    }
}

fn number(value: &Value) -> Option<BigDecimal> {
    value.to_text()?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matcher(operator: ComparisonOperator, collation: Collation, value: Value) -> Matcher {
        let filter = [Predicate::Compare(Comparison {
            column: "NAME".into(),
            operator,
            collation,
            parameter: "filter.1".into(),
        })];
        let filter = ColumnFilter {
            predicates: filter.to_vec(),
            values: vec![("filter.1".into(), value)],
            ..ColumnFilter::default()
        };
        let mut matcher = Matcher::new(&filter, Letters::Unicode);
        let column = Column {
            name: "name".into(),
            type_name: "text".into(),
        };
        matcher.bind(&[column]).unwrap();
        matcher
    }

    #[test]
    fn compares_text_by_the_collation() {
        let row = [Value::Text("Ada".into())];
        let ada = || Value::Text("aDA".into());
        assert!(matcher(ComparisonOperator::Eq, Collation::Insensitive, ada()).matches(&row));
        assert!(!matcher(ComparisonOperator::Eq, Collation::Exact, ada()).matches(&row));
    }

    #[test]
    fn nothing_is_equal_to_null_and_null_differs_from_everything() {
        let x = || Value::Text("x".into());
        assert!(!matcher(ComparisonOperator::Eq, Collation::Exact, x()).matches(&[Value::Null]));
        assert!(matcher(ComparisonOperator::Ne, Collation::Exact, x()).matches(&[Value::Null]));
    }

    #[test]
    fn orders_numbers_as_numbers() {
        for nine in [Value::Integer(9), Value::Text("9".into())] {
            let nine = matcher(ComparisonOperator::Gt, Collation::Native, nine);
            assert!(nine.matches(&[Value::Integer(10)]));
            assert!(nine.matches(&[Value::Decimal("9.000000000000000001".into())]));
        }
    }

    #[test]
    fn a_number_may_be_a_truth() {
        let is_true = matcher(ComparisonOperator::Eq, Collation::Native, Value::Boolean(true));
        assert!(is_true.matches(&[Value::Integer(1)]));
        assert!(!is_true.matches(&[Value::Integer(0)]));
        assert!(is_true.matches(&[Value::Boolean(true)]));
    }

    #[test]
    fn takes_operands_in_postfix_order() {
        let filter = [
            Predicate::Present("a".into()),
            Predicate::Present("b".into()),
            Predicate::Not,
            Predicate::And(2),
        ];
        let filter = ColumnFilter {
            predicates: filter.to_vec(),
            ..ColumnFilter::default()
        };
        let mut matcher = Matcher::new(&filter, Letters::Unicode);
        let column = |name: &str| Column {
            name: name.into(),
            type_name: "text".into(),
        };
        matcher.bind(&[column("a"), column("b")]).unwrap();
        assert!(matcher.matches(&[Value::Integer(1), Value::Null]));
        assert!(!matcher.matches(&[Value::Integer(1), Value::Integer(1)]));
        assert!(!matcher.matches(&[Value::Null, Value::Null]));
    }
}
