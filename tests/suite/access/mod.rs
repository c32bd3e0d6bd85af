//! Who may come in, how, and how often: tokens, TLS, limits, and the commands for them.

mod commands;
mod limits;
mod served;
mod tls;
mod tokens;

use std::{
    path::Path,
    process::Output,
    time::{Duration, Instant},
};

use portcullis_tests::{application::NAME, program};

/// Runs a command on a configuration.
fn command(words: &[&str], directory: &Path) -> Output {
    let mut arguments = words.to_vec();
    arguments.extend(["--config", directory.to_str().expect("UTF-8")]);
    program::run(&arguments)
}

/// Runs a command on the scenarios' application, which must succeed, and gives what it prints.
#[track_caller]
fn done(words: &[&str], directory: &Path) -> String {
    let mut arguments = words.to_vec();
    arguments.extend(["--application", NAME]);
    let output = command(&arguments, directory);
    assert!(output.status.success(), "{words:?}: {}", said(&output));
    String::from_utf8(output.stdout).expect("UTF-8")
}

/// Everything that a command has said.
fn said(output: &Output) -> String {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    text(&output.stdout) + &text(&output.stderr)
}

/// Makes a token and gives it.
#[track_caller]
fn token(more: &[&str], directory: &Path) -> String {
    let words: Vec<&str> = ["token", "create"].iter().chain(more).copied().collect();
    done(&words, directory).trim_end().to_owned()
}

/// How long something may take that the program does by and by.
const PATIENCE: Duration = Duration::from_secs(20);

#[track_caller]
fn eventually<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + PATIENCE;
    loop {
        if let Some(seen) = look() {
            return seen;
        }
        assert!(Instant::now() < deadline, "{what} does not happen");
        std::thread::sleep(Duration::from_millis(100));
    }
}
