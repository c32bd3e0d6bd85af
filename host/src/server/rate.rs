//! How many requests an application serves in a second.

use std::{num::NonZeroU32, time::Duration};

use governor::{
    DefaultDirectRateLimiter, Quota,
    clock::{Clock as _, DefaultClock},
};

/// Counts the requests of one application, whoever sends them.
pub struct Rate {
    limiter: DefaultDirectRateLimiter,
    clock: DefaultClock,
}

impl Rate {
    pub fn per_second(requests: NonZeroU32) -> Self {
        Self {
            limiter: DefaultDirectRateLimiter::direct(Quota::per_second(requests)),
            clock: DefaultClock::default(),
        }
    }

    /// Counts a request; gives how long it should have waited, if that is at all.
    pub fn wait(&self) -> Option<Duration> {
        let refused = self.limiter.check().err()?;
        Some(refused.wait_time_from(self.clock.now()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_of_a_second_and_no_more() {
        let rate = Rate::per_second(NonZeroU32::new(5).unwrap());
        let waits: Vec<_> = (0..6).map(|_| rate.wait()).collect();
        assert!(waits[..5].iter().all(Option::is_none), "{waits:?}");
        // On a machine that stands still for a fifth of a second there is room for one more.
        let wait = (0..20).find_map(|_| rate.wait()).unwrap();
        assert!(wait <= Duration::from_secs(1), "{wait:?}");
    }
}
