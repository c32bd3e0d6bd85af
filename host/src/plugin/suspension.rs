//! A component that fails again and again is not called any more: its operation answers 503 at once, with the reason, and whatever
//! the component would have cost or damaged is saved.
//!
//! Counted is by component, application and operation, so that one application's clients suspend nothing of another's. A failure is
//! a crash, a limit that was hit, or a broken contract, and not what a component answers. A call that succeeds begins the count
//! anew. Failures with the same input count once: a client that repeats one request that a component can't do suspends nothing.

use std::{
    collections::{BTreeMap, BTreeSet, hash_map::RandomState},
    hash::{BuildHasher as _, Hash},
    num::NonZeroU32,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use chrono::Utc;

use crate::state::{Duty, Suspension};

/// `[suspension]` of `portcullis.toml`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SuspensionSettings {
    /// `failures`: so many different calls in a row; `None`: nothing is ever suspended.
    pub failures: Option<NonZeroU32>,
    /// `within`: the time that they happen in.
    pub within: Duration,
}

impl Default for SuspensionSettings {
    fn default() -> Self {
        Self {
            failures: NonZeroU32::new(5),
            within: Duration::from_secs(600),
        }
    }
}

/// Everything that can be suspended in this process.
pub struct Suspensions {
    settings: SuspensionSettings,
    guards: Mutex<BTreeMap<Duty, Arc<Guard>>>,
}

/// Counts the failures of a component at one place.
pub struct Guard {
    duty: Duty,
    settings: SuspensionSettings,
    hasher: RandomState,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// The last failures in a row, each with its input's hash.
    failures: Vec<(Instant, u64)>,
    suspended: Option<Held>,
}

struct Held {
    suspension: Suspension,
    /// Whether the state store has it.
    kept: bool,
}

impl Suspensions {
    /// With what the state store has.
    pub fn new(settings: SuspensionSettings, kept: Vec<Suspension>) -> Self {
        let suspensions = Self {
            settings,
            guards: Mutex::default(),
        };
        for suspension in kept {
            let guard = suspensions.guard(suspension.duty.clone());
            guard.lock().suspended = Some(Held { suspension, kept: true });
        }
        suspensions
    }

    /// The guard of a place, the same whenever it is asked for.
    pub fn guard(&self, duty: Duty) -> Arc<Guard> {
        let mut guards = self.lock();
        let guard = guards.entry(duty).or_insert_with_key(|duty| {
            Arc::new(Guard {
                duty: duty.clone(),
                settings: self.settings,
                hasher: RandomState::new(),
                state: Mutex::default(),
            })
        });
        guard.clone()
    }

    /// What is suspended and not yet in the state store.
    pub fn unkept(&self) -> Vec<Suspension> {
        let guards = self.all();
        let new = guards.iter().filter_map(|guard| {
            let state = guard.lock();
            let held = state.suspended.as_ref().filter(|held| !held.kept)?;
            Some(held.suspension.clone())
        });
        new.collect()
    }

    /// That the state store has one now.
    pub fn keep(&self, duty: &Duty) {
        if let Some(held) = &mut self.guard(duty.clone()).lock().suspended {
            held.kept = true;
        }
    }

    /// Follows the state store: what is not there any more is resumed, and what is new there is suspended here, too. Gives what was
    /// resumed.
    pub fn follow(&self, kept: Vec<Suspension>) -> Vec<Duty> {
        let there: BTreeSet<Duty> = kept.iter().map(|suspension| suspension.duty.clone()).collect();
        let mut resumed = Vec::new();
        for guard in self.all() {
            let mut state = guard.lock();
            if state.suspended.as_ref().is_some_and(|held| held.kept) && !there.contains(&guard.duty) {
                *state = State::default();
                resumed.push(guard.duty.clone());
            }
        }
        for suspension in kept {
            let guard = self.guard(suspension.duty.clone());
            let mut state = guard.lock();
            state.suspended.get_or_insert(Held { suspension, kept: true });
        }
        resumed
    }

    fn all(&self) -> Vec<Arc<Guard>> {
        self.lock().values().cloned().collect()
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<Duty, Arc<Guard>>> {
        self.guards.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Guard {
    /// Why the component may not be called; `None`: it may.
    pub fn suspended(&self) -> Option<Suspension> {
        self.lock().suspended.as_ref().map(|held| held.suspension.clone())
    }

    /// A call was answered, whatever the answer.
    pub fn succeeded(&self) {
        self.lock().failures.clear();
    }

    /// A call failed. `input` tells one call from another. Gives the suspension, if that was one failure too many.
    pub fn failed(&self, input: &impl Hash, reason: &str) -> Option<Suspension> {
        let most = self.settings.failures?;
        let input = self.hasher.hash_one(input);
        let now = Instant::now();
        let mut state = self.lock();
        let within = self.settings.within;
        state
            .failures
            .retain(|(at, other)| *other != input && now.duration_since(*at) < within);
        state.failures.push((now, input));
        let enough = u32::try_from(state.failures.len()).is_ok_and(|failures| failures >= most.get());
        if !enough || state.suspended.is_some() {
            return None;
        }
        let suspension = Suspension {
            duty: self.duty.clone(),
            reason: reason.to_owned(),
            since: Utc::now(),
        };
        state.suspended = Some(Held {
            suspension: suspension.clone(),
            kept: false,
        });
        Some(suspension)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn duty() -> Duty {
        Duty {
            plugin: "acme".into(),
            sha256: "00".into(),
            application: "payroll".into(),
            place: "operations.create-user".into(),
        }
    }

    fn guards(failures: u32, within: Duration) -> Suspensions {
        let settings = SuspensionSettings {
            failures: NonZeroU32::new(failures),
            within,
        };
        Suspensions::new(settings, Vec::new())
    }

    const LONG: Duration = Duration::from_secs(3600);

    #[test]
    fn so_many_different_failures_in_a_row_suspend() {
        let suspensions = guards(3, LONG);
        let guard = suspensions.guard(duty());
        for _ in 0..10 {
            assert!(guard.failed(&"the same", "crashed").is_none());
        }
        assert!(guard.failed(&"another", "crashed").is_none() && guard.suspended().is_none());
        let suspension = guard.failed(&"a third", "crashed for good").unwrap();
        assert_eq!(guard.suspended().unwrap(), suspension);
        assert_eq!((suspension.duty, suspension.reason.as_str()), (duty(), "crashed for good"));
        assert!(guard.failed(&"under way before", "crashed").is_none(), "it is suspended once");
    }

    #[test]
    fn an_answer_begins_anew_and_time_forgets() {
        let guard = guards(2, LONG).guard(duty());
        for n in 0..10 {
            assert!(guard.failed(&n, "crashed").is_none());
            guard.succeeded();
        }
        let guard = guards(2, Duration::ZERO).guard(duty());
        assert!((0..10).all(|n| guard.failed(&n, "crashed").is_none()));
        let guard = guards(0, LONG).guard(duty());
        assert!((0..10).all(|n| guard.failed(&n, "crashed").is_none()));
    }

    #[test]
    fn it_follows_the_state_store() {
        let suspensions = guards(1, LONG);
        let guard = suspensions.guard(duty());
        let suspension = guard.failed(&1, "crashed").unwrap();
        // Nobody can have resumed what was not written down yet.
        assert_eq!(suspensions.unkept(), std::slice::from_ref(&suspension));
        assert!(suspensions.follow(Vec::new()).is_empty() && guard.suspended().is_some());
        suspensions.keep(&suspension.duty);
        assert!(suspensions.unkept().is_empty());
        assert!(suspensions.follow(vec![suspension.clone()]).is_empty() && guard.suspended().is_some());
        assert_eq!(suspensions.follow(Vec::new()), [duty()]);
        assert!(guard.suspended().is_none());
        suspensions.follow(vec![suspension.clone()]);
        assert!(guard.suspended().is_some(), "another server's is suspended here, too");
        let other = Duty {
            sha256: "01".into(),
            ..duty()
        };
        let later = Suspensions::new(SuspensionSettings::default(), vec![suspension]);
        assert!(later.guard(duty()).suspended().is_some() && later.guard(other).suspended().is_none());
    }

    /// However many calls fail at once, one of them suspends.
    #[test]
    fn at_once_it_is_suspended_once() {
        let guard = guards(8, LONG).guard(duty());
        let suspended: usize = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..32)
                .map(|n| {
                    let guard = &guard;
                    scope.spawn(move || usize::from(guard.failed(&n, "crashed").is_some()))
                })
                .collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).sum()
        });
        assert_eq!(suspended, 1);
    }
}
