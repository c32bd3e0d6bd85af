//! The cursors of a session: statements that were parsed, and rows that wait to be fetched.

use std::{collections::HashMap, collections::VecDeque, sync::Arc};

use super::{execute::BindType, statement::Statement};
use crate::{
    Failure, Type, Value,
    store::{Described, Rows},
};

pub(super) struct Open {
    /// `None` for a cursor that a procedure opened.
    pub(super) statement: Option<Arc<Statement>>,
    pub(super) binds: Vec<BindType>,
    /// For each bind of a block whether it goes in (32), out (16) or both.
    pub(super) directions: Vec<u8>,
    pub(super) columns: Vec<Described>,
    /// What the client wants the columns to come as; empty where it said nothing.
    pub(super) defines: Vec<Type>,
    /// Whether the client knows the columns.
    pub(super) described: bool,
    pub(super) waiting: VecDeque<Vec<Value>>,
    pub(super) fetched: u64,
}

impl Open {
    pub(super) fn of(statement: Arc<Statement>) -> Self {
        Self {
            statement: Some(statement),
            binds: Vec::new(),
            directions: Vec::new(),
            defines: Vec::new(),
            columns: Vec::new(),
            described: false,
            waiting: VecDeque::new(),
            fetched: 0,
        }
    }

    /// A cursor with its rows, described as it is handed over.
    pub(super) fn with(rows: Rows) -> Self {
        Self {
            statement: None,
            binds: Vec::new(),
            directions: Vec::new(),
            defines: Vec::new(),
            columns: rows.columns,
            described: true,
            waiting: rows.rows.into(),
            fetched: 0,
        }
    }

    /// What a new execution found.
    pub(super) fn found(&mut self, rows: Rows) {
        let same = |one: &Described, other: &Described| one.name == other.name && one.declared == other.declared;
        self.described &= self.columns.len() == rows.columns.len()
            && self.columns.iter().zip(&rows.columns).all(|(one, other)| same(one, other));
        self.columns = rows.columns;
        self.waiting = rows.rows.into();
        self.fetched = 0;
    }

    /// Whether rows have to wait until the client says what LOBs are to come as.
    pub(super) fn wants_defines(&self) -> bool {
        self.defines.len() != self.columns.len() && self.columns.iter().any(|column| column.declared.kind.is_lob())
    }

    /// What the columns come as.
    pub(super) fn kinds(&self) -> Vec<Type> {
        if self.defines.len() == self.columns.len() {
            self.defines.clone()
        } else {
            self.columns.iter().map(|column| column.declared.kind).collect()
        }
    }

    /// The next rows, and whether they are the last.
    pub(super) fn take(&mut self, most: u32) -> (Vec<Vec<Value>>, bool) {
        let most = usize::try_from(most).unwrap_or(usize::MAX).min(self.waiting.len());
        let rows: Vec<_> = self.waiting.drain(..most).collect();
        self.fetched += u64::try_from(rows.len()).unwrap_or_default();
        (rows, self.waiting.is_empty())
    }
}

#[derive(Default)]
pub(super) struct Cursors {
    open: HashMap<u32, Open>,
    last: u32,
}

/// As many may be open at once.
pub(crate) const MOST: usize = 300;

impl Cursors {
    /// # Errors
    /// ORA-01000: there are too many.
    pub(super) fn add(&mut self, cursor: Open) -> Result<u32, Failure> {
        if self.open.len() >= MOST {
            return Err(Failure::new(1000, "maximum open cursors exceeded"));
        }
        self.last = self.last % 60_000 + 1;
        while self.open.contains_key(&self.last) {
            self.last = self.last % 60_000 + 1;
        }
        self.open.insert(self.last, cursor);
        Ok(self.last)
    }

    pub(super) fn get(&self, number: u32) -> Option<&Open> {
        self.open.get(&number)
    }

    /// # Errors
    /// ORA-01001: it isn't open.
    pub(super) fn get_mut(&mut self, number: u32) -> Result<&mut Open, Failure> {
        self.open.get_mut(&number).ok_or_else(|| Failure::new(1001, "invalid cursor"))
    }

    pub(super) fn close(&mut self, number: u32) {
        self.open.remove(&number);
    }
}
