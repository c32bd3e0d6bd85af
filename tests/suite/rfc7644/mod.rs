//! The example requests of RFC 7644, as they are printed there, adapted only where their data must exist: ids are the
//! database's, and the URLs those of this server.
//!
//! A module for each section; a test is named after what its example shows.

mod application;
mod bulk;
mod creating;
mod deleting;
mod errors;
mod filtering;
mod groups;
mod patch_add;
mod patch_remove;
mod patch_replace;
mod projecting;
mod querying;
mod replacing;
mod searching;
mod versioning;

use application::{BARBARA, application};
