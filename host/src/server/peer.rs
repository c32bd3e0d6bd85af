//! Who is at the other end of a connection, with TLS and without.

use std::net::{IpAddr, SocketAddr};

/// The address of a client, or of the proxy in front of it.
#[derive(Clone, Copy, Debug)]
pub struct Peer(SocketAddr);

impl Peer {
    pub fn new(address: SocketAddr) -> Self {
        Self(address)
    }

    pub fn ip(self) -> IpAddr {
        self.0.ip()
    }
}
