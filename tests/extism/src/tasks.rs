//! Callers that are tasks of Portcullis' own runtime.

use std::{
    future::poll_fn,
    mem::replace,
    sync::Arc,
    task::Poll,
    time::{Duration, Instant},
};

use tokio::{runtime::Runtime, sync::Barrier};

use crate::crowd::{CALLERS, Crowd, Shift, Subject};

pub trait Work: Send + Sync + 'static {
    fn call(&self) -> impl Future<Output = anyhow::Result<()>> + Send;
}

pub struct Tasks<W> {
    name: &'static str,
    runtime: Arc<Runtime>,
    work: Arc<W>,
}

impl<W: Work> Tasks<W> {
    pub fn new(name: &'static str, runtime: &Arc<Runtime>, work: W) -> Self {
        Self {
            name,
            runtime: runtime.clone(),
            work: Arc::new(work),
        }
    }
}

impl<W: Work> Subject for Tasks<W> {
    fn name(&self) -> &'static str {
        self.name
    }

    fn alone(&mut self, calls: u32) -> anyhow::Result<Duration> {
        let work = self.work.clone();
        let task = self.runtime.spawn(async move {
            let start = Instant::now();
            for _ in 0..calls {
                work.call().await?;
            }
            Ok(start.elapsed())
        });
        self.runtime.block_on(task)?
    }

    fn together(&mut self, calls: u32) -> anyhow::Result<Crowd> {
        let start = Arc::new(Barrier::new(CALLERS));
        let tasks = (0..CALLERS).map(|_| self.runtime.spawn(shift(self.work.clone(), start.clone(), calls)));
        let tasks: Vec<_> = tasks.collect();
        let shifts = tasks.into_iter().map(|task| self.runtime.block_on(task)?);
        Ok(shifts.collect::<anyhow::Result<Vec<_>>>()?.into())
    }
}

async fn shift<W: Work>(work: Arc<W>, start: Arc<Barrier>, calls: u32) -> anyhow::Result<Shift> {
    start.wait().await;
    let from = Instant::now();
    let mut latencies = Vec::with_capacity(calls as usize);
    for _ in 0..calls {
        let wanted = Instant::now();
        give_way().await;
        work.call().await?;
        latencies.push(wanted.elapsed());
    }
    Ok(Shift {
        from,
        until: Instant::now(),
        latencies,
    })
}

/// Goes to the end of the queue. With tokio's own `yield_now` the task would be the next one again: this runtime looks for events
/// between any two turns, and what was put off until then comes first.
async fn give_way() {
    let mut gave = false;
    poll_fn(|context| {
        if replace(&mut gave, true) {
            return Poll::Ready(());
        }
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await
}
