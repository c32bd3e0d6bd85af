//! A change that is done again because another transaction was in the way.
//!
//! Where two transactions wait for each other, or the database can't put them in an order, it ends one of them
//! ([`ErrorKind::Conflict`]). Nothing of that one was kept and its client has no answer yet, so that the whole of it is done again from
//! its beginning: in a new transaction, which reads anew what it decides by. That is done a few times and not for ever, after a pause
//! in which the request holds neither a connection nor a place in the sandbox, and whose length is a matter of chance: the two would
//! only meet again otherwise.
//!
//! Where it is not known whether a transaction was kept (the connection was lost at its COMMIT), it is not done again. Nor is one that
//! took as long as a statement may: what it waited for is still there, and its client has waited enough.

use std::time::{Duration, Instant};

use backon::{BackoffBuilder as _, ExponentialBackoff, ExponentialBuilder};

use super::{failure, request::Request};
use crate::{
    database::{Connection, DatabaseError, ErrorKind},
    scim::Error,
};

/// The pause after the first attempt, at the least; each further one is twice as long.
const FIRST_PAUSE: Duration = Duration::from_millis(10);

/// A pause without what chance adds to it is no longer than this.
const LONGEST_PAUSE: Duration = Duration::from_millis(250);

/// The attempts of one request.
pub struct Attempts {
    /// As many as there may be further attempts.
    pauses: ExponentialBackoff,
    /// When no further attempt begins any more.
    over: Instant,
}

impl Attempts {
    /// For a request that begins now.
    pub fn new(connection: &Connection) -> Self {
        Self {
            pauses: ExponentialBuilder::new()
                .with_min_delay(FIRST_PAUSE)
                .with_max_delay(LONGEST_PAUSE)
                .with_max_times(usize::try_from(connection.conflict_retries).unwrap_or_default())
                .with_jitter()
                .build(),
            over: Instant::now() + connection.statement_timeout,
        }
    }

    /// Keeps what succeeded and undoes what did not; `None`, after a pause, where the request is to be done again.
    pub async fn end<T>(&mut self, request: Request, result: Result<T, Error>) -> Option<Result<T, Error>> {
        let (application, id) = (request.application.clone(), request.id.clone());
        let (error, conflict) = match result {
            Ok(done) => match request.commit().await {
                Ok(()) => return Some(Ok(done)),
                Err(error) => (failure::connection(&application, &error), Some(error)),
            },
            Err(error) => {
                let conflict = request.refusal().cloned();
                request.rollback().await;
                (error, conflict)
            }
        };
        let Some(pause) = conflict.as_ref().and_then(|conflict| self.pause(conflict)) else {
            return Some(Err(error));
        };
        let code = conflict.and_then(|conflict| conflict.code);
        tracing::info!(%application, request = %id, code, "another transaction was in the way: the request is done again");
        tokio::time::sleep(pause).await;
        None
    }

    /// How long to wait before the next attempt, if there is to be one.
    fn pause(&mut self, error: &DatabaseError) -> Option<Duration> {
        let again = error.kind == ErrorKind::Conflict && Instant::now() < self.over;
        again.then(|| self.pauses.next()).flatten()
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;
    use crate::database::Target;

    fn attempts(conflict_retries: u32, statement_timeout: Duration) -> Attempts {
        Attempts::new(&Connection {
            target: Target::Sqlite {
                path: PathBuf::new(),
                create: false,
            },
            pool_size: 1,
            acquire_timeout: Duration::from_secs(1),
            statement_timeout,
            conflict_retries,
        })
    }

    #[test]
    fn there_are_as_many_as_the_setting_says() {
        let conflict = DatabaseError::new(ErrorKind::Conflict, "deadlock");
        for retries in [0, 1, 20] {
            let mut attempts = attempts(retries, Duration::from_secs(60));
            let pauses: Vec<_> = std::iter::from_fn(|| attempts.pause(&conflict)).collect();
            assert_eq!(pauses.len(), retries as usize);
            assert!(
                pauses
                    .iter()
                    .all(|pause| *pause >= FIRST_PAUSE && *pause <= 2 * LONGEST_PAUSE),
                "{pauses:?}"
            );
        }
    }

    #[test]
    fn nothing_but_a_conflict_is_done_again() {
        for kind in [
            ErrorKind::Unavailable,
            ErrorKind::Timeout,
            ErrorKind::Unique,
            ErrorKind::Other,
        ] {
            assert_eq!(
                attempts(3, Duration::from_secs(60)).pause(&DatabaseError::new(kind, "")),
                None
            );
        }
    }

    #[test]
    fn what_has_taken_its_time_is_not_done_again() {
        let conflict = DatabaseError::new(ErrorKind::Conflict, "lock wait timeout");
        assert_eq!(attempts(3, Duration::ZERO).pause(&conflict), None);
    }
}
