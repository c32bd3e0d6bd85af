//! When tokens were used. Written to the state store now and then, so that no request waits for it.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use chrono::{DateTime, Utc};

use crate::state::Store;

/// How long a use may not be in the store.
const PAUSE: Duration = Duration::from_secs(5);

/// The uses that are not in the store yet: the last of each token, by its id.
#[derive(Default)]
pub struct Uses {
    last: Mutex<BTreeMap<i64, DateTime<Utc>>>,
}

impl Uses {
    pub fn note(&self, token: i64, used: DateTime<Utc>) {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        last.insert(token, used);
    }

    /// Writes them down again and again; never ends by itself.
    pub async fn keep(&self, store: &Store) {
        loop {
            tokio::time::sleep(PAUSE).await;
            self.flush(store).await;
        }
    }

    /// Writes them down. What could not be written, or no longer is because nobody polls this, stays for the next time.
    pub async fn flush(&self, store: &Store) {
        let uses: Vec<_> = {
            let last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
            last.iter().map(|(token, used)| (*token, *used)).collect()
        };
        if uses.is_empty() {
            return;
        }
        if let Err(error) = store.tokens_used(&uses).await {
            tracing::warn!("when tokens were used is not written down: {error}");
            return;
        }
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        for (token, used) in uses {
            if last.get(&token) == Some(&used) {
                last.remove(&token);
            }
        }
    }
}
