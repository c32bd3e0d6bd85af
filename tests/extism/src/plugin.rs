//! The work in a plug-in of Extism.

use std::{
    path::Path,
    sync::{Arc, Mutex},
};

use anyhow::{anyhow, bail};
use extism::{CompiledPlugin, CurrentPlugin, Manifest, PTR, Plugin, PluginBuilder, UserData, Val, Wasm, convert::Json};
use portcullis::sandbox::{Limits, SandboxSettings};
use wasmtime::{Config, Enabled, InstanceAllocationStrategy, PoolingAllocationConfig, WasmBacktraceDetails};

use crate::{
    contract::{Call, NamedValue, Outcome, Value},
    services::{INPUT, OPERATION, REQUEST_ID, Rows, STATEMENT},
    threads::Work,
};

/// Bytes of a page of WebAssembly.
const PAGE: usize = 64 << 10;
/// Instances that Extism makes for one plug-in: its own library, and the plug-in once to link it and once to call it. With one to spare.
const INSTANCES: u32 = 4;

/// Where a plug-in's instances live.
#[derive(Clone, Copy)]
pub enum Allocation {
    /// Where Extism puts them: each is mapped when it is made and unmapped when it is dropped.
    OnDemand,
    /// In a pool, which Extism does not have by itself, with the settings of Portcullis' own (`host/src/sandbox/engine.rs`).
    Pooled,
}

/// Compiles the plug-in, with as many of the limits of a component as Extism has.
pub fn compile(path: &Path, allocation: Allocation) -> anyhow::Result<Arc<CompiledPlugin>> {
    let limits = Limits::default();
    // Not the module itself: every instance has a copy of the manifest.
    let manifest = Manifest::new([Wasm::file(path)])
        .with_memory_max(u32::try_from(limits.memory / PAGE)?)
        .with_timeout(limits.wall);
    let builder = PluginBuilder::new(manifest).with_cache_disabled().with_function(
        "forward",
        [PTR, PTR],
        [PTR],
        UserData::new(()),
        forward,
    );
    let builder = match allocation {
        Allocation::OnDemand => builder,
        Allocation::Pooled => builder.with_wasmtime_config(pooled()),
    };
    Ok(Arc::new(builder.compile()?))
}

fn pooled() -> Config {
    let settings = SandboxSettings::default();
    let (calls, memory) = (settings.concurrent_calls, settings.limits.memory);
    let mut pool = PoolingAllocationConfig::default();
    pool.total_core_instances(calls * INSTANCES)
        .total_memories(calls * INSTANCES)
        .total_tables(calls * INSTANCES)
        .total_gc_heaps(calls)
        .max_memory_size(memory)
        .max_unused_warm_slots(calls * INSTANCES)
        .linear_memory_keep_resident(512 << 10)
        .table_keep_resident(4 << 10)
        // Not one of Portcullis': of memories as large as these, only what was written is zeroed.
        .pagemap_scan(Enabled::Auto);
    let mut config = Config::new();
    config
        .concurrency_support(false)
        .wasm_backtrace_details(WasmBacktraceDetails::Disable)
        .max_wasm_stack(settings.stack)
        .memory_reservation(memory as u64)
        .memory_guard_size(0)
        .guard_before_linear_memory(false)
        .signals_based_traps(false)
        .allocation_strategy(InstanceAllocationStrategy::Pooling(pool));
    config
}

/// What a call and the host's function share.
type Shared = Arc<Mutex<Rows>>;

/// The host's function.
fn forward(plugin: &mut CurrentPlugin, inputs: &[Val], outputs: &mut [Val], _: UserData<()>) -> anyhow::Result<()> {
    let ([statement, values], [count]) = (inputs, outputs) else {
        bail!("`forward` has two parameters and a result");
    };
    let statement: String = plugin.memory_get_val(statement)?;
    let Json(_): Json<Vec<NamedValue>> = plugin.memory_get_val(values)?;
    let rows = plugin.host_context::<Shared>()?.clone();
    let mut rows = rows.lock().map_err(|_| anyhow!("a call before this one panicked"))?;
    let forwarded = rows.forward(&statement).map_err(|error| anyhow!("{error:?}"))?;
    plugin.memory_set_val(count, forwarded)
}

/// Every call has a fresh instance.
pub struct Fresh(pub Arc<CompiledPlugin>);

impl Work for Fresh {
    fn call(&mut self) -> anyhow::Result<()> {
        call(&mut Plugin::new_from_compiled(&self.0)?)
    }
}

/// All calls of a caller have the same instance, and find what the ones before have left in it.
pub struct Kept(Plugin);

impl Kept {
    pub fn new(compiled: &CompiledPlugin) -> anyhow::Result<Self> {
        Ok(Self(Plugin::new_from_compiled(compiled)?))
    }
}

impl Work for Kept {
    fn call(&mut self) -> anyhow::Result<()> {
        call(&mut self.0)
    }
}

fn call(plugin: &mut Plugin) -> anyhow::Result<()> {
    let (name, text) = INPUT;
    let call = Call {
        operation: OPERATION.to_owned(),
        statement: STATEMENT.to_owned(),
        request_id: REQUEST_ID.to_owned(),
        inputs: vec![NamedValue {
            name: name.to_owned(),
            value: Value::Text(text.to_owned()),
        }],
        changed: Vec::new(),
        memo: String::new(),
    };
    let rows = Shared::default();
    let Json(_): Json<Outcome> = plugin.call_with_host_context("run", Json(call), rows.clone())?;
    rows.lock().map_err(|_| anyhow!("the call panicked"))?.hold_one()
}
