//! What a call used of what its limits bound, for those who want to know before a bound is hit.

use std::{future::Future, time::Duration};

use super::{CallFailure, failure, meter::Meter};

/// What one call used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// By the clock, while the component or the host on its behalf was at work, waiting for the database left out; as the limit `cpu`
    /// counts. Making the instance is in it.
    pub cpu: Duration,
    /// From start to end, waiting included.
    pub wall: Duration,
    /// Bytes of linear memory at the most.
    pub memory: usize,
    /// Statements run.
    pub statements: u32,
    /// Rows that were read, put out or forwarded.
    pub rows: u64,
    /// Log lines, those dropped included.
    pub log_lines: u32,
    /// Bytes of values and documents that the component was given.
    pub received: u64,
    /// Bytes of values, documents and log lines that it gave.
    pub sent: u64,
}

/// A call that has ended, one way or the other.
#[derive(Clone, Debug)]
pub struct EndedCall<'a> {
    pub plugin: &'a str,
    /// The export.
    pub function: &'static str,
    /// The operation, or the direction of a transform.
    pub subject: &'a str,
    pub usage: &'a Usage,
    /// Why it gave no answer: a crash, a limit, a broken contract.
    pub failure: Option<&'a CallFailure>,
}

/// Whoever is told of every call of a sandbox.
pub trait Observer: Send + Sync {
    /// A call has ended. Called on the call's own thread: it must not block.
    fn ended(&self, call: &EndedCall<'_>);
}

/// What came of a call, and the time that it took.
pub(super) struct Timed<T> {
    pub result: wasmtime::Result<T>,
    pub cpu: Duration,
    pub wall: Duration,
}

impl<T> Timed<T> {
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Timed<U> {
        Timed {
            result: self.result.map(change),
            cpu: self.cpu,
            wall: self.wall,
        }
    }
}

/// The time that a call may take, and the clock that says how long it worked.
pub(super) struct Bounds {
    pub wall: Duration,
    pub meter: Meter,
}

/// Runs a call, for as long as `wall` at the most: epochs don't interrupt a host function that waits.
pub(super) async fn within<T>(bounds: Bounds, call: impl Future<Output = wasmtime::Result<T>>) -> Timed<T> {
    let Bounds { wall, meter } = bounds;
    let result = match tokio::time::timeout(wall, meter.count(call)).await {
        Ok(result) => result,
        Err(_) => Err(failure::Ended::Limit("wall").into()),
    };
    Timed {
        result,
        cpu: meter.counted(),
        wall: meter.elapsed(),
    }
}
