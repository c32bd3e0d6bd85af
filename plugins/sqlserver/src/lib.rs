//! The built-in component for SQL Server: every operation in statement mode. What it does is in `plugins/statement`.

use portcullis_statement::{Dialect, statement_operation};

struct Sqlserver;

statement_operation!(Sqlserver, Dialect::Sqlserver);
portcullis_sdk::export_operation!(Sqlserver);
