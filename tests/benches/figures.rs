//! Figures of many measurements.

use std::time::{Duration, Instant};

use portcullis_tests::Response;

/// The one in the middle.
pub fn median(of: Vec<f64>) -> f64 {
    quantile(of, 0.5)
}

/// The smallest that so large a part of all are not larger than; 0 of none.
fn quantile(mut of: Vec<f64>, part: f64) -> f64 {
    of.sort_by(f64::total_cmp);
    let last = of.len().saturating_sub(1);
    of.get((last as f64 * part).round() as usize).copied().unwrap_or_default()
}

/// How long a request took, and when it was answered.
#[derive(Clone, Copy)]
pub struct Answered {
    pub at: Instant,
    pub took: Duration,
}

impl Answered {
    /// Sends a request that has to be answered with 200.
    pub fn to(request: impl FnOnce() -> Response) -> Self {
        let begun = Instant::now();
        request().expect_ok();
        let at = Instant::now();
        Self { at, took: at - begun }
    }

    /// When it was sent.
    pub fn sent(&self) -> Instant {
        self.at - self.took
    }
}

/// How long requests took, in milliseconds.
pub struct Latency {
    pub requests: usize,
    pub median: f64,
    /// What 99 of 100 don't exceed.
    pub p99: f64,
    pub slowest: f64,
}

impl Latency {
    pub fn of(answered: &[Answered]) -> Self {
        let took: Vec<f64> = answered.iter().map(|answered| answered.took.as_secs_f64() * 1e3).collect();
        Self {
            requests: took.len(),
            median: median(took.clone()),
            p99: quantile(took.clone(), 0.99),
            slowest: quantile(took, 1.0),
        }
    }
}

impl std::fmt::Display for Latency {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self {
            requests,
            median,
            p99,
            slowest,
        } = self;
        write!(
            formatter,
            "{requests:>6} requests: median {median:>6.2} ms, p99 {p99:>6.2} ms, slowest {slowest:>6.2} ms"
        )
    }
}
