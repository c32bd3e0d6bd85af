//! What a test wants to go wrong or to take long.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use crate::error::ServerError;

/// What happens to a statement, or to a call of a procedure, before anything else does.
#[derive(Clone, Debug)]
pub enum Behaviour {
    /// It takes so long; an attention ends it.
    Delay(Duration),
    Fail(ServerError),
    /// The server hangs up.
    HangUp,
}

/// How often.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Times {
    Once,
    /// So many times.
    Few(u32),
    Always,
}

#[derive(Default)]
pub struct Rules(Mutex<Vec<(String, Behaviour, Times)>>);

impl Rules {
    pub fn add(&self, part: &str, behaviour: Behaviour, times: Times) {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push((part.to_owned(), behaviour, times));
    }

    pub fn clear(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// What there is to do for this text, used up if it was for once.
    pub fn meet(&self, text: &str) -> Option<Behaviour> {
        let mut rules = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let index = rules.iter().position(|(part, ..)| text.contains(part.as_str()))?;
        let (_, behaviour, times) = &mut rules[index];
        let behaviour = behaviour.clone();
        let left = match times {
            Times::Always => return Some(behaviour),
            Times::Once | Times::Few(0 | 1) => 0,
            Times::Few(count) => *count - 1,
        };
        if left == 0 {
            rules.remove(index);
        } else {
            *times = Times::Few(left);
        }
        Some(behaviour)
    }
}
