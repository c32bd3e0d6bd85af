//! The command line, one file a subcommand.

mod check;
mod demo;
mod load;
mod log;
mod plan;
mod serve;
mod unmapped;

use std::{net::SocketAddr, path::PathBuf, process::ExitCode};

use clap::{Args, Parser, Subcommand};

/// SCIM 2.0 provisioning for applications that are tables in a database, every operation a sandboxed component.
#[derive(Debug, Parser)]
#[command(name = "portcullis", version, about, disable_help_subcommand = true)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve a made-up application on embedded SQLite, to try things out
    Demo(Demo),
    /// Serve the applications of a configuration directory
    Serve(Serve),
    /// Read a configuration, compile its plans, connect to its databases, and say what is wrong
    Check(Directory),
    /// Print every statement that can ever run, per operation
    Plan(Directory),
}

#[derive(Debug, Args)]
struct Demo {
    /// Where to listen
    #[arg(long, value_name = "ADDR:PORT", default_value = "127.0.0.1:8480")]
    listen: SocketAddr,
    /// Where the demo's configuration and database are kept; made when missing
    #[arg(long, value_name = "DIR", default_value = "portcullis-demo")]
    data: PathBuf,
    /// The token that clients must send, at least 16 characters [default: a random one, kept in DIR/token]
    #[arg(long, env = "PORTCULLIS_TOKEN", hide_env_values = true, value_name = "TOKEN")]
    token: Option<String>,
    #[command(flatten)]
    log: log::Options,
}

#[derive(Debug, Args)]
struct Serve {
    #[command(flatten)]
    directory: Directory,
    /// Where to listen, instead of where `[server] listen` says
    #[arg(long, value_name = "ADDR:PORT")]
    listen: Option<SocketAddr>,
    #[command(flatten)]
    log: log::Options,
}

#[derive(Debug, Args)]
struct Directory {
    /// The configuration directory: portcullis.toml, applications/*.toml, plugins/
    #[arg(long = "config", value_name = "DIR")]
    path: PathBuf,
}

/// Runs the program.
pub async fn run(cli: Cli) -> anyhow::Result<ExitCode> {
    match cli.command {
        Command::Demo(options) => demo::run(options).await,
        Command::Serve(options) => serve::run(options).await,
        Command::Check(directory) => check::run(&directory.path).await,
        Command::Plan(directory) => plan::run(&directory.path).await,
    }
}
