//! What only the database can say of an application: the columns that users and groups are read from.
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
    application::{Application, Operations},
    prepared::{MAIN, Prepared},
};
use crate::{
    application::{Fate, Learned, ListSettings, Mode, Operation, OperationSettings, ResourceMapping, Unmapped, learn_types},
    database::{Column, DatabaseError, ErrorKind, RowSource},
    scim::{ResourceKind, Surface},
};

/// The operations that read users. The order of the first one's columns is that of attributes.
const READING_USERS: [Operation; 3] = [Operation::GetUser, Operation::GetUsers, Operation::GetChangedUsers];
/// Likewise of groups.
const READING_GROUPS: [Operation; 2] = [Operation::GetGroup, Operation::GetGroups];

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
    columns: Columns,
    surface: Arc<Surface>,
}

/// What the database says.
struct Columns {
    users: Learned,
    lists: Vec<ListSettings>,
    groups: Option<Learned>,
}

impl Columns {
    /// Every column that the mapping of users or groups doesn't name.
    fn unmapped(self) -> impl Iterator<Item = (ResourceKind, Vec<Unmapped>)> {
        let of_groups = self.groups.map(|groups| (ResourceKind::Group, groups.unmapped));
        [(ResourceKind::User, self.users.unmapped)].into_iter().chain(of_groups)
    }
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
        self.known.get().map(|known| &known.columns.users.mapping)
    }

    /// `None`: nothing is known yet, or there are no groups.
    pub fn groups(&self) -> Option<&ResourceMapping> {
        self.known.get()?.columns.groups.as_ref().map(|groups| &groups.mapping)
    }

    /// `None`: nothing is known yet.
    pub fn lists(&self) -> Option<&Vec<ListSettings>> {
        self.known.get().map(|known| &known.columns.lists)
    }
}

impl Application {
    /// Asks the database for the columns of users and groups, unless they are known.
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
            Ok(columns) => {
                let groups = columns.groups.as_ref().map(|groups| &groups.mapping);
                let surface = Arc::new(self.surface_of(&columns.users.mapping, groups, &columns.lists));
                let of_groups = columns.groups.iter().flat_map(|groups| &groups.unmapped);
                let unmapped = columns.users.unmapped.iter().chain(of_groups);
                let (shown, withheld): (Vec<_>, Vec<_>) = unmapped.partition(|found| matches!(found.fate, Fate::Shown(..)));
                let (shown, withheld) = (shown.len(), withheld.len());
                tracing::info!(application = %self.name, shown, withheld, "columns that nothing maps, as `check` tells them");
                let _ = learning.known.set(Known { columns, surface });
                Ok(())
            }
            Err(error) => {
                *last = Some(error.clone());
                learning.failures.fetch_add(1, Ordering::AcqRel);
                unless_refused(error)
            }
        }
    }

    /// The columns that the mapping doesn't name, of users and of groups, and what becomes of each.
    ///
    /// # Errors
    /// As the database says.
    pub async fn unmapped(&self) -> Result<Vec<(ResourceKind, Vec<Unmapped>)>, DatabaseError> {
        self.ask().await.map(|columns| columns.unmapped().collect())
    }

    async fn ask(&self) -> Result<Columns, DatabaseError> {
        let of_users = (&self.settings.operations, &self.users);
        let users = self.learn_columns(&READING_USERS, of_users, &self.settings.users).await?;
        let groups = match &self.groups {
            Some(groups) => {
                let of_groups = (&groups.settings.operations, &groups.operations);
                let learned = self.learn_columns(&READING_GROUPS, of_groups, &groups.settings.mapping);
                Some(learned.await?)
            }
            None => None,
        };
        let kind = self.database.kind();
        let mut lists = self.settings.lists.clone();
        for (list, (_, operations)) in std::iter::zip(&mut lists, self.lists()) {
            if let Some(prepared) = operations.get(&Operation::GetUserValues)
                && let Some(columns) = self.columns_of(&list.operations, prepared).await?
            {
                learn_types(&mut list.parts, kind, &[&columns]);
            }
        }
        Ok(Columns { users, lists, groups })
    }

    /// What operations that read the same resources say of their columns.
    async fn learn_columns(
        &self,
        reading: &[Operation],
        (configured, operations): (&BTreeMap<Operation, OperationSettings>, &Operations),
        mapping: &ResourceMapping,
    ) -> Result<Learned, DatabaseError> {
        let mut results = Vec::new();
        for operation in reading {
            if let Some(prepared) = operations.get(operation) {
                results.push(self.columns_of(configured, prepared).await?);
            }
        }
        Ok(Learned::of(&self.name, mapping, self.database.kind(), &results))
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
