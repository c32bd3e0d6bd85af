//! Throwaway database servers: private data directories, free loopback ports, gone when the test process is gone.
//!
//! [`shared`] gives the one of a kind that the tests of this process share, each with a database of its own in it.
//! [`Installation`] is for tests that stop and start a server.

mod account;
mod installation;
mod mariadb;
mod mysql;
mod port;
mod postgresql;
mod supervised;
mod wire;

use std::sync::OnceLock;

pub use installation::{Installation, Running};
pub use wire::{Protocol, Wire};

/// The password of every account on a throwaway server, quotes and all: it must arrive in one piece.
pub const PASSWORD: &str = "it's a \"throw-away\" %41 @ password";

/// The account that makes databases and looks at what is going on.
pub const ADMINISTRATOR: &str = "portcullis_tests";

/// A kind of server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    Postgresql,
    Mariadb,
    Mysql,
}

impl Engine {
    /// What its clients speak.
    pub fn protocol(self) -> Protocol {
        match self {
            Engine::Postgresql => Protocol::Postgresql,
            Engine::Mariadb | Engine::Mysql => Protocol::Mysql,
        }
    }
}

/// Whether there is a server of the kind to be started. Of all but MySQL there must be; that is not in every distribution.
///
/// # Panics
/// Where `CI` is set, when there is none: what is skipped on a desk is not on the way to a release.
pub fn is_there(engine: Engine) -> bool {
    engine != Engine::Mysql || mysql::is_there()
}

/// The server of this process, started when it is first wanted. Gives its port.
pub fn shared(engine: Engine) -> u16 {
    static POSTGRESQL: OnceLock<(Installation, Running)> = OnceLock::new();
    static MARIADB: OnceLock<(Installation, Running)> = OnceLock::new();
    static MYSQL: OnceLock<(Installation, Running)> = OnceLock::new();
    let slot = match engine {
        Engine::Postgresql => &POSTGRESQL,
        Engine::Mariadb => &MARIADB,
        Engine::Mysql => &MYSQL,
    };
    let (installation, _) = slot.get_or_init(|| {
        let installation = Installation::new(engine);
        let running = installation.start_until_exit();
        (installation, running)
    });
    installation.port()
}
