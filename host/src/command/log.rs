//! Where the log goes and how much of it there is.

use clap::{Args, ValueEnum};
use tracing_subscriber::EnvFilter;

#[derive(Debug, Args)]
pub struct Options {
    /// How log lines look on stderr
    #[arg(long, value_enum, default_value = "text")]
    log_format: Format,
    /// What is logged: error, warn, info, debug, or a filter such as portcullis=debug
    #[arg(long, env = "PORTCULLIS_LOG", value_name = "FILTER", default_value = "info")]
    log: String,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    /// One line of text an event
    Text,
    /// One JSON object an event
    Json,
}

/// The log of a command that says itself what went right: lines of text about the rest.
#[derive(Debug, Args)]
pub struct Lines {
    /// What is logged on stderr: error, warn, info, debug, or a filter such as portcullis=debug
    #[arg(long, env = "PORTCULLIS_LOG", value_name = "FILTER", default_value = "error")]
    log: String,
}

impl From<Lines> for Options {
    fn from(lines: Lines) -> Self {
        Self {
            log_format: Format::Text,
            log: lines.log,
        }
    }
}

/// Starts the log, once a process.
pub fn start(options: &Options) -> anyhow::Result<()> {
    // The driver of SQL Server logs the server's words, which quote values, and at the finest level the values themselves.
    let filter = EnvFilter::try_new(&options.log)?.add_directive("tiberius=off".parse()?);
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_target(false);
    match options.log_format {
        Format::Text => log.with_ansi(false).init(),
        Format::Json => log.json().flatten_event(true).init(),
    }
    Ok(())
}
