//! The command line, one file a subcommand.

mod check;
mod credentials;
mod demo;
mod excess;
mod grants;
mod load;
mod log;
mod memory;
mod plan;
mod plugin;
mod reload;
mod serve;
mod shadows;
mod state;
mod tls;
mod token;
mod unmapped;

use std::{net::SocketAddr, path::PathBuf, process::ExitCode};

use clap::{Args, Parser, Subcommand};

use crate::state::TokenName;

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
    Plan(Plan),
    /// Print what an identity provider's form asks for: base URL, token, certificate
    Credentials(Application),
    /// Make, list and revoke the tokens that clients send
    #[command(subcommand)]
    Token(Token),
    /// Look at plugins, approve them, and take approvals back
    #[command(subcommand)]
    Plugin(plugin::Plugin),
    /// Change what the server remembers
    #[command(subcommand)]
    State(State),
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

#[derive(Debug, Args)]
struct Plan {
    #[command(flatten)]
    directory: Directory,
    /// Print instead the rights that each database account needs for them, as GRANT statements
    #[arg(long)]
    grants: bool,
}

/// One application of a configuration.
#[derive(Debug, Args)]
struct Application {
    #[command(flatten)]
    directory: Directory,
    /// The application: the name of its file without .toml
    #[arg(id = "application", long, value_name = "APP")]
    name: String,
}

#[derive(Debug, Subcommand)]
enum Token {
    /// Make a token and print it, this once
    Create {
        #[command(flatten)]
        application: Application,
        /// What it is called in lists and in the log [default: token-1, token-2, …]
        #[arg(long, value_name = "NAME")]
        name: Option<TokenName>,
        /// When it ends: a time from now such as 90d, a date such as 2027-01-31, or a point in time [default: never]
        #[arg(long, value_name = "WHEN")]
        expires: Option<token::Expiry>,
    },
    /// List the tokens, when they were made, last used, and end
    List {
        #[command(flatten)]
        directory: Directory,
        /// Those of one application alone
        #[arg(long, value_name = "APP")]
        application: Option<String>,
    },
    /// Revoke a token; a server that runs refuses it within a second
    Revoke {
        #[command(flatten)]
        application: Application,
        /// What it is called
        #[arg(long, value_name = "NAME")]
        name: TokenName,
    },
}

#[derive(Debug, Subcommand)]
enum State {
    /// Forget that an entitlement type was served, so that `single` can be changed
    Forget {
        #[command(flatten)]
        application: Application,
        /// The entitlement type
        #[arg(long = "type", value_name = "TYPE")]
        type_name: String,
    },
}

/// Runs the program.
pub async fn run(cli: Cli) -> anyhow::Result<ExitCode> {
    match cli.command {
        Command::Demo(options) => demo::run(options).await,
        Command::Serve(options) => serve::run(options).await,
        Command::Check(directory) => check::run(&directory.path).await,
        Command::Plan(plan) if plan.grants => grants::run(&plan.directory.path).await,
        Command::Plan(plan) => plan::run(&plan.directory.path).await,
        Command::Credentials(application) => credentials::run(&application).await,
        Command::Token(command) => token::run(command).await,
        Command::Plugin(command) => plugin::run(command).await,
        Command::State(command) => state::run(command).await,
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    #[test]
    fn the_command_line_is_coherent() {
        super::Cli::command().debug_assert();
    }
}
