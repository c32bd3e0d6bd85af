//! The built-in component for SQLite: every operation in statement mode. What it does is in `plugins/statement`.

use portcullis_statement::{Dialect, statement_operation};

struct Sqlite;

statement_operation!(Sqlite, Dialect::Sqlite);
portcullis_sdk::export_operation!(Sqlite);
