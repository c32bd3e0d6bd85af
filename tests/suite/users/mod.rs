//! `/Users`

mod assignments;
mod changed;
mod cursor;
mod delete;
mod filter;
mod filter_assignments;
mod filter_laws;
mod get;
mod list;
mod new_id;
mod password;
mod patch;
mod post;
mod put;
mod sort;
mod versions;
