//! What Portcullis costs: `cargo bench -- NAME`, with one of the names below.
//!
//! Each prints figures, and asserts none of them but for the bound of `hostile`; what it was answered it checks. Machines differ and
//! are noisy, so that what is compared is compared in one run, in turns, and the ratio is the median of those of turns that follow
//! each other.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a benchmark that cannot go on ends by panicking, as a test does"
)]

mod call;
mod figures;
mod hostile;
mod import;
mod load;
mod reload;
mod start;

#[path = "../suite/sandbox/mischief.rs"]
mod mischief;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(name = "cargo bench --")]
struct Arguments {
    /// What cargo says to every benchmark.
    #[arg(long, hide = true, global = true)]
    bench: bool,
    #[command(subcommand)]
    benchmark: Benchmark,
}

#[derive(Subcommand)]
enum Benchmark {
    /// One call of a component, without a database
    Call,
    /// Requests a second through a component, and without one, on PostgreSQL
    Load,
    /// Users a second, and memory, while all users are read
    Import(import::Options),
    /// How long a server with fifteen components takes to come up
    Start,
    /// How long requests take while a component is exchanged
    Reload,
    /// How long requests take beside components that do everything bad they can
    Hostile,
}

fn main() {
    match Arguments::parse().benchmark {
        Benchmark::Call => call::run(),
        Benchmark::Load => load::run(),
        Benchmark::Import(options) => import::run(&options),
        Benchmark::Start => start::run(),
        Benchmark::Reload => reload::run(),
        Benchmark::Hostile => hostile::run(),
    }
}
