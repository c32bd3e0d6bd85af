//! `[database]` of an application on SQL Server

use std::net::IpAddr;

use super::{
    connection::{certificate, filled, host_name},
    context::Context,
    log::Decoded,
    node::Node,
    quantity::count,
    secret::secret,
    table::Table,
};
use crate::database::{Encryption, Place, SqlserverTarget, Trust};

/// What `tls` says.
#[derive(Clone, Copy, Debug)]
enum Mode {
    Verify,
    Strict,
    Unverified,
    Off,
}

const MODES: [(&str, Mode); 4] = [
    ("verify", Mode::Verify),
    ("strict", Mode::Strict),
    ("unverified", Mode::Unverified),
    ("off", Mode::Off),
];

/// ```toml
/// [database]
/// kind = "sqlserver"
/// host = "db.example.com"
/// port = 1433                             # or instance = "PAYROLL", whose port the SQL Server Browser tells
/// name = "payroll"
/// user = "portcullis"
/// password = { env = "PAYROLL_PASSWORD" }
/// tls = "verify"                          # or "strict" (TDS 8.0, SQL Server 2022), "unverified", "off"; default "off" for this machine
/// ca = "ca.pem"                           # default: the system's certificates
/// application-name = "portcullis"
/// ```
pub fn target(table: &Table<'_>, context: &Context<'_>) -> Decoded<SqlserverTarget> {
    let refused = table
        .refuse(&["path", "create"], "is for SQLite alone")
        .and(table.refuse(&["socket"], "has no meaning for SQL Server"));
    let host = table.required("host", "\"db.example.com\"", host);
    let place = place(table);
    let name = table.required("name", "\"payroll\"", filled);
    let user = table.required("user", "\"portcullis\"", filled);
    let password = table.optional("password", |node| secret(node, context));
    let encryption = encryption(table, host.as_deref().ok(), context);
    let application_name = table.or("application-name", "portcullis".to_owned(), filled);
    refused?;
    Ok(SqlserverTarget {
        host: host?,
        place: place?,
        name: name?,
        user: user?,
        password: password?,
        encryption: encryption?,
        application_name: application_name?,
    })
}

fn host(node: &Node<'_>) -> Decoded<String> {
    let text = node.filled_text()?;
    if text.contains(['\\', ',']) {
        return Err(node.problem_of_value(
            "is more than the name of a host",
            "write the name alone, and `instance` or `port` as a key of its own",
        ));
    }
    host_name(node)
}

fn place(table: &Table<'_>) -> Decoded<Place> {
    match (table.get("port"), table.get("instance")) {
        (Some(_), Some(instance)) => Err(instance.problem("`port` is there as well", "keep one of `port` and `instance`")),
        (None, Some(instance)) => {
            let name = instance.filled_text()?;
            if name.contains(|c: char| c.is_whitespace() || matches!(c, '\\' | ',' | ';')) || name.len() > 32 {
                return Err(instance.problem("is not the name of an instance", "write the name alone, as in `PAYROLL`"));
            }
            Ok(Place::Instance(name.to_owned()))
        }
        (Some(port), None) => count(&port).map(Place::Port),
        (None, None) => Ok(Place::Port(1433)),
    }
}

fn encryption(table: &Table<'_>, host: Option<&str>, context: &Context<'_>) -> Decoded<Encryption> {
    let near =
        host.is_some_and(|host| host.eq_ignore_ascii_case("localhost") || host.parse().is_ok_and(|ip: IpAddr| ip.is_loopback()));
    let trust = |authority: Option<_>| authority.map_or(Trust::System, Trust::Authority);
    let authority = table.optional("ca", |node| certificate(node, context));
    let Some(node) = table.get("tls") else {
        return Ok(match authority? {
            None if near => Encryption::Off,
            authority => Encryption::Tls(trust(authority)),
        });
    };
    let mode = node.one_of(&MODES)?;
    if let (Mode::Unverified | Mode::Off, Some(unwanted)) = (mode, table.get("ca")) {
        return Err(unwanted.problem(
            "is looked at only with `tls = \"verify\"` and `tls = \"strict\"`",
            "remove `ca`, or write `tls = \"verify\"`",
        ));
    }
    Ok(match mode {
        Mode::Verify => Encryption::Tls(trust(authority?)),
        Mode::Strict => Encryption::Strict(trust(authority?)),
        Mode::Unverified => {
            node.warning(
                "whoever is between here and the database can pose as it",
                "write `tls = \"verify\"`, with the certificate's authority as `ca = \"…\"` if the system does not know it",
            );
            Encryption::Tls(Trust::Anything)
        }
        Mode::Off => {
            if !near && host.is_some() {
                node.warning(
                    "passwords and profiles cross the network in clear text",
                    "write `tls = \"verify\"`",
                );
            }
            Encryption::Off
        }
    })
}
