//! Where a SQL Server is, and how to come in.

use std::path::PathBuf;

use crate::database::Secret;

/// A database of a SQL Server. Its `Debug` shows no password.
#[derive(Clone, Debug)]
pub struct SqlserverTarget {
    pub host: String,
    pub place: Place,
    /// The name of the database.
    pub name: String,
    pub user: String,
    pub password: Option<Secret>,
    pub encryption: Encryption,
    /// What the server shows this program as (`sys.dm_exec_sessions.program_name`).
    pub application_name: String,
}

/// Where on its host the server listens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    Port(u16),
    /// A named instance, whose port the SQL Server Browser tells.
    Instance(String),
}

/// What TLS must do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Encryption {
    /// No TLS.
    Off,
    /// TLS that begins inside of PRELOGIN (TDS 7, any server).
    Tls(Trust),
    /// TLS before the first byte (TDS 8, from SQL Server 2022 on).
    Strict(Trust),
}

/// Which certificates of the server are believed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trust {
    /// What the system's authorities vouch for.
    System,
    /// What the authorities in this file (PEM) vouch for.
    Authority(PathBuf),
    /// Any.
    Anything,
}
