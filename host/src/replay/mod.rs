//! What a component did that failed, in a file with which it does it again: on another machine, without the database.
//!
//! A component learns nothing but its input, the answers to what it asks, and what its clocks and random numbers say. A
//! [`Recorder`] stands between it and its host and keeps these; where the call fails they become a [`Replay`], a file without
//! secrets and with placeholders for values (`redaction`). A `Player` gives the same answers again, and nothing else: what
//! comes of it is the same, bit for bit, as [`Replays`] has tried before the file is kept.

mod bounds;
mod exchange;
mod file;
mod keep;
mod outcome;
mod player;
mod record;
mod redaction;
mod run;
mod settings;
mod value;

pub use file::{Called, Planned, Preparation, Replay, Unreadable, Verified, Way};
pub use keep::{Happened, Replays, Trial};
pub use outcome::{Ended, Outcome};
pub use record::{Recorded, Recorder};
pub use redaction::{Rules, redacts, secrets};
pub use run::{Linked, renew, run};
pub use settings::{Redact, ReplaySettings};
pub use value::written;
