//! Components that misuse what WASI gives them: handles without end, streams, clocks, random numbers.

use portcullis_tests::{Application, Kind};

use crate::components;

use super::reading;

/// What a component is asked to do, and what the answer comes to: the status, and what it says.
pub const ASKED: [(&str, u16, &str); 22] = [
    ("hoard-pollables", 500, "more than 1024 handles"),
    ("hoard-streams", 500, "more than 1024 handles"),
    ("hoard-inputs", 500, "more than 1024 handles"),
    ("hoard-pollables-of-a-stream", 500, "more than 1024 handles"),
    ("sleep", 500, "`wall = 1000ms`"),
    ("sleep-many-times-at-once", 500, "`wall = 1000ms`"),
    ("poll-without-end", 500, "`cpu = 250ms`"),
    ("poll-nothing", 500, "empty poll list"),
    ("poll-a-million-times-at-once", 500, "`transfer = 1MiB`"),
    ("spin-on-a-clock", 500, "`cpu = 250ms`"),
    ("write-zeroes", 500, "crashed in run"),
    ("write-many-zeroes", 500, "crashed in run"),
    ("write-megabytes", 500, "crashed in run"),
    ("write-without-end", 500, "`cpu = 250ms`"),
    ("splice", 400, "closed"),
    ("read-input", 400, "closed"),
    ("random-gigabytes", 500, "exceeds limit"),
    ("random", 400, "true"),
    ("environment", 400, "[] [] None"),
    ("exit-well", 500, "crashed in run"),
    ("exit-badly", 500, "crashed in run"),
    // With the capability `clock` a component can tell the time as exactly as the host; nothing else tells it.
    (
        "clocks",
        400,
        "forward true, resolution 1, since the call began true, year true",
    ),
];

pub const ENTRY: &str = "allow = [\"log\", \"database\", \"output\", \"stdio\", \"clock\", \"random\"]\n\
                     limits = { cpu = \"250ms\", wall = \"1s\", transfer = \"1MiB\" }";

#[test]
fn what_wasi_gives_has_bounds() {
    let application = reading(Kind::Sqlite, "hoarder", components::HOARDING, ENTRY);
    let before = memory(&application);
    for (what, status, says) in ASKED {
        for _ in 0..3 {
            let answer = application.get(&format!("/Users/{what}"));
            assert!(answer.status == status && answer.text.contains(says), "{what}: {answer}");
        }
    }
    application.expect_unharmed();
    for report in application.program.log.text().lines() {
        assert!(
            report.len() < 32 << 10,
            "{} bytes in a line of the log: {report}",
            report.len()
        );
    }
    let grown = memory(&application).saturating_sub(before);
    assert!(grown < 64 << 20, "the host keeps {} MiB", grown >> 20);
}

/// Bytes of memory that the program has.
fn memory(application: &Application) -> u64 {
    application.program.memory().expect("its memory").now
}
