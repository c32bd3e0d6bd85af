//! The `portcullis` program.

use std::process::ExitCode;

use clap::Parser as _;
use portcullis::{
    command::{Cli, run},
    server,
};

fn main() -> ExitCode {
    let ended = match server::runtime() {
        Ok(runtime) => runtime.block_on(run(Cli::parse())),
        Err(error) => Err(error.into()),
    };
    match ended {
        Ok(code) => code,
        Err(error) => {
            eprintln!("portcullis: {error:#}");
            ExitCode::FAILURE
        }
    }
}
