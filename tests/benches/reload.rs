//! How long requests take while a component that each of them calls is exchanged, and while none is: clients read users through a
//! transform of which one version after the other is approved.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::{Duration, Instant},
};

use portcullis_tests::{Application, Client, Kind, component_path, plugin};

use crate::figures::{Answered, Latency};

const MANIFEST: &str = include_str!("../../plugins/normalise-names/normalise_names.toml");
const CLIENTS: usize = 4;
const EXCHANGES: usize = 10;
/// Between two exchanges.
const QUIET: Duration = Duration::from_secs(2);

/// Exchanges it again and again.
pub fn run() {
    let application = Application::with_users(Kind::Postgresql, 7)
        .with_shipped("normalise-names", component_path!(NORMALISE_NAMES), MANIFEST, "")
        .with("[transforms]\nfrom-application = [\"normalise-names\"]")
        .start();
    let path = application.user("user001");
    let over = AtomicBool::new(false);
    let (answered, exchanges) = thread::scope(|scope| {
        let clients: Vec<_> = (0..CLIENTS)
            .map(|_| scope.spawn(|| read(&application, &path, &over)))
            .collect();
        let exchanges: Vec<(Instant, Instant)> = (1..=EXCHANGES).map(|number| exchange(&application, number)).collect();
        over.store(true, Ordering::Relaxed);
        let answered = clients.into_iter().flat_map(|client| client.join().expect("a client"));
        (answered.collect::<Vec<_>>(), exchanges)
    });
    let meets = |answered: &Answered| {
        exchanges
            .iter()
            .any(|(begun, done)| answered.at >= *begun && answered.sent() <= *done)
    };
    let (during, quiet): (Vec<Answered>, Vec<Answered>) = answered.into_iter().partition(meets);
    let took: Duration = exchanges.iter().map(|(begun, done)| *done - *begun).sum();
    println!(
        "GET /Users/{{id}} of {CLIENTS} clients through a transform, which was exchanged {EXCHANGES} times, each in {:.0?}",
        took / EXCHANGES as u32
    );
    println!("  while it is exchanged  {}", Latency::of(&during));
    println!("  while it is not        {}", Latency::of(&quiet));
}

fn read(client: &Client, path: &str, over: &AtomicBool) -> Vec<Answered> {
    let mut answered = Vec::new();
    while !over.load(Ordering::Relaxed) {
        answered.push(Answered::to(|| client.get(path)));
    }
    answered
}

/// Has another version approved, and says from when to when the server compiled, tried and took it.
fn exchange(application: &Application, number: usize) -> (Instant, Instant) {
    thread::sleep(QUIET);
    let plugins = application.directory.path().join("plugins");
    let bytes = std::fs::read(component_path!(NORMALISE_NAMES)).expect("a component that has been built");
    let mark = format!("{} {number}", std::process::id());
    let bytes = plugin::embedded(&bytes, "of-the-benchmark", mark.as_bytes());
    std::fs::write(plugins.join("normalise-names.wasm"), bytes).expect("a file");
    let version = format!("1.{number}.0");
    let manifest = MANIFEST.replacen("version = \"0.1.0\"", &format!("version = \"{version}\""), 1);
    std::fs::write(plugins.join("normalise-names.toml"), manifest).expect("a file");
    plugin::approve(application.directory.path());
    let log = &application.program.log;
    let compiled = |text: String| text.matches("another version is being compiled and tried").count();
    while compiled(log.text()) < number {
        thread::sleep(Duration::from_millis(1));
    }
    let begun = Instant::now();
    log.expect(&["approved serves", &format!("\"version\":\"{version}\"")]);
    (begun, Instant::now())
}
