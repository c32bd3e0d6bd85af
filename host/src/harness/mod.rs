//! The bench on which the author of a plugin tries it out: the component in the real host, with real limits, against embedded SQLite,
//! held to files of what goes in and what comes out.
//!
//! A plugin's tests are a directory with a directory for each `case`. A case goes the way that users go: documents through an
//! application's chain of transforms, requests through the routes of the protocol. Everything is made in a temporary directory, and
//! whatever differs from one run to the next has a name in place of its value (`stable`).
//!
//! Nothing is approved here. The component may import what its manifest asks for, and serves nobody.

mod case;
mod client;
mod files;
mod golden;
mod installation;
mod laws;
mod meter;
mod project;
mod recorded;
mod report;
mod rows;
mod run;
mod stable;

pub use golden::Golden;
pub use laws::{Finding, Law, LawReport};
pub use meter::{Call, Used};
pub use project::{Project, newer_source};
pub use report::{CaseReport, Report};
pub use run::{laws, run};
