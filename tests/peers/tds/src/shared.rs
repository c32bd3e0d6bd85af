//! What all connections of a peer have in common.

use std::{
    collections::HashSet,
    path::PathBuf,
    sync::{Mutex, RwLock, atomic::AtomicBool},
};

use crate::{record::Record, rules::Rules, session::Procedures, settings::Settings, sql::catalogue::Catalogue};

pub struct Shared {
    pub settings: Settings,
    /// SQLite's.
    pub file: PathBuf,
    pub catalogue: RwLock<Catalogue>,
    pub procedures: Procedures,
    pub record: Record,
    pub rules: Rules,
    /// The connections that are inside of a transaction.
    pub transactions: Mutex<HashSet<u16>>,
    /// Whether attentions go unanswered.
    pub deaf: AtomicBool,
}
