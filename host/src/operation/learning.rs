//! What only the database can say of an application: the columns that users are read from.
//!
//! The host starts and serves without its databases, so that this is found out when the first request comes that needs it. It
//! stays as it is until the program ends. Before, and while the database can't be reached, discovery describes what the
//! configuration alone says: attributes of the administrator's own are strings, and there are no further ones. No user is read
//! or written in that time.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicU64, Ordering},
    },
};

use tokio::sync::Mutex;

use super::{
    application::Application,
    prepared::{MAIN, Prepared},
};
use crate::{
    application::{Fate, Learned, ListSettings, Mode, Operation, OperationSettings, ResourceMapping, Unmapped, learn_types},
    database::{Column, DatabaseError, ErrorKind, RowSource},
    scim::Surface,
};

/// The operations that read users. The order of the first one's columns is that of attributes.
const READING: [Operation; 3] = [Operation::GetUser, Operation::GetUsers, Operation::GetChangedUsers];

/// What is known.
pub struct Learning {
    /// As the configuration alone has it.
    configured: Arc<Surface>,
    known: OnceLock<Known>,
    /// One request at a time asks for all; here is how that failed the last time.
    asking: Mutex<Option<DatabaseError>>,
    /// How often that failed.
    failures: AtomicU64,
}

struct Known {
    learned: Learned,
    lists: Vec<ListSettings>,
    surface: Arc<Surface>,
}

impl Learning {
    pub fn new(configured: Surface) -> Self {
        Self {
            configured: Arc::new(configured),
            known: OnceLock::new(),
            asking: Mutex::default(),
            failures: AtomicU64::new(0),
        }
    }

    pub fn surface(&self) -> Arc<Surface> {
        self.known.get().map_or(&self.configured, |known| &known.surface).clone()
    }

    /// `None`: nothing is known yet.
    pub fn mapping(&self) -> Option<&ResourceMapping> {
        self.known.get().map(|known| &known.learned.mapping)
    }

    /// `None`: nothing is known yet.
    pub fn lists(&self) -> Option<&Vec<ListSettings>> {
        self.known.get().map(|known| &known.lists)
    }
}

impl Application {
    /// Asks the database for the columns of users, unless they are known.
    ///
    /// # Errors
    /// The database can't be reached. Where it refuses a statement nothing is learned, and whoever runs the statement is told.
    pub(super) async fn learned(&self) -> Result<(), DatabaseError> {
        let learning = &self.learning;
        if learning.known.get().is_some() {
            return Ok(());
        }
        let before = learning.failures.load(Ordering::Acquire);
        let mut last = learning.asking.lock().await;
        if learning.known.get().is_some() {
            return Ok(());
        }
        // Whoever asked while this request waited has the answer for it too: many would wait for each other otherwise.
        if learning.failures.load(Ordering::Acquire) != before
            && let Some(error) = last.as_ref()
        {
            return unless_refused(error.clone());
        }
        match self.ask().await {
            Ok((learned, lists)) => {
                let surface = Arc::new(self.surface_of(&learned.mapping, &lists));
                let shown = learned
                    .unmapped
                    .iter()
                    .filter(|found| matches!(found.fate, Fate::Shown(..)))
                    .count();
                let withheld = learned.unmapped.len() - shown;
                tracing::info!(application = %self.name, shown, withheld, "columns that nothing maps, as `check` tells them");
                let _ = learning.known.set(Known { learned, lists, surface });
                Ok(())
            }
            Err(error) => {
                *last = Some(error.clone());
                learning.failures.fetch_add(1, Ordering::AcqRel);
                unless_refused(error)
            }
        }
    }

    /// The columns that the mapping doesn't name, and what becomes of each.
    ///
    /// # Errors
    /// As the database says.
    pub async fn unmapped(&self) -> Result<Vec<Unmapped>, DatabaseError> {
        self.ask().await.map(|(learned, _)| learned.unmapped)
    }

    async fn ask(&self) -> Result<(Learned, Vec<ListSettings>), DatabaseError> {
        let mut results = Vec::new();
        for operation in READING {
            if let Some(prepared) = self.users.get(&operation) {
                results.push(self.columns_of(&self.settings.operations, prepared).await?);
            }
        }
        let kind = self.database.kind();
        let mut lists = self.settings.lists.clone();
        for (list, (_, operations)) in std::iter::zip(&mut lists, self.lists()) {
            if let Some(prepared) = operations.get(&Operation::GetUserValues)
                && let Some(columns) = self.columns_of(&list.operations, prepared).await?
            {
                learn_types(&mut list.parts, kind, &[&columns]);
            }
        }
        Ok((Learned::of(&self.name, &self.settings.users, kind, &results), lists))
    }

    /// The columns of the statement that gives the rows; `None`: a plugin or a procedure gives them, and what columns they have
    /// is seen when they come.
    async fn columns_of(
        &self,
        configured: &BTreeMap<Operation, OperationSettings>,
        prepared: &Prepared,
    ) -> Result<Option<Vec<Column>>, DatabaseError> {
        let configured = configured.get(&prepared.operation).map(|settings| &settings.mode);
        let statement = prepared.plan.statement(MAIN);
        let (Some(Mode::Steps(_)), Some(statement)) = (configured, statement) else {
            return Ok(None);
        };
        if statement.rows_from == RowSource::Cursor {
            return Ok(None);
        }
        let description = self.database.describe(statement).await?;
        Ok(Some(description.columns).filter(|columns| !columns.is_empty()))
    }
}

/// An error that other requests wouldn't run into is none of theirs.
fn unless_refused(error: DatabaseError) -> Result<(), DatabaseError> {
    match error.kind {
        ErrorKind::Unavailable | ErrorKind::Timeout | ErrorKind::Conflict => Err(error),
        _ => Ok(()),
    }
}
