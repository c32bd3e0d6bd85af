//! What a program has written to its log, as it comes.

use std::{
    io::{BufRead, BufReader, Read},
    sync::{Arc, Condvar, Mutex, PoisonError},
    thread,
    time::{Duration, Instant},
};

/// How long a line may take to come.
const PATIENCE: Duration = Duration::from_secs(20);

#[derive(Clone, Default)]
pub struct Log {
    shared: Arc<(Mutex<Lines>, Condvar)>,
}

#[derive(Default)]
struct Lines {
    lines: Vec<String>,
    ended: bool,
}

impl Log {
    /// Collects the lines of a stream until it ends.
    pub fn of(stream: impl Read + Send + 'static) -> Self {
        let log = Self::default();
        let writer = log.clone();
        thread::spawn(move || {
            for line in BufReader::new(stream).split(b'\n').map_while(Result::ok) {
                writer.change(|lines| lines.lines.push(String::from_utf8_lossy(&line).into_owned()));
            }
            writer.change(|lines| lines.ended = true);
        });
        log
    }

    fn change(&self, change: impl FnOnce(&mut Lines)) {
        let (lines, changed) = &*self.shared;
        change(&mut lines.lock().unwrap_or_else(PoisonError::into_inner));
        changed.notify_all();
    }

    /// Everything so far.
    pub fn text(&self) -> String {
        let lines = self.shared.0.lock().unwrap_or_else(PoisonError::into_inner);
        lines.lines.join("\n")
    }

    /// How many lines there are so far, as a place to look on from.
    pub fn len(&self) -> usize {
        self.shared.0.lock().unwrap_or_else(PoisonError::into_inner).lines.len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Waits for a line that `wanted` accepts, and gives it; `None` when the stream ends without one.
    pub fn find(&self, wanted: impl Fn(&str) -> bool) -> Option<String> {
        let (lines, changed) = &*self.shared;
        let deadline = Instant::now() + PATIENCE;
        let mut lines = lines.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            if let Some(line) = lines.lines.iter().find(|line| wanted(line)) {
                return Some(line.clone());
            }
            if lines.ended || Instant::now() > deadline {
                return None;
            }
            let waited = changed.wait_timeout(lines, Duration::from_millis(200));
            lines = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// Waits for a line with all of these in it.
    #[track_caller]
    pub fn expect(&self, parts: &[&str]) -> String {
        self.find(|line| parts.iter().all(|part| line.contains(part)))
            .unwrap_or_else(|| panic!("no line of the log has all of {parts:?}. The log:\n{}", self.text()))
    }
}
