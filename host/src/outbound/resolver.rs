//! What a name stands for.

use std::{
    io,
    net::{IpAddr, SocketAddr},
};

use async_trait::async_trait;

/// Looks names up. Every answer is looked at before it is used.
#[async_trait]
pub trait Resolver: Send + Sync {
    /// The addresses of a host, as they came.
    ///
    /// # Errors
    /// There is no answer.
    async fn addresses(&self, host: &str) -> io::Result<Vec<IpAddr>>;
}

/// The system's own.
pub struct System;

#[async_trait]
impl Resolver for System {
    async fn addresses(&self, host: &str) -> io::Result<Vec<IpAddr>> {
        if let Ok(address) = host.parse() {
            return Ok(vec![address]);
        }
        let found = tokio::net::lookup_host((host, 0)).await?;
        Ok(found.map(|address: SocketAddr| address.ip()).collect())
    }
}
