//! A client's session: its messages read, done and answered.

mod answer;
mod cursors;
mod describe;
mod dialogue;
mod execute;
mod execution;
mod message;
mod piggyback;
mod statement;

pub(crate) use dialogue::{Answer, Context, Session};
