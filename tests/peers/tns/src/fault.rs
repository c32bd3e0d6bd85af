//! What goes wrong because a test wants it to: deadlocks, slow statements, connections that break.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use crate::Failure;

/// What happens to a statement instead of what it asks for.
#[derive(Clone, Debug)]
pub enum Fault {
    /// It fails, and changes nothing.
    Fail(Failure),
    /// It takes so long before it is done, unless the client breaks it off.
    Delay(Duration),
    /// The connection is gone.
    Disconnect,
}

/// Each for the next statement whose text contains some words. `COMMIT` and `ROLLBACK` are texts too.
#[derive(Clone, Default)]
pub(crate) struct Faults(Arc<Mutex<Vec<(String, Fault)>>>);

impl Faults {
    pub(crate) fn add(&self, words: &str, fault: Fault) {
        let mut faults = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        faults.push((words.to_owned(), fault));
    }

    /// What is to happen to this statement, which then has happened.
    pub(crate) fn take(&self, text: &str) -> Option<Fault> {
        let mut faults = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let place = faults.iter().position(|(words, _)| text.contains(words.as_str()))?;
        Some(faults.remove(place).1)
    }
}
