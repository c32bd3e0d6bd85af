//! What a call costs in a component of Portcullis and in a plug-in of Extism that does the same work, and without either.
//!
//! The work is that of the built-in component for an operation that reads: it is given an operation, a statement and the
//! call's inputs, looks up what the operation does, and has the host put out the rows of the statement. The host has one row,
//! at once. `portcullis-extism PLUGIN [ROUNDS]`: in every round each subject has its turn, right after the one before it, so that
//! what slows the machine down for a while slows all of them.

mod comparison;
mod component;
#[path = "../plugin/src/contract.rs"]
mod contract;
mod crowd;
mod plugin;
mod services;
mod tasks;
mod threads;
mod versions;

use std::{env, num::NonZero, path::PathBuf, sync::Arc, thread};

use anyhow::Context as _;

use crate::{
    comparison::Comparison,
    component::{Component, Native},
    crowd::{CALLERS, Subject},
    plugin::{Allocation, Fresh, Kept},
    tasks::Tasks,
    threads::Threads,
    versions::Versions,
};

/// Calls that a round makes, one after the other.
const ALONE: u32 = 200;
/// Calls that each of the callers makes in a round.
const TOGETHER: u32 = 20;

fn main() -> anyhow::Result<()> {
    let mut arguments = env::args().skip(1);
    let path = arguments
        .next()
        .context("the first argument is the plug-in's file; tests/extism/run has it")?;
    let path = PathBuf::from(path);
    let rounds = arguments.next().unwrap_or_else(|| "100".to_owned());
    let rounds: NonZero<u32> = rounds.parse().with_context(|| format!("`{rounds}` is no number of rounds"))?;

    let runtime = Arc::new(portcullis::server::runtime()?);
    let on_demand = plugin::compile(&path, Allocation::OnDemand)?;
    let pooled = plugin::compile(&path, Allocation::Pooled)?;
    let component = Tasks::new("Portcullis, an instance for each call", &runtime, Component::new()?);
    let others: Vec<Box<dyn Subject>> = vec![
        Box::new(Tasks::new("native", &runtime, Native)),
        Box::new(Threads::new("Extism, an instance for each call", || {
            Ok(Fresh(on_demand.clone()))
        })?),
        Box::new(Threads::new("Extism, likewise, from a pool", || Ok(Fresh(pooled.clone())))?),
        Box::new(Threads::new("Extism, one instance for all of a caller's calls", || {
            Kept::new(&on_demand)
        })?),
    ];

    let versions = Versions::read()?;
    println!("{}; {}", versions.of("portcullis")?, versions.of("extism")?);
    println!(
        "{} processors; {rounds} rounds of {ALONE} calls one after the other, and of {TOGETHER} calls of each of {CALLERS} callers",
        thread::available_parallelism()?
    );
    let mut comparison = Comparison::new(Box::new(component), others);
    // Once for what happens only once: pages that are touched, pools that fill.
    comparison.round(ALONE, TOGETHER)?;
    comparison.forget();
    for _ in 0..rounds.get() {
        comparison.round(ALONE, TOGETHER)?;
    }
    print!("{comparison}");
    Ok(())
}
