//! The threads that everything runs on.

use std::io;

use tokio::runtime::{Builder, Runtime};

/// A component that spins gives way once a tick of its epoch. Between two such turns a thread must look at its sockets: with
/// tokio's own choice, once in 61 turns, everybody else's connections would wait for most of a second.
const EVENT_INTERVAL: u32 = 1;

/// As many threads as processors.
pub fn runtime() -> io::Result<Runtime> {
    Builder::new_multi_thread()
        .enable_all()
        .event_interval(EVENT_INTERVAL)
        .global_queue_interval(EVENT_INTERVAL)
        .build()
}
