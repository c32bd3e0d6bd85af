//! A server's data directory and port, and the server when it runs.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use tempfile::TempDir;

use super::{
    Engine, mariadb, mysql, port, postgresql,
    supervised::{Recipe, Supervised},
};
use crate::database;

/// How long a server may take until it answers. It is a matter of a second; this is for machines that do other things.
const PATIENCE: Duration = Duration::from_secs(60);

/// A server that can be started and stopped, always with the same data and on the same port.
pub struct Installation {
    engine: Engine,
    port: u16,
    directory: TempDir,
}

/// A server that runs, until this is dropped.
pub struct Running {
    _server: Supervised,
}

impl Installation {
    /// Makes the data directory. Nothing runs yet.
    pub fn new(engine: Engine) -> Self {
        let directory = tempfile::Builder::new()
            .prefix("portcullis-tests-")
            .tempdir()
            .expect("a temporary directory");
        match engine {
            Engine::Postgresql => postgresql::initialise(directory.path()),
            Engine::Mariadb => mariadb::initialise(directory.path()),
            Engine::Mysql => mysql::initialise(directory.path()),
        }
        Self {
            engine,
            port: port::free(),
            directory,
        }
    }

    pub fn engine(&self) -> Engine {
        self.engine
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    /// Starts the server and waits until it answers.
    pub fn start(&self) -> Running {
        self.run(None)
    }

    /// The same for a server that nobody will drop: its directory goes when the process ends.
    pub(super) fn start_until_exit(&self) -> Running {
        self.run(Some(self.directory.path()))
    }

    fn run(&self, remove: Option<&Path>) -> Running {
        let mut server = Supervised::start(&self.recipe(), remove);
        let deadline = Instant::now() + PATIENCE;
        while let Err(error) = database::administration(self.engine, self.port) {
            if server.has_ended() || Instant::now() > deadline {
                panic!(
                    "{:?} does not answer on port {}: {error}\nIt said:\n{}",
                    self.engine,
                    self.port,
                    server.output()
                );
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Running { _server: server }
    }

    fn recipe(&self) -> Recipe {
        match self.engine {
            Engine::Postgresql => postgresql::recipe(self.directory.path(), self.port),
            Engine::Mariadb => mariadb::recipe(self.directory.path(), self.port),
            Engine::Mysql => mysql::recipe(self.directory.path(), self.port),
        }
    }
}
