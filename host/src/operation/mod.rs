//! From what SCIM asks to which operations run, in one transaction.
//!
//! [`Application`] is a configured application with the plan of every operation; it answers the protocol as its
//! [`crate::scim::Provider`]. What a component may do with the database while it runs is decided by [`desk`].

mod among;
mod application;
mod assignments;
mod attempts;
mod catalogue;
mod columns;
mod derived;
pub mod desk;
mod element_filter;
mod failure;
mod filter;
mod groups;
mod learning;
mod links;
mod list;
mod matcher;
mod members;
pub mod order;
pub mod output;
mod passwords;
mod position;
mod prepared;
mod problem;
mod provider;
mod records;
mod report;
mod request;
mod rules;
mod secrets;
mod select;
mod settings;
mod several;
mod shapes;
mod single;
mod transforms;
mod trial;
mod turns;
mod values;
mod watch;
mod write;

pub use application::{Application, Ground};
pub use derived::Derived;
pub use prepared::{Dynamic, MAIN, Prepared, Written};
pub use problem::{LoadProblem, Unready};
pub use watch::Oversight;
