//! The built-in component for PostgreSQL: every operation in statement mode. What it does is in `plugins/statement`.

use portcullis_statement::{Dialect, statement_operation};

struct Postgresql;

statement_operation!(Postgresql, Dialect::Postgresql);
portcullis_sdk::export_operation!(Postgresql);
