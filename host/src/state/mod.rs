//! What the host itself must remember: the tokens of applications, which entitlement types clients have discovered as what, and
//! which versions of plugins were approved or are suspended.
//!
//! One SQLite file, which the server and commands use at the same time. Callers see [`Store`] and plain values, so that another
//! database can stand behind it. A token is kept as the SHA-256 of its text: it is 256 random bits, which nobody finds by
//! trying, so that a hash that is slow on purpose, as passwords need one, would only slow requests.

mod error;
mod hash;
mod plugin;
mod schema;
mod served;
mod store;
mod suspension;
mod token;

#[cfg(test)]
mod tests;

pub use error::StateError;
pub use hash::{TokenHash, random_token};
pub use plugin::{ApprovedVersion, NewVersion, Role, ServingVersion, ShadowTally};
pub use served::{Holding, ServedType};
pub use store::Store;
pub use suspension::{Duty, Suspension};
pub use token::{Added, NewToken, StoredToken, TokenName};
