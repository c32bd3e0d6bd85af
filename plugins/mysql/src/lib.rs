//! The built-in component for MySQL and MariaDB: every operation in statement mode. What it does is in `plugins/statement`.

use portcullis_statement::{Dialect, statement_operation};

struct Mysql;

statement_operation!(Mysql, Dialect::Mysql);
portcullis_sdk::export_operation!(Mysql);
