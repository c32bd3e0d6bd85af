//! Subjects that take turns, and how they compare.

use std::{fmt, time::Duration};

use crate::crowd::{CALLERS, Subject};

pub struct Comparison {
    /// What the others are compared with.
    first: Measured,
    others: Vec<Measured>,
}

struct Measured {
    subject: Box<dyn Subject>,
    rounds: Vec<Round>,
}

/// What one subject took in one round.
struct Round {
    /// Microseconds of a call, one caller.
    alone: f64,
    /// Calls in a second, all callers.
    rate: f64,
    /// The median of their latencies, in microseconds.
    latency: f64,
}

impl Comparison {
    pub fn new(first: Box<dyn Subject>, others: Vec<Box<dyn Subject>>) -> Self {
        let measured = |subject| Measured {
            subject,
            rounds: Vec::new(),
        };
        Self {
            first: measured(first),
            others: others.into_iter().map(measured).collect(),
        }
    }

    /// Each subject has its turn.
    pub fn round(&mut self, alone: u32, together: u32) -> anyhow::Result<()> {
        for measured in self.all_mut() {
            measured.round(alone, together)?;
        }
        Ok(())
    }

    /// As if there had been no round.
    pub fn forget(&mut self) {
        self.all_mut().for_each(|measured| measured.rounds.clear());
    }

    fn all_mut(&mut self) -> impl Iterator<Item = &mut Measured> {
        std::iter::once(&mut self.first).chain(&mut self.others)
    }
}

impl Measured {
    fn round(&mut self, alone: u32, together: u32) -> anyhow::Result<()> {
        let took = self.subject.alone(alone)?;
        let crowd = self.subject.together(together)?;
        let calls = crowd.latencies.len() as f64;
        self.rounds.push(Round {
            alone: microseconds(took) / f64::from(alone),
            rate: calls / crowd.took.as_secs_f64(),
            latency: median(crowd.latencies.into_iter().map(microseconds)),
        });
        Ok(())
    }

    fn median(&self, figure: impl Fn(&Round) -> f64) -> f64 {
        median(self.rounds.iter().map(figure))
    }

    /// The median of how many times what the other took in the same round this took.
    fn times(&self, other: &Self, figure: impl Fn(&Round) -> f64) -> f64 {
        let rounds = self.rounds.iter().zip(&other.rounds);
        median(rounds.map(|(own, other)| figure(own) / figure(other)))
    }
}

/// The first subject is the 1 of `times`: how many times the time that it takes.
impl fmt::Display for Comparison {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{:50}{:>17}  {CALLERS:>16} at once", "", "one at a time")?;
        writeln!(
            f,
            "{:50}{:>9}{:>8}  {:>9}{:>8}{:>11}",
            "", "us/call", "times", "calls/s", "times", "latency us"
        )?;
        for measured in std::iter::once(&self.first).chain(&self.others) {
            writeln!(
                f,
                "{:50}{:>9.2}{:>8.2}  {:>9.0}{:>8.2}{:>11.0}",
                measured.subject.name(),
                measured.median(|round| round.alone),
                measured.times(&self.first, |round| round.alone),
                measured.median(|round| round.rate),
                measured.times(&self.first, |round| 1.0 / round.rate),
                measured.median(|round| round.latency),
            )?;
        }
        Ok(())
    }
}

fn microseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e6
}

/// Of an even number of figures the mean of the two in the middle; of none, no number.
fn median(figures: impl Iterator<Item = f64>) -> f64 {
    let mut figures: Vec<f64> = figures.collect();
    figures.sort_by(f64::total_cmp);
    let (low, high) = (figures.len().saturating_sub(1) / 2, figures.len() / 2);
    match (figures.get(low), figures.get(high)) {
        (Some(low), Some(high)) => (low + high) / 2.0,
        _ => f64::NAN,
    }
}
