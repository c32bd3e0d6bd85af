//! Plugins out of OCI registries, for the commands of an administrator. A server never asks a registry: what it serves is in its
//! state store.
//!
//! An artifact is what the WebAssembly working group of the CNCF says: one layer `application/wasm`, which is the component. There is
//! one type of layers alone, so that the manifest of a plugin and its signature stand in annotations; a manifest inside of the component
//! needs none. What is fetched is named by its digest, and every byte is held against it. The only code that names the registries' client.

mod artifact;
mod client;
mod failure;
mod reference;
mod settings;

pub use artifact::Artifact;
pub use client::Client;
pub use reference::{Named, Pinned};
pub use settings::{Password, Registries, Registry};
