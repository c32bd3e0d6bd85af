//! A peer by itself: prints the port that it listens on, runs the T-SQL of its standard input, and stays until it is ended.
//!
//! `PORTCULLIS_TDS_PEER_USER`, `…_PASSWORD` and `…_DATABASE` say other than the settings' defaults, `…_PORT` which port.

use std::io::{Read as _, Write as _};

use portcullis_tds_peer::{Peer, Settings};

fn main() {
    let defaults = Settings::default();
    let variable =
        |name: &str, default: &str| std::env::var(format!("PORTCULLIS_TDS_PEER_{name}")).unwrap_or_else(|_| default.to_owned());
    let settings = Settings {
        user: variable("USER", &defaults.user),
        password: variable("PASSWORD", &defaults.password),
        database: variable("DATABASE", &defaults.database),
        port: variable("PORT", "0").parse().expect("PORTCULLIS_TDS_PEER_PORT is a number"),
        ..defaults
    };
    let peer = Peer::start(settings);
    let mut sql = String::new();
    std::io::stdin().read_to_string(&mut sql).expect("T-SQL in UTF-8");
    peer.run(&sql);
    println!("{}", peer.port());
    std::io::stdout().flush().expect("somebody who wants to know the port");
    loop {
        std::thread::park();
    }
}
