//! The server of the benchmark: this program started again, since a benchmark of one package doesn't build the program of another.

use std::{path::Path, process::Command};

use clap::Parser as _;
use portcullis::{
    command::{Cli, run},
    server,
};
use portcullis_tests::{Program, database};

/// The variable that makes this program a server, and says of what configuration.
pub const DIRECTORY: &str = "PORTCULLIS_BENCH_DIRECTORY";

pub fn serve(directory: &Path) {
    let directory = directory.to_str().expect("a path of UTF-8");
    let arguments = ["portcullis", "serve", "--config", directory, "--listen", "127.0.0.1:0"];
    let runtime = server::runtime().expect("a runtime");
    let ended = runtime.block_on(run(Cli::parse_from(arguments)));
    ended.expect("a server that ends as it should");
}

/// A server, and the number of its process.
pub fn start(directory: &Path) -> (Program, u32) {
    let mut command = Command::new(std::env::current_exe().expect("this program has a file"));
    let (name, value) = database::environment();
    command
        .env(name, value)
        .env(DIRECTORY, directory)
        .env("PORTCULLIS_LOG", "warn");
    let program = Program::start(command);
    let pid = program.id();
    (program, pid)
}

/// What a process holds of the machine's memory, in MiB.
pub struct Resident {
    pub now: f64,
    /// At any time since it began.
    pub most: f64,
}

/// As Linux tells it; elsewhere nothing is known, and the figures are NaN.
pub fn resident(pid: u32) -> Resident {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let figure = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name));
        let kibibytes = line.and_then(|line| line.split_whitespace().next()?.parse::<f64>().ok());
        kibibytes.map_or(f64::NAN, |kibibytes| kibibytes / 1024.0)
    };
    Resident {
        now: figure("VmRSS:"),
        most: figure("VmHWM:"),
    }
}
