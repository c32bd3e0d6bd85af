//! What a component can learn besides its input and the answers to what it asks: what time it is, and random numbers.
//!
//! All of it comes off a [`Tape`]. One that runs along takes the readings of the real clocks and of the system's random numbers, and
//! keeps them; one that was kept gives the same readings again, so that a call can be repeated bit for bit.

use std::{
    convert::Infallible,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant, SystemTime},
};

use rand_core::TryRng;
use wasmtime_wasi::{HostMonotonicClock, HostWallClock, Rng, WasiCtxBuilder, thread_rng};

/// Readings of each clock that are kept of a call.
const READINGS: usize = 16 << 10;
/// Random bytes that are kept of a call.
const RANDOM: usize = 256 << 10;
/// What a clock moves on by where nothing was recorded any more.
const BEYOND: u64 = 1_000_000;

/// What the clocks said and what chance gave, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Readings {
    /// Nanoseconds since 1970.
    pub wall: Vec<u64>,
    /// Nanoseconds since the call began.
    pub monotonic: Vec<u64>,
    pub random: Vec<u8>,
}

/// Where a call's clocks and random numbers come from. Clones are the same tape.
#[derive(Clone)]
pub struct Tape(Arc<Mutex<Inner>>);

struct Inner {
    readings: Readings,
    source: Source,
    /// More was read than is kept, or than there was.
    over: bool,
}

enum Source {
    /// The machine.
    Live { began: Instant, random: Box<dyn Rng + Send> },
    /// Readings that were kept, by how many of each are used up.
    Kept { wall: usize, monotonic: usize, random: usize },
}

impl Tape {
    /// One that runs along.
    pub fn live() -> Self {
        let source = Source::Live {
            began: Instant::now(),
            random: thread_rng(),
        };
        Self::new(Readings::default(), source)
    }

    /// One that gives what was kept.
    pub fn kept(readings: Readings) -> Self {
        let source = Source::Kept {
            wall: 0,
            monotonic: 0,
            random: 0,
        };
        Self::new(readings, source)
    }

    fn new(readings: Readings, source: Source) -> Self {
        Self(Arc::new(Mutex::new(Inner {
            readings,
            source,
            over: false,
        })))
    }

    /// What was read; `None`: more than is kept.
    pub fn readings(&self) -> Option<Readings> {
        let inner = self.lock();
        (!inner.over).then(|| inner.readings.clone())
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Has WASI read it.
    pub(super) fn play(&self, context: &mut WasiCtxBuilder) {
        let mut seed = [0; 16];
        self.lock().fill(&mut seed);
        context
            .wall_clock(Wall(self.clone()))
            .monotonic_clock(Monotonic(self.clone()))
            .secure_random(Random(self.clone()))
            .insecure_random(Random(self.clone()))
            .insecure_random_seed(u128::from_le_bytes(seed));
    }
}

impl Inner {
    fn wall(&mut self) -> u64 {
        match &mut self.source {
            Source::Live { .. } => {
                let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
                let now = u64::try_from(now.as_nanos()).unwrap_or(u64::MAX);
                self.over |= !keep(&mut self.readings.wall, now);
                now
            }
            Source::Kept { wall, .. } => again(&self.readings.wall, wall, &mut self.over),
        }
    }

    fn monotonic(&mut self) -> u64 {
        match &mut self.source {
            Source::Live { began, .. } => {
                let now = u64::try_from(began.elapsed().as_nanos()).unwrap_or(u64::MAX);
                self.over |= !keep(&mut self.readings.monotonic, now);
                now
            }
            Source::Kept { monotonic, .. } => again(&self.readings.monotonic, monotonic, &mut self.over),
        }
    }

    fn fill(&mut self, bytes: &mut [u8]) {
        match &mut self.source {
            Source::Live { random, .. } => {
                random.fill_bytes(bytes);
                match self.readings.random.len() + bytes.len() <= RANDOM {
                    true => self.readings.random.extend_from_slice(bytes),
                    false => self.over = true,
                }
            }
            Source::Kept { random, .. } => {
                let left = self.readings.random.get(*random..).unwrap_or_default();
                self.over |= left.len() < bytes.len();
                for (byte, kept) in bytes.iter_mut().zip(left.iter().chain(std::iter::repeat(&0))) {
                    *byte = *kept;
                }
                *random += bytes.len();
            }
        }
    }
}

/// Says whether there was room for a further reading.
fn keep(readings: &mut Vec<u64>, reading: u64) -> bool {
    let room = readings.len() < READINGS;
    if room {
        readings.push(reading);
    }
    room
}

/// The next of the readings that were kept. Behind the last one the clock goes on, so that whoever waits for it does not wait for
/// ever.
fn again(readings: &[u64], used: &mut usize, over: &mut bool) -> u64 {
    let next = *used;
    *used += 1;
    readings.get(next).copied().unwrap_or_else(|| {
        *over = true;
        let beyond = next.saturating_sub(readings.len()).saturating_add(1) as u64;
        readings
            .last()
            .copied()
            .unwrap_or_default()
            .saturating_add(beyond.saturating_mul(BEYOND))
    })
}

struct Wall(Tape);

impl HostWallClock for Wall {
    fn resolution(&self) -> Duration {
        Duration::from_nanos(1)
    }

    fn now(&self) -> Duration {
        Duration::from_nanos(self.0.lock().wall())
    }
}

struct Monotonic(Tape);

impl HostMonotonicClock for Monotonic {
    fn resolution(&self) -> u64 {
        1
    }

    fn now(&self) -> u64 {
        self.0.lock().monotonic()
    }
}

struct Random(Tape);

impl TryRng for Random {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        let mut bytes = [0; 4];
        self.0.lock().fill(&mut bytes);
        Ok(u32::from_le_bytes(bytes))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        let mut bytes = [0; 8];
        self.0.lock().fill(&mut bytes);
        Ok(u64::from_le_bytes(bytes))
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        self.0.lock().fill(bytes);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(tape: &Tape) -> (Vec<Duration>, Vec<u64>, u64, [u8; 5]) {
        let (wall, monotonic) = (Wall(tape.clone()), Monotonic(tape.clone()));
        let mut random = Random(tape.clone());
        let mut bytes = [0; 5];
        random.fill_bytes(&mut bytes);
        (
            vec![wall.now(), wall.now()],
            vec![monotonic.now(), monotonic.now()],
            random.next_u64(),
            bytes,
        )
    }

    #[test]
    fn what_was_kept_is_given_again() {
        let live = Tape::live();
        let first = read(&live);
        let kept = live.readings().unwrap();
        assert_ne!(first.3, read(&live).3, "random numbers repeat");
        let again = Tape::kept(kept.clone());
        assert_eq!(read(&again), first);
        assert_eq!(again.readings(), Some(kept));
    }

    #[test]
    fn behind_the_last_reading_the_clock_goes_on() {
        let tape = Tape::kept(Readings {
            monotonic: vec![7],
            ..Readings::default()
        });
        let clock = Monotonic(tape.clone());
        assert_eq!([clock.now(), clock.now(), clock.now()], [7, 7 + BEYOND, 7 + 2 * BEYOND]);
        assert_eq!(tape.readings(), None);
    }

    #[test]
    fn more_than_is_kept_is_not_cut() {
        let tape = Tape::live();
        for _ in 0..=READINGS {
            let _ = Wall(tape.clone()).now();
        }
        assert_eq!(tape.readings(), None);
    }
}
