//! The scenario suite: the real program, over HTTP, on every database.
//!
//! Modules mirror the surface of the program. A scenario is a function that takes the kind of a database, and is named in
//! its module's `on_every_database!`.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking, and functions beside the tests are parts of them"
)]

mod access;
mod approval;
mod bad_input;
mod bulk;
mod columns;
mod components;
mod configuration;
mod conflicts;
mod conformance;
mod database_accounts;
mod database_down;
mod database_errors;
mod demo;
mod discovery;
mod entitlements;
mod entra;
mod errors;
mod examples;
mod groups;
mod injection;
mod languages;
mod least_privilege;
mod lists;
mod media_types;
mod okta;
mod plugin_test;
mod plugins;
mod procedures;
mod random;
mod replay;
mod rfc7644;
mod root;
mod round_trips;
mod row_effect;
mod sandbox;
mod slots;
mod steps;
mod suspension;
mod types;
mod users;
