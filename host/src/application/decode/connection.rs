//! `[database]` of an application

use std::{net::IpAddr, path::PathBuf, time::Duration};

use super::{
    context::Context,
    log::{Decoded, Reported},
    node::Node,
    oracle,
    quantity::{count, duration},
    secret::{reason, secret},
    sqlserver,
    table::Table,
};
use crate::database::{Address, Connection, Product, Target, Tls};

/// How a database is reached.
#[derive(Clone, Copy, Debug)]
enum Way {
    File,
    Server(Product),
    Sqlserver,
    Oracle,
}

const KINDS: [(&str, Way); 6] = [
    ("sqlite", Way::File),
    ("postgresql", Way::Server(Product::Postgresql)),
    ("mysql", Way::Server(Product::Mysql)),
    ("mariadb", Way::Server(Product::Mysql)),
    ("sqlserver", Way::Sqlserver),
    ("oracle", Way::Oracle),
];

/// What says how to reach a database that is a server, besides Oracle's own keys.
const OF_SERVERS: [&str; 10] = [
    "host",
    "port",
    "socket",
    "name",
    "user",
    "password",
    "tls",
    "ca",
    "instance",
    "application-name",
];

/// ```toml
/// [database]
/// kind = "postgresql"                     # or "mysql", "mariadb"; "sqlserver" and "oracle" have keys of their own;
///                                         # "sqlite" has `path` and `create = false` instead of what follows
/// host = "db.example.com"                 # or socket = "/run/…"
/// port = 5432
/// name = "payroll"
/// user = "portcullis"
/// password = { env = "PAYROLL_PASSWORD" }
/// tls = "verify"                          # or "unverified", "off"; default for this machine and sockets: "off", and with MySQL what the
///                                         # server offers; else "verify"
/// ca = "ca.pem"                           # default: the system's certificates
/// pool-size = 10
/// acquire-timeout = "3s"
/// statement-timeout = "4s"                # below `wall` of [sandbox]
/// conflict-retries = 3                    # how often a change is done again after a deadlock; 0: never
/// ```
pub fn connection(table: &Table<'_>, context: &Context<'_>) -> Decoded<Connection> {
    let kind = table.required("kind", "\"postgresql\"", |node| node.one_of(&KINDS));
    let pool_size = table.or("pool-size", 10, count);
    let acquire_timeout = table.or("acquire-timeout", Duration::from_secs(3), duration);
    let statement_timeout = statement_timeout(table, context);
    let conflict_retries = table.or("conflict-retries", 3, retries);
    let target = match kind {
        Ok(Way::File) => file(table, context),
        Ok(Way::Server(product)) => server(table, product, context),
        Ok(Way::Sqlserver) => sqlserver::target(table, context).map(Target::Sqlserver),
        Ok(Way::Oracle) => oracle::target(table, context).map(Target::Oracle),
        Err(reported) => Err(anything(table, reported)),
    };
    Ok(Connection {
        target: target?,
        pool_size: pool_size?,
        acquire_timeout: acquire_timeout?,
        statement_timeout: statement_timeout?,
        conflict_retries: conflict_retries?,
    })
}

/// Each holds up whoever waits for the resource, so that more than a few are a slip.
fn retries(node: &Node<'_>) -> Decoded<u32> {
    const MOST: u32 = 20;
    let example = "write for example `conflict-retries = 3`, or 0 to have conflicts answered 503 at once";
    let Some(number) = node.integer() else {
        return Err(node.mismatch("a number", "3"));
    };
    u32::try_from(number)
        .ok()
        .filter(|number| *number <= MOST)
        .ok_or_else(|| node.problem(format!("must be from 0 to {MOST}"), example))
}

/// Without a kind no other key can be judged, so that none is called unknown.
fn anything(table: &Table<'_>, reported: Reported) -> Reported {
    for key in ["path", "create"].iter().chain(&OF_SERVERS).chain(&oracle::KEYS) {
        table.get(key);
    }
    reported
}

/// The database must end a statement before the sandbox ends the call, or the message would be about the wrong thing.
fn statement_timeout(table: &Table<'_>, context: &Context<'_>) -> Decoded<Duration> {
    let Some(wall) = context.wall else {
        return table.or("statement-timeout", Duration::from_secs(4), duration);
    };
    let default = Duration::from_secs(4).min(wall * 4 / 5);
    let timeout = table.or("statement-timeout", default, duration)?;
    match table.get("statement-timeout") {
        Some(node) if timeout >= wall => Err(node.problem(
            format!(
                "must be below `wall` of [sandbox], which is {}",
                humantime::format_duration(wall)
            ),
            "lower it, or raise `wall`",
        )),
        _ => Ok(timeout),
    }
}

fn file(table: &Table<'_>, context: &Context<'_>) -> Decoded<Target> {
    let refused = table.refuse(&OF_SERVERS, "has no meaning for SQLite, which is a file");
    let refused = table.refuse(&oracle::KEYS, "is for Oracle alone").and(refused);
    let create = table.or("create", false, Node::boolean);
    let path = table.required("path", "\"payroll.db\"", |node| {
        let text = node.filled_text()?;
        if text.contains(":memory:") || text.starts_with("sqlite:") || text.starts_with("file:") {
            return Err(node.problem(
                format!("`{text}` is not the path of a file"),
                "write a path such as `payroll.db`",
            ));
        }
        let path = context.directory.join(text);
        if matches!(create, Ok(false)) && !path.exists() {
            node.warning(
                format!("the file {text} does not exist: requests will be answered 503"),
                "correct the path (it is relative to the configuration directory), or write `create = true`",
            );
        }
        Ok(path)
    });
    refused?;
    Ok(Target::Sqlite {
        path: path?,
        create: create?,
    })
}

fn server(table: &Table<'_>, product: Product, context: &Context<'_>) -> Decoded<Target> {
    let refused = table
        .refuse(&["path", "create"], "is for SQLite alone")
        .and(table.refuse(&["instance", "application-name"], "is for SQL Server alone"))
        .and(table.refuse(&oracle::KEYS, "is for Oracle alone"));
    let address = address(table, product);
    let name = table.required("name", "\"payroll\"", filled);
    let user = table.required("user", "\"portcullis\"", filled);
    let password = table.optional("password", |node| secret(node, context));
    let tls = tls(table, product, address.as_ref().ok(), context);
    refused?;
    Ok(Target::Server {
        product,
        address: address?,
        name: name?,
        user: user?,
        password: password?,
        tls: tls?,
    })
}

pub(super) fn filled(node: &Node<'_>) -> Decoded<String> {
    Ok(node.filled_text()?.to_owned())
}

fn address(table: &Table<'_>, product: Product) -> Decoded<Address> {
    let port = table.or("port", if product == Product::Postgresql { 5432 } else { 3306 }, count);
    match (table.get("host"), table.get("socket")) {
        (Some(host), None) => Ok(Address::Tcp {
            host: host_name(&host)?,
            port: port?,
        }),
        (None, Some(node)) => {
            port?;
            table.refuse(&["port"], "has no meaning for a socket")?;
            let path = PathBuf::from(node.filled_text()?);
            if path.is_absolute() {
                Ok(Address::Socket(path))
            } else {
                Err(node.problem("is a relative path", "write the whole path of the socket"))
            }
        }
        (Some(_), Some(socket)) => Err(socket.problem("`host` is there as well", "keep one of `host` and `socket`")),
        (None, None) => Err(table.missing("host", "host = \"db.example.com\"")),
    }
}

pub(super) fn host_name(node: &Node<'_>) -> Decoded<String> {
    let host = node.filled_text()?;
    let bare = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
    if bare.parse::<IpAddr>().is_ok() {
        return Ok(bare.to_owned());
    }
    if host.contains(|c: char| matches!(c, ':' | '/' | '@' | '?') || c.is_whitespace()) {
        // What stands there may be a connection string with a password in it.
        return Err(node.problem_of_value(
            "is not a host name",
            "write the name alone, and `port`, `name`, `user` and `password` as keys of their own",
        ));
    }
    Ok(host.to_owned())
}

fn tls(table: &Table<'_>, product: Product, address: Option<&Address>, context: &Context<'_>) -> Decoded<Tls> {
    let near = match address {
        Some(Address::Tcp { host, .. }) => is_near(host),
        Some(Address::Socket(_)) => true,
        None => false,
    };
    let ca = table.optional("ca", |node| certificate(node, context));
    let verify = |ca: Option<PathBuf>| Tls::Verify { ca };
    let Some(node) = table.get("tls") else {
        return Ok(match ca? {
            None if near && product == Product::Mysql => Tls::Offered,
            None if near => Tls::Off,
            ca => verify(ca),
        });
    };
    let mode = node.one_of(&[("verify", None), ("unverified", Some(false)), ("off", Some(true))])?;
    if mode != Some(true) && matches!(address, Some(Address::Socket(_))) {
        return Err(node.problem("a socket has no TLS", "remove `tls`, or write `tls = \"off\"`"));
    }
    if let Some(unwanted) = mode.and_then(|_| table.get("ca")) {
        return Err(unwanted.problem(
            "is looked at only with `tls = \"verify\"`",
            "remove `ca`, or write `tls = \"verify\"`",
        ));
    }
    match mode {
        None => return Ok(verify(ca?)),
        Some(true) if !near && address.is_some() => {
            node.warning(
                "passwords and profiles cross the network in clear text",
                "write `tls = \"verify\"`",
            );
        }
        Some(false) => node.warning(
            "whoever is between here and the database can pose as it",
            "write `tls = \"verify\"`, with the certificate's authority as `ca = \"…\"` if the system does not know it",
        ),
        Some(true) => {}
    }
    Ok(if mode == Some(true) { Tls::Off } else { Tls::Unverified })
}

/// Whether a host is this machine.
pub(super) fn is_near(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost") || host.parse().is_ok_and(|ip: IpAddr| ip.is_loopback())
}

pub(super) fn certificate(node: &Node<'_>, context: &Context<'_>) -> Decoded<PathBuf> {
    let name = node.filled_text()?;
    let path = context.directory.join(name);
    match std::fs::read(&path) {
        Ok(pem) if pem.windows(11).any(|window| window == b"-----BEGIN ") => Ok(path),
        Ok(_) => Err(node.problem(
            format!("the file {name} is not a certificate in PEM form"),
            "convert it, for example with `openssl x509 -inform der`",
        )),
        Err(error) => Err(node.problem(
            format!("the file {name} cannot be read: {}", reason(&error)),
            "write a path that is relative to the configuration directory",
        )),
    }
}
