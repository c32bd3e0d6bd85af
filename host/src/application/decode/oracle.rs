//! `[database]` with `kind = "oracle"`

use std::path::PathBuf;

use super::{
    connection::{certificate, filled, host_name, is_near},
    context::Context,
    log::Decoded,
    node::Node,
    quantity::count,
    secret::{reason, secret},
    table::Table,
};
use crate::database::{OracleDatabase, OracleTarget, OracleTls};

/// The keys that no other kind has.
pub(super) const KEYS: [&str; 4] = ["service", "sid", "wallet", "wallet-password"];

/// ```toml
/// [database]
/// kind = "oracle"
/// host = "db.example.com"
/// port = 1521
/// service = "hr.example.com"              # or sid = "HR"
/// user = "portcullis"
/// password = { env = "PAYROLL_PASSWORD" }
/// tls = "verify"                          # or "off"
/// ca = "ca.pem"                           # besides public authorities
/// wallet = "wallet"                       # instead of `ca`: a directory with ewallet.pem
/// wallet-password = { env = "WALLET" }
/// ```
pub(super) fn target(table: &Table<'_>, context: &Context<'_>) -> Decoded<OracleTarget> {
    let refused = table.refuse(&["path", "create"], "is for SQLite alone");
    let refused = table.refuse(&["socket"], "has no meaning for Oracle").and(refused);
    let refused = table
        .refuse(
            &["name"],
            "has no meaning for Oracle, which knows a database by `service` or `sid`",
        )
        .and(refused);
    let host = table.required("host", "\"db.example.com\"", host_name);
    let port = table.or("port", 1521, count);
    let database = database(table);
    let user = table.required("user", "\"portcullis\"", filled);
    let password = table.required("password", "{ env = \"PAYROLL_PASSWORD\" }", |node| secret(node, context));
    let tls = tls(table, host.as_ref().is_ok_and(|host| is_near(host)), context);
    refused?;
    Ok(OracleTarget {
        host: host?,
        port: port?,
        database: database?,
        user: user?,
        password: password?,
        tls: tls?,
    })
}

fn database(table: &Table<'_>) -> Decoded<OracleDatabase> {
    match (table.get("service"), table.get("sid")) {
        (Some(node), None) => name(&node).map(OracleDatabase::Service),
        (None, Some(node)) => name(&node).map(OracleDatabase::Sid),
        (Some(_), Some(sid)) => Err(sid.problem("`service` is there as well", "keep one of `service` and `sid`")),
        (None, None) => Err(table.missing("service", "service = \"hr.example.com\"")),
    }
}

/// The name becomes part of a descriptor, where brackets and signs have a meaning.
fn name(node: &Node<'_>) -> Decoded<String> {
    let name = node.filled_text()?;
    if name
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | '$' | '#'))
    {
        return Ok(name.to_owned());
    }
    // What stands there may be a connection string with a password in it.
    Err(node.problem_of_value(
        "is not the name of a database",
        "write the name alone, and `host`, `port`, `user` and `password` as keys of their own",
    ))
}

fn tls(table: &Table<'_>, near: bool, context: &Context<'_>) -> Decoded<OracleTls> {
    let ca = table.optional("ca", |node| certificate(node, context));
    let wallet = table.optional("wallet", |node| wallet(node, context));
    let password = table.optional("wallet-password", |node| secret(node, context));
    let off = table.or("tls", false, |node| {
        let mode = node.one_of(&[("verify", Some(false)), ("off", Some(true)), ("unverified", None)])?;
        mode.ok_or_else(|| {
            let remedy = "write `tls = \"verify\"`, with the certificate's authority as `ca = \"…\"`";
            node.problem("the driver for Oracle looks at every certificate", remedy)
        })
    })?;
    if off {
        table.refuse(
            &["ca", "wallet", "wallet-password"],
            "is looked at only with `tls = \"verify\"`",
        )?;
        if let Some(node) = table.get("tls").filter(|_| !near) {
            node.warning(
                "profiles cross the network in clear text, and whoever is between here and the database can pose as it: the driver \
                 does not look at the server's proof that it knows the password",
                "write `tls = \"verify\"`",
            );
        }
        return Ok(OracleTls::Off);
    }
    match (ca?, wallet?) {
        (Some(_), Some(_)) => {
            table.refuse(&["ca"], "has no meaning beside `wallet`, which has the authorities in it")?;
            Ok(OracleTls::Verify { ca: None })
        }
        (ca, None) => {
            table.refuse(&["wallet-password"], "has no meaning without `wallet`")?;
            Ok(OracleTls::Verify { ca })
        }
        (None, Some(directory)) => Ok(OracleTls::Wallet {
            directory,
            password: password?,
        }),
    }
}

fn wallet(node: &Node<'_>, context: &Context<'_>) -> Decoded<PathBuf> {
    let name = node.filled_text()?;
    let directory = context.directory.join(name);
    match std::fs::File::open(directory.join("ewallet.pem")) {
        Ok(_) => Ok(directory),
        Err(error) => Err(node.problem(
            format!("{name}/ewallet.pem cannot be read: {}", reason(&error)),
            "write the path of a directory, relative to the configuration directory, that has ewallet.pem in it",
        )),
    }
}
