//! `[sandbox]`, and the limits that plugins share with it.

use super::{
    log::Decoded,
    quantity::{count, duration, memory_size, size},
    table::Table,
};
use crate::sandbox::{Limits, NamedLimits, SandboxSettings};

/// The size of a page of WebAssembly memory: less is no memory at all.
const PAGE: u64 = 64 << 10;
/// What a component needs of stack to call anything.
const LEAST_STACK: u64 = 16 << 10;

/// ```toml
/// [sandbox]                 # these are the defaults
/// cpu = "250ms"             # of processor time for a call; waiting doesn't count
/// wall = "5s"               # from start to end
/// memory = "64MiB"
/// transfer = "4MiB"         # crossing from the component to the host at once
/// statements = 64
/// rows = 10000              # of one result that is held in memory
/// result-bytes = "8MiB"
/// log-lines = 256
/// http-requests = 16        # of plugins that may ask hosts
/// http-bytes = "4MiB"       # of the bodies of all these requests and answers of a call
/// http-wait = "2s"          # for a connection, for the beginning of an answer, and for each further part
/// stack = "512KiB"
/// component-size = "16MiB"  # of a component's file
/// concurrent-calls = 64
/// queue = "2s"              # how long a call waits for its turn
/// ```
pub fn sandbox(table: &Table<'_>) -> Decoded<SandboxSettings> {
    let default = SandboxSettings::default();
    let limits = limits(table, default.limits).map(|named| default.limits.with(&named));
    let stack = table.or("stack", default.stack, memory_size(LEAST_STACK));
    let component_size = component_size(table, default.component_size);
    let concurrent_calls = table.or("concurrent-calls", default.concurrent_calls, count);
    let queue = table.or("queue", default.queue, duration);
    Ok(SandboxSettings {
        limits: limits?,
        largest_memory: default.largest_memory,
        stack: stack?,
        component_size: component_size?,
        concurrent_calls: concurrent_calls?,
        queue: queue?,
    })
}

/// The limits of a call that the table names; those of `others` hold for the rest.
pub fn limits(table: &Table<'_>, others: Limits) -> Decoded<NamedLimits> {
    let cpu = table.optional("cpu", duration);
    let wall = table.optional("wall", duration);
    let memory = table.optional("memory", memory_size(PAGE));
    let transfer = table.optional("transfer", memory_size(1));
    let statements = table.optional("statements", count);
    let rows = table.optional("rows", count);
    let result_bytes = table.optional("result-bytes", memory_size(1));
    let log_lines = table.optional("log-lines", count);
    let http_requests = table.optional("http-requests", count);
    let http_bytes = table.optional("http-bytes", memory_size(1));
    let http_wait = table.optional("http-wait", duration);
    let named = NamedLimits {
        cpu: cpu?,
        wall: wall?,
        memory: memory?,
        transfer: transfer?,
        statements: statements?,
        rows: rows?,
        result_bytes: result_bytes?,
        log_lines: log_lines?,
        http_requests: http_requests?,
        http_bytes: http_bytes?,
        http_wait: http_wait?,
    };
    let Limits { cpu, wall, .. } = others.with(&named);
    if wall <= cpu {
        let remedy = "write a `wall` above it, or lower `cpu` as well: `wall` counts what `cpu` counts and the waiting";
        let at = table
            .get("wall")
            .or_else(|| table.get("cpu"))
            .unwrap_or_else(|| table.node.clone());
        let message = format!(
            "wall ({}) must be larger than cpu ({})",
            humantime::format_duration(wall),
            humantime::format_duration(cpu)
        );
        return Err(at.problem(message, remedy));
    }
    Ok(named)
}

/// `component-size`, of the server or of one plugin.
pub fn component_size(table: &Table<'_>, other: u64) -> Decoded<u64> {
    table.or("component-size", other, size(1))
}
