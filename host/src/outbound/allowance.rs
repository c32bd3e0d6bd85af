//! What the requests of one call may use, all of them together.

use std::{
    sync::{
        Arc, OnceLock,
        atomic::{AtomicU32, AtomicUsize, Ordering},
    },
    time::Duration,
};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Requests of one call that are under way at once, the reading of their answers included.
const AT_ONCE: usize = 4;

/// Counts down as requests are made. Where it ends, so does the request that wanted more, and [`Allowance::ended`] tells the
/// owner of the call, whatever the component makes of it.
pub struct Allowance {
    requests: AtomicU32,
    /// Bytes of bodies, of requests and answers.
    bytes: AtomicUsize,
    /// How long a request waits for a connection, for the beginning of its answer, and for each further part of it, at most.
    pub wait: Duration,
    ended: OnceLock<&'static str>,
    places: Arc<Semaphore>,
}

impl Allowance {
    pub fn new(requests: u32, bytes: usize, wait: Duration) -> Self {
        Self {
            requests: AtomicU32::new(requests),
            bytes: AtomicUsize::new(bytes),
            wait,
            ended: OnceLock::new(),
            places: Arc::new(Semaphore::new(AT_ONCE)),
        }
    }

    /// The setting of the bound that was hit first, if any was.
    pub fn ended(&self) -> Option<&'static str> {
        self.ended.get().copied()
    }

    /// Counts a request; says whether it may be made.
    pub(super) fn take_request(&self) -> bool {
        let left = self
            .requests
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1));
        self.hold("http-requests", left.is_ok())
    }

    /// Counts bytes of a body; says whether they may pass.
    pub(super) fn take_bytes(&self, bytes: usize) -> bool {
        let left = self
            .bytes
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(bytes));
        self.hold("http-bytes", left.is_ok())
    }

    /// A place among the requests that are under way; `None`: all are taken.
    pub(super) fn place(&self) -> Option<OwnedSemaphorePermit> {
        self.places.clone().try_acquire_owned().ok()
    }

    /// Remembers a bound where it was not held.
    fn hold(&self, setting: &'static str, held: bool) -> bool {
        if !held {
            self.ended.get_or_init(|| setting);
        }
        held
    }
}
