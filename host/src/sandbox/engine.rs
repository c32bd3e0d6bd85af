//! The engine: how components are compiled and where instances live.

use std::{path::Path, sync::Arc};

use anyhow::Context as _;
use wasmtime::{Cache, CacheConfig, Config, Engine, InstanceAllocationStrategy, PoolingAllocationConfig, WasmBacktraceDetails};

use super::{Observer, SandboxSettings};

/// Entries of a table; the largest table of a component in a scripting language has some thousands.
pub(super) const TABLE_ELEMENTS: usize = 50_000;
/// Memories and tables that one component may have. One of Rust has one of each; a component of Python or JavaScript brings
/// some small ones beside that of its runtime.
const PARTS: u32 = 4;
/// Core instances that one component may consist of; Python's has one for each library of its runtime.
const INSTANCES: u32 = 64;

/// Makes the engine.
pub(super) fn engine(settings: &SandboxSettings, cache: Option<&Path>) -> anyhow::Result<Engine> {
    Ok(Engine::new(&config(settings, cache)?)?)
}

fn config(settings: &SandboxSettings, cache: Option<&Path>) -> anyhow::Result<Config> {
    let mut config = Config::new();
    // Plain fibers: no component is async, so the per-store task machinery would be cost without use.
    config.concurrency_support(false);
    config.epoch_interruption(true);
    // Frames are named from the name section; DWARF is not shipped in components and would only cost time to look for.
    config.wasm_backtrace_details(WasmBacktraceDetails::Disable);
    config.max_wasm_stack(settings.stack);
    config.async_stack_size(settings.stack + (512 << 10));
    // A component's heap grows in almost every call. With guard pages that is three system calls a call, each of which stops
    // the other processors for a moment; with explicit bounds checks instead, a grown memory can stay mapped between calls.
    config.memory_reservation(slot(settings) as u64);
    config.memory_guard_size(0);
    config.guard_before_linear_memory(false);
    config.signals_based_traps(false);
    config.allocation_strategy(InstanceAllocationStrategy::Pooling(pool(settings)));
    if let Some(directory) = cache {
        std::fs::create_dir_all(directory)
            .with_context(|| format!("cannot make {}, where compiled components are kept", directory.display()))?;
        let mut cache = CacheConfig::new();
        cache.with_directory(std::path::absolute(directory)?);
        config.cache(Some(Cache::new(cache)?));
    }
    Ok(config)
}

/// Bytes that a memory has room for: what the plugin may use that may use most. A call's own limit is its store's.
fn slot(settings: &SandboxSettings) -> usize {
    settings.limits.memory.max(settings.largest_memory)
}

/// Room for every call at once. Each part of an instance is reserved once and used again by later calls, zeroed between.
fn pool(settings: &SandboxSettings) -> PoolingAllocationConfig {
    let calls = settings.concurrent_calls;
    let mut pool = PoolingAllocationConfig::default();
    pool.total_component_instances(calls)
        .total_core_instances(calls.saturating_mul(INSTANCES))
        .total_memories(calls.saturating_mul(PARTS))
        .total_tables(calls.saturating_mul(PARTS))
        .total_stacks(calls)
        .max_core_instances_per_component(INSTANCES)
        .max_memories_per_component(PARTS)
        .max_tables_per_component(PARTS)
        .table_elements(TABLE_ELEMENTS)
        .max_memory_size(slot(settings))
        .max_unused_warm_slots(calls)
        // What a small component touches stays mapped between calls: zeroing it costs less than faulting it in again.
        .linear_memory_keep_resident(512 << 10)
        .table_keep_resident(4 << 10)
        .async_stack_keep_resident(32 << 10);
    pool
}

/// The engine with what belongs to it.
#[derive(Clone)]
pub(super) struct Shared {
    pub engine: Engine,
    pub settings: SandboxSettings,
    pub permits: Arc<tokio::sync::Semaphore>,
    /// Who is told of every call; `None`: nobody.
    pub observer: Option<Arc<dyn Observer>>,
}
