//! Callers that ask at once.

use std::time::{Duration, Instant};

/// How many.
pub const CALLERS: usize = 32;

/// A way to do the work, and those who ask for it.
pub trait Subject {
    fn name(&self) -> &'static str;

    /// One caller makes so many calls, one after the other. Gives the time that they took together.
    fn alone(&mut self, calls: u32) -> anyhow::Result<Duration>;

    /// [`CALLERS`] make so many calls each, and give way to each other before each of them.
    fn together(&mut self, calls: u32) -> anyhow::Result<Crowd>;
}

/// What came of calls at once.
pub struct Crowd {
    /// From the first caller's start to the last one's end.
    pub took: Duration,
    /// Of each call: from when its caller wants it, the turns of others included, to when it is answered.
    pub latencies: Vec<Duration>,
}

/// One caller's part.
pub struct Shift {
    pub from: Instant,
    pub until: Instant,
    pub latencies: Vec<Duration>,
}

impl From<Vec<Shift>> for Crowd {
    fn from(shifts: Vec<Shift>) -> Self {
        let from = shifts.iter().map(|shift| shift.from).min();
        let until = shifts.iter().map(|shift| shift.until).max();
        let took = from.zip(until).map(|(from, until)| until - from);
        Self {
            took: took.unwrap_or_default(),
            latencies: shifts.into_iter().flat_map(|shift| shift.latencies).collect(),
        }
    }
}
