//! A look into the database that goes past the protocol, by a session that nobody is connected to.

use std::sync::{Arc, Mutex, PoisonError};

use crate::{error::ServerError, session::Session, shared::Shared};

/// One more than clients have.
const PROCESS: u16 = 50;

pub struct Inside {
    shared: Arc<Shared>,
    session: Mutex<Option<Session>>,
}

impl Inside {
    pub fn new(shared: Arc<Shared>) -> Self {
        Self {
            shared,
            session: Mutex::new(None),
        }
    }

    /// The rows of the last query in it.
    pub fn rows(&self, sql: &str) -> Result<Vec<Vec<Option<String>>>, ServerError> {
        let mut slot = self.session.lock().unwrap_or_else(PoisonError::into_inner);
        let session = match &mut *slot {
            Some(session) => session,
            empty => {
                let made = Session::inside(self.shared.clone(), PROCESS);
                empty.insert(made.map_err(|error| ServerError::cannot(format!("why SQLite fails: {error}")))?)
            }
        };
        session.rows(sql)
    }
}
