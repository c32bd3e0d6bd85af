//! Wrong tokens, counted by where they come from.
//!
//! Once an address has sent its share of them in a window, nothing that it sends to that application is looked at until the
//! window is over: a limiter that let a right token through would slow nobody who searches for one. That is why this is not one
//! of the well-known limiters, which only count what has been judged.

use std::{
    collections::HashMap,
    net::{IpAddr, Ipv6Addr},
    num::NonZeroU32,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

const WINDOW: Duration = Duration::from_secs(60);
/// How many sources are known at once: whoever has more addresses than that is not stopped by counting.
const SOURCES: usize = 10_000;

/// Where a token comes from, and for which application. An IPv6 address stands for its /64: whoever has one has all of them.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Source {
    address: IpAddr,
    application: Arc<str>,
}

impl Source {
    pub fn new(address: IpAddr, application: &Arc<str>) -> Self {
        let address = match address.to_canonical() {
            IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX))),
            address => address,
        };
        Self {
            address,
            application: application.clone(),
        }
    }
}

/// How many wrong tokens came from where.
pub struct Failures {
    limit: NonZeroU32,
    counted: Mutex<HashMap<Source, Counted>>,
}

struct Counted {
    since: Instant,
    failures: u32,
}

impl Failures {
    /// With so many in a minute.
    pub fn new(limit: NonZeroU32) -> Self {
        Self {
            limit,
            counted: Mutex::default(),
        }
    }

    /// How long nothing of this source is looked at; `None`: it is.
    pub fn wait(&self, source: &Source) -> Option<Duration> {
        self.wait_at(source, Instant::now())
    }

    /// One more.
    pub fn count(&self, source: Source) {
        self.count_at(source, Instant::now());
    }

    fn wait_at(&self, source: &Source, now: Instant) -> Option<Duration> {
        let counted = self.counted.lock().unwrap_or_else(PoisonError::into_inner);
        let found = counted.get(source).filter(|found| found.failures >= self.limit.get())?;
        let left = WINDOW.checked_sub(now.saturating_duration_since(found.since));
        left.filter(|left| !left.is_zero())
    }

    fn count_at(&self, source: Source, now: Instant) {
        let mut counted = self.counted.lock().unwrap_or_else(PoisonError::into_inner);
        let is_over = |found: &Counted| now.saturating_duration_since(found.since) >= WINDOW;
        if !counted.contains_key(&source) && counted.len() >= SOURCES {
            counted.retain(|_, found| !is_over(found));
            let oldest = counted.iter().min_by_key(|(_, found)| found.since);
            if let (true, Some(oldest)) = (counted.len() >= SOURCES, oldest.map(|(source, _)| source.clone())) {
                counted.remove(&oldest);
            }
        }
        let (application, address) = (source.application.clone(), source.address);
        let found = counted.entry(source).or_insert(Counted { since: now, failures: 0 });
        if is_over(found) {
            *found = Counted { since: now, failures: 0 };
        }
        found.failures = found.failures.saturating_add(1);
        if found.failures == self.limit.get() {
            tracing::warn!(%application, %address, "too many wrong tokens: none from there is looked at until the minute is over");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMIT: NonZeroU32 = NonZeroU32::new(3).unwrap();

    fn source(address: &str, application: &str) -> Source {
        Source::new(address.parse().unwrap(), &application.into())
    }

    #[test]
    fn a_source_waits_for_the_end_of_its_window() {
        let failures = Failures::new(LIMIT);
        let begun = Instant::now();
        let after = |seconds| begun + Duration::from_secs(seconds);
        for second in 0..3 {
            assert_eq!(failures.wait_at(&source("10.0.0.1", "hr"), after(second)), None);
            failures.count_at(source("10.0.0.1", "hr"), after(second));
        }
        let wait = |source: &Source, second| failures.wait_at(source, after(second)).map(|wait| wait.as_secs());
        assert_eq!(wait(&source("10.0.0.1", "hr"), 2), Some(58));
        assert_eq!(wait(&source("10.0.0.1", "hr"), 59), Some(1));
        assert_eq!(wait(&source("10.0.0.1", "hr"), 60), None);
        assert_eq!(wait(&source("10.0.0.1", "crm"), 2), None);
        assert_eq!(wait(&source("10.0.0.2", "hr"), 2), None);
        failures.count_at(source("10.0.0.1", "hr"), after(61));
        assert_eq!(wait(&source("10.0.0.1", "hr"), 61), None, "a new window");
    }

    #[test]
    fn addresses_of_one_network_are_one() {
        assert_eq!(source("2001:db8::1", "hr"), source("2001:db8::ffff:2", "hr"));
        assert_ne!(source("2001:db8::1", "hr"), source("2001:db8:0:1::1", "hr"));
        assert_eq!(source("::ffff:10.0.0.1", "hr"), source("10.0.0.1", "hr"));
    }

    #[test]
    fn as_many_sources_as_anybody_has_take_no_more_memory() {
        let failures = Failures::new(LIMIT);
        let begun = Instant::now();
        for n in 0..u32::try_from(SOURCES).unwrap() + 100 {
            let address = std::net::Ipv4Addr::from_bits(n).to_string();
            failures.count_at(source(&address, "hr"), begun + Duration::from_nanos(n.into()));
        }
        let counted = failures.counted.lock().unwrap();
        assert_eq!(counted.len(), SOURCES);
        assert!(counted.contains_key(&source("0.0.39.115", "hr")), "the newest is there");
        assert!(!counted.contains_key(&source("0.0.0.99", "hr")), "the oldest is not");
    }
}
