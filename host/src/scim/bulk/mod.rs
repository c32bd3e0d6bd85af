//! Bulk requests (RFC 7644 §3.7): many changes in one message.
//!
//! Each operation goes through the same routes as if it had been sent alone, and is a transaction of its own: what one has
//! done stays when a later one fails, and the answer says for each what came of it. They are done in the order of the message,
//! except that one which refers to a later one by its `bulkId` waits for that.
//!
//! The whole message has the time of one request. An operation that is reached when little of it is left is answered 503 and
//! not begun, so that the answer says exactly what was done.

mod message;
mod reference;
mod response;
mod run;

pub use message::{Message, Operation, parse};
pub use run::{Origin, run};

/// The most operations that one message may have.
pub const MOST_OPERATIONS: usize = 1000;
