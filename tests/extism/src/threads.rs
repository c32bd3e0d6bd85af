//! Callers that are threads: a call of Extism blocks the one that it is made on.

use std::{
    sync::Barrier,
    thread,
    time::{Duration, Instant},
};

use anyhow::anyhow;

use crate::crowd::{CALLERS, Crowd, Shift, Subject};

pub trait Work: Send {
    fn call(&mut self) -> anyhow::Result<()>;
}

pub struct Threads<W> {
    name: &'static str,
    first: W,
    others: Vec<W>,
}

impl<W: Work> Threads<W> {
    /// # Errors
    /// Those of `work`, which gives each caller its own.
    pub fn new(name: &'static str, work: impl Fn() -> anyhow::Result<W>) -> anyhow::Result<Self> {
        Ok(Self {
            name,
            first: work()?,
            others: (1..CALLERS).map(|_| work()).collect::<Result<_, _>>()?,
        })
    }
}

impl<W: Work> Subject for Threads<W> {
    fn name(&self) -> &'static str {
        self.name
    }

    fn alone(&mut self, calls: u32) -> anyhow::Result<Duration> {
        let start = Instant::now();
        for _ in 0..calls {
            self.first.call()?;
        }
        Ok(start.elapsed())
    }

    fn together(&mut self, calls: u32) -> anyhow::Result<Crowd> {
        let start = Barrier::new(CALLERS);
        let callers = std::iter::once(&mut self.first).chain(&mut self.others);
        let shifts: anyhow::Result<Vec<_>> = thread::scope(|scope| {
            let threads: Vec<_> = callers.map(|work| scope.spawn(|| shift(work, &start, calls))).collect();
            let shifts = threads
                .into_iter()
                .map(|thread| thread.join().map_err(|_| anyhow!("a caller panicked"))?);
            shifts.collect()
        });
        Ok(shifts?.into())
    }
}

fn shift(work: &mut impl Work, start: &Barrier, calls: u32) -> anyhow::Result<Shift> {
    start.wait();
    let from = Instant::now();
    let mut latencies = Vec::with_capacity(calls as usize);
    for _ in 0..calls {
        let wanted = Instant::now();
        thread::yield_now();
        work.call()?;
        latencies.push(wanted.elapsed());
    }
    Ok(Shift {
        from,
        until: Instant::now(),
        latencies,
    })
}
