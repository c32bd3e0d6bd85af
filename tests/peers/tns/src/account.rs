//! Who can log on, and what they may do.

use std::sync::{Arc, PoisonError, RwLock};

/// What may be done with a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Right {
    Select,
    Insert,
    Update,
    Delete,
}

/// A right to a table, or to some of its columns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Granted {
    pub(crate) table: String,
    pub(crate) right: Right,
    /// `None`: all of them.
    pub(crate) columns: Option<Vec<String>>,
}

/// An account. Whoever has it knows of what is granted to it later.
#[derive(Clone)]
pub struct Account {
    name: String,
    password: String,
    /// `None`: everything.
    rights: Option<Arc<RwLock<Rights>>>,
}

#[derive(Default)]
struct Rights {
    session: bool,
    tables: Vec<Granted>,
}

impl Account {
    /// One that may do everything.
    pub fn new(name: &str, password: &str) -> Self {
        Self {
            name: name.to_uppercase(),
            password: password.to_owned(),
            rights: None,
        }
    }

    /// From the first call on, it may log on, do what was named and nothing else.
    #[must_use]
    pub fn may(mut self, table: &str, right: Right) -> Self {
        self.rights.get_or_insert_default();
        self.permit_session();
        self.permit(Granted {
            table: table.to_uppercase(),
            right,
            columns: None,
        });
        self
    }

    /// One that may do nothing, not even log on, as `CREATE USER` makes it.
    pub(crate) fn without_rights(name: &str, password: &str) -> Self {
        Self {
            name: name.to_owned(),
            rights: Some(Arc::default()),
            ..Self::new("", password)
        }
    }

    pub(crate) fn permit_session(&self) {
        if let Some(rights) = &self.rights {
            rights.write().unwrap_or_else(PoisonError::into_inner).session = true;
        }
    }

    pub(crate) fn permit(&self, granted: Granted) {
        if let Some(rights) = &self.rights {
            rights.write().unwrap_or_else(PoisonError::into_inner).tables.push(granted);
        }
    }

    /// In capital letters, unless it was made in quotes.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    pub(crate) fn password(&self) -> &str {
        &self.password
    }

    pub(crate) fn is_free(&self) -> bool {
        self.rights.is_none()
    }

    /// Whether it may log on.
    pub(crate) fn may_connect(&self) -> bool {
        self.rights(|rights| rights.session)
    }

    /// Whether it has a right to these columns of a table; `None`: to all that there are.
    pub(crate) fn has(&self, table: &str, right: Right, columns: Option<&[String]>) -> bool {
        self.rights(|rights| {
            let granted = || {
                rights
                    .tables
                    .iter()
                    .filter(|granted| granted.table == table && granted.right == right)
            };
            let one = |column: &String| granted().any(|granted| granted.columns.iter().flatten().any(|own| own == column));
            granted().any(|granted| granted.columns.is_none()) || columns.is_some_and(|columns| columns.iter().all(one))
        })
    }

    /// Whether it may know that there is such a table.
    pub(crate) fn knows(&self, table: &str) -> bool {
        self.rights(|rights| rights.tables.iter().any(|granted| granted.table == table))
    }

    fn rights(&self, has: impl FnOnce(&Rights) -> bool) -> bool {
        let rights = self.rights.as_ref();
        rights.is_none_or(|rights| has(&rights.read().unwrap_or_else(PoisonError::into_inner)))
    }
}
