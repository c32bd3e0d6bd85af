//! How long requests take beside a component that does everything bad it can, and without it: the one second good clients alone, the next
//! one with bad ones beside them, in turns. The benchmark fails where that is beyond a bound.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::{Duration, Instant},
};

use portcullis_tests::{Application, Client, Kind, application::TOKEN, component_path};
use serde_json::json;

use crate::{
    figures::{Answered, Latency, median},
    mischief::{READS, WRITES, besiege},
};

const GOOD: usize = 4;
const BAD: usize = 4;
const ROUNDS: usize = 25;
const ROUND: Duration = Duration::from_secs(1);
/// How many times as long requests may take beside bad ones, at the median and at the 99th percentile. About half of these was measured with
/// clients and server on the same two processors.
const BOUNDS: (f64, f64) = (4.0, 12.0);

/// Serves both, in turns.
pub fn run() {
    let application = besiege(Application::with_users(Kind::Postgresql, 7), component_path!(HOSTILE)).start();
    let path = application.user("user001");
    let mut next: Vec<usize> = (0..BAD).collect();
    let (mut alone, mut beside, mut bad_calls) = (Vec::new(), Vec::new(), 0);
    for _ in 0..ROUNDS {
        alone.push(round(&application, &path, &mut []).0);
        let (good, bad) = round(&application, &path, &mut next);
        beside.push(good);
        bad_calls += bad;
    }
    let latencies = |rounds: &[Vec<Answered>]| rounds.iter().map(|round| Latency::of(round)).collect::<Vec<_>>();
    let ratio = |of: fn(&Latency) -> f64| {
        let pairs = std::iter::zip(latencies(&alone), latencies(&beside));
        median(pairs.map(|(alone, beside)| of(&beside) / of(&alone)).collect())
    };
    println!("GET /Users/{{id}} of {GOOD} clients on PostgreSQL, {ROUNDS} seconds of each:");
    println!("  alone                             {}", Latency::of(&alone.concat()));
    println!(
        "  beside {BAD} clients of bad components {} ({bad_calls} bad calls)",
        Latency::of(&beside.concat())
    );
    let (median, p99) = (ratio(|latency| latency.median), ratio(|latency| latency.p99));
    println!("  ratio, the median of {ROUNDS} turns: median {median:.2}, p99 {p99:.2}");
    assert!(
        median <= BOUNDS.0 && p99 <= BOUNDS.1,
        "bad components hold others up: the bounds are {BOUNDS:?}"
    );
}

/// What good clients were answered in one round, beside a bad one for each element of `next`, which says where it goes on; and how many
/// bad calls there were.
fn round(application: &Application, path: &str, next: &mut [usize]) -> (Vec<Answered>, usize) {
    let over = AtomicBool::new(false);
    thread::scope(|scope| {
        let bad: Vec<_> = next
            .iter_mut()
            .map(|next| scope.spawn(|| misbehave(application, next, &over)))
            .collect();
        let good: Vec<_> = (0..GOOD).map(|_| scope.spawn(|| read(application, path))).collect();
        let answered = good
            .into_iter()
            .flat_map(|client| client.join().expect("a good client is served"));
        let answered = answered.collect();
        over.store(true, Ordering::Relaxed);
        (
            answered,
            bad.into_iter()
                .map(|client| client.join().expect("a bad client is answered"))
                .sum(),
        )
    })
}

fn read(client: &Client, path: &str) -> Vec<Answered> {
    let until = Instant::now() + ROUND;
    let mut answered = Vec::new();
    while Instant::now() < until {
        answered.push(Answered::to(|| client.get(path)));
    }
    answered
}

/// Does one bad thing after another, each of [`BAD`] clients its own share of them.
fn misbehave(application: &Application, next: &mut usize, over: &AtomicBool) -> usize {
    let client = |name: &str| Client::new(application.base().replace("/payroll/", &format!("/{name}/")), TOKEN);
    let (reading, writing) = (client("reading"), client("writing"));
    let victim = application.user("user002");
    let mut calls = 0;
    while !over.load(Ordering::Relaxed) {
        let number = *next % (READS.len() + WRITES.len());
        let (what, status, answer) = match READS.get(number) {
            Some((what, status, _)) => (what, status, reading.get(&format!("/Users/{what}"))),
            None => {
                let (what, status, _) = &WRITES[number - READS.len()];
                let operations = json!([{ "op": "replace", "path": "title", "value": what }]);
                (what, status, writing.patch(&victim, operations))
            }
        };
        assert_eq!(answer.status, *status, "{what}: {answer}");
        *next += BAD;
        calls += 1;
    }
    calls
}
