//! From a configuration directory to [`Configuration`], or to every mistake in it.
//!
//! ```text
//! DIR/portcullis.toml         server, state, sandbox, plugins and more; every section may be left out
//! DIR/applications/NAME.toml  one application each, at least one
//! DIR/plugins/                the components that portcullis.toml names; not looked into here
//! ```
//!
//! Nothing is decoded by `serde`: an administrator who mistypes a key wants to know where, what is meant and what to write,
//! and wants to know it of all files at once. So each section has a decoder of its own, made of [`table::Table`] and
//! [`node::Node`], which know where they stand. A decoder that fails gives [`log::Reported`], and that can be had only by
//! writing a problem into the log: no failure is silent, and none ends the decoding of what stands beside it.

mod application;
mod argument;
mod attributes;
mod coherence;
mod column;
mod connection;
mod context;
mod directory;
mod entitlement;
mod groups;
mod holds;
mod lists;
mod log;
mod manifest;
mod nearest;
mod node;
mod operation;
mod oracle;
mod passages;
mod plugin;
mod problem;
mod quantity;
mod registries;
mod replay;
mod sandbox;
mod secret;
mod server;
mod signatures;
mod source;
mod sqlserver;
mod state;
mod step;
mod suspension;
mod table;
mod tls;
mod transforms;
mod users;

#[cfg(test)]
mod tests;

use std::path::Path;

pub use application::TOKEN_LENGTH;
pub use manifest::manifest;
pub use plugin::plugin_name;
pub use problem::{Place, Problem, Problems};

use super::Configuration;

/// A configuration, and what is allowed in it but probably not meant.
#[derive(Clone, Debug)]
pub struct Loaded {
    pub configuration: Configuration,
    pub warnings: Vec<Problem>,
}

impl Configuration {
    /// Reads a configuration directory; secrets may come from the environment of the process.
    pub fn load(directory: &Path) -> Result<Loaded, Problems> {
        Self::load_with(directory, &|name| std::env::var(name).ok())
    }

    /// Reads a configuration directory with another environment than that of the process.
    pub fn load_with(directory: &Path, environment: &dyn Fn(&str) -> Option<String>) -> Result<Loaded, Problems> {
        directory::load(directory, environment)
    }
}
