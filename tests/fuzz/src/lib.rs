//! What the fuzz targets have in common: the protocol, an application in memory behind it, and a client that holds every
//! answer to what any answer must be.
//!
//! A target sends what the fuzzer makes up through the same routes that serve requests, so that nothing is tested but what
//! can happen.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "what is wrong is found by panicking"
)]

#[path = "../../../host/src/scim/mod.rs"]
pub mod scim;

#[path = "../../../host/src/scim/tests/memory.rs"]
pub mod memory;

mod client;

pub use client::{Answer, Client, encode};
