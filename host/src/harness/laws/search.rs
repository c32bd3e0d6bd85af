//! Looking for something that breaks a law, and then for the smallest such thing.

use anyhow::anyhow;
use proptest::{
    strategy::{BoxedStrategy, Strategy as _, ValueTree as _},
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};

/// How often something that breaks a law is made smaller.
const SMALLER: u32 = 300;

/// How a law is broken.
pub enum Breach {
    /// By what came out: something smaller is looked for that does so too.
    Outcome(String),
    /// By a crash or a limit that was hit. Each costs its time and a report in the log, so that one will do.
    Crash(String),
}

/// What broke a law.
pub struct Counterexample<T> {
    pub value: T,
    /// How.
    pub how: String,
    /// How many were tried before.
    pub tried: u32,
}

/// The same values at every run.
pub fn runner() -> TestRunner {
    TestRunner::new_with_rng(Config::default(), TestRng::deterministic_rng(RngAlgorithm::ChaCha))
}

/// So many values.
///
/// # Errors
/// The strategy makes none.
pub fn values<T: std::fmt::Debug>(strategy: &BoxedStrategy<T>, count: u32) -> anyhow::Result<Vec<T>> {
    let mut runner = runner();
    let values = (0..count).map(|_| strategy.new_tree(&mut runner).map(|tree| tree.current()));
    values
        .collect::<Result<_, _>>()
        .map_err(|reason| anyhow!("no values can be made: {reason}"))
}

/// The smallest value found that breaks a law, which says how; `None`: none of so many does.
///
/// # Errors
/// The law cannot be tried.
pub async fn counterexample<T: std::fmt::Debug>(
    strategy: &BoxedStrategy<T>,
    count: u32,
    law: impl AsyncFn(&T) -> anyhow::Result<Option<Breach>>,
) -> anyhow::Result<Option<Counterexample<T>>> {
    let mut runner = runner();
    for tried in 0..count {
        let tree = strategy.new_tree(&mut runner);
        let mut tree = tree.map_err(|reason| anyhow!("no value can be made: {reason}"))?;
        let value = tree.current();
        let (how, smaller) = match law(&value).await? {
            Some(Breach::Outcome(how)) => (how, SMALLER),
            Some(Breach::Crash(how)) => (how, 0),
            None => continue,
        };
        let mut smallest = Counterexample { value, how, tried };
        let mut breaks = true;
        for _ in 0..smaller {
            let changed = if breaks { tree.simplify() } else { tree.complicate() };
            if !changed {
                break;
            }
            let value = tree.current();
            let broken = law(&value).await?;
            breaks = broken.is_some();
            if let Some(Breach::Outcome(how) | Breach::Crash(how)) = broken {
                smallest = Counterexample { value, how, tried };
            }
        }
        return Ok(Some(smallest));
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn finds_the_smallest() {
        let strategy = proptest::collection::vec(0..100_u32, 0..20).boxed();
        let law =
            async |values: &Vec<u32>| Ok((values.iter().sum::<u32>() >= 50).then(|| Breach::Outcome("too much".to_owned())));
        let found = counterexample(&strategy, 100, law).await.unwrap().unwrap();
        assert_eq!(found.value.iter().sum::<u32>(), 50, "{:?}", found.value);
        let never = async |_: &Vec<u32>| Ok(None);
        assert!(counterexample(&strategy, 100, never).await.unwrap().is_none());
        assert_eq!(values(&strategy, 5).unwrap(), values(&strategy, 5).unwrap());
    }
}
