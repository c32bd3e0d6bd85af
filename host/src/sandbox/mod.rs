//! Components in a sandbox: engine, limits, one call. The only code that names wasmtime.
//!
//! [`Sandbox::load`] compiles a component; [`Loaded`] says what it imports and is then linked with just the interfaces that
//! it was granted. Every call has a fresh store and instance out of a pool, and is bounded by [`Limits`] in each respect.

mod bindings;
mod component;
mod contract;
mod convert;
mod engine;
mod failure;
mod http;
mod limits;
mod linker;
mod meter;
mod password_hash;
mod state;
mod surroundings;
mod ticker;
mod usage;
mod wasi;

use std::{path::Path, sync::Arc};

pub use component::{Answer, Loaded, OperationComponent, Permit, TransformComponent};
pub use contract::{Call, Direction, Failure, LogLevel, Outcome, Problem, ResultLimits, ResultSet, ServiceError, Services};
pub use failure::{Bound, CallFailure, Cause, Report};
pub use limits::{Limits, NamedLimits, SandboxSettings, Shortfall};
pub use linker::Interface;
pub use password_hash::{PasswordHashComponent, Refusal, SALT};
pub use surroundings::{Readings, Tape};
pub use usage::{EndedCall, Observer, Usage};

/// The engine that all components of a host share.
pub struct Sandbox {
    shared: engine::Shared,
}

impl Sandbox {
    /// Makes the engine, and has its clock tick. `cache` is a directory for compiled components, made when missing.
    pub fn new(settings: SandboxSettings, cache: Option<&Path>) -> anyhow::Result<Self> {
        let engine = engine::engine(&settings, cache)?;
        let permits = Arc::new(tokio::sync::Semaphore::new(settings.concurrent_calls as usize));
        ticker::start(engine.weak(), permits.clone())?;
        let shared = engine::Shared {
            engine,
            settings,
            permits,
            observer: None,
        };
        Ok(Self { shared })
    }

    /// The same with somebody who is told of every call of the components that it loads from now on.
    pub fn observed(mut self, observer: Arc<dyn Observer>) -> Self {
        self.shared.observer = Some(observer);
        self
    }

    /// Compiles a component. The name is for messages.
    pub fn load(&self, name: &str, bytes: &[u8], limits: Limits) -> anyhow::Result<Loaded> {
        Loaded::compile(&self.shared, name, bytes, limits)
    }

    /// Waits for a place for the calls of a request, for as long as `queue` says.
    pub async fn permit(&self) -> Result<Permit, CallFailure> {
        self.shared.permit().await
    }

    /// Waits for a place as long as it takes, for what no client waits for.
    pub async fn place_for_loading(&self) -> Result<Permit, CallFailure> {
        self.shared.place_for_loading().await
    }

    pub fn settings(&self) -> &SandboxSettings {
        &self.shared.settings
    }
}
