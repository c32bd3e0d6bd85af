//! Requests of plugins over HTTP, to the hosts that were approved for them and to nobody else.
//!
//! A request is held against the [`Origin`]s of the plugin's approval before anything else happens, so that not even a name is looked
//! up for a host that is not among them. Of what the name stands for only public addresses count, and those that the administrator
//! named ([`Networks`]); the connection is made to the very address that was looked at. Redirects are answers like any other. What a
//! call may use in all is its [`Allowance`]. Knows no wasm: `sandbox` brings the requests.

mod access;
mod allowance;
mod body;
mod connection;
mod failure;
mod networks;
mod origin;
mod resolver;
mod trust;

pub use access::{Access, FORBIDDEN, Timeouts};
pub use allowance::Allowance;
pub use body::{Driver, ResponseBody};
pub use failure::Failure;
pub use networks::Networks;
pub use origin::{Origin, Scheme};
