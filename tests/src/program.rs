//! The program under test, as a process of its own.

use std::{
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Output, Stdio},
    time::{Duration, Instant},
};

use crate::{database, log::Log};

/// How long the program may take to come up, and to end. Components are compiled in that time, the first time without a cache.
const PATIENCE: Duration = Duration::from_secs(60);

/// A program that serves; killed when dropped.
pub struct Program {
    child: Child,
    /// `http://127.0.0.1:PORT`
    pub url: String,
    pub log: Log,
    stdout: Log,
}

/// Bytes that a process holds.
pub struct Memory {
    pub now: u64,
    /// At any time since it began.
    pub most: u64,
}

impl Program {
    /// `portcullis serve` with a configuration directory.
    pub fn serve(directory: &Path) -> Self {
        Self::serve_logging(directory, "info")
    }

    /// The same with another filter of the log.
    pub fn serve_logging(directory: &Path, filter: &str) -> Self {
        let mut command = command();
        command.env("PORTCULLIS_LOG", filter);
        command.arg("serve").arg("--config").arg(directory);
        command.args(["--listen", "127.0.0.1:0", "--log-format", "json"]);
        Self::start(command)
    }

    /// Starts any command that prints `listening on URL` when it is ready.
    pub fn start(mut command: Command) -> Self {
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the program starts");
        let stdout = Log::of(child.stdout.take().expect("a piped stdout"));
        let log = Log::of(child.stderr.take().expect("a piped stderr"));
        let deadline = Instant::now() + PATIENCE;
        let line = loop {
            let ended = child.try_wait().expect("a child can be asked for").is_some();
            if let Some(line) = stdout.find(|line| line.contains("listening on ")) {
                break line;
            }
            if ended || Instant::now() > deadline {
                let _ = child.kill();
                panic!(
                    "the program does not listen.\nstdout:\n{}\nstderr:\n{}",
                    stdout.text(),
                    log.text()
                );
            }
        };
        let url = line
            .split("listening on ")
            .nth(1)
            .and_then(|rest| rest.split_whitespace().next());
        Self {
            child,
            url: url.expect("a URL after `listening on`").trim_end_matches('/').to_owned(),
            log,
            stdout,
        }
    }

    /// The number of its process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// What it holds of the machine's memory, as Linux tells it; elsewhere nothing is known.
    pub fn memory(&self) -> Option<Memory> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.id())).ok()?;
        let figure = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name))?;
            let kibibytes: u64 = line.split_whitespace().next()?.parse().ok()?;
            Some(kibibytes << 10)
        };
        Some(Memory {
            now: figure("VmRSS:")?,
            most: figure("VmHWM:")?,
        })
    }

    /// What it has printed so far.
    pub fn output(&self) -> String {
        self.stdout.text()
    }

    /// Asks it to end, as a service manager does, and waits.
    pub fn terminate(mut self) -> (ExitStatus, Log) {
        let kill = Command::new("kill")
            .args(["-s", "TERM", &self.child.id().to_string()])
            .status();
        assert!(kill.is_ok_and(|status| status.success()), "the program can be signalled");
        let deadline = Instant::now() + PATIENCE;
        let status = loop {
            match self.child.try_wait().expect("a child can be asked for") {
                Some(status) => break status,
                None => assert!(Instant::now() < deadline, "the program does not end.\n{}", self.log.text()),
            }
            std::thread::sleep(Duration::from_millis(20));
        };
        (status, self.log.clone())
    }

    /// Whether the process is still there.
    pub fn is_running(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        if std::thread::panicking() {
            eprintln!("The log of the program:\n{}", self.log.text());
        }
    }
}

/// Runs a command of the program to its end.
pub fn run(arguments: &[&str]) -> Output {
    command().args(arguments).output().expect("the program starts")
}

/// The program, with what it needs in its environment to reach the databases of the tests.
pub fn command() -> Command {
    let mut command = Command::new(path());
    let (name, value) = database::environment();
    command.env(name, value);
    command.env(crate::application::TOKEN_VARIABLE, crate::application::TOKEN);
    command
}

/// `portcullis` in the directory of the profile that this test was built in: cargo builds it before it runs a test of its
/// package.
fn path() -> PathBuf {
    let test = std::env::current_exe().expect("a test has a file");
    let path = test.ancestors().nth(2).map(|profile| profile.join("portcullis"));
    path.filter(|path| path.is_file())
        .unwrap_or_else(|| panic!("there is no `portcullis` beside {}: `cargo build` makes it", test.display()))
}
