//! Ports for servers.

use std::{
    hash::{BuildHasher, RandomState},
    net::{Ipv4Addr, TcpListener},
};

/// Below what Linux hands out to clients, so that no connection of anybody takes the port while its server is down.
const RANGE: std::ops::Range<u16> = 20_000..32_000;

/// A loopback port that nobody listens on.
pub fn free() -> u16 {
    let width = u64::from(RANGE.end - RANGE.start);
    (0..1000_u64)
        .map(|attempt| RANGE.start + (RandomState::new().hash_one(attempt) % width) as u16)
        .find(|port| TcpListener::bind((Ipv4Addr::LOCALHOST, *port)).is_ok())
        .expect("a free port between 20000 and 32000")
}
