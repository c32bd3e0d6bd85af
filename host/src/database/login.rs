//! Where a server is and who asks.

use super::{Address, Secret, Tls};

pub(super) struct Login<'a> {
    pub address: &'a Address,
    pub name: &'a str,
    pub user: &'a str,
    pub password: Option<&'a Secret>,
    pub tls: &'a Tls,
}
