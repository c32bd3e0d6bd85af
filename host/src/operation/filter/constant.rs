//! Conditions on what is the same for all, so that no row is needed to answer them.

use scim_v2::filter::{AttrExp, CompValue, CompareOp};

use crate::database::Predicate;

/// The outcome where the mapping fixes the value: an empty `and` is true, an empty `or` false.
pub fn outcome(word: &str, expression: &AttrExp) -> Predicate {
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
