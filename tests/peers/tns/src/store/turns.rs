//! Who changes something has the database to itself until its transaction ends: others wait, as they would for a locked row.

use std::{
    sync::{
        Arc, Condvar, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use crate::Failure;

/// How often a waiting statement looks whether its client broke it off.
const GLANCE: Duration = Duration::from_millis(5);

/// Set when a client breaks its call off.
#[derive(Clone, Default)]
pub(crate) struct Break(Arc<AtomicBool>);

impl Break {
    pub(crate) fn set(&self) {
        self.0.store(true, Ordering::SeqCst);
    }

    pub(crate) fn clear(&self) {
        self.0.store(false, Ordering::SeqCst);
    }

    pub(super) fn is_set(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }

    /// # Errors
    /// ORA-01013: it is set.
    pub(crate) fn check(&self) -> Result<(), Failure> {
        if self.is_set() { Err(Failure::broken()) } else { Ok(()) }
    }

    /// Waits, but no longer than until the break.
    ///
    /// # Errors
    /// ORA-01013: it came.
    pub(crate) fn wait(&self, duration: Duration) -> Result<(), Failure> {
        let mut left = duration;
        loop {
            self.check()?;
            let Some(rest) = left.checked_sub(GLANCE) else {
                std::thread::sleep(left);
                return self.check();
            };
            std::thread::sleep(GLANCE);
            left = rest;
        }
    }
}

#[derive(Clone, Default)]
pub(crate) struct Turns(Arc<(Mutex<bool>, Condvar)>);

/// Ends when it is dropped.
pub(crate) struct Turn(Turns);

impl Turns {
    /// Whether somebody has the turn.
    pub(super) fn is_taken(&self) -> bool {
        *self.0.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until nobody else has the turn.
    ///
    /// # Errors
    /// ORA-01013: the client broke it off.
    pub(crate) fn take(&self, broken: &Break) -> Result<Turn, Failure> {
        let (taken, ended) = &*self.0;
        let mut taken = taken.lock().unwrap_or_else(PoisonError::into_inner);
        while *taken {
            broken.check()?;
            let waited = ended.wait_timeout(taken, GLANCE);
            taken = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        *taken = true;
        Ok(Turn(self.clone()))
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let (taken, ended) = &*self.0.0;
        *taken.lock().unwrap_or_else(PoisonError::into_inner) = false;
        ended.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_break_ends_the_waiting() {
        let turns = Turns::default();
        let broken = Break::default();
        let turn = turns.take(&broken).unwrap();
        broken.set();
        assert_eq!(turns.take(&broken).err().map(|failure| failure.code), Some(1013));
        drop(turn);
        assert!(turns.take(&broken).is_ok());
    }
}
