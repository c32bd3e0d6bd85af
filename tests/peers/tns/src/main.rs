//! A peer by itself, to try a client on: see the library.

use std::{io::Read, process::ExitCode};

use portcullis_tns_peer::Peer;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("portcullis-tns-peer: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let user = arguments
        .next()
        .ok_or("USER [SCRIPT.sql] expected, and the password in PASSWORD")?;
    let password = std::env::var("PASSWORD").map_err(|_| "no password in the environment's PASSWORD")?;
    let peer = Peer::builder().account(&user, &password).start()?;
    if let Some(script) = arguments.next() {
        let statements = std::fs::read_to_string(&script)?;
        // As in SQL*Plus, but only at the ends of lines.
        for statement in statements
            .split(";\n")
            .map(|statement| statement.trim().trim_end_matches(';'))
        {
            if !statement.is_empty() {
                peer.run(statement).map_err(|failure| format!("{failure} in: {statement}"))?;
            }
        }
    }
    println!("{}", peer.port());
    std::io::stdin().read_to_end(&mut Vec::new())?;
    for recorded in peer.recorded() {
        eprintln!("{recorded:?}");
    }
    Ok(())
}
