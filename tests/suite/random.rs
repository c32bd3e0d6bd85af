//! Random texts, and filters made of conditions: the same every time, so that a failure can be looked at again.

use portcullis_tests::Kind;
use proptest::{
    prelude::*,
    strategy::ValueTree as _,
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};
use serde_json::Value;

/// What strings are made of: letters of both cases, in ASCII and beyond it, combining ones, and what means something to
/// databases.
const PARTS: [&str; 22] = [
    "a", "A", "b", "B", "z", "Z", "ä", "Ä", "é", "É", "e\u{301}", "ß", "ñ", "日", "😀", "%", "_", "'", "\"", "\\", " ", "1",
];

pub fn text() -> impl Strategy<Value = String> {
    proptest::collection::vec(proptest::sample::select(&PARTS[..]), 0..4).prop_map(|parts| parts.concat())
}

/// What a column holds; often nothing.
pub fn held() -> impl Strategy<Value = Option<String>> {
    prop_oneof![1 => Just(None), 1 => Just(Some(String::new())), 5 => text().prop_map(Some)]
}

pub fn operator() -> impl Strategy<Value = &'static str> {
    proptest::sample::select(vec!["eq", "ne", "co", "sw", "ew", "gt", "ge", "lt", "le"])
}

/// Operators for what has no parts.
pub fn order() -> impl Strategy<Value = &'static str> {
    proptest::sample::select(vec!["eq", "ne", "gt", "ge", "lt", "le"])
}

/// A string as filters have it.
pub fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}

/// Conditions with `and`, `or` and `not`.
pub fn filter_of(condition: impl Strategy<Value = String> + 'static) -> impl Strategy<Value = String> {
    condition.prop_recursive(3, 8, 3, |inner| {
        prop_oneof![
            2 => proptest::collection::vec(inner.clone(), 2..4).prop_map(|all| format!("({})", all.join(" and "))),
            2 => proptest::collection::vec(inner.clone(), 2..4).prop_map(|all| format!("({})", all.join(" or "))),
            1 => inner.prop_map(|inner| format!("not ({inner})")),
        ]
    })
}

pub fn runner() -> TestRunner {
    TestRunner::new_with_rng(Config::default(), TestRng::deterministic_rng(RngAlgorithm::ChaCha))
}

pub fn sample<S: Strategy>(runner: &mut TestRunner, strategy: &S) -> S::Value {
    strategy.new_tree(runner).expect("a value").current()
}

/// A text in SQL.
pub fn literal(on: Kind, text: Option<&str>) -> String {
    match text {
        None => "NULL".to_owned(),
        Some(text) if on.is_mysql() => format!("'{}'", text.replace('\\', "\\\\").replace('\'', "''")),
        Some(text) => format!("'{}'", text.replace('\'', "''")),
    }
}
