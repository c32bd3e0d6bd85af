//! Throwaway database servers: private data directories, free loopback ports, gone when the test process is gone.
//!
//! [`shared`] gives the one of a kind that the tests of this process share, each with a database of its own in it.
//! [`Installation`] is for tests that stop and start a server.

mod installation;
mod mariadb;
mod port;
mod postgresql;
mod supervised;
mod wire;

use std::sync::OnceLock;

pub use installation::{Installation, Running};
pub use wire::Wire;

/// The password of every account on a throwaway server, quotes and all: it must arrive in one piece.
pub const PASSWORD: &str = "it's a \"throw-away\" %41 @ password";

/// The account that makes databases and looks at what is going on.
pub const ADMINISTRATOR: &str = "portcullis_tests";

/// A kind of server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    Postgresql,
    Mariadb,
}

/// The server of this process, started when it is first wanted. Gives its port.
pub fn shared(engine: Engine) -> u16 {
    static POSTGRESQL: OnceLock<(Installation, Running)> = OnceLock::new();
    static MARIADB: OnceLock<(Installation, Running)> = OnceLock::new();
    let slot = match engine {
        Engine::Postgresql => &POSTGRESQL,
        Engine::Mariadb => &MARIADB,
    };
    let (installation, _) = slot.get_or_init(|| {
        let installation = Installation::new(engine);
        let running = installation.start_until_exit();
        (installation, running)
    });
    installation.port()
}
