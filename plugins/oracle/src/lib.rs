//! The built-in component for Oracle: every operation in statement mode. What it does is in `plugins/statement`.

use portcullis_statement::{Dialect, statement_operation};

struct Oracle;

statement_operation!(Oracle, Dialect::Oracle);
portcullis_sdk::export_operation!(Oracle);
