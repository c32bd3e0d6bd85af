//! MySQL and MariaDB: one protocol, one driver.
//!
//! The server does not say what type a parameter has; values are bound by their own, and the server converts. Sessions of the
//! reading pool are `READ ONLY`. The time of a statement is bounded by `max_statement_time` on MariaDB and by
//! `max_execution_time` on MySQL, which knows it for reading only; the client's own bound stands behind it.
//!
//! The protocol's reset would take prepared statements along, so a connection is closed after a session that ran a statement
//! which can leave something behind (`SET`, user variables, locks, temporary tables).

mod errors;
mod names;
mod rows;

use std::{sync::Arc, time::Duration};

use futures_util::FutureExt as _;
use sqlx::{
    Arguments as _, ConnectOptions as _, Connection as _, Executor as _, MySql, Row as _,
    mysql::{
        MySqlArguments, MySqlColumn, MySqlConnectOptions, MySqlConnection, MySqlQueryResult, MySqlRow, MySqlSslMode,
        MySqlStatement,
    },
    pool::PoolOptions,
};

use super::{
    Address, Backslash, Column, Connection, Database, DatabaseError, Kind, Quoting, Statement, Tls, Value,
    connections::Connections,
    convert,
    driver::Driver,
    login::Login,
    pools::{self, Pools},
};

/// What is granted `ON *.*`, of the account as the server knows it: `'user'@'host'`.
const EXCESS: &str = "\
    SELECT CONCAT(privilege_type, ' ON *.*') AS what FROM information_schema.user_privileges \
    WHERE privilege_type <> 'USAGE' AND grantee = CONCAT('''', \
        LEFT(CURRENT_USER(), CHAR_LENGTH(CURRENT_USER()) - CHAR_LENGTH(SUBSTRING_INDEX(CURRENT_USER(), '@', -1)) - 1), \
        '''@''', SUBSTRING_INDEX(CURRENT_USER(), '@', -1), '''') \
    ORDER BY privilege_type NOT IN ('SUPER', 'CREATE USER', 'FILE', 'DROP'), privilege_type";

pub(super) struct Mysql;

pub(super) fn open(connection: &Connection, login: &Login<'_>) -> Arc<dyn Database> {
    let options = connect_options(login);
    let limit = connection.statement_timeout;
    let pool = |session: &'static str| prepared_pool(pools::options(connection), session, limit);
    pools::shared(Pools::<Mysql> {
        read: Connections::new(pool("SET SESSION TRANSACTION READ ONLY").connect_lazy_with(options.clone())),
        write: Connections::new(pool("SET SESSION TRANSACTION READ WRITE").connect_lazy_with(options)),
        statement_timeout: limit,
    })
}

fn connect_options(login: &Login<'_>) -> MySqlConnectOptions {
    let mut options = MySqlConnectOptions::new()
        .username(login.user)
        .database(login.name)
        .charset("utf8mb4")
        // The server's own meaning of `||` is the administrator's.
        .pipes_as_concat(false)
        .disable_statement_logging();
    options = match login.address {
        Address::Tcp { host, port } => options.host(host).port(*port),
        Address::Socket(path) => options.socket(path),
    };
    if let Some(password) = login.password {
        options = options.password(password.expose());
    }
    match login.tls {
        Tls::Off => options.ssl_mode(MySqlSslMode::Disabled),
        Tls::Unverified => options.ssl_mode(MySqlSslMode::Required),
        Tls::Offered => options.ssl_mode(MySqlSslMode::Preferred),
        Tls::Verify { ca: None } => options.ssl_mode(MySqlSslMode::VerifyIdentity),
        Tls::Verify { ca: Some(ca) } => options.ssl_mode(MySqlSslMode::VerifyIdentity).ssl_ca(ca),
    }
}

/// Every new connection is told what its sessions may do and for how long.
fn prepared_pool(options: PoolOptions<MySql>, session: &'static str, limit: Duration) -> PoolOptions<MySql> {
    options.after_connect(move |connection: &mut MySqlConnection, _| {
        async move {
            connection.execute(sqlx::raw_sql(session)).await?;
            let version: String = connection.fetch_one(sqlx::raw_sql("SELECT VERSION()")).await?.try_get(0)?;
            let bound = if version.contains("MariaDB") {
                format!("SET SESSION max_statement_time = {}", limit.as_secs_f64())
            } else {
                format!("SET SESSION max_execution_time = {}", limit.as_millis())
            };
            let waits = format!("SET SESSION innodb_lock_wait_timeout = {}", limit.as_secs().max(1));
            for text in [bound, waits] {
                connection.execute(sqlx::raw_sql(sqlx::AssertSqlSafe(text))).await?;
            }
            connection.ping().await
        }
        .boxed()
    })
}

impl Driver for Mysql {
    type Db = MySql;

    const KIND: Kind = Kind::Mysql;
    const BEGIN: &'static str = "START TRANSACTION";
    const EXCESS: Option<&'static str> = Some(EXCESS);
    // MariaDB's `INSERT … RETURNING` ends like a SELECT, which changes nothing.
    const RETURNED_UNCOUNTED: bool = true;

    fn arguments(statement: &Statement, _: &MySqlStatement, values: &[Value]) -> Result<MySqlArguments, DatabaseError> {
        let mut arguments = MySqlArguments::default();
        for (index, value) in values.iter().enumerate() {
            let parameter = statement.parameters.get(index);
            let added = match value {
                Value::Null => arguments.add(None::<String>),
                Value::Boolean(b) => arguments.add(*b),
                Value::Integer(i) => arguments.add(*i),
                Value::Float(f) => arguments.add(*f),
                Value::Bytes(bytes) => arguments.add(bytes.clone()),
                Value::Decimal(_) => arguments.add(convert::decimal(value).ok_or_else(|| convert::refused(parameter, "number"))?),
                Value::Date(_) => arguments.add(convert::date(value).ok_or_else(|| convert::refused(parameter, "date"))?),
                Value::Timestamp(_) => {
                    let instant = convert::instant(value).ok_or_else(|| convert::refused(parameter, "timestamp"))?;
                    arguments.add(instant.naive_utc())
                }
                Value::Text(text) | Value::Uuid(text) | Value::Json(text) | Value::Extension { text, .. } => {
                    arguments.add(text.clone())
                }
            };
            added.map_err(|_| convert::refused(parameter, "value that can be sent"))?;
        }
        Ok(arguments)
    }

    fn columns(columns: &[MySqlColumn]) -> Vec<Column> {
        rows::columns(columns)
    }

    fn row(row: &MySqlRow) -> Result<Vec<Value>, DatabaseError> {
        rows::row(row)
    }

    fn result(result: &MySqlQueryResult, _: &str) -> (u64, Option<Value>) {
        let id = i64::try_from(result.last_insert_id()).ok().filter(|id| *id != 0);
        (result.rows_affected(), id.map(Value::Integer))
    }

    fn classify(error: &dyn sqlx::error::DatabaseError) -> DatabaseError {
        errors::classify(error)
    }

    /// The session's variables do it.
    async fn bound(_: &mut MySqlConnection, _: Duration) -> Result<(), sqlx::Error> {
        Ok(())
    }

    /// A statement before this one may have set the mode, so that it is asked for each time.
    async fn quoting(connection: &mut MySqlConnection, values: &[Value]) -> Result<Quoting, sqlx::Error> {
        let has_backslash = |value: &Value| value.to_text().is_some_and(|text| text.contains('\\'));
        if !values.iter().any(has_backslash) {
            return Ok(Quoting::Mysql(Backslash::Escapes));
        }
        let mode: String = connection
            .fetch_one(sqlx::raw_sql("SELECT @@SESSION.sql_mode"))
            .await?
            .try_get(0)?;
        Ok(Quoting::Mysql(match mode.contains("NO_BACKSLASH_ESCAPES") {
            true => Backslash::Plain,
            false => Backslash::Escapes,
        }))
    }

    fn lingers(text: &str) -> bool {
        let text = text.to_ascii_lowercase();
        text.contains('@')
            || ["set", "lock", "get_lock", "temporary", "call"]
                .iter()
                .any(|word| has_word(&text, word))
    }
}

fn has_word(text: &str, word: &str) -> bool {
    text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_')
        .any(|found| found == word)
        && !is_update_set(text, word)
}

/// The `SET` of a statement that begins like this sets columns.
fn is_update_set(text: &str, word: &str) -> bool {
    let text = text.trim_start();
    word == "set"
        && ["update", "insert", "replace", "with"]
            .iter()
            .any(|first| text.starts_with(first))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_stay_on_a_connection_closes_it() {
        assert!(Mysql::lingers("SET SESSION sql_mode = ''"));
        assert!(Mysql::lingers("SELECT @n := 1"));
        assert!(Mysql::lingers("CREATE TEMPORARY TABLE t (n int)"));
        assert!(Mysql::lingers("CALL p()"));
        assert!(!Mysql::lingers("UPDATE app_user SET status = 'ACTIVE' WHERE user_id = ?"));
        assert!(!Mysql::lingers("INSERT INTO app_user SET user_id = ?"));
        assert!(!Mysql::lingers("SELECT setting, locked FROM t"));
    }
}
