//! What clients really sent.

use std::sync::{Arc, Mutex, PoisonError};

use crate::{Type, Value};

/// One thing that a client asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Request {
    /// To a service or SID. Whether it got in is not said.
    Connected {
        target: String,
        encrypted: bool,
    },
    LoggedOn {
        user: String,
    },
    /// A statement, with the values of each execution in the order of its binds.
    Executed {
        text: String,
        executions: Vec<Vec<Bound>>,
    },
    /// A statement was described, and not executed.
    Described {
        text: String,
    },
    /// More rows of a query that was executed before.
    Fetched {
        rows: u32,
    },
    Committed,
    RolledBack,
    Pinged,
    /// The client broke a call off.
    Broken,
    LoggedOff,
}

/// A bind, as the client declared it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bound {
    pub kind: Type,
    /// How much space the client declared for it, in bytes.
    pub size: u32,
    /// `None` if the bind takes a value from the server only.
    pub value: Option<Value>,
}

/// A request of a session. Sessions are counted from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recorded {
    pub session: u64,
    pub request: Request,
}

#[derive(Clone, Default)]
pub(crate) struct Record(Arc<Mutex<Vec<Recorded>>>);

impl Record {
    pub(crate) fn add(&self, session: u64, request: Request) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.push(Recorded { session, request });
    }

    pub(crate) fn all(&self) -> Vec<Recorded> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn clear(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}
