//! The clock of the engine's epoch: at each of its ticks, a component that keeps the processor is looked at, and lets others have it.

use std::{io, sync::Arc, thread, time::Duration};

use tokio::sync::Semaphore;
use wasmtime::EngineWeak;

/// From one tick to the next while there are calls. A request has to wait about so long for each component that spins.
const TICK: Duration = Duration::from_millis(2);
/// The same while there are none, so that a server with nothing to do sleeps well. The first call meets its first tick later by that.
const IDLE: Duration = Duration::from_millis(20);

/// Starts a thread that ticks for as long as the engine lives. All of the places are free while there are no calls.
pub(super) fn start(engine: EngineWeak, places: Arc<Semaphore>) -> io::Result<()> {
    let all = places.available_permits();
    thread::Builder::new().name("epoch".into()).spawn(move || {
        while let Some(engine) = engine.upgrade() {
            engine.increment_epoch();
            drop(engine);
            let idle = places.available_permits() == all;
            thread::sleep(if idle { IDLE } else { TICK });
        }
    })?;
    Ok(())
}
