//! The tokens of the state store, as they were a moment ago.
//!
//! A copy of all of them answers requests, and is read anew when it is older than [`LIFE`]: commands in other processes make and
//! revoke tokens while the server runs. A token that is not in the copy may have been made since, so that it is looked for in
//! one that is younger than the request. However many requests want that at once, one reads for all.

use std::{
    sync::{Arc, PoisonError, RwLock},
    time::{Duration, Instant},
};

use chrono::{DateTime, Utc};

use super::uses::Uses;
use crate::state::{StateError, Store, StoredToken, TokenHash};

/// How long a revoked token may still open something.
const LIFE: Duration = Duration::from_secs(1);

/// What a token is to an application.
#[derive(Clone, Debug)]
pub enum Verdict {
    /// One of its own, with its name.
    Known(Arc<str>),
    /// One of its own that has had its time, which ended then.
    Expired(Arc<str>, DateTime<Utc>),
    Unknown,
}

/// The tokens of all applications.
pub struct Tokens {
    store: Store,
    copy: RwLock<Option<Arc<Copied>>>,
    reading: tokio::sync::Mutex<()>,
    uses: Uses,
}

struct Copied {
    /// When reading it began.
    read: Instant,
    tokens: Vec<(Arc<str>, StoredToken)>,
}

impl Tokens {
    pub fn new(store: Store) -> Self {
        Self {
            store,
            copy: RwLock::default(),
            reading: tokio::sync::Mutex::default(),
            uses: Uses::default(),
        }
    }

    /// What a token is to an application. One that is known counts as used.
    ///
    /// # Errors
    /// The store cannot be read. Then none of its tokens opens anything: one that was revoked must not.
    pub async fn judge(&self, application: &str, hash: &TokenHash) -> Result<Verdict, StateError> {
        let asked = Instant::now();
        let oldest = asked.checked_sub(LIFE).unwrap_or(asked);
        let mut copy = self.copy(oldest).await?;
        let mut found = copy.find(application, hash);
        if found.is_none() && copy.read < asked {
            copy = self.copy(asked).await?;
            found = copy.find(application, hash);
        }
        let Some((name, token)) = found else {
            return Ok(Verdict::Unknown);
        };
        let now = Utc::now();
        match token.expires {
            Some(expires) if expires <= now => Ok(Verdict::Expired(name.clone(), expires)),
            _ => {
                self.uses.note(token.id, now);
                Ok(Verdict::Known(name.clone()))
            }
        }
    }

    /// Keeps in the store when tokens were used, for as long as it is polled.
    pub async fn keep_uses(&self) {
        self.uses.keep(&self.store).await;
    }

    /// The same for what is not kept yet, once.
    pub async fn keep_last_uses(&self) {
        self.uses.flush(&self.store).await;
    }

    /// A copy that is not older than that.
    async fn copy(&self, oldest: Instant) -> Result<Arc<Copied>, StateError> {
        if let Some(copy) = self.held(oldest) {
            return Ok(copy);
        }
        let _turn = self.reading.lock().await;
        if let Some(copy) = self.held(oldest) {
            return Ok(copy);
        }
        let read = Instant::now();
        let tokens = self.store.tokens().await?;
        let tokens = tokens.into_iter().map(|token| (token.name.as_str().into(), token));
        let copy = Arc::new(Copied {
            read,
            tokens: tokens.collect(),
        });
        *self.copy.write().unwrap_or_else(PoisonError::into_inner) = Some(copy.clone());
        Ok(copy)
    }

    fn held(&self, oldest: Instant) -> Option<Arc<Copied>> {
        let copy = self.copy.read().unwrap_or_else(PoisonError::into_inner);
        copy.clone().filter(|copy| copy.read >= oldest)
    }
}

impl Copied {
    /// Looks at every token of the application, whichever it is.
    fn find(&self, application: &str, hash: &TokenHash) -> Option<&(Arc<str>, StoredToken)> {
        let its = self.tokens.iter().filter(|(_, token)| token.application == application);
        its.fold(None, |found, token| if token.1.hash.is(hash) { Some(token) } else { found })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::NewToken;

    async fn store() -> (tempfile::TempDir, Store) {
        let directory = tempfile::tempdir().unwrap();
        let store = Store::open(&directory.path().join("portcullis.db")).await.unwrap();
        (directory, store)
    }

    async fn add(store: &Store, application: &str, name: &str, text: &str, expires: Option<DateTime<Utc>>) {
        let token = NewToken {
            application: application.to_owned(),
            name: name.parse().unwrap(),
            hash: TokenHash::of(text),
            expires,
        };
        store.add_token(&token).await.unwrap();
    }

    async fn verdict(tokens: &Tokens, application: &str, text: &str) -> String {
        match tokens.judge(application, &TokenHash::of(text)).await.unwrap() {
            Verdict::Known(name) => name.to_string(),
            Verdict::Expired(name, _) => format!("expired {name}"),
            Verdict::Unknown => "unknown".to_owned(),
        }
    }

    #[tokio::test]
    async fn a_token_opens_its_own_application_while_it_lasts() {
        let (_directory, store) = store().await;
        let (past, future) = (Utc::now() - Duration::from_secs(5), Utc::now() + Duration::from_secs(3600));
        add(&store, "hr", "okta", "abc", None).await;
        add(&store, "hr", "entra", "def", Some(future)).await;
        add(&store, "hr", "old", "ghi", Some(past)).await;
        let tokens = Tokens::new(store);
        assert_eq!(verdict(&tokens, "hr", "abc").await, "okta");
        assert_eq!(verdict(&tokens, "hr", "def").await, "entra");
        assert_eq!(verdict(&tokens, "hr", "ghi").await, "expired old");
        assert_eq!(verdict(&tokens, "hr", "ab").await, "unknown");
        assert_eq!(verdict(&tokens, "hr", "").await, "unknown");
        assert_eq!(verdict(&tokens, "crm", "abc").await, "unknown");
    }

    #[tokio::test]
    async fn a_new_token_opens_at_once() {
        let (_directory, store) = store().await;
        let tokens = Tokens::new(store.clone());
        assert_eq!(verdict(&tokens, "hr", "abc").await, "unknown");
        add(&store, "hr", "okta", "abc", None).await;
        assert_eq!(verdict(&tokens, "hr", "abc").await, "okta");
    }

    #[tokio::test]
    async fn nothing_opens_when_the_store_cannot_be_read() {
        let (_directory, store) = store().await;
        add(&store, "hr", "okta", "abc", None).await;
        let tokens = Tokens::new(store.clone());
        store.close().await;
        assert!(tokens.judge("hr", &TokenHash::of("abc")).await.is_err());
    }

    #[tokio::test]
    async fn uses_are_kept() {
        let (_directory, store) = store().await;
        add(&store, "hr", "okta", "abc", None).await;
        add(&store, "hr", "idle", "def", None).await;
        let tokens = Tokens::new(store.clone());
        verdict(&tokens, "hr", "abc").await;
        verdict(&tokens, "hr", "wrong").await;
        tokens.keep_last_uses().await;
        let stored = store.tokens().await.unwrap();
        let used: Vec<_> = stored.iter().map(|token| token.last_used.is_some()).collect();
        assert_eq!(used, [true, false]);
    }
}
