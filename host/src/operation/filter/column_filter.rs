//! A filter of a database's rows: columns, operators and values to bind.

use std::{collections::HashSet, sync::Arc};

use crate::{
    database::{Predicate, Value},
    operation::columns::Content,
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

    /// Whether it lets nothing through, whatever the rows are: what it asks for has been found to be nobody's.
    pub fn is_for_nobody(&self) -> bool {
        let mut outcomes: Vec<Option<bool>> = Vec::new();
        for predicate in &self.predicates {
            let mut last = |n: u32| outcomes.split_off(outcomes.len().saturating_sub(n as usize));
            let outcome = match predicate {
                Predicate::Compare(_) | Predicate::Present(_) => None,
                Predicate::And(n) => all(&last(*n)),
                Predicate::Or(n) => all(&last(*n).into_iter().map(not).collect::<Vec<_>>()).map(|none| !none),
                Predicate::Not => not(outcomes.pop().flatten()),
            };
            outcomes.push(outcome);
        }
        outcomes.pop().flatten() == Some(false)
    }
}

fn not(outcome: Option<bool>) -> Option<bool> {
    outcome.map(|outcome| !outcome)
}

/// Whether all of these hold, as far as that is known.
fn all(outcomes: &[Option<bool>]) -> Option<bool> {
    match outcomes.contains(&Some(false)) {
        true => Some(false),
        false => outcomes.iter().all(Option::is_some).then_some(true),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lets_nothing_through_is_known_before_rows_are_read() {
        use Predicate::{And, Not, Or, Present};
        let name = || Present("name".into());
        let (always, never) = (And(0), Or(0));
        for (predicates, nobody) in [
            (vec![], false),
            (vec![never.clone()], true),
            (vec![always.clone()], false),
            (vec![name(), never.clone(), And(2)], true),
            (vec![name(), never.clone(), Or(2)], false),
            (vec![never.clone(), never.clone(), Or(2)], true),
            (vec![name(), always.clone(), Or(2), Not], true),
            (vec![name(), always.clone(), And(2), Not], false),
            (vec![name(), never.clone(), And(2), Not], false),
            (vec![name(), name(), Not, And(2)], false),
        ] {
            let filter = ColumnFilter {
                predicates: predicates.clone(),
                ..ColumnFilter::default()
            };
            assert_eq!(filter.is_for_nobody(), nobody, "{predicates:?}");
        }
    }
}
