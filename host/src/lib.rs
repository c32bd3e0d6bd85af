//! Portcullis: a SCIM 2.0 provisioning server for applications that are nothing but tables in a database, in which every
//! operation runs as a sandboxed WebAssembly component.
//!
//! `ARCHITECTURE.md` is the map. A request goes `server` → `scim` → `operation` → `sandbox` ⇄ `database`, and back.

pub mod application;
pub mod command;
pub mod database;
pub mod harness;
pub mod operation;
pub mod outbound;
pub mod plugin;
pub mod project;
pub mod registry;
pub mod replay;
pub mod sandbox;
pub mod scim;
pub mod server;
pub mod state;
