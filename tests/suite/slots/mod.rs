//! Slots: what the host puts into a statement's text is read back by the database as what it was, or refused.

mod laws;
mod session;
