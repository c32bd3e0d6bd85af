//! O5LOGON with the verifiers of Oracle 12c: the server shows a key that only the password opens, the client answers with one
//! of its own, and from both comes the key that the password travels in. The server proves with it that it knows the
//! password too.

mod cipher;
mod exchange;
mod pairs;

pub(crate) use exchange::{Challenge, Verifier};
pub(crate) use pairs::{Pairs, write_pairs};
