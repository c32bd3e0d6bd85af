//! The components that are inside the program: one for each kind of database.

use crate::database::Kind;

mod bytes {
    include!(concat!(env!("OUT_DIR"), "/components.rs"));
}

/// The component for the statements of a kind of database.
pub fn component(kind: Kind) -> &'static [u8] {
    match kind {
        Kind::Sqlite => bytes::PORTCULLIS_SQLITE,
        Kind::Postgresql => bytes::PORTCULLIS_POSTGRESQL,
        Kind::Mysql => bytes::PORTCULLIS_MYSQL,
        Kind::Sqlserver => bytes::PORTCULLIS_SQLSERVER,
        Kind::Oracle => bytes::PORTCULLIS_ORACLE,
    }
}
