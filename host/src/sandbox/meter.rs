//! How long the processor worked for a call.
//!
//! A call is a future: it works while it is polled, and waits in between, for the database or for an answer over HTTP. So the time of
//! the polls is counted, and neither the waiting nor how often there was any.

use std::{
    future::{Future, poll_fn},
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

/// The clock of one call; its copies show the same.
#[derive(Clone)]
pub(super) struct Meter {
    begun: Instant,
    readings: Arc<Readings>,
}

impl Meter {
    pub fn new() -> Self {
        Self {
            begun: Instant::now(),
            readings: Arc::default(),
        }
    }

    /// The time so far, as the call itself asks for it while it works.
    pub fn used(&self) -> Duration {
        Duration::from_nanos(self.readings.used(self.now()))
    }

    /// The time of what has been counted, as somebody else asks for it.
    pub fn counted(&self) -> Duration {
        Duration::from_nanos(self.readings.used.load(Ordering::Relaxed))
    }

    /// The time since the call began.
    pub fn elapsed(&self) -> Duration {
        self.begun.elapsed()
    }

    /// Counts while the call works.
    pub async fn count<T>(&self, call: impl Future<Output = T>) -> T {
        let mut call = pin!(call);
        poll_fn(|context| {
            self.readings.resume(self.now());
            let polled = call.as_mut().poll(context);
            self.readings.pause(self.now());
            polled
        })
        .await
    }

    fn now(&self) -> u64 {
        u64::try_from(self.begun.elapsed().as_nanos()).unwrap_or(u64::MAX)
    }
}

/// In nanoseconds since the call began.
#[derive(Default)]
struct Readings {
    /// Of the polls that are over.
    used: AtomicU64,
    /// When the present poll began.
    resumed: AtomicU64,
}

impl Readings {
    fn resume(&self, now: u64) {
        self.resumed.store(now, Ordering::Relaxed);
    }

    fn pause(&self, now: u64) {
        self.used.store(self.used(now), Ordering::Relaxed);
    }

    /// What was used at a moment of the present poll.
    fn used(&self, now: u64) -> u64 {
        let present = now.saturating_sub(self.resumed.load(Ordering::Relaxed));
        self.used.load(Ordering::Relaxed).saturating_add(present)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_between_polls_does_not_count() {
        let readings = Readings::default();
        readings.resume(100);
        assert_eq!(readings.used(130), 30);
        readings.pause(140);
        readings.resume(1_000_000);
        assert_eq!(readings.used(1_000_005), 45);
        readings.pause(1_000_010);
        readings.resume(2_000_000);
        assert_eq!(readings.used(2_000_000), 50);
    }

    #[tokio::test]
    async fn a_call_can_read_its_own_meter() {
        let meter = Meter::new();
        let inside = meter.clone();
        let seen = meter.count(async move {
            let first = inside.used();
            tokio::task::yield_now().await;
            while inside.used() == first {
                std::hint::spin_loop();
            }
            first < inside.used()
        });
        assert!(seen.await);
    }
}
