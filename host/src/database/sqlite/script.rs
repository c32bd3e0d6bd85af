//! A text of several statements, for a database that is made for a while.

use std::{path::Path, time::Duration};

use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _, Executor as _, sqlite::SqliteConnectOptions};

use super::SqliteDriver;
use crate::database::{DatabaseError, driver, driver::Driver as _};

/// Makes the file where it is missing, and runs all statements of a text in it; none of them after `limit`.
///
/// # Errors
/// The first statement that fails. What was done before it stays.
pub async fn sqlite_script(path: &Path, text: &str, limit: Duration) -> Result<(), DatabaseError> {
    let error = driver::error::<SqliteDriver>;
    let options = SqliteConnectOptions::new().filename(path).create_if_missing(true);
    let options = options.foreign_keys(true).disable_statement_logging();
    let mut connection = options.connect().await.map_err(error)?;
    SqliteDriver::bound(&mut connection, limit).await.map_err(error)?;
    let text = AssertSqlSafe(text.to_owned());
    connection.execute(sqlx::raw_sql(text)).await.map_err(error)?;
    connection.close().await.map_err(error)
}
