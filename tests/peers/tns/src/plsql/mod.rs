//! The small part of PL/SQL that clients send: blocks of calls, with values bound in and out.

mod block;
mod call;
mod procedure;
mod run;
mod source;

pub(crate) use block::Block;
pub use call::Call;
pub(crate) use procedure::Procedures;
pub use procedure::{Direction, Procedure};
pub(crate) use run::{OUT, Results};
pub(crate) use source::{is_source, read_source};
