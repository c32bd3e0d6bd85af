//! Who can log on, and what they may do.

/// What may be done with a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Right {
    Select,
    Insert,
    Update,
    Delete,
}

/// An account.
#[derive(Clone)]
pub struct Account {
    name: String,
    password: String,
    /// `None`: everything.
    rights: Option<Vec<(String, Right)>>,
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

    /// From the first call on, it may do what was named and nothing else.
    #[must_use]
    pub fn may(mut self, table: &str, right: Right) -> Self {
        self.rights.get_or_insert_default().push((table.to_uppercase(), right));
        self
    }

    /// In capital letters.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    pub(crate) fn password(&self) -> &str {
        &self.password
    }

    pub(crate) fn is_free(&self) -> bool {
        self.rights.is_none()
    }

    pub(crate) fn has(&self, table: &str, right: Right) -> bool {
        self.rights
            .as_ref()
            .is_none_or(|rights| rights.iter().any(|(of, what)| of == table && *what == right))
    }

    /// Whether it may know that there is such a table.
    pub(crate) fn knows(&self, table: &str) -> bool {
        self.rights
            .as_ref()
            .is_none_or(|rights| rights.iter().any(|(of, _)| of == table))
    }
}
