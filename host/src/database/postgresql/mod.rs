//! PostgreSQL. Parameters have the types that the server infers from the statement.
//!
//! The sessions of the reading pool have `default_transaction_read_only` on, and both pools a `statement_timeout`: options of
//! the connection, so that they cost nothing and a reset brings them back. After a transaction that wrote, what it set on its
//! connection is taken back off the request's path.

mod arguments;
mod errors;
mod rows;

use std::{sync::Arc, time::Duration};

use futures_util::FutureExt as _;
use sqlx::{
    ConnectOptions as _, Executor as _, Postgres,
    postgres::{PgArguments, PgColumn, PgConnectOptions, PgConnection, PgQueryResult, PgRow, PgSslMode, PgStatement},
};

use super::{
    Address, Column, Connection, Database, DatabaseError, Kind, Quoting, Statement, Tls, Value,
    connections::Connections,
    driver::Driver,
    login::Login,
    pools::{self, Pools},
};

/// Gives back what a session can set, except prepared statements, which are kept on purpose.
const RESET: &str = "RESET ALL; DISCARD TEMP; UNLISTEN *; SELECT pg_advisory_unlock_all()";

/// Attributes of the role, and the predefined roles that reach every table or the server's machine.
const EXCESS: &str = "\
    SELECT held.what FROM pg_roles r \
    CROSS JOIN LATERAL (VALUES ('SUPERUSER', r.rolsuper), ('CREATEROLE', r.rolcreaterole), ('CREATEDB', r.rolcreatedb), \
        ('BYPASSRLS', r.rolbypassrls), ('REPLICATION', r.rolreplication)) AS held(what, is_held) \
    WHERE r.rolname = current_user AND held.is_held \
    UNION ALL \
    SELECT 'member of ' || g.rolname FROM pg_roles g, pg_roles r \
    WHERE r.rolname = current_user AND NOT r.rolsuper AND pg_has_role(r.oid, g.oid, 'MEMBER') \
        AND (g.rolsuper OR g.rolname IN ('pg_read_all_data', 'pg_write_all_data', 'pg_execute_server_program', \
            'pg_read_server_files', 'pg_write_server_files')) AND g.oid <> r.oid";

pub(super) struct Postgresql;

pub(super) fn open(connection: &Connection, login: &Login<'_>) -> Arc<dyn Database> {
    let milliseconds = connection.statement_timeout.as_millis().to_string();
    let common = [
        ("statement_timeout", milliseconds.as_str()),
        ("idle_in_transaction_session_timeout", "60000"),
    ];
    let options = connect_options(login).options(common);
    let read = options.clone().options([("default_transaction_read_only", "on")]);
    let write = pools::options(connection).after_release(|connection: &mut PgConnection, _| {
        async move {
            connection.execute(sqlx::raw_sql(RESET)).await?;
            Ok(true)
        }
        .boxed()
    });
    pools::shared(Pools::<Postgresql> {
        read: Connections::new(pools::options(connection).connect_lazy_with(read)),
        write: Connections::new(write.connect_lazy_with(options)),
        statement_timeout: connection.statement_timeout,
    })
}

fn connect_options(login: &Login<'_>) -> PgConnectOptions {
    let mut options = PgConnectOptions::new_without_pgpass()
        .username(login.user)
        .database(login.name)
        .application_name("portcullis")
        .disable_statement_logging();
    options = match login.address {
        Address::Tcp { host, port } => options.host(host).port(*port),
        Address::Socket(path) => options.socket(path),
    };
    if let Some(password) = login.password {
        options = options.password(password.expose());
    }
    match login.tls {
        Tls::Off => options.ssl_mode(PgSslMode::Disable),
        Tls::Unverified => options.ssl_mode(PgSslMode::Require),
        Tls::Offered => options.ssl_mode(PgSslMode::Prefer),
        Tls::Verify { ca: None } => options.ssl_mode(PgSslMode::VerifyFull),
        Tls::Verify { ca: Some(ca) } => options.ssl_mode(PgSslMode::VerifyFull).ssl_root_cert(ca),
    }
}

impl Driver for Postgresql {
    type Db = Postgres;

    const KIND: Kind = Kind::Postgresql;
    const BEGIN: &'static str = "BEGIN";
    const BEGIN_READ: Option<&'static str> = Some("BEGIN READ ONLY");
    const EXCESS: Option<&'static str> = Some(EXCESS);

    fn arguments(statement: &Statement, prepared: &PgStatement, values: &[Value]) -> Result<PgArguments, DatabaseError> {
        arguments::arguments(statement, prepared, values)
    }

    fn columns(columns: &[PgColumn]) -> Vec<Column> {
        rows::columns(columns)
    }

    fn row(row: &PgRow) -> Result<Vec<Value>, DatabaseError> {
        rows::row(row)
    }

    fn fetch(row: &PgRow) -> Option<String> {
        rows::cursor(row).map(|name| format!("FETCH ALL FROM \"{}\"", name.replace('"', "\"\"")))
    }

    fn result(result: &PgQueryResult, _: &str) -> (u64, Option<Value>) {
        (result.rows_affected(), None)
    }

    fn classify(error: &dyn sqlx::error::DatabaseError) -> DatabaseError {
        errors::classify(error)
    }

    /// `statement_timeout` does it.
    async fn bound(_: &mut PgConnection, _: Duration) -> Result<(), sqlx::Error> {
        Ok(())
    }

    async fn quoting(_: &mut PgConnection, _: &[Value]) -> Result<Quoting, sqlx::Error> {
        Ok(Quoting::Postgresql)
    }

    /// What is set is reset when the connection is released.
    fn lingers(_: &str) -> bool {
        false
    }
}
