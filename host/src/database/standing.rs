//! What the sessions of all drivers have in common: how a connection stands, and what is said of it.

use std::time::{Duration, Instant};

use super::{Access, DatabaseError, ErrorKind, Kind};

/// How the connection of a session stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Nothing was run yet; a dead connection can be replaced without anybody's noticing.
    Fresh,
    Idle,
    /// A statement is under way.
    Busy,
    /// The connection must not be used again.
    Broken,
    /// Committed, rolled back, or a read that is done.
    Ended,
}

impl State {
    /// Whether a session that ends like this leaves nothing under way on its connection, and no transaction open.
    pub fn is_clean(self, access: Access) -> bool {
        match self {
            State::Ended => true,
            State::Fresh | State::Idle => access == Access::Read,
            State::Busy | State::Broken => false,
        }
    }
}

/// How many connections that died in the pool are still passed over: there can't be more of them than the pool keeps.
pub struct Passes(u32);

impl Passes {
    pub fn of_pool(size: u32) -> Self {
        Self(size)
    }

    /// Whether the request goes on with another connection after an error on one of which nothing was seen yet.
    pub fn take(&mut self, error: &DatabaseError) -> bool {
        let passed = error.kind == ErrorKind::Unavailable && self.0 > 0;
        self.0 -= u32::from(passed);
        passed
    }
}

/// Something is asked of a session whose connection is not there any more.
pub fn given_up() -> DatabaseError {
    let message = "the connection was given up after an earlier error of this request";
    DatabaseError::new(ErrorKind::Unavailable, message)
}

/// The host did not wait any longer.
pub fn timed_out(limit: Duration) -> DatabaseError {
    let message = format!("the statement took longer than `statement-timeout = {}ms`", limit.as_millis());
    DatabaseError::new(ErrorKind::Timeout, message)
}

/// One line for each time that something was asked of the database: `--log portcullis::database=debug`. Values are bound and
/// so no part of it, and slots are not filled.
pub fn trace(kind: Kind, text: &str, since: Instant) {
    let microseconds = u64::try_from(since.elapsed().as_micros()).unwrap_or(u64::MAX);
    tracing::debug!(database = kind.name(), sql = text, microseconds, "statement");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pool_of_dead_connections_comes_to_an_end() {
        let mut passes = Passes::of_pool(2);
        let of = |kind| DatabaseError::new(kind, "");
        assert!(!passes.take(&of(ErrorKind::Timeout)));
        assert_eq!(
            [(); 3].map(|()| passes.take(&of(ErrorKind::Unavailable))),
            [true, true, false]
        );
    }
}
