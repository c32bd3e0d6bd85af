//! The tables of a peer, in an embedded SQLite of its own that goes with it.

mod change;
mod conversion;
mod database;
mod definition;
mod dictionary;
mod format;
mod formats;
mod functions;
mod own_functions;
mod query;
mod stored;
mod transaction;
mod turns;
mod typed;
mod violation;

pub(crate) use database::Database;
pub(crate) use query::{Described, Rows};
pub(crate) use transaction::Store;
pub(crate) use turns::Break;
