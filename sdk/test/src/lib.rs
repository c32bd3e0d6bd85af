//! `portcullis plugin test` for `cargo test`: a plugin's component runs in the real host with its limits, against embedded SQLite, and
//! is held to its golden files and to the laws that hold of any plugin. What is in the directory `tests/` is described in
//! `sdk/README.md`.
//!
//! The component must have been built: `portcullis plugin build` puts it into `dist/`.
//!
//! ```no_run
//! // tests/component.rs
//! #[test]
//! fn golden_files_and_laws() -> Result<(), portcullis_test::Failed> {
//!     portcullis_test::directory(env!("CARGO_MANIFEST_DIR"))
//! }
//! # fn main() {}
//! ```
//!
//! With `PORTCULLIS_TEST_UPDATE=true` in the environment golden files that are missing or differ are written. Compiled components are kept
//! beside the tests in cargo's target directory, or where `PORTCULLIS_TEST_CACHE` says; `PORTCULLIS_LOG` is what is logged.

use std::{
    fmt,
    path::{Path, PathBuf},
};

use portcullis::harness::{self, Golden, Project, Report};
use tracing_subscriber::EnvFilter;

/// The variable that has golden files written.
const UPDATE: &str = "PORTCULLIS_TEST_UPDATE";
/// The variable with the directory where compiled components are kept for the next run.
const CACHE: &str = "PORTCULLIS_TEST_CACHE";
/// The variable that says what is logged; errors alone, if it says nothing.
const LOG: &str = "PORTCULLIS_LOG";

/// Why a plugin's tests failed: what came of each of them. `Debug` is for people too, since that is what a test prints.
pub struct Failed(String);

/// Runs the cases of a project, whose component is in `dist/` and whose cases are in `tests/`, and tries the laws.
///
/// # Errors
/// A case failed, a law is broken, or there is nothing to be run.
pub fn directory(project: impl AsRef<Path>) -> Result<(), Failed> {
    cases(project.as_ref(), None)
}

/// The same for a component's file, with its manifest inside or beside it, and a directory of cases.
///
/// # Errors
/// As [`directory`].
pub fn component(file: impl AsRef<Path>, tests: impl AsRef<Path>) -> Result<(), Failed> {
    cases(file.as_ref(), Some(tests.as_ref()))
}

/// Tries the laws alone, with the files of the project's cases.
///
/// # Errors
/// A law is broken, or there is nothing that it could be tried with.
pub fn laws(project: impl AsRef<Path>) -> Result<(), Failed> {
    let project = found(project.as_ref(), None)?;
    judged(harness::laws(&project))
}

fn cases(what: &Path, tests: Option<&Path>) -> Result<(), Failed> {
    let project = found(what, tests)?;
    let golden = match std::env::var(UPDATE).as_deref() {
        Ok("true" | "1") => Golden::Update,
        _ => Golden::Compare,
    };
    judged(harness::run(&project, golden))
}

fn found(what: &Path, tests: Option<&Path>) -> Result<Project, Failed> {
    Ok(Project {
        cache: std::env::var_os(CACHE).map(PathBuf::from).or_else(in_target),
        ..Project::find(what, tests)?
    })
}

/// A directory beside what cargo has built the test into.
fn in_target() -> Option<PathBuf> {
    let test = std::env::current_exe().ok()?;
    let dependencies = test.parent().filter(|directory| directory.ends_with("deps"))?;
    Some(dependencies.with_file_name("portcullis-test-cache"))
}

fn judged(run: impl Future<Output = anyhow::Result<Report>>) -> Result<(), Failed> {
    let filter = EnvFilter::try_from_env(LOG).unwrap_or_else(|_| EnvFilter::new("error"));
    // A test before may have started it, or the author's own.
    let _ = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_test_writer()
        .try_init();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let report = runtime.map_err(anyhow::Error::from)?.block_on(run)?;
    match report.passed() {
        true => {
            println!("{report}");
            Ok(())
        }
        false => Err(Failed(report.to_string())),
    }
}

impl From<anyhow::Error> for Failed {
    fn from(error: anyhow::Error) -> Self {
        Self(format!("{error:#}"))
    }
}

impl fmt::Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\n{self}")
    }
}

impl std::error::Error for Failed {}
