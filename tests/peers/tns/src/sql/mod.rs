//! The small part of Oracle's SQL that is understood, and what SQLite is given instead.
//!
//! What is not understood is refused: with Oracle's own error where Oracle would refuse it too, else with ORA-03001.

mod changed;
mod checks;
mod compared;
mod concatenation;
mod cursor;
mod emit;
mod functions;
mod grant;
mod names;
mod order;
mod ordered;
mod reserved;
mod table;
mod table_parts;
mod tables;
mod token;
mod translate;

pub(crate) use cursor::Cursor;
pub(crate) use grant::{Grant, read_grant, read_user};
pub(crate) use names::{hidden, shown};
pub(crate) use table::{Column, Rule, Table, read_table};
pub(crate) use token::{Token, read};
pub(crate) use translate::{Translated, Verb, is_block, received, translate};
