//! Changes of one user or of one group, one after the other.
//!
//! A change reads the resource, decides, and writes. Where the database lets another transaction read in between, two changes at the
//! same instant could both decide for what only one may do: a version that both hold, the one entitlement of a type, a member that both add. In this
//! process they take turns. A turn is taken before a place in the sandbox and a connection, so that whoever waits for it holds
//! up nobody else.

use std::{
    hash::{BuildHasher as _, RandomState},
    sync::Arc,
};

use tokio::sync::{Mutex, OwnedMutexGuard};

use crate::scim::ResourceKind;

/// Resources share a turn where their hashes meet, which costs a little time and is not wrong.
const PLACES: usize = 1024;

/// Who is being changed.
pub struct Turns {
    places: Vec<Arc<Mutex<()>>>,
    /// Not to be foreseen: nobody can choose ids that meet.
    hasher: RandomState,
}

impl Turns {
    pub fn new() -> Self {
        Self {
            places: (0..PLACES).map(|_| Arc::default()).collect(),
            hasher: RandomState::new(),
        }
    }

    /// Waits until nobody else changes this resource; the turn ends when it is dropped.
    pub async fn of(&self, kind: ResourceKind, id: &str) -> Option<OwnedMutexGuard<()>> {
        let hash = usize::try_from(self.hasher.hash_one((kind, id)) % PLACES as u64).unwrap_or_default();
        Some(self.places.get(hash)?.clone().lock_owned().await)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    async fn soon(turns: &Turns, id: &str) -> Option<OwnedMutexGuard<()>> {
        tokio::time::timeout(Duration::from_millis(50), turns.of(ResourceKind::User, id))
            .await
            .ok()
            .flatten()
    }

    #[tokio::test]
    async fn one_waits_for_another_of_the_same_user_alone() {
        let turns = Turns::new();
        let first = turns.of(ResourceKind::User, "1").await;
        assert!(soon(&turns, "1").await.is_none());
        let mut others = 0;
        for id in 2..20 {
            others += usize::from(soon(&turns, &id.to_string()).await.is_some());
        }
        assert!(others > 15, "{others} of 18");
        drop(first);
        assert!(soon(&turns, "1").await.is_some());
    }
}
