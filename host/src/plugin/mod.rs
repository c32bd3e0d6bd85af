//! Plugins: the components inside the program and those in the plugins directory, and which of them are admitted.

mod admission;
mod builtin;
mod catalogue;

pub use admission::{Refusal, admit};
pub use builtin::component as builtin_component;
pub use catalogue::{Catalogue, OperationPlugin, PluginProblem};
