//! A filter over rows in the host, for operations whose component cannot have the database do it.

use std::cmp::Ordering;

use crate::database::{CaseRule, Column, Comparison, ComparisonOperator, Predicate, Value};

/// A filter with the values that its parameters stand for.
pub struct Matcher {
    steps: Vec<Step>,
}

enum Step {
    Compare {
        column: String,
        index: usize,
        operator: ComparisonOperator,
        case_rule: CaseRule,
        value: Value,
    },
    Present {
        column: String,
        index: usize,
    },
    And(usize),
    Or(usize),
    Not,
}

impl Matcher {
    /// `values` holds one value for each parameter that a comparison names.
    pub fn new(filter: &[Predicate], values: &[(String, Value)]) -> Self {
        let value = |name: &str| {
            values
                .iter()
                .find(|(found, _)| found == name)
                .map_or(Value::Null, |(_, value)| value.clone())
        };
        let steps = filter.iter().map(|predicate| match predicate {
            Predicate::Compare(Comparison {
                column,
                operator,
                case_rule,
                parameter,
            }) => Step::Compare {
                column: column.clone(),
                index: usize::MAX,
                operator: *operator,
                case_rule: *case_rule,
                value: value(parameter),
            },
            Predicate::Present(column) => Step::Present {
                column: column.clone(),
                index: usize::MAX,
            },
            Predicate::And(n) => Step::And(*n as usize),
            Predicate::Or(n) => Step::Or(*n as usize),
            Predicate::Not => Step::Not,
        });
        Self { steps: steps.collect() }
    }

    /// Finds the columns of the filter among those of the rows.
    ///
    /// # Errors
    /// A column that the filter needs is missing; the sentence names it.
    pub fn bind(&mut self, columns: &[Column]) -> Result<(), String> {
        for step in &mut self.steps {
            if let Step::Compare { column, index, .. } | Step::Present { column, index } = step {
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
                    case_rule,
                    value,
                    ..
                } => compare(row.get(*index).unwrap_or(&Value::Null), *operator, *case_rule, value),
                Step::Present { index, .. } => row.get(*index).is_some_and(is_present),
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

fn is_present(value: &Value) -> bool {
    !matches!(value, Value::Null) && !matches!(value, Value::Text(text) if text.is_empty())
}

/// RFC 7644 §3.4.2.2. An attribute without a value is not equal to anything, and fulfils `ne`.
fn compare(found: &Value, operator: ComparisonOperator, case_rule: CaseRule, wanted: &Value) -> bool {
    use ComparisonOperator::{Co, Eq, Ew, Ge, Gt, Le, Lt, Ne, Sw};
    let (Some(found_text), Some(wanted_text)) = (found.to_text(), wanted.to_text()) else {
        return operator == Ne && found.is_null() != wanted.is_null();
    };
    let order = order(found, wanted, case_rule);
    let (found_text, wanted_text) = (folded(found_text, case_rule), folded(wanted_text, case_rule));
    match operator {
        Eq => order == Ordering::Equal,
        Ne => order != Ordering::Equal,
        Gt => order == Ordering::Greater,
        Ge => order != Ordering::Less,
        Lt => order == Ordering::Less,
        Le => order != Ordering::Greater,
        Co => found_text.contains(&wanted_text),
        Sw => found_text.starts_with(&wanted_text),
        Ew => found_text.ends_with(&wanted_text),
    }
}

/// Numbers by their size, points in time by theirs, everything else as text. What has no value comes last.
pub fn order(one: &Value, other: &Value, case_rule: CaseRule) -> Ordering {
    let (Some(one_text), Some(other_text)) = (one.to_text(), other.to_text()) else {
        return one.is_null().cmp(&other.is_null());
    };
    let numbers = number(one).zip(number(other));
    numbers
        .and_then(|(one, other)| one.partial_cmp(&other))
        .or_else(|| instant(&one_text, &other_text))
        .unwrap_or_else(|| folded(one_text, case_rule).cmp(&folded(other_text, case_rule)))
}

fn folded(text: String, case_rule: CaseRule) -> String {
    match case_rule {
        CaseRule::Insensitive => text.to_lowercase(),
        CaseRule::Exact => text,
    }
}

fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Integer(i) => Some(*i as f64),
        Value::Float(f) => Some(*f),
        Value::Decimal(text) => text.parse().ok(),
        _ => None,
    }
}

fn instant(found: &str, wanted: &str) -> Option<Ordering> {
    let found = chrono::DateTime::parse_from_rfc3339(found).ok()?;
    let wanted = chrono::DateTime::parse_from_rfc3339(wanted).ok()?;
    Some(found.cmp(&wanted))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matcher(operator: ComparisonOperator, case_rule: CaseRule, value: Value) -> Matcher {
        let filter = [Predicate::Compare(Comparison {
            column: "NAME".into(),
            operator,
            case_rule,
            parameter: "filter.1".into(),
        })];
        let mut matcher = Matcher::new(&filter, &[("filter.1".into(), value)]);
        let column = Column {
            name: "name".into(),
            type_name: "text".into(),
        };
        matcher.bind(&[column]).unwrap();
        matcher
    }

    #[test]
    fn compares_text_by_the_case_rule() {
        let row = [Value::Text("Ada".into())];
        let ada = || Value::Text("aDA".into());
        assert!(matcher(ComparisonOperator::Eq, CaseRule::Insensitive, ada()).matches(&row));
        assert!(!matcher(ComparisonOperator::Eq, CaseRule::Exact, ada()).matches(&row));
    }

    #[test]
    fn nothing_is_equal_to_null_and_null_differs_from_everything() {
        let x = || Value::Text("x".into());
        assert!(!matcher(ComparisonOperator::Eq, CaseRule::Exact, x()).matches(&[Value::Null]));
        assert!(matcher(ComparisonOperator::Ne, CaseRule::Exact, x()).matches(&[Value::Null]));
    }

    #[test]
    fn orders_numbers_as_numbers() {
        let nine = matcher(ComparisonOperator::Gt, CaseRule::Exact, Value::Integer(9));
        assert!(nine.matches(&[Value::Integer(10)]));
    }

    #[test]
    fn takes_operands_in_postfix_order() {
        let filter = [
            Predicate::Present("a".into()),
            Predicate::Present("b".into()),
            Predicate::Not,
            Predicate::And(2),
        ];
        let mut matcher = Matcher::new(&filter, &[]);
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
