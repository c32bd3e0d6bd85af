//! What the sessions of a peer share.

use std::{
    collections::HashMap,
    path::PathBuf,
    sync::{Mutex, PoisonError, RwLock},
};

use tempfile::TempDir;

use super::{dictionary::Dictionary, turns::Turns};
use crate::Failure;

/// Gone with its files when it is dropped.
pub(crate) struct Database {
    directory: TempDir,
    schema: String,
    pub(super) dictionary: RwLock<Dictionary>,
    /// The number that each sequence gives next.
    sequences: Mutex<HashMap<String, i64>>,
    pub(super) turns: Turns,
}

impl Database {
    /// # Errors
    /// There is no place for files.
    pub(crate) fn new(schema: &str) -> std::io::Result<Self> {
        Ok(Self {
            directory: tempfile::Builder::new().prefix("portcullis-tns-peer-").tempdir()?,
            schema: schema.to_uppercase(),
            dictionary: RwLock::default(),
            sequences: Mutex::default(),
            turns: Turns::default(),
        })
    }

    pub(super) fn file(&self) -> PathBuf {
        self.directory.path().join("database")
    }

    /// Whose tables these are, in capital letters.
    pub(crate) fn schema(&self) -> &str {
        &self.schema
    }

    /// Whether a session changed something and has neither committed it nor rolled it back.
    pub(crate) fn is_changing(&self) -> bool {
        self.turns.is_taken()
    }

    pub(super) fn add_sequence(&self, name: String, start: i64) {
        let mut sequences = self.sequences.lock().unwrap_or_else(PoisonError::into_inner);
        sequences.insert(name, start);
    }

    pub(super) fn next_of(&self, name: &str) -> Result<i64, Failure> {
        let mut sequences = self.sequences.lock().unwrap_or_else(PoisonError::into_inner);
        let next = sequences
            .get_mut(name)
            .ok_or_else(|| Failure::new(2289, "sequence does not exist"))?;
        *next += 1;
        Ok(*next - 1)
    }
}
