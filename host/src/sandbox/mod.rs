//! Components in a sandbox: engine, limits, one call. The only code that names wasmtime.

mod limits;

pub use limits::{Limits, SandboxSettings};
