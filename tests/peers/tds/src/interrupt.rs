//! How a client's wish to stop, or its going away, reaches the thread that works for it.

use std::{
    sync::{Arc, Condvar, Mutex, PoisonError},
    time::{Duration, Instant},
};

/// Why to stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// The client sent an attention.
    Attention,
    /// The client is gone, or the peer ends.
    Gone,
}

#[derive(Clone, Default)]
pub struct Interrupt(Arc<(Mutex<Option<Reason>>, Condvar)>);

impl Interrupt {
    pub fn raise(&self, reason: Reason) {
        let mut current = self.0.0.lock().unwrap_or_else(PoisonError::into_inner);
        if *current != Some(Reason::Gone) {
            *current = Some(reason);
        }
        self.0.1.notify_all();
    }

    pub fn reason(&self) -> Option<Reason> {
        *self.0.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The attention has been seen to.
    pub fn clear(&self) {
        let mut current = self.0.0.lock().unwrap_or_else(PoisonError::into_inner);
        if *current == Some(Reason::Attention) {
            *current = None;
        }
    }

    /// Waits so long, or until there is a reason not to.
    pub fn sleep(&self, duration: Duration) -> Option<Reason> {
        let deadline = Instant::now() + duration;
        let mut current = self.0.0.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            if current.is_some() || left.is_zero() {
                return *current;
            }
            let woken = self.0.1.wait_timeout(current, left).unwrap_or_else(PoisonError::into_inner);
            current = woken.0;
        }
    }
}
